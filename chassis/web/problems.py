"""Problem details (RFC 9457): what a request is told when it cannot be served. Never repeats what was sent."""

import re
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from http import HTTPStatus
from typing import Any

from fastapi import HTTPException
from pydantic import BaseModel, Field

from chassis.runtime.rejections import Kind, Rejection
from chassis.web.formats import long_date
from chassis.web.texts import N_, _, known


class FieldError(BaseModel):
    """What is wrong with one field."""

    field: str = Field(description="The field's path, such as `profile.district`.")
    code: str
    detail: str


class ProblemDetails(BaseModel):
    """The body of every error answer, `application/problem+json`."""

    type: str = Field(description="The address of what the documentation says of this kind of problem.")
    title: str
    status: int
    detail: str
    code: str = Field(description="Stable, for programs.")
    field: str | None = None
    remedy: str | None = Field(None, description="What the reader can do about it.")
    errors: list[FieldError] = []
    reference: str | None = Field(None, description="Under which the operator finds this answer in the logs.")


class Problem(HTTPException):
    """Ends the request with problem details. Texts are already translated and carry no input."""

    def __init__(
        self,
        status: int,
        code: str,
        detail: str,
        *,
        field: str | None = None,
        remedy: str | None = None,
        errors: Sequence[FieldError] = (),
        headers: Mapping[str, str] | None = None,
    ) -> None:
        super().__init__(status, detail, headers)
        self.code = code
        self.field = field
        self.remedy = remedy
        self.errors = list(errors)

    def details(self, reference: str | None, docs: str) -> ProblemDetails:
        """The body of the answer. `docs`: the address of the page that documents the interface."""
        return ProblemDetails(
            type=address_of_type(docs, self.status_code),
            title=_(TITLES.get(self.status_code, _OTHER)),
            status=self.status_code,
            detail=self.detail,
            code=self.code,
            field=self.field,
            remedy=self.remedy,
            errors=self.errors,
            reference=reference,
        )


_STATUSES = {
    Kind.INVALID: 422,
    Kind.CONFLICT: 409,
    Kind.MISSING: 404,
    Kind.GONE: 410,
    Kind.TOO_LARGE: 413,
    Kind.UNSUPPORTED: 415,
    Kind.OUTDATED: 412,
    Kind.LATER: 409,
    Kind.UNAVAILABLE: 503,
}

_RETRY_AFTER = {Kind.LATER: "1", Kind.UNAVAILABLE: "5"}
"""Seconds after which it is worth asking again, for the kinds that pass."""

PROBLEM_JSON = "application/problem+json"

LONGEST_FIELD = 200
"""Characters of a field's name that are repeated, because strangers can make up names."""

_NO_NAMES = {"", "[key]"}
"""What pydantic adds to the place of an object's key that is wrong, and an empty key."""

_OTHER = N_("Something is wrong with this request")

TITLES = {
    400: N_("The request cannot be understood"),
    401: N_("Sign in first"),
    403: N_("You do not have permission"),
    404: N_("Not found"),
    405: N_("This address does not do that"),
    409: N_("It conflicts with what is already there"),
    410: N_("It no longer exists"),
    412: N_("It has changed meanwhile"),
    413: N_("Too large"),
    414: N_("The address is too long"),
    415: N_("This kind of content is not accepted"),
    422: N_("Some data need correction"),
    429: N_("Too many requests"),
    431: N_("The headers of the request are too long"),
    500: N_("Something went wrong on our side"),
    503: N_("Not available at the moment"),
}

_DETAILS = {
    400: N_("Its body cannot be read, or is too large: a form may have 2,000 fields of 64 KB and one file."),
    404: N_("There is nothing at this address, or it is not yours to see."),
    405: N_("This address exists but does not accept this method."),
    500: N_("It was not your mistake. Try again; if it happens again, give the reference to the operator."),
}


ADVICE = {
    400: N_("Correct the address, its parameters or the body; the answer says which of them."),
    401: N_("Send a token as `Authorization: Bearer`; fetch another where this one has expired."),
    403: N_("This is for other roles, or for those in charge of the matter; ask the coordination for access."),
    404: N_("Check the address and the identifier in it; what you may not see is answered in the same way."),
    405: N_("Use one of the methods that the header `Allow` names."),
    409: N_("Read what is stored and decide again; after `Retry-After` the same request may succeed."),
    410: N_("Stop asking: it does not come back."),
    412: N_("Read it again, and send its new version in `If-Match`."),
    413: N_("Send less at once, such as a file in parts."),
    414: N_("Ask for less in one address, such as fewer filters."),
    415: N_("Send the kind of content that the answer names."),
    422: N_("Correct each field that `errors` names, and send the request again."),
    429: N_("Wait for the seconds in `Retry-After`."),
    431: N_("Send fewer or shorter headers."),
    500: N_("Try again; if it happens again, give the reference of the answer to the operator."),
    503: N_("Try again after `Retry-After`, with the same `Idempotency-Key`."),
}
"""What a program, or the person who writes it, does about a problem of each status."""


def anchor(status: int) -> str:
    """The id of the section that documents the problems of this status."""
    return f"problem-{status}"


def address_of_type(docs: str, status: int) -> str:
    """The `type` of problems of this status; one that is documented nowhere says no more than its status."""
    return f"{docs}#{anchor(status)}" if status in TITLES else "about:blank"


def status_of(rejection: Rejection) -> int:
    """The HTTP status of a rejection."""
    return _STATUSES[rejection.kind]


def of_rejection(rejection: Rejection) -> Problem:
    """The problem of a rejection, in the reader's language: one entry per field, if it names several."""
    detail = _(rejection.detail, **rejection.values)
    return Problem(
        status_of(rejection),
        rejection.code,
        detail,
        field=rejection.field,
        errors=[FieldError(field=field, code=rejection.code, detail=detail) for field in rejection.fields],
        remedy=rejection.remedy and _(rejection.remedy, **rejection.values),
        headers={"Retry-After": _RETRY_AFTER[rejection.kind]} if rejection.kind in _RETRY_AFTER else None,
    )


def of_status(status: int, headers: Mapping[str, str] | None = None) -> Problem:
    """The problem of a bare status code, as frameworks raise it."""
    detail = _(_DETAILS.get(status, TITLES.get(status, _OTHER)))
    return Problem(status, HTTPStatus(status).phrase.lower().replace(" ", "_"), detail, headers=headers)


def invalid(errors: Iterable[Mapping[str, Any]]) -> Problem:
    """The problem of input that pydantic refused: one entry per field."""
    fields = field_errors(errors)
    if len(fields) == 1:
        return Problem(422, "invalid", fields[0].detail, field=fields[0].field, errors=fields)
    return Problem(422, "invalid", _("Correct the fields below."), errors=fields)


def field_errors(errors: Iterable[Mapping[str, Any]]) -> list[FieldError]:
    """Pydantic's errors in the reader's language, without their input."""
    return [FieldError(field=_field(error["loc"]), code=error["type"], detail=_message(error)) for error in errors]


def _field(location: Sequence[int | str]) -> str:
    inside = location[1:] if location and location[0] in {"body", "query", "path", "header", "cookie"} else location
    return field_name(".".join(str(part) for part in inside if part not in _NO_NAMES))


def field_name(sent: str) -> str:
    """The name of a field as it is repeated to whoever sent it."""
    return sent[:LONGEST_FIELD].encode(errors="replace").decode()


def _message(error: Mapping[str, Any]) -> str:
    if error["type"] == "value_error":
        return _own_words(str(error["ctx"]["error"]))
    if (message := _DATE_MESSAGES.get(error["type"])) and (day := _day(error)):
        return _(message, day=long_date(day))
    if message := _MESSAGES.get(error["type"]):
        return _(message, **_without_english(error.get("ctx", {})))
    return _own_words(error["msg"])


def _day(error: Mapping[str, Any]) -> date | None:
    """The day that a date or an instant was compared with, which pydantic writes as ISO 8601; None for a number."""
    bound = str(error["ctx"][_BOUNDS[error["type"]]])
    return date.fromisoformat(bound[:10]) if _ISO_DAY.match(bound) else None


def _without_english(context: Mapping[str, Any]) -> dict[str, Any]:
    """What fills the places of a message; pydantic lists what it expected as `'a', 'b' or 'c'`."""
    expected = {"expected": context["expected"].replace("' or '", "', '")} if "expected" in context else {}
    return {**context, **expected}


def _own_words(message: str) -> str:
    """A validator's own message if we wrote (and translated) it; a library's could repeat what was typed."""
    return _(message) if known(message) else _("This value is not valid.")


_ISO_DAY = re.compile(r"\d{4}-\d{2}-\d{2}")

_BOUNDS = {"greater_than": "gt", "greater_than_equal": "ge", "less_than": "lt", "less_than_equal": "le"}

_DATE_MESSAGES = {
    "greater_than": N_("The date must be after %(day)s."),
    "greater_than_equal": N_("The date must be %(day)s or later."),
    "less_than": N_("The date must be before %(day)s."),
    "less_than_equal": N_("The date must be %(day)s or earlier."),
}

_MESSAGES = {
    "missing": N_("Fill in this field."),
    "extra_forbidden": N_("This field is not expected here."),
    "json_invalid": N_("This is not valid JSON."),
    "string_type": N_("Write a text."),
    "string_too_short": N_("Write at least %(min_length)d characters."),
    "string_too_long": N_("Write at most %(max_length)d characters."),
    "string_pattern_mismatch": N_("This does not have the expected form."),
    "int_type": N_("Write a whole number."),
    "int_parsing": N_("Write a whole number."),
    "int_from_float": N_("Write a whole number."),
    "float_type": N_("Write a number."),
    "float_parsing": N_("Write a number."),
    "decimal_parsing": N_("Write a number."),
    "bool_type": N_("Answer yes or no."),
    "bool_parsing": N_("Answer yes or no."),
    "greater_than": N_("The number must be greater than %(gt)s."),
    "greater_than_equal": N_("The number must be %(ge)s or more."),
    "less_than": N_("The number must be less than %(lt)s."),
    "less_than_equal": N_("The number must be %(le)s or less."),
    "date_type": N_("Write a date, such as 2026-05-12."),
    "date_parsing": N_("Write a date, such as 2026-05-12."),
    "date_from_datetime_parsing": N_("Write a date, such as 2026-05-12."),
    "date_from_datetime_inexact": N_("Write a date, such as 2026-05-12."),
    "datetime_type": N_("Write a date and a time, such as 2026-05-12T15:30-05:00."),
    "datetime_parsing": N_("Write a date and a time, such as 2026-05-12T15:30-05:00."),
    "datetime_from_date_parsing": N_("Write a date and a time, such as 2026-05-12T15:30-05:00."),
    "timezone_aware": N_("The time needs its zone, such as -05:00."),
    "time_parsing": N_("Write a time, such as 15:30."),
    "uuid_type": N_("This is not a valid identifier."),
    "uuid_parsing": N_("This is not a valid identifier."),
    "url_parsing": N_("This is not a valid web address."),
    "enum": N_("Choose one of: %(expected)s."),
    "literal_error": N_("Choose one of: %(expected)s."),
    "list_type": N_("This must be a list."),
    "too_short": N_("At least %(min_length)d are needed."),
    "too_long": N_("At most %(max_length)d are allowed."),
}
