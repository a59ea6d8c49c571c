"""A foreign producer: writes events straight into the log, in any number and form."""

import math
import time
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from random import Random
from uuid import UUID

from confluent_kafka import Producer

from contracts.envelope import Envelope, to_headers
from contracts.sessions import AttendanceRecorded, AttendanceState, SessionKind
from deploy.operator.broker.access import Access
from services.reporting.tests.stories import COHORT, MORNING, PROGRAMME, a_profile, an_id
from tests.faults.ledger import Ledger

SOURCE = "/minka/reporting"
"""Of the owner of the tests' topics."""
SETTINGS: dict[str, str | int | float | bool] = {
    "acks": "all",
    "enable.idempotence": True,
    "linger.ms": 10,
    "compression.type": "lz4",
    "partitioner": "murmur2_random",
    "message.max.bytes": 2_000_000,
    "log_level": 0,
}
PLACEHOLDER = an_id(0)

Headers = list[tuple[str, str | bytes | None]]


@dataclass(frozen=True, slots=True)
class Written:
    """A record as it is sent."""

    key: bytes | None
    value: bytes | None
    headers: Headers
    timestamp: datetime = MORNING


def an_attendance(subject: UUID, person: UUID) -> AttendanceRecorded:
    return AttendanceRecorded(
        occurred_at=MORNING, attendance_id=subject, session_id=an_id(1), programme_id=PROGRAMME, cohort_id=COHORT,
        enrollment_id=an_id(2), person_id=person, kind=SessionKind.TRAINING, session_starts_at=MORNING,
        state=AttendanceState.PRESENT, checked_in_at=MORNING, profile=a_profile(),
    )  # fmt: skip


TEMPLATE = an_attendance(PLACEHOLDER, PLACEHOLDER).model_dump_json().encode()


def record(subject: UUID, person: UUID, version: int, identifier: UUID, source: str = SOURCE) -> Written:
    """An attendance's event as its owner's relay would send it."""
    now = datetime.now(UTC)
    envelope = Envelope(identifier, source, AttendanceRecorded.type, now, str(subject), str(person), version)
    value = TEMPLATE.replace(b'"attendance_id":"%s"' % _text(PLACEHOLDER), b'"attendance_id":"%s"' % _text(subject))
    value = value.replace(b'"person_id":"%s"' % _text(PLACEHOLDER), b'"person_id":"%s"' % _text(person))
    return Written(_text(person), value, [*to_headers(envelope)])


def records(random: Random, events: int, ledger: Ledger) -> Iterator[Written]:
    """Events of a quarter as many attendances, in order, with several versions each; accepted as they are drawn."""
    versions: dict[UUID, int] = {}
    subjects = [an_id_from(random) for _ in range(max(events // 4, 1))]
    for _ in range(events):
        subject = random.choice(subjects)
        versions[subject] = versions.get(subject, 0) + 1
        ledger.accept(str(subject))
        yield record(subject, _person_of(subject), versions[subject], an_id_from(random))


def with_duplicates(random: Random, written: Iterable[Written], share: float = 0.05) -> Iterator[Written]:
    """The records, a share of them twice: at once, or at the end with a timestamp of days later."""
    late: list[Written] = []
    for one in written:
        yield one
        if random.random() < share:
            later = Written(one.key, one.value, one.headers, one.timestamp + timedelta(days=random.randrange(1, 30)))
            if random.random() < 0.5:
                yield later
            else:
                late.append(later)
    yield from late


def produce(access: Access, topic: str, written: Iterable[Written], per_second: float = math.inf) -> int:
    """Writes all records, each key's in order, and returns their number once the broker has them."""
    producer = Producer(access.settings() | SETTINGS)
    errors: list[object] = []
    begun, number = time.monotonic(), 0
    for one in written:
        number += 1
        _send(producer, topic, one, errors)
        if (ahead := number / per_second - (time.monotonic() - begun)) > 0:
            producer.poll(ahead)
    assert producer.flush(60) == 0
    assert errors == []
    return number


def _send(producer: Producer, topic: str, one: Written, errors: list[object]) -> None:
    def delivered(error: object, _: object) -> None:
        if error is not None:
            errors.append(error)

    milliseconds = int(one.timestamp.timestamp() * 1000)
    while True:
        try:
            producer.produce(
                topic, one.value, one.key, headers=one.headers, timestamp=milliseconds, on_delivery=delivered
            )
        except BufferError:
            producer.poll(0.1)
        else:
            return


def an_id_from(random: Random) -> UUID:
    return UUID(int=random.getrandbits(128), version=4)


def _person_of(subject: UUID) -> UUID:
    """One of fewer people than there are attendances."""
    return UUID(int=subject.int % 9973, version=4)


def _text(identifier: UUID) -> bytes:
    return str(identifier).encode()
