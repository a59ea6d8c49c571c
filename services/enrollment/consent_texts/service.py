"""Texts of consents, as they are written, approved and in force."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from chassis.runtime.rejections import Kind, RejectedError, Rejection
from chassis.store.database import Connection, Pool
from chassis.store.queries import queries
from chassis.store.unit_of_work import UnitOfWork
from chassis.web.commands import OUTDATED
from chassis.web.texts import N_, catalogue
from contracts.days import day_of
from contracts.enrollment import Purpose
from services.enrollment.consent_texts.commands import DecideText, DraftText
from services.enrollment.consent_texts.domain import (
    FIRST_TEXTS,
    ApprovedText,
    check_approval,
    check_first_day,
    check_languages,
    in_force,
)

sql = queries(__package__)


@dataclass(frozen=True, slots=True)
class WrittenText:
    """A text with who wrote it, and who approved or discarded it."""

    number: int
    purpose: Purpose
    first_day: date
    texts: dict[str, str]
    drafted_by: str
    drafted_at: datetime
    approved_by: str | None
    approved_at: datetime | None
    discarded_by: str | None
    discarded_at: datetime | None

    @property
    def is_open(self) -> bool:
        """Whether it waits for somebody who approves or discards it."""
        return self.approved_at is None and self.discarded_at is None


async def approved_texts(connection: Connection | Pool) -> list[ApprovedText]:
    """Returns every text that is, was or will be in force, but for those that come with the release."""
    return await sql.approved_texts.all(connection, ApprovedText)


async def texts_in_force(connection: Connection | Pool, language: str, day: date) -> dict[Purpose, str]:
    """Returns what people agree to on a day, for each purpose."""
    approved = await approved_texts(connection)
    return {purpose: text_in_force(approved, purpose, language, day) for purpose in FIRST_TEXTS}


def text_in_force(approved: Sequence[ApprovedText], purpose: Purpose, language: str, day: date) -> str:
    """Returns what people agree to on a day for a purpose.

    A text that was written before the language was offered is shown in the first one that it has.
    """
    found = in_force(approved, purpose, day)
    if found is None:
        return catalogue(language).translations.gettext(FIRST_TEXTS[purpose])
    return found.texts.get(language) or next(iter(found.texts.values()))


async def written_texts(connection: Connection | Pool, purpose: Purpose) -> list[WrittenText]:
    """Returns what the office wrote for a purpose, the newest first."""
    return await sql.texts_of_purpose.all(connection, WrittenText, purpose=purpose)


async def draft_text(
    unit: UnitOfWork, command: DraftText, purpose: Purpose, languages: Collection[str]
) -> list[WrittenText]:
    """Stores a text that waits for its approval. Idempotent. The caller holds the purpose's lock.

    Raises `RejectedError` while another one waits, and for a first day that has begun or has a text.
    """
    check_languages(command.texts, languages)
    check_first_day(command.first_day, day_of(unit.now))
    known = await written_texts(unit.connection, purpose)
    if any((one.is_open, one.first_day, one.texts) == (True, command.first_day, command.texts) for one in known):
        return known
    if any(one.is_open for one in known):
        raise RejectedError(_ONE_WAITS)
    if any(one.first_day == command.first_day and one.approved_at for one in known):
        raise RejectedError(_DAY_TAKEN)
    await sql.add_draft.execute(
        unit.connection, **command.model_dump(), purpose=purpose, drafted_by=unit.author, drafted_at=unit.now
    )
    return await written_texts(unit.connection, purpose)


async def approve_text(unit: UnitOfWork, command: DecideText, purpose: Purpose) -> list[WrittenText]:
    """Lets people agree to the text from its first day. The caller holds the purpose's lock.

    Raises `RejectedError` for who wrote it, once its first day has begun, and if it is not the one that waits.
    """
    waiting = await _waiting(unit.connection, command, purpose)
    check_approval(waiting.drafted_by, unit.author)
    check_first_day(waiting.first_day, day_of(unit.now))
    await sql.approve.execute(unit.connection, **_decision(unit, command))
    return await written_texts(unit.connection, purpose)


async def discard_text(unit: UnitOfWork, command: DecideText, purpose: Purpose) -> list[WrittenText]:
    """Lets nobody agree to the text; it stays readable. The caller holds the purpose's lock.

    Raises `RejectedError` if it is not the one that waits.
    """
    await _waiting(unit.connection, command, purpose)
    await sql.discard.execute(unit.connection, **_decision(unit, command))
    return await written_texts(unit.connection, purpose)


async def version_of_texts(connection: Connection | Pool, purpose: Purpose) -> str:
    """Returns the entity tag of what was written for a purpose."""
    written = await written_texts(connection, purpose)
    return f'"{sum(2 - one.is_open for one in written)}"'


async def _waiting(connection: Connection, command: DecideText, purpose: Purpose) -> WrittenText:
    for one in await written_texts(connection, purpose):
        if one.is_open and one.number == command.number:
            return one
    raise RejectedError(OUTDATED)


def _decision(unit: UnitOfWork, command: DecideText) -> Mapping[str, object]:
    return {"number": command.number, "decided_by": unit.author, "decided_at": unit.now}


_ONE_WAITS = Rejection(
    "text_waits",
    N_("Another text of this purpose waits for its approval."),
    Kind.CONFLICT,
    remedy=N_("Have it approved, or discard it first."),
)
_DAY_TAKEN = Rejection(
    "first_day_taken",
    N_("An approved text begins on this day already."),
    Kind.CONFLICT,
    "first_day",
    N_("Choose another day."),
)
