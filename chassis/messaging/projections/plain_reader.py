"""Reads records in plain form for a projection; any other record is none of its business."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from itertools import chain, combinations
from operator import itemgetter
from re import Match, Pattern
from typing import Any, NamedTuple

from pydantic import BaseModel

from chassis.messaging.dead_letters.store import Record
from chassis.messaging.deserializer import CLOCK_TOLERANCE
from chassis.messaging.plain_form import NotPlain, plain_form
from contracts.envelope import CONSTANTS, HEADER_TABLE, MOST_HEADERS

LONGEST_BODY = 4_000
"""Bytes of a body; ours have a quarter."""

MOST_SENDERS = 1_000
"""Different sets of headers that are the same for many records, of which each is remembered."""

TOLERANCE_MILLISECONDS = CLOCK_TOLERANCE.total_seconds() * 1000

LINES = ("ce_id", "ce_time", "ce_subject", "ce_partitionkey", "ce_aggregateversion")
"""The headers before the body in `plain_form`."""

MORE_LINES = ("ce_correlationid", "traceparent")
"""Those after it, where a record has them."""

Values = tuple[bytes, ...]
Names = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class PlainRow:
    """How the row of a model is made: the fields of the body that it needs, and its making from the match."""

    fields: tuple[str, ...]
    make: Callable[[Match[bytes], Record], Any]


class Shape(NamedTuple):
    """Where a record has its headers: those of all its sender's records, and the lines before and after the body.

    `line_ends` is their number in the whole text; another one means that a header has a line end.
    """

    common: Callable[[Values], Any]
    lines: Callable[[Values], Values]
    more: Callable[[Values], Values]
    line_ends: int


def _shapes() -> Mapping[Names, Shape]:
    """By the names of the headers, with any of the optional ones and in the order in which they are written."""
    optional = [row.name for row in HEADER_TABLE if not row.required]
    absent = chain.from_iterable(combinations(optional, number) for number in range(len(optional) + 1))
    written = [*CONSTANTS, *(row.name for row in HEADER_TABLE)]
    return {names: _shape(names) for some in absent if (names := tuple(name for name in written if name not in some))}


def _shape(names: Names) -> Shape:
    more = [name for name in MORE_LINES if name in names]
    common = [name for name in names if name not in (*LINES, *more)]
    return Shape(_values(names, common), _values(names, LINES), _values(names, more), len(LINES) + 1 + len(more))


def _values(names: Names, some: Iterable[str]) -> Callable[[Values], Values]:
    places = [names.index(name) for name in some]
    return itemgetter(*places) if len(places) > 1 else lambda values: tuple(values[place] for place in places)


SHAPES = _shapes()


class PlainReader:
    """Reads what is plain, once a record with the same common headers was read by its model."""

    def __init__(self, models: Iterable[type[BaseModel]], row_of: Callable[[Any], PlainRow]) -> None:
        self.forms = {model: form for model in models if (form := _form(model, row_of))}
        self.senders: dict[Any, tuple[Pattern[bytes], PlainRow]] = {}

    def learn(self, record: Record, model: type[BaseModel]) -> None:
        """Notes that a record with these common headers was read as an event of this model."""
        names, values = zip(*record.headers, strict=True)
        if model in self.forms and names in SHAPES and len(self.senders) < MOST_SENDERS:
            self.senders[record.topic, names, SHAPES[names].common(values)] = self.forms[model]

    def read(self, record: Record) -> Any:
        """The row of the record, or None where it is not plain."""
        names, values = zip(*record.headers, strict=True) if 0 < len(record.headers) <= MOST_HEADERS else ((), ())
        shape, body = SHAPES.get(names), record.value or b""
        sender = self.senders.get((record.topic, names, shape.common(values))) if shape else None
        if shape is None or sender is None or len(body) > LONGEST_BODY or None in values:
            return None
        form, row = sender
        text = b"\n".join((*shape.lines(values), record.key or b"", body, *shape.more(values)))
        found = form.fullmatch(text) if text.count(b"\n") == shape.line_ends else None
        return row.make(found, record) if found and _is_in_time(found, record) else None


def _form(model: Any, row_of: Callable[[Any], PlainRow]) -> tuple[Pattern[bytes], PlainRow] | None:
    row = row_of(model)
    try:
        return plain_form(model, model.subject_field, model.key_field, row.fields), row
    except NotPlain:
        return None


def _is_in_time(found: Match[bytes], record: Record) -> bool:
    recorded = datetime.fromisoformat(found["time"].decode())
    return recorded.timestamp() * 1000 < record.timestamp + TOLERANCE_MILLISECONDS
