"""Replicated and scanned in any order, the same things end in the same state, and nothing is counted twice."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from uuid import uuid5

from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from contracts.enrollment import Enrollment, EnrollmentStatus, EnrollmentWaitlisted, PersonMerged, PersonUnmerged
from services.sessions.tests.stories import FIRST_DAY, OPENED, CohortExample, Story, scan_of

PEOPLE, SESSIONS = 3, 3
ATTENDED = """
SELECT a.* FROM attendances a JOIN scans f USING (scan_id) WHERE a.enrollment_id = ANY($1) AND f.outcome <> 'undone'
"""
"""An attendance that rests on an undone scan says that nobody was there, as none does."""
STATES = ("present", "late", "excused", "absent")


@dataclass(frozen=True)
class Replicated:
    """A version of an enrollment: first on the waiting list, then with a seat."""

    person: int
    version: int


@dataclass(frozen=True)
class Merged:
    """A version of as whom somebody is counted: as another one, or as themselves again."""

    person: int
    version: int
    counted_as: int


@dataclass(frozen=True)
class Scanned:
    """A scan by one of two devices; the same number is the same scan sent again."""

    number: int
    person: int
    session: int
    state: str
    minutes: int


def _scanned(number: int) -> st.SearchStrategy[Scanned]:
    people, sessions = st.integers(0, PEOPLE - 1), st.integers(0, SESSIONS - 1)
    return st.builds(Scanned, st.just(number), people, sessions, st.sampled_from(STATES), st.integers(0, 5))


REPLICATED = [Replicated(person, version) for person in range(PEOPLE) for version in (1, 2)]
Step = Replicated | Merged | Scanned


def _merged(person: int) -> st.SearchStrategy[list[Merged]]:
    """Up to three versions: merged, taken back, merged again."""
    counted = [Merged(person, version, 0 if version % 2 else person) for version in (1, 2, 3)]
    return st.integers(0, 3).map(lambda number: counted[:number])


scans = st.tuples(*map(_scanned, range(6)))
merges = st.tuples(_merged(1), _merged(2)).map(lambda both: [*both[0], *both[1]])
told = st.tuples(scans, merges).map(lambda both: [*REPLICATED, *both[1], *both[0]])
steps = told.flatmap(lambda made: st.permutations([*made, *made[-3:]]).map(lambda order: (made, order)))


class Run:
    """One cohort with its own ids, in which the steps are taken. The results are keyed by numbers, not ids."""

    def __init__(self, story: Story) -> None:
        self.story = story
        self.cohort = CohortExample()
        self.people = [self.cohort.accepted() for _ in range(PEOPLE)]
        self.sessions: list[str] = []
        self.scans: dict[int, dict[str, Any]] = {}

    async def take(
        self,
        order: Sequence[Step],
        corrections: Sequence[tuple[int, str]],
        undone: Collection[int],
        *,
        undone_at_once: bool,
    ) -> dict[str, Any]:
        await self.story.cohort(of=self.cohort)
        rules = f"/api/programmes/{self.cohort.programme_id}/completion-rules"
        await self.story.posts(rules, {"minimum_percent": 60})
        self.sessions = [await self.story.session(self.cohort.cohort_id, number) for number in range(SESSIONS)]
        await self.story.complete_plan(self.cohort.cohort_id)
        for step in order:
            match step:
                case Replicated():
                    await self._replicate(step)
                case Merged():
                    await self._merge(step)
                case Scanned():
                    await self._scan(step)
            if undone_at_once and isinstance(step, Scanned) and step.number in undone:
                await self._undo(step.number)
        for number in undone:
            await self._undo(number)
        for number, state in corrections:
            if number not in undone:
                await self._correct(number, state)
        return await self._state()

    async def _replicate(self, step: Replicated) -> None:
        event: Enrollment = self.people[step.person]
        if step.version == 1:
            waits = {"status": EnrollmentStatus.WAITLISTED, "accepted_at": None}
            event = EnrollmentWaitlisted(**event.model_dump() | waits)
        await self.story.replicate(event, version=step.version)

    async def _merge(self, step: Merged) -> None:
        person = self.people[step.person].person_id
        event = PersonMerged if step.counted_as != step.person else PersonUnmerged
        counted_as = self.people[step.counted_as].person_id
        merge_id = uuid5(self.cohort.cohort_id, str(step.person))
        merge = event(occurred_at=OPENED, merge_id=merge_id, person_id=person, counted_as=counted_as)
        await self.story.replicate(merge, version=step.version)

    async def _scan(self, step: Scanned) -> None:
        scan = self.scans.setdefault(
            step.number,
            scan_of(
                self.people[step.person].enrollment_id,
                scan_id=f"{self.cohort.cohort_id.hex[:30]}{step.number:02d}",
                state=step.state,
                scanned_at=(FIRST_DAY + timedelta(days=step.session, minutes=step.minutes)).isoformat(),
                device_id=f"device-{step.number % 2}",
            ),
        )
        await self.story.scan(self.sessions[step.session], scan)

    async def _undo(self, number: int) -> None:
        scan_id = self.scans[number]["scan_id"]
        session = await self.story.pool.fetchval("SELECT session_id FROM scans WHERE scan_id = $1", scan_id)
        await self.story.posts(f"/api/sessions/{session}/scans/{scan_id}/undo", {})

    async def _correct(self, number: int, state: str) -> None:
        attendance = await self.story.pool.fetchval(
            "SELECT attendance_id FROM scans WHERE scan_id = $1", self.scans[number]["scan_id"]
        )
        await self.story.correct(attendance, state)

    async def _state(self) -> dict[str, Any]:
        people = {one.enrollment_id: number for number, one in enumerate(self.people)}
        sessions = {session: number for number, session in enumerate(self.sessions)}
        ids = list(people)
        fetch = self.story.pool.fetch
        scanned = await fetch("SELECT scan_id, outcome, reason FROM scans WHERE enrollment_id = ANY($1)", ids)
        attended = await fetch(ATTENDED, ids)
        completed = await fetch("SELECT * FROM completions WHERE enrollment_id = ANY($1)", ids)
        return {
            "scans": {row["scan_id"].hex[30:]: (row["outcome"], row["reason"]) for row in scanned},
            "attendances": {
                (people[row["enrollment_id"]], sessions[str(row["session_id"])]): (row["state"], row["checked_in_at"])
                for row in attended
            },
            "completions": {
                people[row["enrollment_id"]]: (row["attended"], row["achieved"], row["achieved_at"])
                for row in completed
                if row["achieved"]
            },
        }

    async def recorded_once(self) -> bool:
        """Each attendance was announced as recorded once, and the last announced state is the stored one."""
        announced = await self.story.pool.fetch(
            """
            SELECT a.state, count(*) FILTER (WHERE o.type LIKE '%AttendanceRecorded%') AS recorded,
                (array_agg(o.payload::jsonb ->> 'state' ORDER BY o.aggregateversion DESC))[1] AS last
            FROM attendances a JOIN outbox o ON o.aggregateid = a.attendance_id::text
            WHERE a.enrollment_id = ANY($1) GROUP BY a.attendance_id
            """,
            [one.enrollment_id for one in self.people],
        )
        return all(row["recorded"] == 1 and row["last"] == row["state"] for row in announced)


@given(
    steps,
    st.lists(st.tuples(st.integers(0, 5), st.sampled_from(STATES)), max_size=3),
    st.sets(st.integers(0, 5), max_size=3),
)
@settings(
    max_examples=20,
    deadline=None,
    phases=[Phase.explicit, Phase.generate],  # against a database, a smaller example would take minutes to find
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
async def test_any_order_ends_in_the_same_state(
    story: Story,
    steps: tuple[Sequence[Step], Sequence[Step]],
    corrections: Sequence[tuple[int, str]],
    undone: Collection[int],
) -> None:
    made, order = steps
    one, other = Run(story), Run(story)

    expected = await one.take(made, corrections, undone, undone_at_once=False)
    assert expected == await other.take(order, corrections, undone, undone_at_once=True)
    assert await other.recorded_once()
