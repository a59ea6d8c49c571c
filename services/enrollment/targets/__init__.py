"""Targets of indicators: what is to be reached, where, among whom and until when, beside what it was before."""
