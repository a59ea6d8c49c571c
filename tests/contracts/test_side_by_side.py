"""What an event that is sent as two types needs, and what is refused of it, in a sentence."""

from typing import Any, ClassVar

import pytest

from contracts import examples
from contracts.catalogue import BY_TYPE
from contracts.enrollment import ModulePublished
from contracts.event import Event
from contracts.generation import gate_side_by_side
from contracts.reporting import OutcomePublished


class Newer(ModulePublished):
    """Says in words how long it takes."""

    type: ClassVar[str] = "minka.enrollment.ModulePublished.v2"
    duration: str

    def to_former_type(self) -> Event | None:
        return ModulePublished(**self.model_dump(exclude={"duration"}))


def example(event: type[ModulePublished]) -> Event:
    values: dict[str, Any] = next(examples.of(ModulePublished)).model_dump()
    return event(**values, duration="three mornings")


def refused(event: Event, *catalogue: type[Event]) -> list[str]:
    return gate_side_by_side([event], BY_TYPE | {one.type: one for one in catalogue})


def test_the_catalogues_as_they_stand_pass() -> None:
    assert gate_side_by_side() == []


def test_a_newer_type_that_translates_every_example_passes() -> None:
    event = example(Newer)
    assert [form.type for form in event.forms()] == [Newer.type, ModulePublished.type]
    assert refused(event) == []


def test_an_example_of_a_newer_type_names_both() -> None:
    assert examples._envelope(example(Newer), 1).sent_as == (Newer.type, ModulePublished.type)


class ToAnotherSubject(Newer):
    def to_former_type(self) -> Event | None:
        return ModulePublished(**self.model_dump(exclude={"duration", "module_id"}), module_id=self.programme_id)


class ToUnknownFields(Newer):
    def to_former_type(self) -> Event | None:
        return ModulePublished(**self.model_dump())


class ToNoHours(Newer):
    def to_former_type(self) -> Event | None:
        return ModulePublished(**self.model_dump(exclude={"duration", "hours"}), hours=0)


class FromAnotherOwner(Newer):
    topic: ClassVar[str] = "media.events"


class WithALongName(Newer):
    type: ClassVar[str] = f"minka.enrollment.{'M' * 500}.v2"


@pytest.mark.parametrize(
    ("event", "expected"),
    [
        (ToAnotherSubject, "has another subject or key, so no reader knows them as one. Keep both."),
        (
            ToUnknownFields,
            "cannot be translated to the former type (ModulePublished has no field duration). Mend `to_former_type`.",
        ),
        (ToNoHours, "cannot be translated to the former type (ModulePublished hours). Mend `to_former_type`."),
        (FromAnotherOwner, "is on a topic of another owner. Send both from one service."),
        (WithALongName, "is sent as more types than a header can name. End the oldest."),
    ],
)
def test_what_no_reader_could_follow_is_refused(event: type[Newer], expected: str) -> None:
    [refusal] = refused(example(event))
    assert refusal.startswith(f"{event.type}: ") and refusal.endswith(expected)


def test_a_former_type_stays_in_the_catalogue() -> None:
    known = {name: event for name, event in BY_TYPE.items() if event is not ModulePublished}
    [refusal] = gate_side_by_side([example(Newer)], known)
    assert refusal.endswith(f"its former type {ModulePublished.type} is not in the catalogue. Put it back.")


def test_two_types_share_no_compacted_topic() -> None:
    """Compaction keeps the last record of a key, which is the former type's: readers of the newer one lose it."""

    class NewerOutcome(OutcomePublished):
        type: ClassVar[str] = "minka.reporting.OutcomePublished.v2"

        def to_former_type(self) -> Event | None:
            return OutcomePublished(**self.model_dump())

    outcome = NewerOutcome(**next(examples.of(OutcomePublished)).model_dump())
    refusals = refused(outcome)
    assert ["is compacted and keeps one record of each key" in refusal for refusal in refusals] == [True]
