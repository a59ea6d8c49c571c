"""Measurements: counters that gate, times that are reported."""
