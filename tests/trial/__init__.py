"""Tests of the local trial, with real processes."""
