"""The gate lets one change through, a new optional field, and refuses every other, naming type, field and remedy."""

import shutil
import subprocess
import sys
from enum import StrEnum
from pathlib import Path
from typing import Any, ClassVar, Literal
from uuid import UUID

import pytest
from pydantic import BaseModel, Field, create_model

from contracts import examples, golden
from contracts.__main__ import gate, main
from contracts.catalogue import EVENTS
from contracts.compatibility import changes, refusals, shape
from contracts.enrollment import EnrollmentAccepted, ModulePublished
from contracts.event import Event, Profile
from contracts.generation import next_revision, without_example, write
from contracts.golden import Revision

TYPE = ModulePublished.type


class OneMechanismLess(StrEnum):
    REGIONAL_COORDINATION_COUNCIL = "regional_coordination_council"
    PARTICIPATORY_BUDGET = "participatory_budget"
    PUBLIC_HEARINGS = "public_hearings"


class OneMechanismMore(StrEnum):
    REGIONAL_COORDINATION_COUNCIL = "regional_coordination_council"
    PARTICIPATORY_BUDGET = "participatory_budget"
    PUBLIC_HEARINGS = "public_hearings"
    GENERAL = "general"
    CITIZEN_OVERSIGHT = "citizen_oversight"


class Tree(BaseModel):
    branches: list["Tree"] = []


def with_field(event: type[Event], name: str, annotation: Any, default: Any = ...) -> type[Event]:
    """The event as it would be with this field, new or changed."""
    fields: dict[str, Any] = {name: (annotation, default)}
    return create_model(event.__name__, __base__=event, **fields)


def without_field(event: type[Event], name: str) -> type[Event]:
    fields: dict[str, Any] = {
        field: (info.annotation, info)
        for field, info in event.model_fields.items()
        if field not in ("occurred_at", name)
    }
    changed = create_model(event.__name__, __base__=Event, **fields)
    for attribute in ("type", "topic", "subject_field", "key_field"):
        setattr(changed, attribute, getattr(event, attribute))
    return changed


def compared(changed: type[Event]) -> list[str]:
    return refusals(changed, golden.read(changed.type))


def test_the_catalogues_as_they_stand_pass() -> None:
    assert gate() == []


@pytest.mark.parametrize(
    ("annotation", "default"),
    [
        (str | None, None),
        (int, 0),
        (tuple[str, ...], ()),
        (Profile | None, None),
        (OneMechanismMore, OneMechanismMore.GENERAL),
        (int | None, Field(default=None, ge=0, le=10)),
    ],
)
def test_a_new_optional_field_passes(annotation: Any, default: Any) -> None:
    assert compared(with_field(ModulePublished, "novelty", annotation, default)) == []


def test_words_for_people_may_change() -> None:
    assert compared(with_field(ModulePublished, "title", str, Field(description="Said better.", examples=["A"]))) == []


SEEDED = {
    "removed field": (without_field(ModulePublished, "hours"), "hours was removed. Put it back"),
    "new required field": (
        with_field(ModulePublished, "novelty", str),
        "novelty is new and required. Make it optional",
    ),
    "narrowed enum": (with_field(ModulePublished, "mechanism", OneMechanismLess), "mechanism lost ['general']"),
    "widened enum": (
        with_field(ModulePublished, "mechanism", OneMechanismMore),
        "mechanism gained ['citizen_oversight']",
    ),
    "string becomes enum": (with_field(ModulePublished, "title", OneMechanismLess), "title changed `enum` from None"),
    "enum becomes string": (with_field(ModulePublished, "mechanism", str), "mechanism changed `enum`"),
    "changed type": (with_field(ModulePublished, "hours", str), "hours changed `type` from 'integer' to 'string'"),
    "integer becomes number": (with_field(ModulePublished, "hours", float, Field(gt=0)), "hours changed `type`"),
    "changed format": (with_field(ModulePublished, "title", UUID), "title changed `format` from None to 'uuid'"),
    "becomes nullable": (
        with_field(ModulePublished, "title", str | None),
        "title was of one type and is string or null",
    ),
    "becomes optional": (with_field(ModulePublished, "title", str, "untitled"), "title became optional"),
    "changed items": (with_field(ModulePublished, "languages", tuple[int, ...]), "languages[] changed `type`"),
    "tightened bound": (
        with_field(ModulePublished, "hours", int, Field(gt=1)),
        "hours changed `exclusiveMinimum` from 0 to 1",
    ),
    "loosened bound": (with_field(ModulePublished, "hours", int), "hours changed `exclusiveMinimum` from 0 to None"),
    "new bound": (
        with_field(ModulePublished, "title", str, Field(max_length=80)),
        "title changed `maxLength` from None to 80",
    ),
    "new pattern": (with_field(ModulePublished, "title", str, Field(pattern="^M")), "title changed `pattern`"),
    "keyword beyond judging": (
        with_field(ModulePublished, "novelty", dict[str, int], {}),
        "novelty uses `additionalProperties`",
    ),
    "options of one type": (
        with_field(ModulePublished, "novelty", Literal["a"] | UUID | None, None),
        "novelty uses `anyOf with two options of one type`",
    ),
    "model within itself": (
        with_field(ModulePublished, "novelty", Tree | None, None),
        "novelty.branches[] uses `$ref`",
    ),
}


@pytest.mark.parametrize(("changed", "expected"), SEEDED.values(), ids=SEEDED)
def test_a_seeded_change_is_refused(changed: type[Event], expected: str) -> None:
    found = compared(changed)
    assert any(refusal.startswith(f"{TYPE}: {expected}") for refusal in found), found


def test_a_change_deep_inside_is_named_by_its_path() -> None:
    class OtherProfile(Profile):
        district: str

    assert compared(with_field(EnrollmentAccepted, "profile", OtherProfile)) == [
        f"{EnrollmentAccepted.type}: profile.district changed `pattern` from '^06\\\\d{{4}}$' to None. "
        "Change it back, or publish the change as the type's next version, beside this one."
    ]


def test_a_default_may_not_change_its_meaning() -> None:
    before = with_field(ModulePublished, "novelty", str, "a")
    after = with_field(ModulePublished, "novelty", str, "b")
    assert [change.what for change in changes(shape(before), shape(after))] == ["changed `default` from 'a' to 'b'"]


@pytest.mark.parametrize(
    ("attribute", "value"),
    [("topic", "media.events"), ("key_field", "programme_id"), ("subject_field", "programme_id")],
)
def test_a_type_keeps_its_topic_key_and_subject(attribute: str, value: str) -> None:
    moved = type(
        "ModulePublished", (ModulePublished,), {attribute: value, "__annotations__": {attribute: ClassVar[str]}}
    )
    assert any("would go to another topic, key or subject" in refusal for refusal in compared(moved))


def test_every_revision_is_asked_not_only_the_newest(tmp_path: Path) -> None:
    first = with_field(ModulePublished, "novelty", str | None, None)
    write(Revision(TYPE, 1, shape(first), []).files(tmp_path))
    write(Revision(TYPE, 2, shape(ModulePublished), []).files(tmp_path))
    found = refusals(ModulePublished, golden.read(TYPE, tmp_path))
    assert [refusal for refusal in found if refusal.startswith(f"{TYPE}: novelty was removed")]


def test_a_type_may_not_vanish() -> None:
    found = gate([event for event in EVENTS if event is not ModulePublished])
    assert found == [f"{TYPE} is gone from the catalogue, but its messages are kept for ever. Put it back."]


def test_an_event_that_no_example_shows_is_refused() -> None:
    novelty = create_model("NoveltyPublished", __base__=ModulePublished)

    assert without_example([ModulePublished, novelty]) == [
        "NoveltyPublished has no example; add one to contracts/examples.py."
    ]


def test_an_additive_change_becomes_the_next_revision_and_leaves_the_first_as_it_was(tmp_path: Path) -> None:
    first = Revision(TYPE, 1, shape(ModulePublished), examples.messages(ModulePublished))
    write(first.files(tmp_path))
    before = {path: path.read_bytes() for path in first.files(tmp_path)}

    extended = with_field(ModulePublished, "novelty", str | None, None)
    revision = next_revision(extended, tmp_path)
    assert revision is not None
    write(revision.files(tmp_path))

    assert [each.number for each in golden.read(TYPE, tmp_path)] == [1, 2]
    assert {path: path.read_bytes() for path in before} == before


def test_the_newest_revision_has_the_highest_number(tmp_path: Path) -> None:
    for number in range(1, 11):
        novelty = with_field(ModulePublished, f"novelty_{number}", str | None, None)
        write(Revision(TYPE, number, shape(novelty), examples.messages(novelty)).files(tmp_path))

    assert [each.number for each in golden.read(TYPE, tmp_path)] == list(range(1, 11))
    assert next_revision(novelty, tmp_path) is None


def test_what_is_written_already_is_not_written_again(tmp_path: Path) -> None:
    write(Revision(TYPE, 1, shape(ModulePublished), examples.messages(ModulePublished)).files(tmp_path))
    assert next_revision(ModulePublished, tmp_path) is None


@pytest.mark.parametrize("arguments", [[], ["generate", "all"], ["help"]])
def test_a_wrong_command_says_how_to_use_it(arguments: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    assert main(arguments) == 2
    assert capsys.readouterr().err.startswith("Usage: ")


CHANGES = {
    "a new required field": (
        "    edition: int = Field(gt=0",
        "    novelty: str\n    edition: int = Field(gt=0",
        "minka.enrollment.ModulePublished.v1: novelty is new and required. Make it optional",
    ),
    "null made impossible": (
        "    programme_id: UUID | None\n",
        "    programme_id: UUID\n",
        "minka.enrollment.TargetSet.v1: programme_id was string or null and is of one type. Change it back",
    ),
    "an example that says nothing of a new type's field": (
        'type: ClassVar[str] = "minka.enrollment.ModulePublished.v1"',
        'type: ClassVar[str] = "minka.enrollment.ModulePublished.v9"\n    novelty: str',
        "minka.enrollment.ModulePublished.v1 is gone from the catalogue",
    ),
}


@pytest.mark.parametrize(("before", "after", "expected"), CHANGES.values(), ids=CHANGES)
def test_the_command_refuses_in_sentences_what_examples_do_not_survive(
    tmp_path: Path, before: str, after: str, expected: str
) -> None:
    answer = generated(tmp_path, "enrollment.py", before, after)
    assert answer.returncode == 1
    assert answer.stderr.startswith(expected), answer.stderr
    assert "Traceback" not in answer.stderr


def test_an_example_that_does_not_suit_its_event_is_named(tmp_path: Path) -> None:
    answer = generated(tmp_path, "examples.py", "hours=6", "hours=0")
    assert (answer.returncode, answer.stderr) == (
        1,
        "An example in contracts/examples.py does not suit its event any more. Mend it: ModulePublished hours.\n",
    )


def generated(tmp_path: Path, name: str, before: str, after: str) -> subprocess.CompletedProcess[str]:
    """What `generate` answers in a copy of the contracts where one text was replaced."""
    copy = shutil.copytree(golden.HERE, tmp_path / "contracts", ignore=shutil.ignore_patterns("__pycache__"))
    (tmp_path / "docs" / "reference").mkdir(parents=True)
    text = (copy / name).read_text("utf-8")
    assert before in text
    (copy / name).write_text(text.replace(before, after, 1), "utf-8")
    command = [sys.executable, "-m", "contracts", "generate"]
    return subprocess.run(command, cwd=tmp_path, env={"PYTHONPATH": str(tmp_path)}, capture_output=True, text=True)
