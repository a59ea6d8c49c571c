"""The catalogues: every event is whole, shown in examples, and read by whoever knows less than it says."""

import json
import re
from datetime import timedelta
from typing import Any

import pytest
from jsonschema import Draft202012Validator, FormatChecker
from pydantic import TypeAdapter, ValidationError

from contracts import examples, golden
from contracts.catalogue import BY_TYPE, EVENTS
from contracts.compatibility import shape
from contracts.enrollment import EnrollmentRequested, EnrollmentWaitlisted
from contracts.event import Day, DayOfInstants, Event, Instant
from contracts.golden import Message, Revision
from contracts.topics import TOPICS

every_event = pytest.mark.parametrize("event", EVENTS, ids=lambda event: event.__name__)
REVISIONS = [revision for event in EVENTS for revision in golden.read(event.type)]
# A seat that was not given yet has no moment at which it was.
NEVER_SET: dict[type[Event], set[str]] = {EnrollmentRequested: {"accepted_at"}, EnrollmentWaitlisted: {"accepted_at"}}

every_revision = pytest.mark.parametrize("revision", REVISIONS, ids=lambda each: f"{each.type}/{each.number}")


def test_types_are_unique() -> None:
    assert len(BY_TYPE) == len(EVENTS)


@every_event
def test_type_names_its_service_itself_and_its_version(event: type[Event]) -> None:
    owner = TOPICS[event.topic].owner
    assert re.fullmatch(rf"minka\.{owner}\.[A-Za-z]+\.v[1-9]\d*", event.type)
    assert golden.class_name(event.type) == event.__name__


@every_event
def test_examples_show_every_field(event: type[Event]) -> None:
    shown = {name for message in examples.messages(event) for name, value in message.body.items() if value is not None}
    assert shown | NEVER_SET.get(event, set()) == set(event.model_fields)


def test_examples_have_ids_of_their_own() -> None:
    ids = [message.headers["ce_id"] for event in EVENTS for message in examples.messages(event)]
    assert len(set(ids)) == len(ids)


def test_a_second_version_of_a_type_has_a_class_of_its_own() -> None:
    assert golden.class_name("minka.enrollment.PersonErased.v2") == "PersonErasedV2"


@every_revision
def test_a_golden_schema_says_what_it_is_and_where_it_is_served(revision: Revision) -> None:
    written = json.loads((golden.HERE / "schemas" / revision.type / f"{revision.number}.json").read_text("utf-8"))
    assert written == revision.document()
    assert written["$schema"] == "https://json-schema.org/draft/2020-12/schema"
    assert written["$id"] == f"/contracts/schemas/{revision.type}/{revision.number}.json"
    assert written["title"] == BY_TYPE[revision.type].__name__


@every_revision
def test_golden_messages_are_read_today_and_say_the_same(revision: Revision) -> None:
    for message in revision.messages:
        event = BY_TYPE[revision.type].model_validate_json(message.record_value())
        assert event.model_dump(mode="json").items() >= message.body.items()


@every_revision
def test_golden_messages_keep_to_their_golden_schema(revision: Revision) -> None:
    for message in revision.messages:
        valid(revision.schema, message)


@every_revision
def test_messages_of_today_keep_to_every_golden_schema(revision: Revision) -> None:
    for message in examples.messages(BY_TYPE[revision.type]):
        valid(revision.schema, message)


@every_event
def test_unknown_fields_are_passed_over(event: type[Event]) -> None:
    for message in examples.messages(event):
        known = event.model_validate(message.body)
        assert is_of(event, extended := strangely_extended(message.body))
        assert event.model_validate(extended) == known


@every_event
def test_whoever_builds_an_event_may_not_misspell_a_field(event: type[Event]) -> None:
    built = next(examples.of(event))
    with pytest.raises(TypeError, match=f"{event.__name__} has no field ocurred_at"):
        event(**dict(built), ocurred_at=built.occurred_at)


@every_event
def test_a_missing_field_is_refused(event: type[Event]) -> None:
    body = examples.messages(event)[0].body
    for name in shape(event)["required"]:
        with pytest.raises(ValidationError):
            event.model_validate({field: value for field, value in body.items() if field != name})


@every_event
def test_events_are_frozen(event: type[Event]) -> None:
    with pytest.raises(ValidationError, match="frozen"):
        next(examples.of(event)).occurred_at = None  # type: ignore[assignment, misc]


@pytest.mark.parametrize(
    ("kind", "before", "first", "last", "after"),
    [
        (
            Instant,
            "1999-12-31T23:59:59.999999Z",
            "2000-01-01T00:00:00Z",
            "2099-12-31T23:59:59.999999Z",
            "2100-01-01T00:00:00Z",
        ),
        (Day, "1999-12-31", "2000-01-01", "2099-12-31", "2100-01-01"),
        (DayOfInstants, "2000-01-01", "2000-01-02", "2099-12-30", "2099-12-31"),
    ],
)
def test_what_happened_lies_within_this_century(kind: Any, before: str, first: str, last: str, after: str) -> None:
    """A schema cannot say so, so the gate does not see it."""
    assert [is_of(kind, day) for day in (before, first, last, after)] == [False, True, True, False]


def is_of(kind: Any, written: Any) -> bool:
    try:
        TypeAdapter(kind).validate_python(written)
    except ValidationError:
        return False
    return True


def test_an_instant_has_its_offset() -> None:
    assert [is_of(Instant, f"2025-05-12T14:00:00{offset}") for offset in ("", "-05:00")] == [False, True]


def test_nothing_ends_but_visits_and_nothing_is_compacted_but_figures() -> None:
    """Everything is counted anew from the topics, and a visit identifies nobody after its day."""
    assert {topic.name: topic.retention for topic in TOPICS.values() if topic.retention} == {
        "media.visits": timedelta(days=90)
    }
    assert [topic.name for topic in TOPICS.values() if topic.compacted] == ["reporting.outcomes"]
    for topic in TOPICS.values():
        assert topic.settings()["retention.ms"] == ("7776000000" if topic.name == "media.visits" else "-1")


def test_no_event_carries_what_identifies_a_person() -> None:
    fields = {name for event in EVENTS for name in json.dumps(shape(event)).replace('"', " ").split()}
    assert not fields & {"dni", "document", "first_name", "last_name", "birth_date", "email", "phone", "address"}


def test_no_event_carries_text_in_which_somebody_may_write_about_a_person() -> None:
    fields = {name for event in EVENTS for name in event.model_fields}
    free_text = {"comment", "description", "explanation", "note", "notes", "observation", "reason", "remark", "remarks"}
    assert not fields & free_text, "keep it in the service; a topic is kept for ever"


def valid(schema: dict[str, Any], message: Message) -> None:
    Draft202012Validator(schema, format_checker=FormatChecker()).validate(message.body)


def strangely_extended(value: Any) -> Any:
    """The same body as a later writer might send it, with a new field in every object."""
    if not isinstance(value, dict):
        return value
    return {name: strangely_extended(inner) for name, inner in value.items()} | {"field_of_tomorrow": {"deep": [1]}}
