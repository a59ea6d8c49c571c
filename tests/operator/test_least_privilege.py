"""A service's credentials give no access to what belongs to others."""

from collections.abc import AsyncIterator

import asyncpg
import pytest
from aiokafka import AIOKafkaConsumer, AIOKafkaProducer
from aiokafka.errors import GroupAuthorizationFailedError, TopicAuthorizationFailedError
from confluent_kafka import KafkaError, KafkaException
from confluent_kafka.admin import NewTopic

from contracts.topics import ENROLLMENT_PROGRAMMES, PARTICIPATION_ACTS, SESSIONS_EVENTS, TOPICS, Topic, consumer_group
from deploy.operator.broker.access import Access, administer
from deploy.operator.catalogue import principals
from deploy.trial.variables import of_worker
from tests.support import acl_probes
from tests.support.databases import Database, FreshDatabases
from tests.support.infrastructure import Infrastructure

OTHERS_TOPIC = SESSIONS_EVENTS
STRANGER = "media"


@pytest.fixture(scope="module")
def database(module_databases: FreshDatabases) -> Database:
    return module_databases.of_chassis("sessions")


@pytest.fixture
async def application(database: Database) -> AsyncIterator["asyncpg.Connection[asyncpg.Record]"]:
    connection = await asyncpg.connect(database.url)
    yield connection
    await connection.close()


@pytest.fixture(params=["CREATE TABLE mine ()", "CREATE TEMP TABLE mine ()", "CREATE SCHEMA mine", "DROP TABLE outbox"])
def forbidden_statement(request: pytest.FixtureRequest) -> str:
    return str(request.param)


def sasl(access: Access) -> dict[str, str | None]:
    return {
        "bootstrap_servers": access.bootstrap,
        "security_protocol": "SASL_PLAINTEXT",
        "sasl_mechanism": "SCRAM-SHA-512",
        "sasl_plain_username": access.username,
        "sasl_plain_password": access.password,
    }


async def read_one(access: Access, topic: Topic, group: str) -> bytes:
    """The value of the topic's first record, read by this user in this group."""
    consumer = AIOKafkaConsumer(topic.name, group_id=group, auto_offset_reset="earliest", **sasl(access))
    try:
        await consumer.start()
        record = await consumer.getone()
        return bytes(record.value)
    finally:
        await consumer.stop()


async def test_the_application_role_changes_rows_but_no_tables(
    application: "asyncpg.Connection[asyncpg.Record]", forbidden_statement: str
) -> None:
    await application.execute("SELECT count(*) FROM outbox")

    with pytest.raises(asyncpg.InsufficientPrivilegeError):
        await application.execute(forbidden_statement)


@pytest.mark.parametrize("role", ["media", "media_migrator"])
async def test_no_role_enters_another_services_database(infrastructure: Infrastructure, role: str) -> None:
    password = infrastructure.credentials[f"postgres.{role}"]
    for database in ("sessions", "enrollment", "enrollment_keys", "reporting", "postgres"):
        address = infrastructure.application_url("media", database).replace(
            f"media:{infrastructure.credentials['postgres.media']}", f"{role}:{password}"
        )
        with pytest.raises(asyncpg.InsufficientPrivilegeError):
            await asyncpg.connect(address)


async def test_a_wrong_password_opens_no_database(infrastructure: Infrastructure) -> None:
    address = infrastructure.application_url("media").replace(infrastructure.credentials["postgres.media"], "guessed")

    with pytest.raises(asyncpg.InvalidPasswordError):
        await asyncpg.connect(address)


def test_everybody_reads_and_writes_what_the_catalogue_says_and_nothing_else(infrastructure: Infrastructure) -> None:
    everybody = [infrastructure.access(name) for name in principals()]

    meant = {name: [topic.name for topic in TOPICS.values() if name in topic.readers] for name in principals()}
    assert acl_probes.readable(everybody) == meant
    nobody: acl_probes.NamesByPrincipal = {name: [] for name in principals()}
    assert acl_probes.writable_of_others(everybody) == nobody
    assert acl_probes.movable_of_others(everybody) == nobody


def test_acts_of_participation_are_written_from_outside(infrastructure: Infrastructure) -> None:
    assert acl_probes.writes(infrastructure.access("participation"), PARTICIPATION_ACTS.name)


def test_a_service_creates_no_topic(infrastructure: Infrastructure) -> None:
    admin = administer(infrastructure.access("sessions"))

    with pytest.raises(KafkaException) as refused:
        admin.create_topics([NewTopic("sessions.more", 1)])["sessions.more"].result()

    assert refused.value.args[0].code() == KafkaError.TOPIC_AUTHORIZATION_FAILED


async def test_a_service_writes_no_topic_of_another(infrastructure: Infrastructure) -> None:
    async with AIOKafkaProducer(**sasl(infrastructure.access(STRANGER))) as producer:
        with pytest.raises(TopicAuthorizationFailedError):
            await producer.send_and_wait(OTHERS_TOPIC.name, b"forged")


async def test_a_service_reads_no_topic_that_is_not_meant_for_it(infrastructure: Infrastructure) -> None:
    with pytest.raises(TopicAuthorizationFailedError):
        await read_one(infrastructure.access(STRANGER), OTHERS_TOPIC, consumer_group(STRANGER, "spy"))


async def test_a_service_joins_no_group_of_another(infrastructure: Infrastructure) -> None:
    group = consumer_group("reporting", "projection")
    with pytest.raises(GroupAuthorizationFailedError):
        await read_one(infrastructure.access(STRANGER), ENROLLMENT_PROGRAMMES, group)


async def test_an_owner_writes_with_idempotence_and_a_reader_reads_in_its_own_group(
    infrastructure: Infrastructure,
) -> None:
    async with AIOKafkaProducer(enable_idempotence=True, **sasl(infrastructure.access("enrollment"))) as producer:
        await producer.send_and_wait(ENROLLMENT_PROGRAMMES.name, b"by its owner")

    group = consumer_group("media", "least-privilege")
    assert await read_one(infrastructure.access("media"), ENROLLMENT_PROGRAMMES, group)


def test_a_worker_is_told_no_secret_but_its_own(infrastructure: Infrastructure) -> None:
    told = infrastructure.variables()
    share = of_worker(told, STRANGER)
    others = {name for name in told if not name.startswith("MINKA_MEDIA_")}
    secrets = {told[name] for name in others if name.endswith(("_PASSWORD", "_URL", "_KEY", "_SECRET"))}
    public = {told["MINKA_MEDIA_PUBLIC_URL"], told["MINKA_MEDIA_ISSUER_URL"]}
    assert share["MINKA_MEDIA_KAFKA_PASSWORD"]
    assert "MINKA_MEDIA_MIGRATOR_DATABASE_URL" not in share
    assert secrets.isdisjoint(set(share.values()) - public)
