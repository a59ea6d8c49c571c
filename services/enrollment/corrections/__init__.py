"""Corrections of cohorts, programmes and modules: what was there before, who corrected it, when and why."""
