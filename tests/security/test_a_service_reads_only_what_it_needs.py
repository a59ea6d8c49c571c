"""Each service reads of the others only what it handles, and keeps nothing of what it does not."""

from collections.abc import Iterator
from dataclasses import replace
from typing import Any
from uuid import UUID, uuid4

import asyncpg
import pytest
from pydantic import BaseModel, SecretStr

from chassis.service import Service
from chassis.store.database import Pool
from chassis.store.migrations import chassis_migrations, migrate, migrations_of
from chassis.tests.conftest import database, pool  # noqa: F401
from contracts.catalogue import EVENTS
from contracts.enrollment import PersonRegistered, ProgrammeAnnounced
from contracts.envelope import EnvelopeError
from contracts.event import Event
from contracts.examples import EXAMPLES
from contracts.sessions import SessionScheduled
from contracts.topics import ENROLLMENT_EVENTS, TOPICS
from deploy.trial.web import SERVICES
from services.enrollment.app import service as enrollment
from services.media.app import service as media
from services.sessions.app import service as sessions
from tests.support import acl_probes
from tests.support.databases import FreshDatabases
from tests.support.infrastructure import Infrastructure
from tests.support.reactions import deliver
from tests.support.records import Record, record_of

every_service = pytest.mark.parametrize("service", SERVICES.values(), ids=SERVICES)


def handled_by(service: Service[Any]) -> set[str]:
    """The types of events that the service handles."""
    reactions = service.reactions.models if service.reactions else {}
    return {*reactions, *(event_type for projection in service.projections for event_type in projection.models)}


def is_about_a_person(event: type[BaseModel]) -> bool:
    return "person_id" in event.model_fields


def more_than_needed(service: Service[Any]) -> Iterator[str]:
    """The topics that the service may read without handling anything of them, or people of those with people."""
    for topic in TOPICS.values():
        events = [event for event in EVENTS if event.topic == topic.name]
        handled = [event for event in events if event.type in handled_by(service)]
        people = any(map(is_about_a_person, events)) and not any(map(is_about_a_person, handled))
        if service.name in topic.readers and (not handled or people):
            yield topic.name


@every_service
def test_a_service_may_read_no_topic_of_which_it_needs_nothing_or_no_people(service: Service[Any]) -> None:
    assert list(more_than_needed(service)) == []


def test_the_broker_refuses_media_the_topic_of_people(infrastructure: Infrastructure) -> None:
    assert not acl_probes.reads(infrastructure.access("media"), ENROLLMENT_EVENTS.name)


def example_of(event_type: type[Event]) -> Event:
    return next(example for example in EXAMPLES if type(example) is event_type)


def damaged(event: Event) -> Record:
    """A record whose envelope cannot be read, but for its type."""
    record = record_of(event)
    headers = [(name, b"\xff" if name == "ce_time" else value) for name, value in record.headers]
    return replace(record, headers=headers)


async def test_a_damaged_record_that_is_not_handled_is_not_kept(pool: Pool) -> None:  # noqa: F811
    assert enrollment.reactions is not None
    assert SessionScheduled.type not in enrollment.reactions.models

    assert await deliver(enrollment.reactions, pool, damaged(example_of(SessionScheduled))) == "passed over"

    assert await pool.fetchval("SELECT count(*) FROM dead_letters") == 0


def test_a_damaged_record_that_is_not_projected_is_not_kept() -> None:
    [replicas] = sessions.projections
    assert PersonRegistered.type not in replicas.models

    assert replicas.read(damaged(example_of(PersonRegistered))) is None


async def test_a_damaged_record_that_is_handled_is_kept(pool: Pool) -> None:  # noqa: F811
    assert media.reactions is not None

    assert await deliver(media.reactions, pool, damaged(example_of(ProgrammeAnnounced))) == "quarantined"

    assert await pool.fetchval("SELECT count(*) FROM dead_letters") == 1


@pytest.mark.parametrize(
    "types", [[b"minka.other.Type.v1", ProgrammeAnnounced.type.encode()], [b"a\0b"], [b"\xff"], [b""], [None], []]
)
def test_a_record_that_does_not_say_its_type_is_not_passed_over(types: list[bytes | None]) -> None:
    record = record_of(example_of(ProgrammeAnnounced))
    others = [header for header in record.headers if header[0] != "ce_type"]
    assert media.reactions is not None

    with pytest.raises(EnvelopeError):
        media.reactions.read(replace(record, headers=[*others, *(("ce_type", value) for value in types)]))


async def publish_as_the_former_release(connection: "asyncpg.Connection[asyncpg.Record]") -> UUID:
    """Writes what the former release wrote for a programme."""
    programme = example_of(ProgrammeAnnounced).model_copy(update={"programme_id": uuid4()})
    await connection.execute("INSERT INTO subject_versions VALUES ($1, 1)", programme.subject)
    await connection.execute(
        """
        INSERT INTO outbox (era, aggregatetype, aggregateid, aggregateversion, type, partitionkey, payload)
        SELECT max(era), 'enrollment.events', $1, 1, 'minka.enrollment.ProgrammePublished.v1', $1, $2 FROM eras
        """,
        programme.subject,
        programme.model_dump_json(),
    )
    return UUID(programme.subject)


ERA = """
INSERT INTO eras (system_identifier, timeline)
SELECT s.system_identifier, c.timeline_id FROM pg_control_system() s, pg_control_checkpoint() c
"""


async def test_the_upgrade_announces_each_programme_of_the_former_release_once(fresh_databases: FreshDatabases) -> None:
    url = SecretStr(fresh_databases.empty("enrollment").migrator_url)
    migrations = [*chassis_migrations(), *migrations_of("services.enrollment")]
    after = [migration for migration in migrations if migration.name.endswith("0015_announced_programmes.after")]
    await migrate(url, [migration for migration in migrations if migration not in after])
    connection = await asyncpg.connect(url.get_secret_value())
    await connection.execute(ERA)
    programmes = {await publish_as_the_former_release(connection) for _ in range(3)}

    await migrate(url, migrations)
    for migration in after:
        await connection.execute(migration.text)

    rows = await connection.fetch("SELECT * FROM outbox WHERE aggregatetype = 'enrollment.programmes'")
    announced = [ProgrammeAnnounced.model_validate_json(row["payload"]) for row in rows]
    await connection.close()
    assert sorted(event.programme_id for event in announced) == sorted(programmes)
    assert {(row["type"], row["aggregateversion"]) for row in rows} == {(ProgrammeAnnounced.type, 2)}
    assert all(row["partitionkey"] == row["aggregateid"] for row in rows)
