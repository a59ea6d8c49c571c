"""One table of headers, read and written by the same rows; whatever is no event of ours is refused by name."""

from datetime import datetime, timedelta, timezone
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from contracts.envelope import (
    CONSTANTS,
    HEADER_TABLE,
    HIGHEST_VERSION,
    Envelope,
    EnvelopeError,
    Headers,
    from_headers,
    to_headers,
)

REQUIRED = [*CONSTANTS, *(header.name for header in HEADER_TABLE if header.required)]

texts = st.text(st.characters(exclude_categories=["C", "Z"]), min_size=1, max_size=500)
offsets = st.integers(-14 * 60, 14 * 60).map(lambda minutes: timezone(timedelta(minutes=minutes)))
envelopes = st.builds(
    Envelope,
    id=st.uuids(),
    source=texts,
    type=texts,
    time=st.datetimes(datetime.fromisoformat("2000-01-02"), datetime.fromisoformat("2099-12-30"), timezones=offsets),
    subject=texts,
    partition_key=texts,
    version=st.integers(min_value=1, max_value=HIGHEST_VERSION),
    correlation_id=st.none() | texts,
    traceparent=st.none() | texts,
    sent_as=st.none() | st.lists(texts.map(lambda text: text[:150]), min_size=1, max_size=3).map(tuple),
    data_schema=st.none() | texts,
)


def headers() -> list[tuple[str, bytes | None]]:
    envelope = Envelope(
        id=UUID("01960000-0000-7000-8000-000000000001"),
        source="/minka/enrollment",
        type="minka.enrollment.EnrollmentAccepted.v1",
        time=datetime.fromisoformat("2025-04-21T14:00:01+00:00"),
        subject="the enrollment",
        partition_key="the person",
        version=3,
    )
    return [*to_headers(envelope)]


def without(name: str) -> list[tuple[str, bytes | None]]:
    return [header for header in headers() if header[0] != name]


def is_read(record: Headers) -> bool:
    try:
        from_headers(record)
    except EnvelopeError:
        return False
    return True


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("ce_source", b"a\x00b"),
        ("ce_subject", b"a" * 501),
        ("ce_correlationid", b"a\nb"),
        ("ce_time", b"0001-01-01T00:00:00+00:00"),
        ("ce_aggregateversion", b"9223372036854775808"),
    ],
)
def test_what_no_store_and_no_calendar_can_hold(name: str, value: bytes) -> None:
    with pytest.raises(EnvelopeError, match=name):
        from_headers([*without(name), (name, value)])


@pytest.mark.parametrize(
    ("name", "last", "beyond"),
    [
        ("ce_aggregateversion", b"1000000", b"1000001"),
        ("ce_aggregateversion", b"1", b"0"),
        ("ce_subject", b"a" * 500, b"a" * 501),
        ("ce_time", b"2000-01-01T00:00:00+00:00", b"1999-12-31T23:59:59.999999+00:00"),
        ("ce_time", b"2099-12-31T23:59:59.999999+00:00", b"2100-01-01T00:00:00+00:00"),
    ],
)
def test_a_header_is_read_up_to_its_bound(name: str, last: bytes, beyond: bytes) -> None:
    assert [is_read([*without(name), (name, value)]) for value in (last, beyond)] == [True, False]


def test_a_record_has_fifty_headers_at_most() -> None:
    strange = [(f"x-{number}", b"") for number in range(51 - len(headers()))]

    assert (len([*headers(), *strange]), is_read([*headers(), *strange])) == (51, False)
    assert is_read([*headers(), *strange[1:]])


@given(envelopes)
def test_every_envelope_comes_back_as_it_went(envelope: Envelope) -> None:
    assert from_headers(to_headers(envelope)) == envelope


@given(envelopes.flatmap(lambda envelope: st.tuples(st.just(envelope), st.permutations(to_headers(envelope)))))
def test_order_of_headers_means_nothing(case: tuple[Envelope, list[tuple[str, bytes]]]) -> None:
    envelope, shuffled = case
    assert from_headers(shuffled) == envelope


def test_every_attribute_of_the_envelope_has_its_row() -> None:
    assert [header.field for header in HEADER_TABLE] == list(Envelope._fields)


@pytest.mark.parametrize("name", REQUIRED)
def test_missing(name: str) -> None:
    with pytest.raises(EnvelopeError, match=name):
        from_headers(without(name))


@pytest.mark.parametrize("name", [*CONSTANTS, *(header.name for header in HEADER_TABLE)])
@pytest.mark.parametrize(("value", "reason"), [(None, "has no value"), (b"\xff", "is not UTF-8")])
def test_null_or_not_text(name: str, value: bytes | None, reason: str) -> None:
    with pytest.raises(EnvelopeError, match=f"{name}: {reason}"):
        from_headers([*without(name), (name, value)])


@pytest.mark.parametrize("name", REQUIRED)
def test_repeated_even_with_the_same_value(name: str) -> None:
    value = dict(headers())[name]
    with pytest.raises(EnvelopeError, match=f"{name}: is repeated"):
        from_headers([*headers(), (name, value)])


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("ce_specversion", b"0.3"),
        ("content-type", b"text/plain"),
        ("ce_id", b"17"),
        ("ce_time", b"yesterday"),
        ("ce_time", b"2025-04-21T14:00:01"),
        ("ce_aggregateversion", b"0"),
        ("ce_aggregateversion", b"-1"),
        ("ce_aggregateversion", b"1_000"),
        ("ce_aggregateversion", "٣".encode()),
        ("ce_subject", b""),
        ("traceparent", b""),
    ],
)
def test_unreadable(name: str, value: bytes) -> None:
    with pytest.raises(EnvelopeError, match=name):
        from_headers([*without(name), (name, value)])


def test_the_refusal_never_repeats_a_value() -> None:
    with pytest.raises(EnvelopeError) as refusal:
        from_headers([*without("ce_id"), ("ce_id", b"Rosa Quispe, 12345678")])
    assert "Rosa" not in str(refusal.value)
    assert refusal.value.header == "ce_id"


def test_unknown_headers_are_passed_over_whatever_they_hold() -> None:
    strange: list[tuple[str, bytes | None]] = [("x-other", None), ("x-other", b"\xff"), ("ce_somethingnew", b"1")]
    assert from_headers([*headers(), *strange]) == from_headers(headers())
