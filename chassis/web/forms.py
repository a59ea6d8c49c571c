"""Reading a page's form: what was typed is kept, and what is wrong with it is said field by field.

A template shows it with the macros of `forms.html`, which put the mistakes above the fields in the fields' order::

    {% import "forms.html" as forms with context %}
    {% call forms.form(form, root ~ "/cohorts/new") %}
    {{ forms.field("name", _("Name of the cohort"), form) }}
    {{ forms.choice("province", _("Province"), provinces, form) }}
    <div class="actions"><button>{{ _("Open the cohort") }}</button></div>
    {% endcall %}
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any, Generic, Self, TypeVar

from fastapi import Request
from pydantic import BaseModel, ValidationError
from starlette.datastructures import FormData, UploadFile

from chassis.runtime.rejections import Rejection
from chassis.web.idempotency import FIELD
from chassis.web.problems import Problem, field_errors, of_rejection, status_of
from chassis.web.texts import _

Command = TypeVar("Command", bound=BaseModel)

Values = dict[str, str | list[str]]

VERSION_FIELD = "if_match"
"""The hidden form field that plays the part of the header `If-Match` on pages."""

MOST_PARTS = 4
"""Dots in a field's name that lead into a part."""


@dataclass(frozen=True)
class Form(Generic[Command]):
    """A form, empty or as it was sent. `command` is there where it was sent without a mistake."""

    values: Values = field(default_factory=dict)
    command: Command | None = None
    errors: dict[str, str] = field(default_factory=dict)
    files: dict[str, UploadFile] = field(default_factory=dict)
    rejection: Rejection | None = None
    labels: dict[str, str] = field(default_factory=dict, repr=False, compare=False)
    """The label of each field, in the order in which the macros of `forms.html` have shown them."""

    @property
    def status(self) -> int:
        """The HTTP status of the page that shows the form."""
        if self.rejection is not None:
            return status_of(self.rejection)
        return 422 if self.errors else 200

    @property
    def concerns_page(self) -> bool:
        """Whether it was rejected for a reason that is in none of its fields."""
        return self.rejection is not None and self.rejection.field is None

    def register(self, name: str, label: str) -> str:
        """Notes that the template shows a field. Returns an empty text, because a template calls it."""
        self.labels[name] = label.rstrip(".")
        return ""

    def error(self, name: str) -> str | None:
        """What is wrong with a field or a part of it."""
        found = (text for field, text in self.errors.items() if field == name or field.startswith(f"{name}."))
        return next(found, None)

    def mistakes(self) -> list[tuple[str | None, str]]:
        """Each mistake with the field that leads to it, in the order of the fields; last, those of no field."""
        order = [*self.labels, None]
        found = [(self._nearest(field), text) for field, text in self.errors.items()]
        found.sort(key=lambda mistake: order.index(mistake[0]))
        return [(name, f"{self.labels[name]}: {_continued(text)}" if name else text) for name, text in found]

    def _nearest(self, field: str) -> str | None:
        """The field shown that has a mistake: the field itself, what it is a part of, or its first part."""
        for name in self.labels:
            if field == name or field.startswith(f"{name}."):
                return name
        return next((name for name in self.labels if name.startswith(f"{field}.")), None)

    def rejected(self, rejection: Rejection) -> Self:
        """The form with the rejection at its field, or at none."""
        problem = of_rejection(rejection)
        text = " ".join(filter(None, (problem.detail, problem.remedy)))
        return replace(self, command=None, errors={**self.errors, rejection.field or "": text}, rejection=rejection)

    def showing(self, field: str, at: str) -> Self:
        """The form with what is wrong with a command's field at the page's field `at`, from which it was made."""
        return replace(self, errors={at if name == field else name: text for name, text in self.errors.items()})


async def read_form(request: Request, command: type[Command]) -> Form[Command]:
    """The form, and the command it makes. Empty fields are left out; `person.name` becomes a part of `person`."""
    sent = await request.form()
    values = _values(sent)
    files = {name: value for name, value in sent.items() if isinstance(value, UploadFile) and value.filename}
    try:
        return Form(values, command.model_validate(nested(values)), files=files)
    except ValidationError as error:
        found = field_errors(error.errors(include_url=False, include_input=False))
        return Form(values, None, {one.field: one.detail for one in found}, files)


def _continued(sentence: str) -> str:
    """The sentence as it goes on after a colon; one that begins with an abbreviation keeps its capitals."""
    return sentence[:1].lower() + sentence[1:] if sentence[1:2].islower() or sentence[1:2] == " " else sentence


def _values(sent: FormData) -> Values:
    """Text fields by name; a name that came several times has a list."""
    lists = {name: [value for value in sent.getlist(name) if isinstance(value, str)] for name in sent}
    return {name: values[0] if len(values) == 1 else values for name, values in lists.items() if values}


def nested(values: Values) -> dict[str, Any]:
    """The fields as the command's validator takes them. Raises a 422 for a field that is a value and has parts."""
    command: dict[str, Any] = {}
    for name, value in values.items():
        if name in {FIELD, VERSION_FIELD} or value == "":
            continue
        *path, last = name.split(".", MOST_PARTS)
        place: Any = command
        for part in path:
            place = place.setdefault(part, {})
            if not isinstance(place, dict):
                raise _contradictory(name)
        if last in place:
            raise _contradictory(name)
        place[last] = value
    return command


def _contradictory(name: str) -> Problem:
    return Problem(422, "contradictory_fields", _("The form has this field twice, in contradiction."), field=name)


def choices(labels: Mapping[str, str]) -> list[tuple[str, str]]:
    """What a form offers: each value with its label in the reader's language."""
    return [(str(value), _(label)) for value, label in labels.items()]
