"""Sheets of fixed forms, each with a name: one kind of office at a time, and some with all at once."""

from tests.sheets.generator import GeneratedSheet, generate
from tests.sheets.styles import Style


def _with(*extras: str) -> frozenset[str]:
    return frozenset(extras)


STYLES = {
    "plain workbook": Style(),
    "plain CSV": Style(file="csv"),
    "comma, UTF-8 without mark": Style(file="csv", delimiter=",", encoding="utf-8"),
    "tab, UTF-16": Style(file="csv", delimiter="\t", encoding="utf-16"),
    "bars": Style(file="csv", delimiter="|", encoding="utf-8"),
    "Windows-1252": Style(file="csv", encoding="cp1252", extras=_with("a cover line of signs")),
    "code page 850": Style(file="csv", encoding="cp850", spelling="capitals"),
    "Mac Roman": Style(file="csv", encoding="mac-roman"),
    "UTF-8 taken for Windows-1252": Style(file="csv", delimiter=",", encoding="mojibake"),
    "OpenDocument": Style(file="ods", birth="cells", document="numbers"),
    "OpenDocument of LibreOffice with ticks": Style(
        file="ods", headings="two lines", sex="ticked", consent="ticked", extras=_with("a title", "totals")
    ),
    "old Excel": Style(file="xls", birth="cells", document="numbers"),
    "old Excel with merged places": Style(file="xls", place="merged", extras=_with("a title", "signatures")),
    "place in the letterhead": Style(place="letterhead", extras=_with("a title", "a column of numbers")),
    "place and day in the letterhead": Style(
        place="letterhead", enrolled="letterhead", consent="declared", extras=_with("a title", "ages", "totals")
    ),
    "everything above, nothing beside": Style(
        place="letterhead", enrolled="letterhead", cohort="letterhead", consent="declared", birth="none",
        names="family first", spelling="capitals", document="numbers", phone="numbers",
        extras=_with("a title", "a column of numbers", "ages", "a signature column", "totals", "notes", "signatures"),
    ),
    "no place at all": Style(place="nowhere", file="csv"),
    "groups by district": Style(place="groups", extras=_with("a column of numbers")),
    "groups in a CSV, V and M": Style(
        file="csv", encoding="cp1252", place="groups", sex="V/M", extras=_with("repeated headings", "totals", "notes")
    ),
    "merged districts": Style(place="merged"),
    "a tab for each province": Style(place="tabs", extras=_with("a summary tab")),
    "UBIGEO of INEI": Style(place="UBIGEO INEI", document="numbers"),
    "UBIGEO of RENIEC": Style(place="UBIGEO RENIEC"),
    "UBIGEO of nobody knows whom": Style(place="bare UBIGEO"),
    "ticked sex over two lines": Style(headings="two lines", sex="ticked"),
    "ticked consent over two lines": Style(headings="two lines", consent="ticked"),
    "date in three columns": Style(headings="two lines", birth="three columns"),
    "all of it over three lines": Style(
        headings="three lines", names="three columns", sex="ticked", consent="ticked", birth="three columns",
        extras=_with("a title", "a column of numbers"),
    ),
    "all of it over three lines in a CSV": Style(
        file="csv", headings="three lines", names="three columns", sex="ticked", consent="ticked",
        birth="three columns",
    ),
    "a lone tick": Style(consent="lone tick"),
    "names before a comma": Style(names="comma", spelling="capitals"),
    "family names first, no comma": Style(names="family first", spelling="capitals"),
    "given names first, no comma": Style(names="given first"),
    "family names first in a CSV": Style(file="csv", names="family first", place="letterhead", spelling="no accents"),
    "a second table below": Style(file="csv", extras=_with("a second table")),
    "a second table in a workbook of ticks": Style(
        headings="two lines", sex="ticked", birth="three columns", extras=_with("a second table", "totals")
    ),
    "repeated headings, totals, notes, signatures": Style(
        extras=_with("repeated headings", "totals", "notes", "signatures", "empty lines", "empty rows with numbers")
    ),
    "hidden rows of people who withdrew": Style(extras=_with("hidden rows")),
    "rows of people who were struck out": Style(extras=_with("struck-out rows")),
    "rows struck out in an old workbook": Style(file="xls", extras=_with("struck-out rows")),
    "codes of sexes with a legend": Style(sex="codes", document="numbers"),
    "a heading that says «Fecha»": Style(typo="day", file="csv"),
    "rows hidden by a filter": Style(file="ods", extras=_with("hidden people")),
    "KoboToolbox": Style(file="csv", dialect="Kobo", birth="ISO", sex="words", enrolled="none"),
    "KoboToolbox in a workbook": Style(
        dialect="Kobo", birth="ISO", sex="words", names="three columns", enrolled="none"
    ),
    "Google Forms": Style(
        file="csv", delimiter=",", encoding="utf-8", dialect="Google Forms", sex="words", enrolled="none"
    ),
    "American dates": Style(birth="American"),
    "days swapped by an American Excel": Style(birth="swapped", enrolled="none"),
    "days from 1904": Style(birth="cells", extras=_with("dates from 1904")),
    "years of two digits": Style(birth="two digits", file="csv"),
    "months as words": Style(birth="words"),
    "days up to twelve": Style(birth="small days", enrolled="none"),
    "dates of all kinds": Style(birth="mixed", file="csv"),
    "documents as numbers": Style(document="numbers", birth="cells"),
    "documents as floats": Style(document="floats", file="csv"),
    "documents with their check character": Style(document="with check"),
    "check characters in a column, documents as numbers": Style(document="check column", file="csv"),
    "foreigners among others": Style(document="with type", flaws=_with("foreigner card with prefix")),
    "only M": Style(sex="only M"),
    "telephone and mobile": Style(phone="two columns"),
    "answers about tongue, image and contact": Style(
        extras=_with("tongue and ethnicity", "consents to image and contact")
    ),
    "a typing mistake in the heading of birth dates": Style(typo="birth"),
    "a typing mistake in the heading of districts": Style(typo="district", file="csv"),
    "tricks of spreadsheets": Style(
        file="csv",
        flaws=_with("document with apostrophe", "document in a formula", "document with .0", "double spaces"),
    ),
    "lost values": Style(
        flaws=_with("error value as name", "error value as phone", "phone lost", "document in scientific notation")
    ),
    "people written twice": Style(flaws=_with("same person twice", "one document for two")),
    "dates that are none": Style(
        birth="cells", flaws=_with("year in a date cell", "impossible date", "year alone", "age for a date")
    ),
    "stray signs in a CSV": Style(
        file="csv", extras=_with("a remarks column"),
        flaws=_with("stray quotation mark", "lost letters", "line break in a cell"),
    ),
    "ditto marks and a facilitator": Style(extras=_with("ditto marks", "a facilitator", "a column of numbers")),
    "people who left": Style(
        file="ods", extras=_with("people who left", "a remarks column"),
        flaws=_with("a refusal among the remarks", "a remark that the person left"),
    ),
    "titles, roles and no second family name": Style(
        names="three columns",
        flaws=_with("a title before the name", "a role behind the name", "no second family name"),
    ),
}  # fmt: skip
"""Many of them repeat a form that `draw` can give; these stay when what is drawn changes."""


_FIRST_SEED = 200


def named_sheet(name: str) -> GeneratedSheet:
    """Generates the sheet of a name, always the same."""
    return generate(_FIRST_SEED + list(STYLES).index(name), STYLES[name], count=20)
