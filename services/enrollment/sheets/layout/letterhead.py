"""What lines above a table, or between its rows, say about all rows below them: «Distrito: Celendín»."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cache
from itertools import pairwise

from chassis.runtime.rejections import RejectedError
from contracts.territory import Scheme, districts, provinces
from services.enrollment.identity.names import tokens
from services.enrollment.sheets.cells import Row, is_blank, text_of
from services.enrollment.sheets.layout.headings import schemes_in
from services.enrollment.sheets.layout.tables import Field
from services.enrollment.sheets.values.dates import DateOrder, DateWindow, read_date
from services.enrollment.sheets.values.districts import normalized_place
from services.enrollment.sheets.values.texts import ungarbled
from services.enrollment.sheets.wordings import wordings

_MAXIMUM_LABEL_WORDS = 4
_MAXIMUM_CHARACTERS = 500
_DATES = DateWindow(date(2000, 1, 1), date(2099, 12, 31))
PLACE_WORDS = {"distrito": Field.DISTRICT, "dist": Field.DISTRICT, "provincia": Field.PROVINCE, "prov": Field.PROVINCE}
_WITHIN = {
    Field.PROVINCE: (Field.DISTRICT, Field.DISTRICT_CODE),
    Field.DEPARTMENT: (Field.PROVINCE, Field.DISTRICT, Field.DISTRICT_CODE),
}
"""A line that names a larger place ends what was said of a smaller one."""


@dataclass(frozen=True, slots=True)
class Statement:
    """What a line says about a field, as it is written."""

    field: Field
    text: str


def statements(row: Row) -> Iterator[Statement]:
    """Yields what a line says: «Label: value» in one cell, or the label in a cell and the value in the next."""
    texts = [ungarbled(text_of(cell)) for cell in row.cells if not is_blank(cell)]
    for text, following in pairwise([*texts, ""]):
        if len(text) > _MAXIMUM_CHARACTERS:
            continue
        if ":" in text.rstrip(": "):
            yield from _stated_inside(text)
        elif field := _label_of(text.split()):
            if _label_of(following.split()) is None and (value := _value(field, following, is_marked=":" in text)):
                yield Statement(field, value)
        else:
            yield from _places_named(text)


def changed(said: Mapping[Field, str], new: Sequence[Statement]) -> dict[Field, str]:
    """Returns what is said from a line on, after what was said above it."""
    named = {one.field for one in new}
    ended = {inner for field in named for inner in _WITHIN.get(field, ())}
    return {field: text for field, text in said.items() if field not in ended} | {one.field: one.text for one in new}


def scheme_of(row: Row) -> set[Scheme]:
    """Returns the schemes that a line declares, which mentions UBIGEO."""
    texts = [ungarbled(text_of(cell)) for cell in row.cells if not is_blank(cell)]
    return {scheme for text in texts if "ubigeo" in tokens(text) for scheme in schemes_in(text)}


def place_of(text: str) -> set[Field]:
    """Tells whether a text is the name of a district, of a province, or of both."""
    name = normalized_place(text)
    found = ((Field.DISTRICT, _district_names()), (Field.PROVINCE, _province_names()))
    return {field for field, names in found if name in names}


def bare_place(text: str) -> str:
    """Returns the name of a place without a remark after it, such as «(12 personas)»."""
    return text.partition("(")[0].strip(" :.-")


def _stated_inside(text: str) -> Iterator[Statement]:
    """Yields each label with what follows it, up to the next label."""
    pieces = [piece.split() for piece in text.split(":")]
    sizes = [*(_label_size(words) for words in pieces[:-1]), 0]
    for (before, size), (after, next_size) in pairwise(zip(pieces, sizes, strict=True)):
        field = _label_of(before[len(before) - size :])
        said = " ".join(after[: len(after) - next_size]).strip(" ,;-–|/")
        if field and (value := _value(field, said, is_marked=True)):
            yield Statement(field, value)


def _label_size(words: Sequence[str]) -> int:
    """Returns how many of the last words are a label."""
    sizes = range(min(_MAXIMUM_LABEL_WORDS, len(words)), 0, -1)
    return next((size for size in sizes if _label_of(words[-size:])), 0)


def _label_of(words: Sequence[str]) -> Field | None:
    if not words or len(words) > _MAXIMUM_LABEL_WORDS:
        return None
    found = wordings("letterhead").get(" ".join(tokens(" ".join(words))))
    return Field(found) if found else None


def _value(field: Field, text: str, *, is_marked: bool) -> str:
    """Returns what a text says of a field, empty if nothing; without a colon it must be a known place."""
    if len(text) > _MAXIMUM_CHARACTERS or not tokens(text):
        return ""
    if field is Field.ENROLLED_ON:
        return next((part for part in (text, *text.split(",")) if _is_date(part)), "").strip()
    if field is Field.DISTRICT_CODE and not text.replace(" ", "").isdecimal():
        return ""
    return text if is_marked or field is Field.COHORT or field in place_of(text) else ""


def _is_date(text: str) -> bool:
    try:
        read_date(text, DateOrder.DAY_FIRST, _DATES)
    except RejectedError:
        return False
    return True


def _places_named(text: str) -> Iterator[Statement]:
    """Yields the places of a text such as «Distrito de Huambos, provincia de Chota», if all of it is places."""
    words = tokens(text)
    if not words or words[0] not in PLACE_WORDS:
        return
    starts = [place for place, word in enumerate(words) if word in PLACE_WORDS]
    found = [
        Statement(PLACE_WORDS[words[start]], normalized_place(" ".join(words[start + 1 : end])).title())
        for start, end in pairwise([*starts, len(words)])
    ]
    if all(one.field in place_of(one.text) for one in found):
        yield from found


@cache
def _district_names() -> frozenset[str]:
    return frozenset(normalized_place(district.name) for district in districts().values())


@cache
def _province_names() -> frozenset[str]:
    return frozenset(map(normalized_place, provinces().values()))
