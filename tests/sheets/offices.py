"""The sheets of `offices.toml`, written by hand as offices write theirs, and who is in them."""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from tests.sheets.files import write_file
from tests.sheets.grids import Cell, Day, Tab, Workbook

DOCUMENT = Path(__file__).with_name("offices.toml")
_NOT_READ = "not_read"


@dataclass(frozen=True, slots=True)
class OfficeSheet:
    """A file; what somebody answers about it, also of its columns; and its rows by tab, counted from 0, and line.

    `people` has the true values of those whom a careful clerk enrolls; of `unclear` rows careful clerks may differ, and
    no other row is about a person to enroll.
    """

    name: str
    content: bytes
    said: Mapping[str, Any]
    columns: Mapping[str, str | None]
    people: Mapping[tuple[int, int], Mapping[str, object]]
    unclear: frozenset[tuple[int, int]]


def office_sheets() -> list[OfficeSheet]:
    """Reads them all."""
    return [_sheet(**one) for one in tomllib.loads(DOCUMENT.read_text())["sheet"]]


def _sheet(
    name: str,
    tabs: list[dict[str, Any]],
    people: Mapping[str, Mapping[str, object]],
    file: str = "xlsx",
    delimiter: str = ";",
    encoding: str = "utf-8",
    said: Mapping[str, Any] | None = None,
    columns: Mapping[str, str] | None = None,
    unclear: tuple[str, ...] = (),
) -> OfficeSheet:
    book = Workbook([_tab(**one) for one in tabs])
    return OfficeSheet(
        name=name,
        content=write_file(book, file, delimiter, encoding),
        said=said or {},
        columns={title: None if field == _NOT_READ else field for title, field in (columns or {}).items()},
        people={_place(place): person for place, person in people.items()},
        unclear=frozenset(map(_place, unclear)),
    )


def _tab(lines: list[list[Any]], name: str = "Hoja1", **others: Any) -> Tab:
    hidden, struck = (set(others.get(key, ())) for key in ("hidden", "struck"))
    merged = [(first, last, left, right) for first, last, left, right in others.get("merged", ())]
    return Tab(name, [list(map(_cell, line)) for line in lines], merged, hidden, struck)


def _cell(value: Any) -> Cell:
    cell: Cell = Day(value) if isinstance(value, date) else value
    return cell


def _place(text: str) -> tuple[int, int]:
    """Reads «3» as a line of the first tab, and «1.3» as one of the second."""
    tab, _, line = text.rpartition(".")
    return int(tab or 0), int(line)
