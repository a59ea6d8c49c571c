"""Programmes and the modules they teach. Each function works in the caller's transaction, under the thing's lock."""

from datetime import datetime
from typing import Annotated
from uuid import UUID

from pydantic import BeforeValidator, Field, StringConstraints

from chassis.messaging import outbox
from chassis.store.database import Connection
from chassis.store.identifiers import new_id
from chassis.store.queries import queries
from chassis.web.inputs import Command, made_before
from chassis.web.problems import Problem
from chassis.web.texts import _
from contracts.enrollment import Mechanism, ModulePublished, ProgrammePublished, ProgrammeStatus
from services.enrollment.commands import Period, Title, listed

sql = queries("services.enrollment")

Language = Annotated[str, StringConstraints(pattern=r"^[a-z]{2,3}$")]


class PublishProgramme(Period):
    """A training programme, such as the one of a commitment."""

    programme_id: UUID = Field(default_factory=new_id)
    code: Annotated[str, StringConstraints(pattern=r"^[A-Z0-9-]{3,20}$")] = Field(description="The office's own code.")
    title: Title


class PublishModule(Command):
    """A module of a programme."""

    module_id: UUID = Field(default_factory=new_id)
    title: Title
    mechanism: Mechanism
    hours: int = Field(gt=0, le=400, description="Taught hours.")
    edition: int = Field(1, gt=0, le=99)
    languages: Annotated[list[Language], BeforeValidator(listed)] = Field(
        ["es"], min_length=1, description="ISO 639 codes, such as `es`, `qu`, `agr`."
    )


async def publish_programme(connection: Connection, command: PublishProgramme, now: datetime) -> None:
    """Announces the programme. Raises a 409 if another one has its code."""
    if made_before(await connection.fetchrow(sql.programme.text, command.programme_id), command):
        return
    if not await connection.fetchval(
        sql.add_programme.text, command.programme_id, command.code, command.title, command.starts_on, command.ends_on
    ):
        raise Problem(409, "code_taken", _("Another programme has this code."), field="code")
    event = ProgrammePublished(**command.model_dump(), status=ProgrammeStatus.PUBLISHED, occurred_at=now)
    await outbox.add(connection, event)


async def publish_module(connection: Connection, programme_id: UUID, command: PublishModule, now: datetime) -> None:
    """Publishes the module. Raises a 404 without its programme, a 409 if this edition of the title is there already."""
    if await connection.fetchrow(sql.programme.text, programme_id) is None:
        raise no_programme()
    if made_before(await connection.fetchrow(sql.module.text, command.module_id, programme_id), command):
        return
    if not await connection.fetchval(
        sql.add_module.text,
        command.module_id,
        programme_id,
        command.title,
        command.mechanism,
        command.hours,
        command.edition,
        command.languages,
    ):
        raise Problem(409, "module_exists", _("This edition of the module is there already."), field="edition")
    await outbox.add(connection, ModulePublished(**command.model_dump(), programme_id=programme_id, occurred_at=now))


def no_programme() -> Problem:
    """The answer where there is no such programme."""
    return Problem(404, "programme_unknown", _("There is no such programme."), field="programme_id")
