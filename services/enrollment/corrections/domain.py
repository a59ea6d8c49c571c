"""In what two states of a thing differ. Pure."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any


@dataclass(frozen=True, slots=True)
class FieldChange:
    """What a field was, and what it is. Dates are written as in ISO 8601."""

    field: str
    former: Any
    corrected: Any


def field_changes(former: Mapping[str, Any], corrected: Mapping[str, Any]) -> Iterator[FieldChange]:
    """Yields the fields in which the two states differ, which have the same fields."""
    for name, value in former.items():
        if corrected[name] != value:
            yield FieldChange(name, _written(value), _written(corrected[name]))


def _written(value: Any) -> Any:
    return value.isoformat() if isinstance(value, date) else value
