"""What is open to be reviewed, and two people, or a row and a person, side by side. It is for the coordination."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any, Literal
from uuid import UUID

from pydantic import TypeAdapter

from chassis.runtime.rejections import RejectedError
from chassis.store.database import Row, columns
from chassis.store.queries import queries
from chassis.web import formats
from chassis.web.pagination import Page, page_of
from chassis.web.reads import Reader
from chassis.web.tables import Column, Table
from chassis.web.texts import N_, _
from chassis.web.views import View
from contracts import territory
from contracts.event import Profile
from contracts.labels import SEX_RECORDED
from services.enrollment.applications.domain import unseal
from services.enrollment.applications.service import StoredApplication, existing_application
from services.enrollment.enrollments.comparison import contradictions
from services.enrollment.enrollments.domain import Application, ReviewDecision
from services.enrollment.identity.documents import Document
from services.enrollment.identity.encryption import SubjectKey
from services.enrollment.identity.labels import DOCUMENT_TYPES
from services.enrollment.imports.correction_service import RowPlace, RowToReview, row_to_review
from services.enrollment.imports.service import KEPT_WHILE_WAITING
from services.enrollment.people.domain import Identity
from services.enrollment.people.service import PERSON_ERASED, PERSON_UNKNOWN, stored_identities
from services.enrollment.resources import EnrollmentResources
from services.enrollment.reviews.domain import ReviewKind, ReviewReason
from services.enrollment.reviews.labels import DECISIONS, KINDS, REASONS

sql = queries(__package__)

LONG = timedelta(days=14)
"""Time after which the coordination is told that forms and rows wait."""

_SIMILAR_FIELD = "similar_people.others"
_OTHERS = TypeAdapter(list[UUID])


@dataclass(frozen=True, slots=True)
class OpenReview:
    """Somebody to compare with a row, or with somebody else. `address` is the page on which it is decided.

    `expires_at` is when a form or a row is erased about which nobody decided.
    """

    address: str
    kind: ReviewKind
    person_id: UUID
    names: str
    since: datetime
    expires_at: datetime | None = None


OPEN_REVIEWS = Table(
    "reviews",
    N_("To be reviewed"),
    key="address",
    order="since",
    columns=(
        Column("names", N_("Who"), link="{row.address}", searched=True),
        Column("kind", N_("Why"), labels=KINDS, filtered=True),
        Column("since", N_("Since"), "date"),
        Column("expires_at", N_("Erased without a decision"), "date"),
        Column("address", N_("Address"), shown=False),
    ),
)


@dataclass(frozen=True, slots=True)
class KeptDecision:
    """What was decided about two people, or about a row that was the person's own (`other_id` is None)."""

    decision_id: UUID
    person_id: UUID
    other_id: UUID | None
    enrollment_id: UUID | None
    decision: ReviewDecision
    reason: ReviewReason
    decided_by: str
    decided_at: datetime


KEPT_DECISIONS = Table(
    "decisions",
    N_("What was decided"),
    key="decision_id",
    order="-decided_at",
    columns=(
        Column("decided_at", N_("When"), "instant"),
        Column("decision", N_("Decision"), labels=DECISIONS),
        Column("reason", N_("Why"), labels=REASONS),
        Column("decided_by", N_("By")),
    ),
)


@dataclass(frozen=True, slots=True)
class ComparedPerson:
    """A person beside another one. `attendances` counts the sessions of which something is recorded about them."""

    person_id: UUID
    counted_as: UUID | None
    identity: Identity
    profile: Profile
    registered_at: datetime
    cohorts: Sequence[str]
    cohort_ids: Sequence[UUID]
    attendances: int


@dataclass(frozen=True, slots=True)
class ComparedFact:
    """What both sides say of one thing. `differs` is None where they do not contradict each other."""

    label: str
    one: str
    other: str
    differs: Literal[True] | None


FACTS_OF_PEOPLE = Table(
    "facts",
    N_("Both sides"),
    key="label",
    order="label",
    columns=(
        Column("label", N_("What")),
        Column("one", N_("One person")),
        Column("other", N_("The other person")),
        Column("differs", N_("Differs"), labels={True: N_("Yes")}, badges={True: "waiting"}),
    ),
)


def _beside_minka(heading: str) -> Table:
    label, _one, _other, differs = FACTS_OF_PEOPLE.columns
    return replace(FACTS_OF_PEOPLE, columns=(label, Column("one", heading), Column("other", N_("In Minka")), differs))


FACTS_OF_ROW, FACTS_OF_APPLICATION = _beside_minka(N_("In the sheet")), _beside_minka(N_("In the form"))


@dataclass(frozen=True, slots=True)
class Comparison:
    """Two people side by side. `are_one` tells that both are counted as one person now."""

    one: ComparedPerson
    other: ComparedPerson
    facts: list[ComparedFact]
    decisions: list[KeptDecision]

    @property
    def are_one(self) -> bool:
        one, other = ((person.counted_as or person.person_id) for person in (self.one, self.other))
        return one == other

    @property
    def shared_cohorts(self) -> dict[UUID, str]:
        """The names of the cohorts in which both have a seat or a place, by their ids."""
        names = dict(zip(self.one.cohort_ids, self.one.cohorts, strict=True))
        return {cohort_id: names[cohort_id] for cohort_id in self.other.cohort_ids if cohort_id in names}


async def open_reviews(reader: Reader, resources: EnrollmentResources, view: View) -> Page[OpenReview]:
    """Returns what waits for somebody who decides."""
    rows = await sql.rows_to_review.fetch(resources.pool, kept=KEPT_WHILE_WAITING)
    pairs = await sql.people_with_one_document.fetch(resources.pool)
    found = [
        *map(_review_of_application, await sql.applications_to_review.fetch(resources.pool)),
        *map(_review_of_row, rows),
        *(_review_of_pair(row, ReviewKind.SAME_DOCUMENT) for row in pairs),
        *(_review_of_pair(row, ReviewKind.SIMILAR) for row in await _similar(reader, resources)),
    ]
    identities = await stored_identities(reader, resources.pool, resources, [one["person_id"] for one in found])
    page = page_of((OpenReview(**one, names=_names(identities, one["person_id"])) for one in found), view)
    reader.shows(page.rows)
    return page


async def waiting_for_long(resources: EnrollmentResources, now: datetime) -> int:
    """Counts the forms and rows that wait for a decision for longer than they should."""
    count: int = await sql.waiting_since.value(resources.pool, before=now - LONG)
    return count


async def compare_people(reader: Reader, resources: EnrollmentResources, person_id: UUID, other_id: UUID) -> Comparison:
    """Returns both side by side. Raises `RejectedError` if one is unknown or was erased."""
    pair = [person_id, other_id]
    rows = {row["person_id"]: row for row in await sql.compared_people.fetch(resources.pool, person_ids=pair)}
    if len(rows) < 2:
        raise RejectedError(PERSON_UNKNOWN)
    identities = await stored_identities(reader, resources.pool, resources, pair)
    if len(identities) < 2:
        raise RejectedError(PERSON_ERASED)
    one, other = (_compared(rows[found], identities[found]) for found in pair)
    kept = await decisions_on(resources, pair)
    between = [found for found in kept if {found.person_id, found.other_id} == {person_id, other_id}]
    reader.shows([one, other])
    return Comparison(one, other, list(_facts_of_people(one, other)), between)


async def decisions_on(resources: EnrollmentResources, person_ids: Sequence[UUID]) -> list[KeptDecision]:
    """Returns what was decided about these people, newest first."""
    return await sql.decisions_on_people.all(resources.pool, KeptDecision, person_ids=person_ids)


async def compare_application(
    reader: Reader, resources: EnrollmentResources, application_id: UUID
) -> tuple[StoredApplication, list[ComparedFact]]:
    """Returns an application beside the person whom it contradicts. Raises `RejectedError` if it does not wait any
    more."""
    stored, key = await existing_application(reader, resources.pool, resources, application_id)
    person = await _compared_person(reader, resources, stored.person_id)
    reader.shows([stored], [stored.person_id])
    return stored, list(_facts_of_application(unseal(key, stored.application), person))


async def compare_row(
    reader: Reader, resources: EnrollmentResources, import_id: UUID, place: RowPlace
) -> tuple[RowToReview, list[ComparedFact]] | None:
    """Returns a row beside the person of its document; None if it is not to be reviewed any more."""
    found = await row_to_review(reader, resources, import_id, place)
    if found is None:
        return None
    person_id = found.evidence.person_id
    reader.shows([found.row], [person_id])
    person = await _compared_person(reader, resources, person_id)
    return found, list(_facts_of_application(found.application, person))


def sealed_others(key: SubjectKey, others: Sequence[UUID]) -> bytes:
    """Encrypts who look like a person, for storage."""
    return key.seal(_SIMILAR_FIELD, _OTHERS.dump_json(list(others)))


async def _compared_person(reader: Reader, resources: EnrollmentResources, person_id: UUID) -> ComparedPerson:
    """Raises `RejectedError` if the person was erased at the same moment."""
    [row] = await sql.compared_people.fetch(resources.pool, person_ids=[person_id])
    identities = await stored_identities(reader, resources.pool, resources, [person_id])
    if person_id not in identities:
        raise RejectedError(PERSON_ERASED)
    return _compared(row, identities[person_id])


async def _similar(reader: Reader, resources: EnrollmentResources) -> list[Row]:
    """Returns the pairs who look alike and were not decided about."""
    rows = await sql.similar_people.fetch(resources.pool)
    keys = await resources.keyring.fetch(reader, [row["person_id"] for row in rows])
    pairs = [
        (row["person_id"], other, row["found_at"])
        for row in rows
        if row["person_id"] in keys
        for other in _OTHERS.validate_json(keys[row["person_id"]].open(_SIMILAR_FIELD, row["others"]))
    ]
    person_id, other_id, since = columns(pairs) if pairs else ([], [], [])
    return await sql.undecided_pairs.fetch(resources.pool, person_id=person_id, other_id=other_id, since=since)


def _review_of_application(row: Row) -> dict[str, Any]:
    return _review(row, ReviewKind.APPLICATION, f"/reviews/applications/{row['application_id']}")


def _review_of_row(row: Row) -> dict[str, Any]:
    return _review(row, ReviewKind.ROW, f"/reviews/rows/{row['import_id']}/{row['tab'] + 1}/{row['line']}")


def _review_of_pair(row: Row, kind: ReviewKind) -> dict[str, Any]:
    return _review(row, kind, f"/reviews/people/{row['person_id']}/{row['other_id']}")


def _review(row: Row, kind: ReviewKind, address: str) -> dict[str, Any]:
    return {
        "address": address,
        "kind": kind,
        "person_id": row["person_id"],
        "since": row["since"],
        "expires_at": row.get("expires_at"),
    }


def _names(identities: dict[UUID, Identity], person_id: UUID) -> str:
    found = identities.get(person_id)
    return f"{found.names.family}, {found.names.given}" if found else _("Erased")


def _compared(row: Row, identity: Identity) -> ComparedPerson:
    return ComparedPerson(**{**row, "profile": Profile.model_validate(row["profile"]), "identity": identity})


def _facts_of_people(one: ComparedPerson, other: ComparedPerson) -> Iterable[ComparedFact]:
    yield from _facts_of_identity(one.identity, one.profile, other.identity, other.profile)
    yield _fact(_("Registered"), formats.long_date(one.registered_at), formats.long_date(other.registered_at))
    yield _fact(_("Cohorts"), ", ".join(one.cohorts), ", ".join(other.cohorts))
    yield _fact(_("Sessions with attendance"), str(one.attendances), str(other.attendances))


def _facts_of_application(application: Application, person: ComparedPerson) -> Iterable[ComparedFact]:
    profile = person.profile.model_copy(update={"sex": application.sex, "district": application.district})
    yield from _facts_of_identity(application.identity, profile, person.identity, person.profile)
    yield _fact(_("Cohorts"), "", ", ".join(person.cohorts))


def _facts_of_identity(
    one: Identity, one_profile: Profile, other: Identity, other_profile: Profile
) -> Iterable[ComparedFact]:
    against = set(contradictions(one, one_profile.sex, other, other_profile.sex))
    yield _fact(_("Document"), _document(one.document), _document(other.document), one.document != other.document)
    for label, name, other_name in (
        (_("Family names"), one.names.family, other.names.family),
        (_("Given names"), one.names.given, other.names.given),
    ):
        yield _fact(label, name, other_name, "names" in against and name != other_name)
    yield _fact(_("Date of birth"), _day(one), _day(other), "birth_date" in against)
    yield _fact(_("Sex"), _(SEX_RECORDED[one_profile.sex]), _(SEX_RECORDED[other_profile.sex]), "sex" in against)
    lives, other_lives = _district(one_profile), _district(other_profile)
    yield _fact(_("District where the person lives"), lives, other_lives, lives != other_lives)


def _fact(label: str, one: str, other: str, differs: bool = False) -> ComparedFact:
    return ComparedFact(label, one or "—", other or "—", differs or None)


def _district(profile: Profile) -> str:
    return territory.districts()[profile.district].full_name


def _document(document: Document) -> str:
    return f"{_(DOCUMENT_TYPES[document.type])} {document.number}"


def _day(identity: Identity) -> str:
    return formats.long_date(identity.birth_date) if identity.birth_date else ""
