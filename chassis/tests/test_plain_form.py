"""Models with a plain form, and those whose bounds or checks no expression judges."""

from datetime import UTC, date, datetime
from enum import StrEnum
from typing import Annotated, Any
from uuid import UUID, uuid4

import pytest
from pydantic import AwareDatetime, BaseModel, Field, create_model, field_validator

from chassis.messaging.plain_form import NotPlain, plain_form


class Colour(StrEnum):
    RED = "red"
    DARK_RED = "dark.red"


class Checked(BaseModel):
    """Has a check of its own."""

    number: int

    @field_validator("number")
    @classmethod
    def _is_even(cls, number: int) -> int:
        assert number % 2 == 0
        return number


CENTURY = Field(ge=datetime(2000, 1, 1, tzinfo=UTC), lt=datetime(2100, 1, 1, tzinfo=UTC))

VALUES: list[tuple[Any, list[str], list[str]]] = [
    (UUID, [f'"{uuid4()}"'], ["null", '""', f'"{uuid4().hex}"']),
    (UUID | None, ["null", f'"{uuid4()}"'], ['"null"']),
    (Colour, ['"red"', '"dark.red"'], ['"dark-red"', '"blue"', "null"]),
    (bool, ["true", "false"], ["True", "1", '"true"']),
    (int, ["0", "-1", "999999999"], ["01", "1000000000", "1.0", '"1"']),
    (Annotated[int, Field(gt=0)], ["1"], ["0", "-1"]),
    (Annotated[int, Field(ge=0)] | None, ["0", "null"], ["-1"]),
    (str, ['""', '"a b"', '"[a]~"'], ['"é"', '"\\\\"', '"a"b"', '"\n"']),
    (Annotated[str, Field(pattern=r"^06\d{4}$")], ['"060101"'], ['"0601011"', '"050101"']),
    (date, ['"2025-04-30"'], ['"2025-04-31"', '"2024-02-29"', '"2025-4-1"', '"1999-01-01"']),
    (
        Annotated[AwareDatetime, CENTURY],
        ['"2025-05-12T10:00:00Z"', '"2025-05-12T10:00:00.123Z"'],
        ['"2025-05-12T10:00:00"', '"2025-05-12T24:00:00Z"', '"2025-05-12T10:00:00-05:00"'],
    ),
]


def model_with(kind: Any) -> type[BaseModel]:
    return create_model("Thing", thing_id=(UUID, ...), value=(kind, ...))


def text(model: type[BaseModel], value: str) -> bytes:
    thing = "01960000-0000-7000-8000-000000000001"
    assert model.model_fields.keys() == {"thing_id", "value"}
    lines = (str(uuid4()), "2025-05-12T10:00:00+00:00", thing, thing, "1", thing)
    return "\n".join((*lines, f'{{"thing_id":"{thing}","value":{value}}}')).encode()


@pytest.mark.parametrize(("kind", "plain", "other"), VALUES, ids=[str(kind)[:40] for kind, _, _ in VALUES])
def test_the_form_has_the_values_that_json_writes_of_the_type(kind: Any, plain: list[str], other: list[str]) -> None:
    model = model_with(kind)
    form = plain_form(model, "thing_id", "thing_id", ())
    assert [value for value in plain if not form.fullmatch(text(model, value))] == []
    assert [value for value in other if form.fullmatch(text(model, value))] == []


@pytest.mark.parametrize(
    "kind",
    [
        Checked,
        float,
        list[int],
        int | str,
        Annotated[int, Field(le=100)],
        Annotated[int, Field(ge=1, le=100)],
        Annotated[str, Field(max_length=3)],
        Annotated[str, Field(pattern="06")],
        Annotated[date, Field(ge=date(2000, 1, 2))],
        Annotated[AwareDatetime, Field(lt=datetime(2099, 12, 31, tzinfo=UTC))],
    ],
    ids=str,
)
def test_what_no_expression_judges_has_no_plain_form(kind: Any) -> None:
    with pytest.raises(NotPlain):
        plain_form(model_with(kind), "thing_id", "thing_id", ())


@pytest.mark.parametrize("name", ["value", "none"])
def test_a_subject_that_is_no_field_with_an_id_has_no_plain_form(name: str) -> None:
    with pytest.raises(NotPlain):
        plain_form(model_with(str), name, "thing_id", ())


def test_the_wanted_fields_are_groups_without_their_quotation_marks() -> None:
    model = model_with(UUID | None)
    form, value = plain_form(model, "thing_id", "thing_id", ("thing_id", "value")), str(uuid4())
    found, missing = (form.fullmatch(text(model, written)) for written in (f'"{value}"', "null"))
    assert found and found.group("thing_id", "value")[1] == value.encode()
    assert missing and missing["value"] is None
