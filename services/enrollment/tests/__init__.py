"""Tests of enrollment."""
