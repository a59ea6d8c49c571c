"""Reading names: rows come sealed, and are opened here for somebody who may see them."""

from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from chassis.store.database import Row
from chassis.store.queries import queries
from chassis.web.problems import Problem
from chassis.web.texts import _
from contracts.enrollment import EnrollmentStatus
from services.enrollment import people
from services.enrollment.documents import Document, DocumentType, read_document
from services.enrollment.encryption import BLOCK_LETTERS, SubjectKey
from services.enrollment.names import words
from services.enrollment.people import Identity
from services.enrollment.refusals import Unacceptable
from services.enrollment.resources import EnrollmentResources

sql = queries("services.enrollment")

MOST = 200
"""Candidates that one search opens; more means that the search says too little."""


@dataclass(frozen=True, slots=True)
class Entry:
    """An enrollment and whose it is; `identity` is None once the person was erased."""

    enrollment_id: UUID
    person_id: UUID
    cohort_id: UUID
    cohort: str
    status: EnrollmentStatus
    accepted_at: datetime | None
    identity: Identity | None


async def of_cohort(resources: EnrollmentResources, cohort_id: UUID) -> list[Entry]:
    """Everybody who enrolled in the cohort, by family name."""
    return await _opened(resources, await resources.pool.fetch(sql.entries_of_cohort.text, cohort_id))


async def of_organization(resources: EnrollmentResources, organization_id: UUID) -> list[Entry]:
    """Everybody who enrolled for the organization, by family name."""
    return await _opened(resources, await resources.pool.fetch(sql.entries_of_organization.text, organization_id))


async def find(resources: EnrollmentResources, text: str, facilitator: str | None) -> list[Entry]:
    """The enrollments of the person of a document's number, or of those whose names begin with the words typed.

    A facilitator finds people of their own cohorts (None: of all). Raises a 422 where the text says too little.
    """
    if any(character.isdigit() for character in text):
        return await _by_document(resources, text, facilitator)
    return await _by_name(resources, text, facilitator)


async def _by_document(resources: EnrollmentResources, number: str, facilitator: str | None) -> list[Entry]:
    indexes = [resources.blind.document(document) for document in _possible_documents(number)]
    return await _opened(resources, await resources.pool.fetch(sql.entries_by_document.text, indexes, facilitator))


def _possible_documents(number: str) -> Iterator[Document]:
    for kind in DocumentType:
        with suppress(Unacceptable):
            yield read_document(kind, number)


async def _by_name(resources: EnrollmentResources, text: str, facilitator: str | None) -> list[Entry]:
    blocks = resources.blind.blocks(" ".join(word for word in words(text) if len(word) >= BLOCK_LETTERS))
    rows = await resources.pool.fetch(sql.entries_by_name.text, blocks, facilitator, MOST + 1) if blocks else []
    if not blocks or len(rows) > MOST:
        raise Problem(422, "search_too_wide", _("Write more of the name, or the document's number."), field="text")
    return [one for one in await _opened(resources, rows) if one.identity and people.matches(one.identity, text)]


async def _opened(resources: EnrollmentResources, rows: Sequence[Row]) -> list[Entry]:
    keys = await resources.keyring.fetch({row["person_id"] for row in rows})
    return sorted((_entry(row, keys.get(row["person_id"])) for row in rows), key=_by_family_name)


def _entry(row: Row, key: SubjectKey | None) -> Entry:
    return Entry(
        row["enrollment_id"],
        row["person_id"],
        row["cohort_id"],
        row["cohort"],
        EnrollmentStatus(row["status"]),
        row["accepted_at"],
        people.unseal(key, row["identity"]) if key else None,
    )


def _by_family_name(entry: Entry) -> tuple[bool, list[str], list[str]]:
    if entry.identity is None:
        return True, [], []
    return False, words(entry.identity.names.family), words(entry.identity.names.given)
