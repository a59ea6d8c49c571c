"""Adds entries to the audit trail."""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import asdict, dataclass, fields, is_dataclass
from enum import StrEnum
from typing import Any
from uuid import UUID

from fastapi import Request
from fastapi.dependencies.models import Dependant
from pydantic import BaseModel

from chassis.runtime.telemetry import correlation_id
from chassis.store.database import Connection, Pool
from chassis.store.queries import queries

sql = queries(__package__)

MOST_PEOPLE = 1_000
"""People whom one entry names. A longer list has its subject, such as the cohort."""

_IDENTIFIER = re.compile(r"[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}")


@dataclass(frozen=True, slots=True)
class Entry:
    """What somebody did. `action` is the name of the route; `shown` counts what the answer showed, if it was a read.

    `people` are those whom it showed or changed; of more than `MOST_PEOPLE` the first are stored.
    """

    kind: str
    author: str
    action: str
    subject: str | None
    people: Sequence[UUID] = ()
    shown: int | None = None
    format: str | None = None
    reason: StrEnum | None = None


async def add(connection: Connection | Pool, entry: Entry) -> None:
    """Adds the entry, in the caller's transaction if there is one."""
    people = list(dict.fromkeys(entry.people))[:MOST_PEOPLE]
    values = asdict(entry) | {"people": people, "correlation_id": correlation_id.get()}
    await sql.add_entry.execute(connection, **values)


def action_of(request: Request) -> str:
    """The name of the request's route, such as `open_cohort`."""
    return str(request.scope["route"].name)


def subject_of(request: Request, *described: object) -> str | None:
    """The identifier of what a request is about; None where nothing names one.

    It is the first that is found in what is `described`, such as a result and a command, else the address's last.
    """
    for one in described:
        for value in (one, *_values(one)):
            if isinstance(value, UUID):
                return str(value)
    in_address = list(map(str, request.path_params.values()))
    return str(last_identifier(request) or in_address[-1]) if in_address else None


def people_of(rows: Iterable[object]) -> list[UUID]:
    """Whom rows are about: the person of each, or the enrollment where a service knows a person by that alone."""
    found = (getattr(row, "person_id", None) or getattr(row, "enrollment_id", None) for row in rows)
    return [one for one in found if one is not None]


def last_identifier(request: Request) -> UUID | None:
    """The thing that the address is about: its last identifier; None where it has none.

    The route declares its identifiers as UUIDs. The issuer's subjects are texts, whatever they look like.
    """
    declared = set(_identifiers(request.scope["route"].dependant))
    stated = [str(value) for name, value in request.path_params.items() if name in declared]
    found = [UUID(text) for text in stated if _IDENTIFIER.fullmatch(text)]
    return found[-1] if found else None


def _identifiers(dependant: Dependant) -> Iterator[str]:
    """The names of the identifiers in the address of a route, those of its dependencies included."""
    yield from (one.alias for one in dependant.path_params if one.field_info.annotation is UUID)
    for dependency in dependant.dependencies:
        yield from _identifiers(dependency)


def _values(one: Any) -> Iterator[object]:
    """The values of the fields of a model or a dataclass."""
    if isinstance(one, BaseModel):
        return (value for _name, value in one)
    return (getattr(one, field.name) for field in fields(one)) if is_dataclass(one) else iter(())
