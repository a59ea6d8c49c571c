"""What spreadsheet programs make of a text."""

FORMULA_SIGNS = frozenset("=+-@")


def guarded(text: str) -> str:
    """The text such that no spreadsheet program takes it for a formula."""
    return f"'{text}" if text[:1] in FORMULA_SIGNS else text
