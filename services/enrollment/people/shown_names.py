"""Names of people beside what a list tells of them: of the rows that it shows, and nobody else's."""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from typing import Any, TypeVar
from uuid import UUID

from chassis.web.reads import Reader
from chassis.web.texts import _
from services.enrollment.people.service import DECRYPTED_AT_ONCE, stored_identities, written_names
from services.enrollment.resources import EnrollmentResources

About = TypeVar("About", bound=Any)
"""A row that tells of the person of its `person_id`, and has a place for `names`."""


async def names_of(reader: Reader, resources: EnrollmentResources, person_ids: Iterable[UUID]) -> dict[UUID, str]:
    """Decrypts the names of these people, as lists write them. One who was erased has none."""
    unread, names = list(dict.fromkeys(person_ids)), dict[UUID, str]()
    for at in range(0, len(unread), DECRYPTED_AT_ONCE):
        part = unread[at : at + DECRYPTED_AT_ONCE]
        identities = await stored_identities(reader, resources.pool, resources, part)
        names |= {person_id: written_names(identity) for person_id, identity in identities.items()}
    return names


async def with_names(reader: Reader, resources: EnrollmentResources, rows: Sequence[About]) -> list[About]:
    """Returns the rows with the names, and records whom they show."""
    names = await names_of(reader, resources, [row.person_id for row in rows])
    return reader.shows([replace(row, names=names.get(row.person_id)) for row in rows])


def names_or_erased(row: Any) -> str:
    """Returns the names of a row, or that the person was erased."""
    return row.names or _("Erased person")
