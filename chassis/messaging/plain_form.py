"""The plain form of an event: its record as our own producers write it, as one regular expression for each model.

A record in plain form needs no parser and is read faster. Any other goes through the envelope's table
and the model, which stay the authority: an expression is derived from the model's fields and matches nothing that the
model would refuse or read as other values. A model with a check of its own has no plain form.
"""

import re
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import asdict, is_dataclass
from datetime import UTC, date, datetime
from enum import StrEnum
from types import NoneType, UnionType
from typing import Annotated, Any, Union, get_args, get_origin
from uuid import UUID

from pydantic import AwareDatetime, BaseModel
from pydantic.fields import FieldInfo

IDENTIFIER = r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}"
DAY = r"20\d\d-(?:(?:0[1-9]|1[0-2])-(?:0[1-9]|1\d|2[0-8])|(?:0[13-9]|1[0-2])-(?:29|30)|(?:0[13578]|1[02])-31)"
"""Every day of this century but the 29th of February."""

TIME = r"(?:[01]\d|2[0-3]):[0-5]\d:[0-5]\d(?:\.\d{1,6})?"
VERSION = r"[1-9]\d{0,5}"
HEADER_TEXT = r"[ -~]{1,500}"
JSON_TEXT = r"[ !#-\[\]-~]*"
"""ASCII without a sign that JSON escapes."""

NUMBERS = {
    "": r"-?(?:0|[1-9]\d{0,8})",
    "ge 0": r"(?:0|[1-9]\d{0,8})",
    "ge 1": r"[1-9]\d{0,8}",
    "gt 0": r"[1-9]\d{0,8}",
}
"""Whole numbers below a thousand million, by their bounds."""

Bounds = Mapping[str, Any]
"""What a field demands beside its type: `ge`, `lt`, `pattern` …"""


class NotPlain(Exception):
    """The model has a field or a check that no expression judges."""


def plain_form(model: type[BaseModel], subject: str, key: str, wanted: Collection[str]) -> re.Pattern[bytes]:
    """Matches the lines id, time, subject, key, version, the record's own key, body, and up to two headers more.

    `subject` and `key` are the fields of the body that have to be as in the lines. The groups are `id`, `time`,
    `subject`, `version`, and each of the `wanted` fields. Raises `NotPlain`.
    """
    equal = {key: "(?P=key)"} | {subject: "(?P=subject)"}
    if any(name not in model.model_fields or model.model_fields[name].annotation is not UUID for name in equal):
        raise NotPlain(f"{model.__name__} has a subject or a key that is no field with an id")
    lines = (
        *(f"(?P<id>{IDENTIFIER})", rf"(?P<time>{DAY}T{TIME}\+00:00)", f"(?P<subject>{IDENTIFIER})"),
        *(f"(?P<key>{'(?P=subject)' if key == subject else IDENTIFIER})", f"(?P<version>{VERSION})", "(?P=key)"),
        *(_object(model, equal, wanted), rf"(?:\n{HEADER_TEXT}){{0,2}}"),
    )
    return re.compile("\n".join(lines[:-1]).encode() + lines[-1].encode())


def _object(model: type[BaseModel], equal: Mapping[str, str], wanted: Collection[str]) -> str:
    checks = model.__pydantic_decorators__
    if checks.field_validators or checks.model_validators or checks.root_validators or checks.validators:
        raise NotPlain(f"{model.__name__} has a check of its own")
    return rf"\{{{','.join(_members(model, equal, wanted))}\}}"


def _members(model: type[BaseModel], equal: Mapping[str, str], wanted: Collection[str]) -> Iterator[str]:
    for name, field in model.model_fields.items():
        types, bounds = _types_and_bounds(field.annotation, field.metadata)
        texts = [f'"{equal[name]}"' if name in equal else _value(each, bounds) for each in types]
        if name in wanted:
            texts = [_grouped(name, text) for text in texts]
        yield f'"{name}":(?:{"|".join(texts)})'


def _grouped(name: str, text: str) -> str:
    """The text with a group for what is between its quotation marks."""
    return re.sub('^"(.*)"$', lambda quoted: f'"(?P<{name}>{quoted[1]})"', text)


def _types_and_bounds(annotation: Any, metadata: Iterable[Any]) -> tuple[list[Any], Bounds]:
    """The type of a value, behind the type of None where that may be it too, and the bounds of the value."""
    bounds = dict(_bounds(metadata))
    if get_origin(annotation) is Annotated:
        annotation, *more = get_args(annotation)
        bounds.update(_bounds(more))
    if get_origin(annotation) not in (Union, UnionType):
        return [annotation], bounds
    one, *others = (each for each in get_args(annotation) if each is not NoneType)
    if others:
        raise NotPlain(f"values of {annotation}")
    types, narrower = _types_and_bounds(one, ())
    return [NoneType, *types], {**bounds, **narrower}


def _bounds(metadata: Iterable[Any]) -> Iterator[tuple[str, Any]]:
    for one in metadata:
        if isinstance(one, FieldInfo):
            yield from _bounds(one.metadata)
        else:
            yield from (asdict(one) if is_dataclass(one) and not isinstance(one, type) else vars(one)).items()


def _value(kind: Any, bounds: Bounds) -> str:
    """What JSON writes of a value of this type within these bounds."""
    if kind is NoneType:
        return "null"
    if kind is int and (number := NUMBERS.get(" ".join(f"{name} {bound}" for name, bound in bounds.items()))):
        return number
    if kind is str and not bounds:
        return f'"{JSON_TEXT}"'
    if kind is str and bounds.keys() == {"pattern"}:
        return f'"{_whole(bounds["pattern"])}"'
    if kind in (date, AwareDatetime) and _hold_the_century(kind, bounds):
        return f'"{DAY}"' if kind is date else f'"{DAY}T{TIME}Z"'
    if not bounds:
        return _unbounded(kind)
    raise NotPlain(f"{kind} with {bounds}")


def _unbounded(kind: Any) -> str:
    if kind is UUID:
        return f'"{IDENTIFIER}"'
    if kind is bool:
        return "true|false"
    if isinstance(kind, type) and issubclass(kind, StrEnum):
        return "|".join(f'"{re.escape(member)}"' for member in kind)
    if isinstance(kind, type) and issubclass(kind, BaseModel):
        return _object(kind, {}, ())
    raise NotPlain(f"values of {kind}")


def _whole(pattern: str) -> str:
    """The pattern of a whole text, without its ends."""
    if not (pattern.startswith("^") and pattern.endswith("$")):
        raise NotPlain(f"the pattern {pattern} is not of a whole text")
    return f"(?:{pattern[1:-1]})"


def _hold_the_century(kind: Any, bounds: Bounds) -> bool:
    """Whether every day, or instant, from 2000 to 2099 is within the bounds."""
    first, last = (date(year, 1, 1) if kind is date else datetime(year, 1, 1, tzinfo=UTC) for year in (2000, 2100))
    return bounds.keys() <= {"ge", "lt"} and bounds.get("ge", first) <= first and bounds.get("lt", last) >= last
