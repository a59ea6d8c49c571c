"""Every definition agrees with its rule: the facts it reads, the dimensions of its cells, the texts it shows."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from typing import Any

import pytest

from contracts.enrollment import Consent, Enrollment, ModulePublished, OrganizationRegistered, StatedTraining
from contracts.event import Event
from contracts.labels import ASSET_KINDS, SESSION_KINDS
from contracts.media import Publication, ReachMeasured
from contracts.sessions import Attendance, Completion
from services.reporting.facts.domain import MODELS, TOPICS, OrganizationCompletion
from services.reporting.indicators.domain import Indicator
from services.reporting.indicators.registry import FACTS, HEADLINES, INDICATORS
from services.reporting.indicators.slices import ALL, DIMENSIONS, PROGRAMME, Slice, merged
from services.reporting.tests import stories
from services.reporting.tests.stories import an_id

PERSON = an_id(0x100)

EXAMPLES: dict[type[Event], Event] = {
    Consent: stories.a_consent(PERSON),
    Enrollment: stories.an_enrollment(PERSON),
    Attendance: stories.an_attendance(PERSON, an_id(0x300)),
    Completion: stories.a_completion(PERSON),
    OrganizationCompletion: stories.of_organization(stories.a_completion(PERSON, organization=an_id(0x40))),
    OrganizationRegistered: stories.an_organization(an_id(0x40)),
    StatedTraining: stories.a_stated_training(PERSON),
    ModulePublished: stories.a_module(an_id(0x20)),
    Publication: stories.a_publication(an_id(0x31), an_id(0x30)),
    ReachMeasured: stories.a_day_of_reach(1, date(2025, 5, 12), ["a", "b"]),
}
"""A fact of each kind that adds to the cells."""

each_indicator = pytest.mark.parametrize("indicator", INDICATORS.values(), ids=lambda indicator: indicator.id)


class ObservedFacts(Mapping[type[Event], Sequence[Any]]):
    """Facts of every kind, and the kinds that a rule has read."""

    def __init__(self) -> None:
        self.read: set[type[Event]] = set()

    def __getitem__(self, kind: type[Event]) -> Sequence[Any]:
        self.read.add(kind)
        assert kind in EXAMPLES, f"add a {kind.__name__} to EXAMPLES, made by a function of stories.py"
        return [EXAMPLES[kind]]

    def __iter__(self) -> Iterator[type[Event]]:
        return iter(EXAMPLES)

    def __len__(self) -> int:
        return len(EXAMPLES)


def test_there_is_an_example_of_each_kind_of_fact() -> None:
    assert set(EXAMPLES) == set(FACTS), "EXAMPLES has one of each kind of fact that a definition names, and no other"
    models: set[type[Event]] = {*MODELS.values(), OrganizationCompletion}
    assert all(any(issubclass(model, kind) for model in models) for kind in FACTS)


@each_indicator
def test_a_rule_reads_the_facts_that_its_definition_names(indicator: Indicator) -> None:
    facts = ObservedFacts()
    assert list(indicator.rule(facts))
    assert facts.read == set(indicator.facts), "name in `facts` what the rule reads"


@each_indicator
def test_an_owner_without_the_first_kind_of_fact_adds_nothing(indicator: Indicator) -> None:
    others = {kind: [] if kind is indicator.facts[0] else [fact] for kind, fact in EXAMPLES.items()}
    assert not list(indicator.rule(others))


@each_indicator
def test_cells_have_the_dimensions_that_the_definition_names(indicator: Indicator) -> None:
    found: set[str] = {PROGRAMME}
    for scope, slice_, _ in indicator.rule(ObservedFacts()):
        found |= slice_.members().keys()
        assert not (indicator.over_programmes and scope == ALL)
    assert found == set(indicator.dimensions), "name in `dimensions` the fields that the rule's slices have"
    assert found <= set(DIMENSIONS)


@each_indicator
def test_what_follows_from_the_facts(indicator: Indicator) -> None:
    assert indicator.sources and set(indicator.sources) <= set(TOPICS)
    assert indicator.fact_kinds and len(set(indicator.fact_kinds)) == len(indicator.facts)


@each_indicator
def test_a_kind_is_a_dimension_whose_members_are_named(indicator: Indicator) -> None:
    assert ("kind" in indicator.dimensions) is bool(indicator.kinds), "give `kinds` the labels of the kinds, or neither"
    assert indicator.kinds.items() <= DIMENSIONS["kind"].labels.items(), "add the labels to `Slice.kind` in slices.py"


def test_a_kind_has_one_label() -> None:
    assert merged(SESSION_KINDS, ASSET_KINDS, SESSION_KINDS) == {**SESSION_KINDS, **ASSET_KINDS}
    with pytest.raises(ValueError, match="other is called Other and Another one; give it one label"):
        merged({"other": "Other"}, {"other": "Another one"})


def test_headlines_have_one_order() -> None:
    positions = [indicator.headline for indicator in HEADLINES]
    assert positions == list(range(1, len(HEADLINES) + 1)), "number `headline` from 1 without a gap"


def test_every_dimension_is_a_field_of_the_slice_or_the_scope() -> None:
    assert set(DIMENSIONS) == {*Slice._fields, PROGRAMME}
