"""Programmes, their modules and their open cohorts as everybody may read them. Nothing in them tells of a person."""

from dataclasses import dataclass
from datetime import date
from uuid import UUID

from chassis.store.database import Pool
from chassis.store.queries import queries
from chassis.web.pagination import Page, fetch_page
from chassis.web.tables import Column, Table
from chassis.web.texts import N_, _
from chassis.web.views import View
from contracts import territory
from contracts.labels import MECHANISMS
from services.enrollment.materials.domain import Audience
from services.enrollment.materials.service import Material, materials_of
from services.enrollment.programmes.service import Module, existing_programme
from services.enrollment.public_programmes.domain import Seats
from services.enrollment.public_programmes.labels import SEATS

sql = queries(__package__)


@dataclass(frozen=True, slots=True)
class PublicProgramme:
    """A programme in the public's list. `hours` are of the last editions of its modules."""

    programme_id: UUID
    title: str
    starts_on: date
    ends_on: date
    hours: int
    mechanisms: list[str]
    takes_enrollments: bool


@dataclass(frozen=True, slots=True)
class PublicProgrammeInFull:
    """A programme with the last edition of each module, in the order in which modules were first published, and the
    materials that are for everybody."""

    programme_id: UUID
    code: str
    title: str
    starts_on: date
    ends_on: date
    modules: list[Module]
    materials: list[Material]

    @property
    def hours(self) -> int:
        """The taught hours of all modules."""
        return sum(module.hours for module in self.modules)


@dataclass(frozen=True, slots=True)
class PublicCohort:
    """A cohort that takes enrollments. `province` is an INEI code; `code` is that of the address at which people enroll
    themselves, None where they ask the office."""

    cohort_id: UUID
    name: str
    province: str
    starts_on: date
    ends_on: date
    seats: Seats
    code: str | None


def _mechanism_names(programme: PublicProgramme) -> list[str]:
    return [_(MECHANISMS[mechanism]) for mechanism in programme.mechanisms]


PUBLIC_PROGRAMMES = Table(
    "programmes",
    N_("Training programmes"),
    key="programme_id",
    order="-starts_on",
    columns=(
        Column("title", N_("Title"), link="/public/programmes/{row.programme_id}", searched=True),
        Column("mechanisms", N_("What it teaches to use"), "list", sortable=False, read=_mechanism_names),
        Column("hours", N_("Hours"), "number"),
        Column("starts_on", N_("From"), "date"),
        Column("ends_on", N_("To"), "date"),
        Column("takes_enrollments", N_("Takes enrollments"), "flag", filtered=True),
        Column("programme_id", N_("Programme"), "identifier", shown=False),
    ),
)
OPEN_COHORTS = Table(
    "open_cohorts",
    N_("Cohorts that take enrollments"),
    key="cohort_id",
    order="starts_on",
    columns=(
        Column("name", N_("Cohort"), searched=True),
        Column("province", N_("Province"), labels=territory.provinces(), filtered=True),
        Column("starts_on", N_("First day"), "date"),
        Column("ends_on", N_("Last day"), "date"),
        Column("seats", N_("Seats"), labels=SEATS, badges={Seats.FREE: "good", Seats.FULL: "waiting"}, filtered=True),
        Column("enroll", N_("Enroll"), "action", sortable=False),
        Column("cohort_id", N_("Cohort"), "identifier", shown=False),
    ),
)


async def list_programmes(pool: Pool, view: View, today: date) -> Page[PublicProgramme]:
    """Returns a page of the programmes."""
    return await fetch_page(pool, sql.programmes, view, PublicProgramme, today=today)


async def public_programme(pool: Pool, programme_id: UUID) -> PublicProgrammeInFull:
    """Returns the programme with its content. Raises `RejectedError` if it does not exist."""
    programme = await existing_programme(pool, programme_id)
    modules = await sql.last_editions.all(pool, Module, programme_id=programme_id)
    materials, shown = await materials_of(pool, programme_id), {module.module_id for module in modules}
    return PublicProgrammeInFull(
        programme_id=programme_id,
        code=programme.code,
        title=programme.title,
        starts_on=programme.starts_on,
        ends_on=programme.ends_on,
        modules=modules,
        materials=[one for one in materials if one.module_id in shown and one.audience is Audience.EVERYBODY],
    )


async def list_open_cohorts(pool: Pool, view: View, programme_id: UUID, today: date) -> Page[PublicCohort]:
    """Returns a page of the programme's cohorts that take enrollments and have not ended."""
    return await fetch_page(pool, sql.open_cohorts, view, PublicCohort, programme_id=programme_id, today=today)
