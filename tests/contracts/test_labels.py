"""Each enumeration of the events that people see has one label for each of its members."""

from collections.abc import Iterator
from enum import StrEnum
from typing import Any, get_args

import pytest
from pydantic import BaseModel

from contracts import labels
from contracts.catalogue import EVENTS
from contracts.enrollment import ProgrammeStatus
from contracts.media import VisitorClass

LABELS: dict[str, labels.Labels] = {
    name: found
    for name, found in vars(labels).items()
    if isinstance(found, dict) and isinstance(next(iter(found), None), StrEnum)
}
"""By the name of the constant."""

NOT_SHOWN: set[type[StrEnum]] = {ProgrammeStatus, VisitorClass}
"""Enumerations whose members no page, table or export shows."""


def enumeration_of(labelled: labels.Labels) -> type[StrEnum]:
    member: Any = next(iter(labelled))
    return type(member)


def enumerations(annotation: Any) -> Iterator[type[StrEnum]]:
    """The enumerations in the type of a field, of its options and of its parts."""
    for inner in get_args(annotation):
        yield from enumerations(inner)
    if isinstance(annotation, type) and issubclass(annotation, StrEnum):
        yield annotation
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        for field in annotation.model_fields.values():
            yield from enumerations(field.annotation)


def test_every_enumeration_of_an_event_has_labels() -> None:
    announced = {found for event in EVENTS for found in enumerations(event)}
    labelled = set(map(enumeration_of, LABELS.values()))

    missing = sorted(found.__name__ for found in announced - labelled - NOT_SHOWN)

    assert missing == [], "add their labels to contracts/labels.py, or the name to NOT_SHOWN here if nobody sees them"
    assert not NOT_SHOWN & labelled


@pytest.mark.parametrize("labelled", LABELS.values(), ids=LABELS)
def test_every_member_has_a_label_in_the_order_of_its_declaration(labelled: labels.Labels) -> None:
    assert list(labelled) == list(enumeration_of(labelled))
    assert len(set(labelled.values())) == len(labelled)


@pytest.mark.parametrize("labelled", LABELS.values(), ids=LABELS)
def test_no_label_says_the_words_of_another_member(labelled: labels.Labels) -> None:
    words = {member: str(member).replace("_", " ").capitalize() for member in labelled}
    for member, label in labelled.items():
        assert label not in {said for other, said in words.items() if other is not member}


def test_a_stored_value_finds_its_label() -> None:
    assert labels.SEX_GROUPS["female"] == "Women"
    assert labels.ORGANIZATION_TYPE_GROUPS["not_stated"] == "Not stated"
    assert labels.ORGANIZATION_TYPE_ANSWERS["not_stated"] == "Prefers not to say"
