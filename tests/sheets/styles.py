"""How an office writes its sheet. Each choice is independent of the others as far as paper allows."""

from collections.abc import Sequence
from dataclasses import dataclass, fields, replace
from random import Random
from typing import Any


@dataclass(frozen=True, slots=True)
class Style:
    """The plain sheet; `extras` are what stands around the people, `flaws` what happens to single rows."""

    file: str = "xlsx"
    delimiter: str = ";"
    encoding: str = "utf-8-sig"
    dialect: str = "office"
    headings: str = "one line"
    place: str = "columns"
    names: str = "two columns"
    spelling: str = "as said"
    document: str = "text"
    birth: str = "text"
    sex: str = "M/F"
    consent: str = "words"
    phone: str = "text"
    enrolled: str = "column"
    cohort: str = "declared"
    typo: str = ""
    extras: frozenset[str] = frozenset()
    flaws: frozenset[str] = frozenset()

    @property
    def forms(self) -> list[str]:
        """The names of all choices, for the table by form."""
        own = [f"{one.name}: {getattr(self, one.name)}" for one in fields(self) if one.name in _TOLD]
        csv = [f"CSV: {_DELIMITERS[self.delimiter]}", f"CSV: {self.encoding}"] if self.file == "csv" else []
        typo = ["heading with a typo"] if self.typo else []
        return [*own, *csv, *typo, *(f"with {one}" for one in self.extras)]


_TOLD = (
    "file", "dialect", "headings", "place", "names", "spelling", "document", "birth", "sex", "consent", "phone",
    "enrolled", "cohort",
)  # fmt: skip
_DELIMITERS = {";": "semicolon", ",": "comma", "\t": "tab", "|": "bar"}

EXTRAS = (
    "a column of numbers", "ages", "a signature column", "a remarks column", "totals", "notes", "signatures",
    "repeated headings", "empty lines", "empty rows with numbers", "a title", "hidden rows", "hidden people",
    "a second table", "a summary tab", "tongue and ethnicity", "consents to image and contact",
    "a cover line of signs", "dates from 1904",
    "a hidden tab", "an empty first column", "headings with signs", "organizations", "addresses", "a table of counts",
    "merged consent", "ditto marks", "a facilitator", "people who left", "struck-out rows",
)  # fmt: skip


def draw(chance: Random, flaws: Sequence[str]) -> Style:
    """Draws a style with up to three of the flaws; what no program can write together is left out."""
    file = chance.choices(["csv", "xlsx", "ods", "xls"], [40, 42, 10, 8])[0]
    dialect = chance.choices(["office", "Kobo", "Google Forms"], [84, 8, 8])[0]
    style = Style(
        file=file,
        delimiter=chance.choices([";", ",", "\t", "|"], [50, 30, 12, 8])[0],
        encoding=chance.choices(
            ["utf-8-sig", "utf-8", "utf-16", "cp1252", "cp850", "mac-roman", "mojibake"], [25, 20, 8, 25, 8, 8, 6]
        )[0],
        dialect=dialect,
        headings=chance.choices(["one line", "two lines", "three lines"], [70, 20, 10])[0],
        place=chance.choices(
            ["columns", "district alone", "letterhead", "groups", "tabs", "UBIGEO INEI", "UBIGEO RENIEC", "bare UBIGEO",
             "merged", "nowhere"],
            [38, 6, 14, 8, 8, 8, 5, 4, 6, 3],
        )[0],
        names=chance.choices(
            ["two columns", "three columns", "comma", "family first", "given first"], [38, 20, 14, 18, 10]
        )[0],
        spelling=chance.choices(["as said", "capitals", "no accents"], [45, 40, 15])[0],
        document=chance.choices(
            ["text", "numbers", "floats", "with check", "check column", "with type"], [40, 25, 5, 8, 6, 16]
        )[0],
        birth=chance.choices(
            ["text", "cells", "three columns", "two digits", "words", "ISO", "American", "swapped", "mixed", "none",
             "small days", "dashes"],
            [26, 22, 6, 6, 6, 6, 4, 4, 5, 6, 4, 5],
        )[0],
        sex=chance.choices(
            ["M/F", "H/M", "V/M", "words", "ticked", "only M", "codes", "none"], [34, 16, 8, 20, 14, 3, 4, 5]
        )[0],
        consent=chance.choices(["words", "ticked", "lone tick", "declared", "booleans"], [54, 16, 10, 16, 4])[0],
        phone=chance.choices(["text", "numbers", "two columns", "international", "none"], [34, 26, 8, 8, 24])[0],
        enrolled=chance.choices(["column", "letterhead", "none"], [50, 20, 30])[0],
        cohort=chance.choices(["declared", "letterhead", "column"], [70, 15, 15])[0],
        typo=chance.choices(["", "birth", "day", "district", "family", "consent", "sex"], [88, 3, 2, 2, 2, 2, 1])[0],
        extras=frozenset(one for one in EXTRAS if chance.random() < 0.14),
        flaws=frozenset(chance.sample(flaws, chance.choices([0, 1, 2, 3], [35, 30, 20, 15])[0])),
    )  # fmt: skip
    return possible(style)


def possible(style: Style) -> Style:
    """Changes the choices that do not go together to those that the others allow."""
    changes: dict[str, Any] = {}
    extras = set(style.extras)
    if style.file not in ("xlsx", "xls"):
        extras -= {"dates from 1904"}
    if style.file not in ("xlsx", "ods"):
        extras -= {"hidden rows", "hidden people"}
    if style.file == "csv" or "hidden people" in extras:
        extras -= {"struck-out rows"}
    if style.file not in ("xlsx", "xls"):
        extras -= {"a hidden tab"}
    if style.file == "csv":
        extras -= {"a summary tab", "merged consent"}
        changes |= {"place": "groups"} if style.place == "tabs" else {}
        changes |= {"birth": "text"} if style.birth == "swapped" else {}
    if "hidden people" in extras:
        extras -= {"hidden rows"}
    if style.birth == "three columns" and style.typo == "day":
        changes |= {"typo": "birth"}
    if style.headings == "one line":
        changes |= {"sex": "words"} if style.sex == "ticked" else {}
        changes |= {"consent": "words"} if style.consent == "ticked" else {}
        changes |= {"birth": "text"} if style.birth == "three columns" else {}
    if style.dialect != "office":
        changes |= _of_programs(style)
        extras &= {"tongue and ethnicity", "organizations", "addresses"}
    return replace(style, extras=frozenset(extras), **changes)


def _of_programs(style: Style) -> dict[str, Any]:
    """Choices of sheets that a program writes: nothing above and nothing around."""
    return {
        "headings": "one line",
        "place": "columns" if style.place not in ("columns", "UBIGEO INEI") else style.place,
        "names": style.names if style.names in ("two columns", "three columns", "comma") else "two columns",
        "sex": "words",
        "consent": "words" if style.consent != "declared" else "declared",
        "birth": "ISO" if style.dialect == "Kobo" else "text",
        "enrolled": "none" if style.enrolled == "letterhead" else style.enrolled,
        "cohort": "declared",
        "document": "text",
        "typo": "",
        "delimiter": ";" if style.dialect == "Kobo" else ",",
        "encoding": "utf-8-sig" if style.dialect == "Kobo" else "utf-8",
    }
