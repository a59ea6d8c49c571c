"""Corrections of whatever was entered: what was there before, who corrected it, when and why."""
