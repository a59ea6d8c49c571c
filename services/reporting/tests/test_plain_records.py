"""What is read in plain form is read as the models read it; whatever they would refuse is not plain."""

import re
from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from chassis.messaging.dead_letters.store import UNREADABLE
from chassis.messaging.deserializer import CLOCK_TOLERANCE
from chassis.messaging.projections.plain_reader import LONGEST_BODY, PlainReader
from chassis.messaging.projections.projection import Projection
from contracts import examples
from contracts.enrollment import Consent, Enrollment, PersonRegistered, StatedTraining
from contracts.envelope import MOST_HEADERS
from contracts.event import Event
from contracts.sessions import Attendance, Completion
from services.reporting.facts.domain import EVENTS
from services.reporting.facts.projection import PROJECTION, Version, fold, plain_row, prepare
from tests.support.records import Record, record_of

BY_MODELS = Projection("by models", EVENTS, prepare, fold)

MANY = (Enrollment, Consent, PersonRegistered, Attendance, Completion, StatedTraining)
"""What there is of each person."""


def written(event: Event) -> Record:
    """As a service writes it, whose clock is in UTC."""
    record = record_of(event)
    body = re.sub(rb"(\d\d:\d\d:\d\d)-05:00", rb"\1Z", record.value or b"")
    headers = [*record.headers, ("ce_correlationid", b"a-request"), ("traceparent", examples.TRACE.encode())]
    return replace(record, value=body, headers=headers)


RECORDS = [written(event) for event in examples.EXAMPLES if type(event) in EVENTS]


@pytest.fixture(scope="module")
def reader() -> PlainReader:
    """Has seen one record of each sender."""
    return reader_of(RECORDS)


def reader_of(records: Iterable[Record]) -> PlainReader:
    reader = PlainReader(EVENTS, plain_row)
    for record in records:
        reader.learn(record, BY_MODELS.models[type_of(record)])
    return reader


def type_of(record: Record) -> str:
    return next((value or b"").decode() for name, value in record.headers if name == "ce_type")


def values(version: Version) -> tuple[Any, ...]:
    return (
        *(UUID(version.subject), version.kind, int(version.version), UUID(version.owner), version.type),
        *(UUID(version.event_id), datetime.fromisoformat(version.occurred_at)),
        *(datetime.fromisoformat(version.recorded_at), *version[8:]),
    )


@pytest.mark.parametrize("record", RECORDS, ids=type_of)
def test_a_plain_record_is_the_same_row_as_by_its_model(reader: PlainReader, record: Record) -> None:
    row = reader.read(record)
    assert row is None or values(row) == values(BY_MODELS.read(record))
    assert row is not None or not issubclass(BY_MODELS.models[type_of(record)], MANY)


def test_a_record_is_plain_only_after_one_of_its_sender_was_read_by_its_model() -> None:
    reader = reader_of([])
    record = next(record for record in RECORDS if type_of(record).endswith("AttendanceRecorded.v1"))
    assert reader.read(record) is None
    assert PROJECTION.read(record) is not None
    assert PROJECTION.plain_reader and PROJECTION.plain_reader.read(record) is not None


TEXTS = [
    *(
        "null",
        "true",
        "5",
        "-1",
        '"5"',
        "2147483648",
        '""',
        '"a\\u0000b"',
        '"\\u0061"',
        '"é"',
        "[]",
        "{}",
        "1e3",
        "5.0",
    ),
    *('"2025-02-29T10:00:00Z"', '"2024-02-29T10:00:00Z"', '"2025-04-31T10:00:00Z"', '"1999-12-31T23:59:59Z"'),
    *('"2025-05-12T10:00:00"', '"2025-05-12T24:00:00Z"', '"2025-05-12"', '"2025-13-12"', '"060101"', '"06010"'),
    *('"female"', '"present"', '"not_stated"', '"01960000-0000-7000-8000-000000000001"', "1747058400"),
    '"01960000000070008000000000000001"',
]
"""What may stand in the place of a value."""

SIGNS = [b" ", b"\n", b"\t", b'"', b"\\", b"{", b"}", b",", b"0", b"9", b"a", b"Z", b"\x00", b"\xff", "ñ".encode()]


@st.composite
def altered(draw: st.DrawFn) -> Record:
    """A record in which a value, a header, the key or the clock is another, or a sign is put in or taken out."""
    record = draw(st.sampled_from(RECORDS))
    return draw(st.sampled_from([_with_value, _with_sign, _with_header, _with_field_twice, _with_key]))(draw, record)


def _with_value(draw: st.DrawFn, record: Record) -> Record:
    places = list(re.finditer(rb'"\w+":("[^"]*"|[^,{}\[\]]+)', record.value or b""))
    place = draw(st.sampled_from(places))
    text = draw(st.sampled_from([text.encode() for text in TEXTS]) | st.sampled_from([one[1] for one in places]))
    return _with_body(record, place.start(1), place.end(1), text)


def _with_sign(draw: st.DrawFn, record: Record) -> Record:
    start = draw(st.integers(0, len(record.value or b"")))
    return _with_body(record, start, start + draw(st.integers(0, 2)), draw(st.sampled_from([b"", *SIGNS])))


def _with_field_twice(draw: st.DrawFn, record: Record) -> Record:
    place = draw(st.sampled_from(list(re.finditer(rb'"\w+":"[^"]*",', record.value or b""))))
    return _with_body(record, place.end(), place.end(), draw(st.sampled_from([place[0], b'"new":1,'])))


def _with_body(record: Record, start: int, end: int, text: bytes) -> Record:
    body = record.value or b""
    return replace(record, value=body[:start] + text + body[end:])


def _with_header(draw: st.DrawFn, record: Record) -> Record:
    number = draw(st.integers(0, len(record.headers) - 1))
    name, value = record.headers[number]
    others = [value for _, value in record.headers]
    text = draw(st.sampled_from([*others, None, b"", (value or b"") + b"\n", (value or b"") + b"0", b"2" * 7, b"0"]))
    headers = [*record.headers]
    headers[number : number + 1] = draw(st.sampled_from([[(name, text)], [(name, text), (name, value)], []]))
    return replace(record, headers=headers)


def _with_key(draw: st.DrawFn, record: Record) -> Record:
    clock = record.timestamp - round(CLOCK_TOLERANCE / timedelta(milliseconds=1)) - draw(st.integers(-2_000, 2_000))
    return draw(
        st.sampled_from([replace(record, key=None), replace(record, timestamp=clock), replace(record, key=b"k")])
    )


@settings(max_examples=3_000, deadline=None)
@given(altered())
@example(replace(RECORDS[0], value=b" " * LONGEST_BODY))
@example(replace(RECORDS[0], headers=[*RECORDS[0].headers, *[("x", b"")] * MOST_HEADERS]))
def test_nothing_is_plain_that_the_models_would_refuse_or_read_otherwise(record: Record) -> None:
    row = READER.read(record)
    if row is not None:
        try:
            by_model = BY_MODELS.read(record)
        except UNREADABLE as error:
            raise AssertionError(f"is plain, but is refused by its model: {error}") from error
        assert values(row) == values(by_model)


READER = reader_of(RECORDS)


def test_some_of_what_is_altered_is_plain() -> None:
    """Otherwise the property would say nothing."""
    enrollment = next(record for record in RECORDS if type_of(record).endswith("EnrollmentAccepted.v1"))
    other = re.sub(rb'"sex":"\w+"', b'"sex":"other"', enrollment.value or b"")
    assert values(READER.read(replace(enrollment, value=other)))[-1] == other.decode()


@pytest.mark.parametrize(
    "model", [model for model in EVENTS if issubclass(model, MANY)], ids=lambda each: each.__name__
)
def test_what_there_is_of_each_person_has_a_plain_form(model: type[Event]) -> None:
    assert model in READER.forms


def test_a_line_end_in_a_header_moves_no_other_line_into_its_place() -> None:
    record = next(record for record in RECORDS if type_of(record).endswith("PersonRegistered.v1"))
    known = {name: value or b"" for name, value in record.headers if name not in {"ce_correlationid", "traceparent"}}
    moved = known | {
        "ce_id": known["ce_id"] + b"\n" + known["ce_time"],
        "ce_time": known["ce_subject"],
        "ce_subject": known["ce_partitionkey"],
        "ce_partitionkey": known["ce_aggregateversion"],
        "ce_aggregateversion": known["ce_partitionkey"],
    }
    true = replace(record, headers=list(known.items()))
    forged = replace(record, headers=list(moved.items()), key=record.value, value=b"another body")
    reader = reader_of([true])
    assert reader.read(true) is not None
    assert reader.read(forged) is None


def a_plain_record() -> Record:
    return next(record for record in RECORDS if type_of(record).endswith("AttendanceRecorded.v1"))


def test_a_plain_record_is_not_believed_when_it_is_from_the_future() -> None:
    record = a_plain_record()
    recorded = datetime.fromisoformat(dict(record.headers)["ce_time"].decode())  # type: ignore[union-attr]
    latest = round((recorded - CLOCK_TOLERANCE).timestamp() * 1000)
    assert READER.read(replace(record, timestamp=latest + 2_000)) is not None
    assert READER.read(replace(record, timestamp=latest - 2_000)) is None


@pytest.mark.parametrize("key", [None, b"01960000-0000-7000-8000-0000000000ff"])
def test_a_plain_record_under_another_key_is_not_believed(key: bytes | None) -> None:
    assert READER.read(replace(a_plain_record(), key=key)) is None
