"""People with a seat are reminded of their sessions and told when one moves or is cancelled, once."""

from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest

from chassis.store.identifiers import new_id
from contracts.event import Event
from contracts.sessions import SessionCancelled, SessionKind, SessionRescheduled, SessionScheduled, SessionStatus
from services.enrollment.messages.sessions import tell_of_sessions
from services.enrollment.replicas.projection import PROJECTION
from services.enrollment.resources import EnrollmentResources
from services.enrollment.tests.mailboxes import MailServer
from services.enrollment.tests.stories import NOW, REACHABLE, a_cohort, an_application, applies, withdraws
from services.enrollment.tests.test_messages import mail, reaching, send  # noqa: F401
from tests.support.records import record_of
from tests.support.sites import Site

STARTS = datetime(2099, 5, 12, 20, tzinfo=UTC)
DAY = timedelta(days=1)
LONG_BEFORE, SOON = STARTS - 3 * DAY, STARTS - timedelta(hours=20)
"""Reminders go out a day before."""


class Calendar:
    """The calendar of a cohort as enrollment hears it, and the messages that follow."""

    def __init__(self, resources: EnrollmentResources, cohort: UUID) -> None:
        self.resources = resources
        self.session: dict[str, Any] = {
            "session_id": new_id(), "programme_id": new_id(), "cohort_id": cohort, "module_id": None,
            "kind": SessionKind.TRAINING, "title": "El presupuesto", "district": "060101", "place": "Local comunal",
            "starts_at": STARTS, "ends_at": STARTS + timedelta(hours=3), "required": True,
            "status": SessionStatus.SCHEDULED, "occurred_at": NOW,
        }  # fmt: skip
        self.version = 0

    async def arrive(self, event: type[Event], **changed: Any) -> None:
        """The next version of the session arrives."""
        self.session |= changed
        self.version += 1
        await self.deliver(event, self.version, self.session)

    async def deliver(self, event: type[Event], version: int, session: dict[str, Any]) -> None:
        record = record_of(event(**session), version)
        async with self.resources.pool.acquire() as connection, connection.transaction():
            await PROJECTION.fold(connection, [PROJECTION.read(record)])

    async def tell(self, now: datetime) -> None:
        await tell_of_sessions(self.resources.pool, now, DAY)

    async def move(self, by: timedelta) -> None:
        starts_at = self.session["starts_at"] + by
        await self.arrive(SessionRescheduled, starts_at=starts_at, ends_at=starts_at + timedelta(hours=3))

    async def told(self) -> list[tuple[str, str]]:
        rows = await self.resources.pool.fetch(
            "SELECT kind, state FROM messages WHERE session_id IS NOT NULL ORDER BY queued_at, message_id"
        )
        return [(row["kind"], row["state"]) for row in rows]


@pytest.fixture
async def calendar(reaching: EnrollmentResources) -> Calendar:  # noqa: F811
    """A planned session of a cohort in which one reachable person and one other have seats, and one waits."""
    cohort = await a_cohort(reaching, capacity=2)
    await reaching.pool.execute("UPDATE cohorts SET ends_on = '2099-12-31'")
    for reachable in (REACHABLE, {}, REACHABLE):
        await applies(reaching, an_application(cohort, **reachable))
    calendar = Calendar(reaching, cohort)
    await calendar.arrive(SessionScheduled)
    return calendar


async def test_who_has_a_seat_is_reminded_once_a_day_before(calendar: Calendar, mail: MailServer) -> None:  # noqa: F811
    for now in (LONG_BEFORE, LONG_BEFORE, SOON, SOON, STARTS + DAY):
        await calendar.tell(now)
    await send(calendar.resources)
    await send(calendar.resources)

    assert await calendar.told() == [("session_reminder", "sent")]
    [reminder] = [one for one in mail.received if "El presupuesto" in one["Subject"]]
    text = reminder.get_content()
    assert "12 de mayo de 2099" in text and "3:00" in text and "Local comunal, Cajamarca" in text


async def test_a_moved_session_is_told_as_it_stands_and_nobody_is_reminded_of_the_former_day(
    calendar: Calendar,
    mail: MailServer,  # noqa: F811
) -> None:
    await calendar.tell(SOON)
    await calendar.move(7 * DAY)
    await calendar.tell(SOON)
    await calendar.move(DAY)
    await calendar.tell(SOON)
    await calendar.tell(SOON)
    await send(calendar.resources)

    assert await calendar.told() == [
        ("session_reminder", "outdated"),
        ("session_moved", "outdated"),
        ("session_moved", "sent"),
    ]
    assert "20 de mayo de 2099" in mail.received[-1].get_content()


async def test_a_message_waits_for_nothing_that_was_heard_meanwhile(calendar: Calendar) -> None:
    await calendar.tell(LONG_BEFORE)
    await calendar.move(DAY)
    await calendar.tell(LONG_BEFORE)
    await calendar.move(DAY)
    await send(calendar.resources)
    await calendar.tell(LONG_BEFORE)
    await send(calendar.resources)

    assert await calendar.told() == [("session_moved", "outdated"), ("session_moved", "sent")]


async def test_another_place_alone_is_told_too(calendar: Calendar) -> None:
    await calendar.tell(LONG_BEFORE)
    await calendar.arrive(SessionRescheduled, place="Coliseo")
    await calendar.tell(LONG_BEFORE)

    assert await calendar.told() == [("session_moved", "queued")]


async def test_a_cancelled_session_is_told_once_and_reminds_nobody(calendar: Calendar) -> None:
    await calendar.tell(SOON)
    await calendar.arrive(SessionCancelled, status=SessionStatus.CANCELLED)
    await calendar.tell(SOON)
    await calendar.tell(SOON)
    await send(calendar.resources)

    assert await calendar.told() == [("session_reminder", "outdated"), ("session_cancelled", "sent")]


async def test_who_gave_the_seat_back_meanwhile_is_told_nothing(calendar: Calendar) -> None:
    await calendar.tell(SOON)
    seats = await calendar.resources.pool.fetch("SELECT enrollment_id FROM messages WHERE session_id IS NOT NULL")
    await withdraws(calendar.resources, seats[0]["enrollment_id"])
    await send(calendar.resources)

    assert await calendar.told() == [("session_reminder", "outdated")]


async def test_an_older_version_that_comes_late_is_no_news(calendar: Calendar) -> None:
    first = dict(calendar.session)
    await calendar.move(DAY)
    await calendar.tell(LONG_BEFORE)
    await calendar.deliver(SessionScheduled, 1, first)
    await calendar.tell(LONG_BEFORE)

    assert await calendar.told() == []


async def test_what_is_over_when_it_is_heard_of_is_told_to_nobody(calendar: Calendar) -> None:
    await calendar.tell(LONG_BEFORE)
    await calendar.move(DAY)
    await calendar.tell(STARTS + 2 * DAY)

    assert await calendar.told() == []


async def test_only_a_text_about_sessions_has_their_places(site: Site[EnrollmentResources]) -> None:
    text = {"subject": "{session}", "body": "{session_day}, {session_time}, {session_place}", "replaces": "0"}
    async with site.browser("coordinator", Accept="text/html") as browser:
        for kind, status in (("session_reminder", 303), ("seat_given", 422)):
            example = await browser.post(f"/messages/texts/{kind}/es/preview", data=text)
            answer = await browser.post(f"/messages/texts/{kind}/es", data=text)
            assert (answer.status_code, "Local comunal" in example.text) == (status, status == 303), kind
