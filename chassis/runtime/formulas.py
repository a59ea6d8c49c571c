"""Formulas that a spreadsheet program would run when it opens somebody's text."""

FORMULA_SIGNS = frozenset("=+-@\t\r")
"""Characters with which a formula can begin."""


def guarded(text: str) -> str:
    """The text such that no spreadsheet program takes it for a formula."""
    return f"'{text}" if text[:1] in FORMULA_SIGNS else text
