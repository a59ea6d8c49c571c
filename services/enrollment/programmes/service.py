"""Programmes and the modules they teach. A write works in the caller's transaction, under the lock of the programme or
the module."""

from dataclasses import asdict, dataclass, replace
from datetime import date, datetime
from uuid import UUID

from chassis.messaging import outbox
from chassis.runtime.rejections import Kind, RejectedError, Rejection
from chassis.store.database import Connection, Pool
from chassis.store.queries import queries
from chassis.store.unit_of_work import UnitOfWork
from chassis.web.inputs import already_created
from chassis.web.pagination import Page, fetch_page
from chassis.web.tables import Column, Table
from chassis.web.texts import N_, _
from chassis.web.views import View, first_rows
from contracts.enrollment import (
    Mechanism,
    ModulePublished,
    ProgrammeAnnounced,
    ProgrammePublished,
    ProgrammeStatus,
)
from contracts.labels import LANGUAGES, MECHANISMS
from services.enrollment.programmes.commands import PublishModule, PublishProgramme

sql = queries(__package__)


@dataclass(frozen=True, slots=True)
class Programme:
    """A training programme. `copied_from` is the one whose modules and rule of completion it began with."""

    programme_id: UUID
    code: str
    title: str
    starts_on: date
    ends_on: date
    copied_from: UUID | None


@dataclass(frozen=True, slots=True)
class Module:
    """A module as it was published. `languages` are ISO 639 codes."""

    module_id: UUID
    title: str
    mechanism: Mechanism
    hours: int
    edition: int
    languages: list[str]
    required_sessions: int
    learning_outcomes: list[str]


@dataclass(frozen=True, slots=True)
class _StoredModule(Module):
    programme_id: UUID


@dataclass(frozen=True, slots=True)
class ProgrammeInFull(Programme):
    """A programme with its modules in the order in which they were published."""

    modules: list[Module]


def _language_names(module: Module) -> list[str]:
    return [_(LANGUAGES.get(language, language)) for language in module.languages]


PROGRAMMES = Table(
    "programmes",
    N_("Programmes"),
    key="programme_id",
    order="-starts_on",
    columns=(
        Column("code", N_("Code"), "code", searched=True),
        Column("title", N_("Title"), link="/programmes/{row.programme_id}", searched=True),
        Column("starts_on", N_("From"), "date"),
        Column("ends_on", N_("To"), "date"),
        Column("programme_id", N_("Programme"), "identifier", shown=False),
    ),
)
MODULES = Table(
    "modules",
    N_("Modules"),
    key="module_id",
    order="title",
    columns=(
        Column("title", N_("Title")),
        Column("mechanism", N_("Mechanism it teaches"), labels=MECHANISMS),
        Column("hours", N_("Hours"), "number"),
        Column("edition", N_("Edition"), "number"),
        Column("languages", N_("Languages"), "list", read=_language_names),
        Column("required_sessions", N_("Required sessions"), "number"),
        Column("learning_outcomes", N_("What is learned"), "list", drawn=True),
    ),
)
MODULES_WITH_ACTIONS = replace(
    MODULES, columns=(*MODULES.columns, Column("correct", N_("Correction"), "action", sortable=False))
)
"""The modules as the coordinator sees them."""


async def publish_programme(unit: UnitOfWork, command: PublishProgramme, copied_from: UUID | None = None) -> UUID:
    """Announces the programme and returns its id. Raises `RejectedError` if another programme has its code."""
    stored = await sql.programme.first(unit.connection, Programme, programme_id=command.programme_id)
    if already_created(stored, command):
        return command.programme_id
    programme = Programme(**command.model_dump(), copied_from=copied_from)
    if not await sql.add_programme.value(unit.connection, **asdict(programme)):
        raise RejectedError(CODE_TAKEN)
    await outbox.add_all(unit.connection, announcements(programme, unit.now))
    return command.programme_id


def announcements(programme: Programme, published_at: datetime) -> list[ProgrammePublished | ProgrammeAnnounced]:
    """Returns what a programme's readers are told, on each of the two topics."""
    state = asdict(programme) | {"status": ProgrammeStatus.PUBLISHED, "occurred_at": published_at}
    return [ProgrammePublished(**state), ProgrammeAnnounced(**state)]


async def publish_module(unit: UnitOfWork, command: PublishModule, programme_id: UUID) -> UUID:
    """Publishes the module and returns its id.

    Raises `RejectedError` if the programme does not exist, or if it has this edition of the title already.
    """
    await existing_programme(unit.connection, programme_id)
    stored = await sql.module.first(unit.connection, _StoredModule, module_id=command.module_id)
    if already_created(stored, command, programme_id=programme_id):
        return command.module_id
    if not await sql.add_module.value(unit.connection, programme_id=programme_id, **command.model_dump()):
        raise RejectedError(MODULE_EXISTS)
    event = ModulePublished(**command.model_dump(), programme_id=programme_id, occurred_at=unit.now)
    await outbox.add(unit.connection, event)
    return command.module_id


async def list_programmes(connection: Connection | Pool, view: View) -> Page[Programme]:
    """Returns a page of the programmes."""
    return await fetch_page(connection, sql.programmes, view, Programme)


async def programmes_to_choose(connection: Connection | Pool) -> list[tuple[str, str]]:
    """Returns the programmes as forms offer them: a copy for another year may have the title of the former."""
    programmes = await list_programmes(connection, first_rows(PROGRAMMES))
    return [(str(one.programme_id), f"{one.code} · {one.title}") for one in programmes.rows]


async def existing_programme(connection: Connection | Pool, programme_id: UUID) -> Programme:
    """Returns the programme. Raises `RejectedError` if it does not exist."""
    programme = await sql.programme.first(connection, Programme, programme_id=programme_id)
    if programme is None:
        raise RejectedError(_PROGRAMME_UNKNOWN)
    return programme


async def existing_module(connection: Connection | Pool, programme_id: UUID, module_id: UUID) -> Module:
    """Returns the module of the programme. Raises `RejectedError` if it does not exist."""
    for module in await sql.modules_of_programme.all(connection, Module, programme_id=programme_id):
        if module.module_id == module_id:
            return module
    raise RejectedError(_MODULE_UNKNOWN)


async def programme_in_full(connection: Connection | Pool, programme_id: UUID) -> ProgrammeInFull:
    """Returns the programme with its modules. Raises `RejectedError` if it does not exist."""
    programme = await existing_programme(connection, programme_id)
    modules = await sql.modules_of_programme.all(connection, Module, programme_id=programme_id)
    return ProgrammeInFull(**asdict(programme), modules=modules)


_PROGRAMME_UNKNOWN = Rejection(
    "programme_unknown", N_("There is no such programme."), Kind.MISSING, field="programme_id"
)
_MODULE_UNKNOWN = Rejection("module_unknown", N_("This programme has no such module."), Kind.MISSING, field="module_id")
CODE_TAKEN = Rejection("code_taken", N_("Another programme has this code."), Kind.CONFLICT, field="code")
MODULE_EXISTS = Rejection(
    "module_exists", N_("This edition of the module is there already."), Kind.CONFLICT, field="edition"
)
