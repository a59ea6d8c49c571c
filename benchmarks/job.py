"""The job: a year of attendance as it stands on a topic, the same bytes at every run, and its plain recount.

Every record is a pure function of its subject's number and version, so that a log of any length is written in bounded
memory. The recount is kept while writing and shares no line with what is measured.
"""

from array import array
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import cached_property
from random import Random
from typing import Any
from uuid import UUID

from contracts.envelope import Envelope, Headers, to_headers
from contracts.event import AgeBand, Ethnicity, MotherTongue, OrganizationType, Profile, Sex
from contracts.sessions import Attendance, AttendanceCorrected, AttendanceRecorded, AttendanceState, SessionKind
from contracts.territory import districts
from tests.support.records import Record

COHORTS = 13
RECORDS_OF_PERSON = 13
DISTRICTS = tuple(districts())
FIRST_SESSION = datetime(2025, 3, 10, 15, tzinfo=UTC)
BETWEEN_SESSIONS = timedelta(days=22)

# Of every hundred records: five come again at new offsets, three set right what was said.
DUPLICATES = frozenset((19, 39, 59, 79, 99))
CORRECTIONS = frozenset((33, 66, 97))

PRESENT_OR_NOT = (*[AttendanceState.PRESENT] * 7, AttendanceState.LATE, AttendanceState.EXCUSED, AttendanceState.ABSENT)
COUNTED = frozenset((AttendanceState.PRESENT, AttendanceState.LATE))

Place = tuple[str, str, str]
"""(month, cohort, district)."""


@dataclass(frozen=True, slots=True)
class Written:
    """A record as it is produced."""

    key: bytes
    value: bytes
    headers: list[tuple[str, str | bytes | None]]


def on_one_partition(log: Iterable[Written]) -> list[Record]:
    """A log as it is read."""
    return [
        Record("sessions.events", 0, offset, written.key, written.value, _as_read(written))
        for offset, written in enumerate(log)
    ]


def _as_read(written: Written) -> Headers:
    return [(name, value) for name, value in written.headers if isinstance(value, bytes)]


@dataclass
class Recount:
    """What the log comes to: `facts` subjects, `history` versions, `attended` person-sessions by place."""

    facts: int = 0
    history: int = 0
    attended: Counter[Place] = field(default_factory=Counter)
    attendees: int = 0

    def as_json(self) -> dict[str, Any]:
        """As contestants report it."""
        return {
            "facts": self.facts,
            "history": self.history,
            "attended": {"|".join(place): n for place, n in sorted(self.attended.items()) if n},
            "attendees": self.attendees,
        }


@dataclass(frozen=True)
class Job:
    """`records` records, of which 5 % are duplicates and 3 % corrections; each person was at about twelve sessions."""

    records: int
    seed: int = 1

    @cached_property
    def people(self) -> int:
        return max(COHORTS, self.records // RECORDS_OF_PERSON)

    def log(self, recount: Recount) -> Iterator[Written]:
        """The records in their order. At the end `recount` says what they come to."""
        chance = Random(self.seed)
        versions = array("B")
        for place in range(self.records):
            if place % 100 in DUPLICATES:
                subject = chance.randrange(len(versions))
                yield self.record(subject, chance.randint(1, versions[subject]))
                continue
            if place % 100 in CORRECTIONS:
                subject = chance.randrange(len(versions))
                versions[subject] += 1
            else:
                subject = len(versions)
                versions.append(1)
            yield self.record(subject, versions[subject])
        self._count(versions, recount)

    def record(self, subject: int, version: int) -> Written:
        """What was said of a subject at its version."""
        event = self.event(subject, version)
        envelope = Envelope(
            id=_identifier("event", subject * 256 + version, event.checked_in_at),
            source="/minka/sessions",
            type=event.type,
            time=event.checked_in_at + timedelta(seconds=version, microseconds=subject % 1_000_000),
            subject=event.subject,
            partition_key=event.partition_key,
            version=version,
            correlation_id=f"{_mixed(subject):016x}",
            traceparent=f"00-{_mixed(subject):032x}-{_mixed(version):016x}-00",
        )
        return Written(event.partition_key.encode(), event.model_dump_json().encode(), [*to_headers(envelope)])

    def event(self, subject: int, version: int) -> Attendance:
        """A person's attendance of one of the cohort's sessions."""
        session, person = divmod(subject, self.people)
        cohort = person % COHORTS
        starts_at = FIRST_SESSION + session * BETWEEN_SESSIONS + timedelta(hours=cohort % 3)
        checked_in_at = starts_at + timedelta(seconds=_mixed(subject) % 1200)
        return (AttendanceRecorded if version == 1 else AttendanceCorrected)(
            occurred_at=checked_in_at,
            attendance_id=_identifier("attendance", subject, checked_in_at),
            session_id=_identifier("session", session * COHORTS + cohort, FIRST_SESSION),
            programme_id=_identifier("programme", 0, FIRST_SESSION),
            cohort_id=_identifier("cohort", cohort, FIRST_SESSION),
            enrollment_id=_identifier("enrollment", person, FIRST_SESSION),
            person_id=_identifier("person", person, FIRST_SESSION),
            kind=SessionKind.TRAINING,
            session_starts_at=starts_at,
            state=_state(subject, version),
            checked_in_at=checked_in_at,
            profile=_profile(person),
        )

    def _count(self, versions: "array[int]", recount: Recount) -> None:
        recount.facts, recount.history = len(versions), sum(versions)
        attendees = set()
        for subject, version in enumerate(versions):
            if _state(subject, version) in COUNTED:
                session, person = divmod(subject, self.people)
                month = FIRST_SESSION + session * BETWEEN_SESSIONS
                cohort = _identifier("cohort", person % COHORTS, FIRST_SESSION)
                recount.attended[f"{month:%Y-%m}", str(cohort), _district(person)] += 1
                attendees.add(person)
        recount.attendees = len(attendees)


def _state(subject: int, version: int) -> AttendanceState:
    """Each correction may say anything, the former state too."""
    return PRESENT_OR_NOT[_mixed(subject * 256 + version) % len(PRESENT_OR_NOT)]


def _district(person: int) -> str:
    return DISTRICTS[_mixed(person) % len(DISTRICTS)]


def _profile(person: int) -> Profile:
    drawn = _mixed(person + 1)
    return Profile(
        district=_district(person),
        sex=(Sex.FEMALE, Sex.MALE)[drawn % 2],
        age_band=tuple(AgeBand)[drawn // 2 % 6],
        mother_tongue=MotherTongue.QUECHUA if drawn // 16 % 8 == 0 else MotherTongue.SPANISH,
        ethnicity=Ethnicity.QUECHUA if drawn // 16 % 8 == 0 else Ethnicity.MESTIZO,
        organization_type=tuple(OrganizationType)[drawn // 128 % 10],
    )


def _identifier(kind: str, number: int, moment: datetime) -> UUID:
    """A UUIDv7 of this moment: neighbours in time are neighbours in an index, as they are in life."""
    drawn = _mixed(number + _KINDS[kind])
    milliseconds = int(moment.timestamp() * 1000)
    return UUID(int=milliseconds << 80 | 7 << 76 | (drawn >> 52) << 64 | 2 << 62 | drawn & (1 << 62) - 1)


_KINDS = {
    kind: place << 40
    for place, kind in enumerate(("event", "attendance", "session", "programme", "cohort", "enrollment", "person"))
}


def _mixed(number: int) -> int:
    """64 bits that look drawn (SplitMix64)."""
    mixed = (number + 1) * 0x9E3779B97F4A7C15 & 0xFFFFFFFFFFFFFFFF
    mixed = (mixed ^ mixed >> 30) * 0xBF58476D1CE4E5B9 & 0xFFFFFFFFFFFFFFFF
    mixed = (mixed ^ mixed >> 27) * 0x94D049BB133111EB & 0xFFFFFFFFFFFFFFFF
    return mixed ^ mixed >> 31
