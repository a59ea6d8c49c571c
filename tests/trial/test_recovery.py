"""After any process is killed, the next start recovers: no data is lost and no process is left over."""

import os
import signal
from collections.abc import Iterator
from pathlib import Path

import asyncpg
import psutil
import pytest
from aiokafka import AIOKafkaConsumer, AIOKafkaProducer, TopicPartition

from contracts.topics import ENROLLMENT_EVENTS
from deploy.operator.broker.access import answers
from deploy.trial import kafka, postgres, runner
from tests.support.infrastructure import Infrastructure, free_layout
from tests.support.waiting import wait_until
from tests.trial.runners import Runner, share_jars


@pytest.fixture(scope="module")
def running(infrastructure: Infrastructure, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Runner]:
    home = tmp_path_factory.mktemp("runner") / "home"
    share_jars(infrastructure.layout.home, home)
    started = Runner(free_layout(home))
    started.start()
    yield started
    runner.clean(home)


async def remember(running: Runner, word: str) -> None:
    """Commits a row and an event."""
    connection = await asyncpg.connect(postgres.superuser_url(running.recorded, running.credentials))
    await connection.execute("CREATE TABLE IF NOT EXISTS remembered (word text)")
    await connection.execute("INSERT INTO remembered VALUES ($1)", word)
    await connection.close()
    async with AIOKafkaProducer(bootstrap_servers=running.recorded.open_bootstrap, acks="all") as producer:
        await producer.send_and_wait(ENROLLMENT_EVENTS.name, word.encode(), partition=0)


async def remembered(running: Runner) -> tuple[list[str], list[str]]:
    """The words in the database and those on the topic."""
    connection = await asyncpg.connect(postgres.superuser_url(running.recorded, running.credentials))
    rows = await connection.fetch("SELECT word FROM remembered")
    await connection.close()
    return [row["word"] for row in rows], await read_all(running)


async def read_all(running: Runner) -> list[str]:
    partition = TopicPartition(ENROLLMENT_EVENTS.name, 0)
    async with AIOKafkaConsumer(bootstrap_servers=running.recorded.open_bootstrap) as consumer:
        consumer.assign([partition])
        await consumer.seek_to_beginning(partition)
        end = (await consumer.end_offsets([partition]))[partition]
        return [(await consumer.getone()).value.decode() for _ in range(end)]


async def all_answer(running: Runner) -> bool:
    """Whether both stores accept their administrator."""
    database = await postgres.accepts_connections(postgres.superuser_url(running.recorded, running.credentials))
    return database and answers(kafka.administrator(running.recorded, running.credentials))


@pytest.mark.parametrize("program", ["postgresql", "kafka"])
async def test_a_killed_program_is_started_again_with_all_it_knew(running: Runner, program: str) -> None:
    await remember(running, f"before {program} was killed")
    before, restarts = await remembered(running), running.restarts(program)
    killed = running.pid(program)
    assert killed is not None

    os.kill(killed, signal.SIGKILL)

    await wait_until(lambda: running.restarts(program) == restarts + 1 and running.pid(program) not in (killed, None))
    await wait_until(lambda: all_answer(running))
    assert await remembered(running) == before


async def test_programs_die_with_a_killed_supervisor_and_the_next_start_recovers(running: Runner) -> None:
    await remember(running, "before the supervisor was killed")
    before = await remembered(running)
    children = [psutil.Process(pid) for name in ("postgresql", "kafka") if (pid := running.pid(name))]

    os.kill(running.supervisor(), signal.SIGKILL)

    await wait_until(lambda: not any(child.is_running() for child in children))
    running.start()
    assert await remembered(running) == before


async def test_what_a_killed_supervisor_left_behind_is_ended_before_the_next_start(running: Runner) -> None:
    """A program that ignores the signal of the kernel would keep the ports."""
    before = await remembered(running)
    kafka_process = psutil.Process(running.pid("kafka"))
    kafka_process.suspend()
    os.kill(running.supervisor(), signal.SIGKILL)

    running.start()

    assert not kafka_process.is_running()
    assert await remembered(running) == before


async def test_stop_and_start_keep_everything_and_leave_no_process(running: Runner) -> None:
    await remember(running, "before a clean stop")
    before = await remembered(running)
    children = [psutil.Process(running.pid(name)) for name in ("postgresql", "kafka")]

    stopped = running.command("stop")

    assert (stopped.returncode, stopped.stdout) == (0, "Stopped.\n")
    assert not any(child.is_running() for child in children)
    running.start()
    assert await remembered(running) == before


def test_a_second_start_says_that_the_first_one_runs(running: Runner) -> None:
    second = running.command("infrastructure")

    assert second.returncode == 0
    assert second.stdout.startswith("Minka is already running")


def test_secrets_are_for_their_owner_alone(running: Runner) -> None:
    home: Path = running.layout.home

    modes = {path.name: path.stat().st_mode & 0o777 for path in (home / "credentials.json", home / "kafka.properties")}

    assert modes == {"credentials.json": 0o600, "kafka.properties": 0o600}
    assert not list(home.rglob("*arguments*"))


async def test_two_run_side_by_side(running: Runner, infrastructure: Infrastructure) -> None:
    """This trial and that of the other tests run the same programs with other ports and share no data."""
    await remember(running, "only here")
    connection = await asyncpg.connect(infrastructure.superuser_url())

    assert await connection.fetchval("SELECT to_regclass('remembered')") is None
    assert await all_answer(running)
    await connection.close()
