"""What happened before a test begins: replicated events of enrollment, and people who work over HTTP."""

from collections import Counter
from contextlib import AsyncExitStack
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from typing import Any, Self
from uuid import UUID, uuid4

import httpx

from chassis.service import Resources
from chassis.store.identifiers import new_id
from contracts import enrollment
from contracts.enrollment import EnrollmentStatus
from contracts.event import Event
from contracts.examples import PROFILE
from services.sessions.attendance.service import decide_waiting_scans, follow_corrected_profiles
from services.sessions.completion.service import decide_merges
from services.sessions.replicas.projection import PROJECTION
from tests.support.records import record_of
from tests.support.sites import Site

OPENED = datetime(2025, 5, 2, 15, tzinfo=UTC)
FIRST_DAY = datetime(2025, 5, 10, 14, tzinfo=UTC)
FACILITATOR, OTHER_FACILITATOR = "facilitator-0601", "facilitator-0602"


@dataclass(frozen=True)
class CohortExample:
    """A cohort of a programme of its own."""

    programme_id: UUID = field(default_factory=new_id)
    cohort_id: UUID = field(default_factory=new_id)
    last_day: date = date(2025, 11, 30)

    def events(self) -> list[Event]:
        """What enrollment announces about it, with one facilitator."""
        programme = enrollment.ProgrammePublished(
            occurred_at=OPENED,
            programme_id=self.programme_id,
            code="PECJA0001",
            title="Formación en participación ciudadana",
            starts_on=date(2025, 4, 1),
            ends_on=date(2025, 12, 31),
            status=enrollment.ProgrammeStatus.PUBLISHED,
        )
        cohort = enrollment.CohortOpened(
            occurred_at=OPENED,
            cohort_id=self.cohort_id,
            programme_id=self.programme_id,
            name="Cajamarca 2025",
            province="0601",
            capacity=40,
            starts_on=date(2025, 5, 1),
            ends_on=self.last_day,
            status=enrollment.CohortStatus.OPEN,
        )
        return [programme, cohort, self.assigned(FACILITATOR)]

    def assigned(self, facilitator: str) -> enrollment.FacilitatorAssigned:
        return enrollment.FacilitatorAssigned(
            occurred_at=OPENED,
            assignment_id=new_id(),
            cohort_id=self.cohort_id,
            facilitator_id=facilitator,
            active=True,
        )

    def accepted(self, enrollment_id: UUID | None = None) -> enrollment.EnrollmentAccepted:
        """An accepted enrollment."""
        return enrollment.EnrollmentAccepted(
            occurred_at=OPENED,
            enrollment_id=enrollment_id or new_id(),
            person_id=new_id(),
            programme_id=self.programme_id,
            cohort_id=self.cohort_id,
            organization_id=None,
            status=EnrollmentStatus.ACCEPTED,
            accepted_at=OPENED,
            profile=PROFILE,
        )


def withdrawn(accepted: enrollment.Enrollment) -> enrollment.EnrollmentWithdrawn:
    """The same enrollment, withdrawn."""
    return enrollment.EnrollmentWithdrawn(**accepted.model_dump() | {"status": EnrollmentStatus.WITHDRAWN})


def session_body(cohort_id: UUID, number: int = 0, **changed: Any) -> dict[str, Any]:
    """A session on the `number`th day."""
    starts_at = FIRST_DAY + timedelta(days=number)
    return {
        "session_id": str(new_id()),
        "cohort_id": str(cohort_id),
        "kind": "training",
        "title": "El presupuesto participativo",
        "district": "060101",
        "place": "Local comunal",
        "starts_at": starts_at.isoformat(),
        "ends_at": (starts_at + timedelta(hours=3)).isoformat(),
        "required": True,
        **changed,
    }


def scan_of(enrollment_id: UUID | str, **changed: Any) -> dict[str, Any]:
    """A scan at the door, ten minutes after the first session's start."""
    return {
        "scan_id": str(uuid4()),
        "enrollment_id": str(enrollment_id),
        "state": "present",
        "scanned_at": (FIRST_DAY + timedelta(minutes=10)).isoformat(),
        "device_id": "device-1",
        "device_sequence": 1,
        "clock_offset_ms": 0,
        **changed,
    }


class Story:
    """The service and its people."""

    def __init__(self, site: Site[Resources]) -> None:
        self.site = site
        self.pool = site.resources.pool
        self._browsers = AsyncExitStack()
        self._by_person: dict[str | None, httpx.AsyncClient] = {}

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *error: object) -> None:
        await self._browsers.aclose()

    async def person(self, name: str | None) -> httpx.AsyncClient:
        """Somebody of the demonstration, or nobody."""
        if name not in self._by_person:
            self._by_person[name] = await self._browsers.enter_async_context(self.site.browser(name))
        return self._by_person[name]

    async def replicate(self, *events: Event, version: int = 1) -> None:
        """The events arrive from enrollment in one batch, and the scans that waited for them are decided."""
        async with self.pool.acquire() as connection, connection.transaction():
            await PROJECTION.fold(connection, [PROJECTION.read(record_of(event, version)) for event in events])
        await decide_waiting_scans(self.pool)
        await decide_merges(self.pool)
        await follow_corrected_profiles(self.pool)

    async def get(self, path: str, person: str | None = "coordinator") -> httpx.Response:
        return await (await self.person(person)).get(path)

    async def post(self, path: str, body: Any, person: str | None = "coordinator") -> httpx.Response:
        return await (await self.person(person)).post(path, json=body)

    async def posts(self, path: str, body: Any, person: str = "coordinator") -> Any:
        """Posts what must succeed, and returns the reply."""
        answer = await self.post(path, body, person)
        assert answer.is_success, answer.text
        return answer.json()

    async def cohort(self, *enrollments: enrollment.Enrollment, of: CohortExample | None = None) -> CohortExample:
        """A replicated cohort with these enrollments."""
        of = of or CohortExample()
        await self.replicate(*of.events(), *enrollments)
        return of

    async def session(self, cohort_id: UUID, number: int = 0, **changed: Any) -> str:
        """A session that the coordinator scheduled; its id."""
        return str((await self.posts("/api/sessions", session_body(cohort_id, number, **changed)))["session_id"])

    async def complete_plan(self, cohort_id: UUID, **said: bool) -> None:
        """The coordinator declares the cohort's plan complete."""
        await self.posts(f"/api/cohorts/{cohort_id}/plan/declare-complete", said)

    async def scan(self, session_id: str, *scans: dict[str, Any], person: str = FACILITATOR) -> list[dict[str, Any]]:
        """The results of these scans."""
        answer = await self.posts(f"/api/sessions/{session_id}/attendance", {"scans": scans}, person)
        results: list[dict[str, Any]] = answer["results"]
        return results

    async def correct(self, attendance_id: str, state: str, reason: str = "marked_by_mistake") -> None:
        await self.posts(f"/api/attendance/{attendance_id}/correct", {"state": state, "reason": reason})

    async def events(self, name: str) -> list[dict[str, Any]]:
        """The bodies of the events of one name, in order."""
        rows = await self.pool.fetch(
            "SELECT payload::jsonb AS body FROM outbox WHERE type LIKE $1 ORDER BY id", f"%.{name}.%"
        )
        return [row["body"] for row in rows]

    async def event_counts(self) -> Counter[str]:
        """How many events of each name are in the outbox."""
        rows = await self.pool.fetch("SELECT split_part(type, '.', 3) AS name FROM outbox")
        return Counter(row["name"] for row in rows)
