"""Formulas that a spreadsheet program would run when it opens somebody's text in a CSV file.

A program separates cells as its region does, by `;` where Spanish is written, whatever the file means. So a cell can
begin within a text too: after a comma, a semicolon, a tab or a line break.
"""

import re

FORMULA_SIGNS = "=+-@＝＋－＠"
"""Characters with which a formula can begin; Excel reads the wide ones as the others."""

_START = r"(?:^|(?<=[;,\t\r\n]))"
_FORMULA = rf'"*[{re.escape(FORMULA_SIGNS)}]'
_UNGUARDED = re.compile(rf"{_START}(?={_FORMULA})|^(?=[\t\r\n])")
_GUARDED = re.compile(rf"{_START}'(?={_FORMULA})|^'(?=[\t\r\n])")


def guarded(text: str) -> str:
    """The text with an apostrophe before whatever a spreadsheet program could take for a formula."""
    return _UNGUARDED.sub("'", text)


def unguarded(text: str) -> str:
    """The text without the apostrophes of `guarded`."""
    return _GUARDED.sub("", text)
