"""No text from outside takes a time that grows with the square of its length.

Each parser and each expression gets hostile texts, and the same ones eight times as long. Linear work takes eight times
as much processor time, quadratic work 64 times. A text whose length is bounded at the edge takes no more at all.
"""

import importlib
import io
import pkgutil
import re
import time
import zipfile
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from contextlib import suppress
from datetime import date
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

import chassis
import services
from chassis.runtime.rejections import RejectedError
from chassis.web.file_types import byte_range
from chassis.web.locale import preferred
from services.enrollment.identity.contact import read_email, read_phone
from services.enrollment.identity.documents import DocumentType, read_document
from services.enrollment.identity.names import read_names, tokens
from services.enrollment.sheets.cells import Row, clean_text
from services.enrollment.sheets.files.csv_file import read_csv
from services.enrollment.sheets.files.encodings import decoded
from services.enrollment.sheets.files.opendocument_scan import CONTENT, scan_opendocument
from services.enrollment.sheets.files.workbook_scan import scan_workbook
from services.enrollment.sheets.layout.heading_lines import count_known_headings, find_headings
from services.enrollment.sheets.layout.letterhead import statements
from services.enrollment.sheets.layout.line_kinds import LineKinds
from services.enrollment.sheets.values.answers import sex_codes_of
from services.enrollment.sheets.values.dates import DateWindow, read_date
from services.enrollment.sheets.values.name_order import NameOrder, split_names
from services.enrollment.sheets.values.texts import require_whole
from services.media.visits.domain import VisitorClassifier

LENGTH, FACTOR = 4_000, 8
MOST_GROWTH = 28
"""Between 8, which is linear, and 64, which is quadratic, because other processes disturb the caches."""

SHORTEST_MEASURED = 0.0005
"""Seconds. What takes less is taken as this much, because a clock says nothing about it."""

Read = Callable[[str], object]


def seconds(read: Read, text: str) -> float:
    """The processor time of the fastest of three readings."""
    taken = []
    for _ in range(3):
        began = time.thread_time()
        with suppress(RejectedError):
            read(text)
        taken.append(time.thread_time() - began)
    return max(min(taken), SHORTEST_MEASURED)


def growth(read: Read, piece: str) -> float:
    """How many times as long a text of the repeated piece takes when it is eight times as long."""
    short, long = (piece * (size // len(piece) + 1) for size in (LENGTH, LENGTH * FACTOR))
    return seconds(read, long) / seconds(read, short)


def slow_pieces(read: Read, hostile: Iterable[str]) -> list[str]:
    return [piece for piece in hostile if growth(read, piece) > MOST_GROWTH]


# Expressions ---------------------------------------------------------------------------------------------------------

OWN_TEXTS = {
    ("services.reporting.public_page.painter", "_ROOT"): "the drawing process' own answer",
}
BOUNDED = {
    ("services.enrollment.sheets.layout.headings", "_REMARK"): 200,
    ("services.media.visits.domain", "_PREVIEWS"): 400,
}
"""Characters of a text that its only caller lets through."""


def modules() -> Iterator[ModuleType]:
    for package in (chassis, services):
        for found in pkgutil.walk_packages(package.__path__, f"{package.__name__}."):
            if "tests" not in found.name.split(".") and not found.name.endswith("__main__"):
                yield importlib.import_module(found.name)


def expressions() -> Iterator[Any]:
    """Each expression at the top of a module, with the methods by which the module applies it."""
    for module in modules():
        for name, value in vars(module).items():
            for number, pattern in enumerate(value.values() if isinstance(value, dict) else [value]):
                if isinstance(pattern, re.Pattern) and (module.__name__, name) not in OWN_TEXTS:
                    yield pytest.param(pattern, *applied(module, name), id=f"{module.__name__}.{name}-{number}")


def applied(module: ModuleType, name: str) -> tuple[str, int]:
    source = Path(str(module.__file__)).read_text()
    found = re.search(rf"\b{name}\b(?:\[[^]]*\])?\.(fullmatch|match|search|sub|findall|finditer)\(", source)
    return (found[1] if found else "fullmatch"), BOUNDED.get((module.__name__, name), LENGTH * FACTOR)


def pieces(pattern: str) -> set[str]:
    """What repeated may be hostile: each character and each word of the expression, and what its classes stand for."""
    characters = {character for character in pattern if character.isprintable()}
    words = {word + end for word in re.findall(r"\w{2,}", pattern)[:20] for end in ("", " ")}
    return characters | words | {"a", "A", "1", " ", "\n", "a1", "1 ", " 1:11", "1.1", "-1", "a.", "\\\\"}


@pytest.mark.parametrize(("pattern", "method", "most"), list(expressions()))
def test_an_expression_takes_linear_time(pattern: re.Pattern[Any], method: str, most: int) -> None:
    source = pattern.pattern if isinstance(pattern.pattern, str) else pattern.pattern.decode()
    assert slow_pieces(reader(pattern, method, most), pieces(source)) == []


def reader(pattern: re.Pattern[Any], method: str, most: int) -> Read:
    apply = getattr(pattern, method)
    first = ("",) if method == "sub" else ()

    def read(text: str) -> None:
        content = text[:most] + "!"
        found = apply(*first, content if isinstance(pattern.pattern, str) else content.encode())
        deque(found, maxlen=0) if method == "finditer" else None

    return read


def test_a_quadratic_expression_is_found() -> None:
    assert slow_pieces(reader(re.compile("a*b"), "search", LENGTH * FACTOR), ["a"]) == ["a"]


# Parsers -------------------------------------------------------------------------------------------------------------

WINDOW = DateWindow(date(1900, 1, 1), date(2026, 1, 1))


def scan_sheet(text: str) -> None:
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w") as archive:
        archive.writestr("xl/worksheets/sheet1.xml", text)
    with zipfile.ZipFile(content) as archive:
        scan_workbook(archive)


def scan_content(text: str) -> None:
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w") as archive:
        archive.writestr(CONTENT, text)
    with zipfile.ZipFile(content) as archive:
        scan_opendocument(archive)


PARSERS: dict[str, Read] = {
    "sheet of a workbook": lambda text: scan_sheet(f"<sheetData><row>{text}"),
    "lines of a CSV file": lambda text: read_csv(text.encode(), count_known_headings),
    "sheet of an OpenDocument spreadsheet": lambda text: scan_content(f"<table><table-row>{text}"),
    "line of a letterhead": lambda text: list(statements(Row(1, (text, text)))),
    "line that is about nobody": lambda text: LineKinds([]).reason(Row(1, (text,))),
    "line of headings": lambda text: find_headings([Row(1, (text, text, text))], []),
    "cell": clean_text,
    "words": tokens,
    "document": lambda text: read_document(DocumentType.DNI, text, text),
    "names": lambda text: read_names(text, text),
    "letters of a name": require_whole,
    "names in one cell": lambda text: split_names(text, NameOrder.FAMILY_FIRST, is_peruvian=True),
    "telephone": read_phone,
    "e-mail address": read_email,
    "text of a file": lambda text: decoded(text.encode("cp1252", "replace")),
    "heading of a column of sexes": sex_codes_of,
    "date": lambda text: read_date(text, None, WINDOW),
    "range of bytes": lambda text: byte_range(f"bytes={text}", 1000),
    "languages": lambda text: preferred(text, {}),
    "user agent": VisitorClassifier().class_of,
}

HOSTILE = (
    *(
        "a",
        "1",
        " ",
        "\n",
        ";",
        '"',
        '""',
        "a;",
        "1;\n",
        "(",
        "-",
        ".",
        "á",
        "\u0301",
        "cohorte ",
        "cohorte:",
        "12/",
        "1,",
    ),
    *("<c ", "<c><v>1</v></c>", '<c r="A1"/>', "<v>", "<!--", "<![CDATA[", "&a;", " a='1'", "]]>", "x/1.0 ", "es;q=0."),
)


@pytest.mark.parametrize("name", PARSERS)
def test_a_parser_takes_linear_time(name: str) -> None:
    assert slow_pieces(PARSERS[name], HOSTILE) == []
