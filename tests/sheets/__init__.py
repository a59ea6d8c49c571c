"""Sheets as offices write them, of people who are known: what is read of a sheet is compared with who they are.

Nothing that writes a sheet here shares a line with what reads one.
"""
