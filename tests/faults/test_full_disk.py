"""The disk of the database becomes full under a worker, and everything goes on by itself once there is room."""

import asyncio
from collections import Counter
from collections.abc import Awaitable, Callable
from contextlib import suppress
from pathlib import Path

import asyncpg
import pytest

from chassis.messaging import outbox
from chassis.runtime.retry import retry_while_unavailable
from chassis.store.database import lock
from deploy.trial import data_folders
from tests.faults.effects import attendance
from tests.faults.fault_environment import FaultEnvironment, size
from tests.faults.foreign import an_attendance, an_id_from
from tests.faults.ledger import Ledger, judge_log, judge_projection, judge_reactions
from tests.faults.report import note
from tests.faults.servers import can_mount, small_disk
from tests.faults.test_restored_dump import restored
from tests.support.waiting import wait_until

pytestmark = pytest.mark.skipif(not can_mount(), reason="a disk that can be filled has to be mounted, as root")

COUNTED = "SELECT aggregateid, count(*) AS events FROM outbox GROUP BY aggregateid"

EFFECTS = "SELECT (SELECT count(*) FROM applied), (SELECT count(*) FROM reacted)"

LONGEST_RECOVERY = 120.0


class Writer:
    """Gives commands one after the other until it is told to end.

    It counts those that were accepted, and those that were not answered, of which nobody knows whether they were.
    """

    def __init__(self, environment: FaultEnvironment) -> None:
        self.environment = environment
        self.accepted: Counter[str] = Counter()
        self.unanswered: Counter[str] = Counter()
        self.errors: Counter[str] = Counter()
        self.ends = False
        self._subjects = [an_id_from(environment.random) for _ in range(40)]
        self._random = environment.another_random()

    async def write(self) -> None:
        while not self.ends:
            subject = self._random.choice(self._subjects)
            try:
                async with self.environment.pool.acquire() as connection, connection.transaction():
                    await lock(connection, subject)
                    event = attendance(self.environment.topic)
                    await outbox.add(connection, event(**an_attendance(subject, subject).model_dump()))
            except (asyncpg.PostgresError, asyncpg.InterfaceError, OSError) as error:  # TimeoutError is one, too
                self.unanswered[str(subject)] += 1
                self.errors[type(error).__name__] += 1
                await asyncio.sleep(0.05)
            else:
                self.accepted[str(subject)] += 1

    def has_accepted(self, more: int) -> Callable[[], bool]:
        """Whether so many more commands have been accepted than now."""
        enough = self.accepted.total() + more
        return lambda: self.accepted.total() >= enough


async def a_table_cannot_grow(_environment: FaultEnvironment, writer: Writer) -> None:
    await wait_until(lambda: writer.errors["DiskFullError"] >= 20, LONGEST_RECOVERY)


async def the_log_cannot_grow(environment: FaultEnvironment, writer: Writer) -> None:
    """PostgreSQL ends, and does not come up again while its disk is full."""

    async def ended() -> bool:
        try:
            connection = await asyncpg.connect(environment.database.superuser_url)
            try:
                await connection.execute("SELECT pg_switch_wal()")
            finally:
                connection.terminate()
        except (ConnectionError, asyncpg.PostgresConnectionError, asyncpg.CannotConnectNowError):
            return True
        return False

    await wait_until(ended, LONGEST_RECOVERY)
    before = writer.unanswered.total()
    await wait_until(lambda: writer.unanswered.total() >= before + 20, LONGEST_RECOVERY)


@pytest.mark.parametrize("until_it_hurts", [a_table_cannot_grow, the_log_cannot_grow])
async def test_what_was_accepted_is_exact_when_there_is_room_again(
    environment: FaultEnvironment,
    tmp_path: Path,
    until_it_hurts: Callable[[FaultEnvironment, Writer], Awaitable[None]],
) -> None:
    async with restored(environment, tmp_path, disk=small_disk) as elsewhere:
        elsewhere.start("worker")
        writer = Writer(elsewhere)
        writing = asyncio.create_task(writer.write())
        await wait_until(writer.has_accepted(size(300, 3000)))

        ballast = fill(data_folders.data_folder(tmp_path / "cluster"))
        await until_it_hurts(elsewhere, writer)
        ballast.unlink()
        await wait_until(writer.has_accepted(size(300, 3000)), LONGEST_RECOVERY)
        writer.ends = True
        await writing

        rows = await retry_while_unavailable(lambda: elsewhere.pool.fetch(COUNTED))
        ledger = Ledger(Counter({row["aggregateid"]: row["events"] for row in rows}))
        await wait_until(lambda: all_goes_on(elsewhere, ledger), LONGEST_RECOVERY)
        verdict = await judge_projection(elsewhere.pool, ledger)
        assert (await judge_reactions(elsewhere.pool, ledger)).is_exact
        assert judge_log(await elsewhere.versions_in_log(), ledger).is_exact

    note("", f"disk of the database full: {until_it_hurts.__name__.replace('_', ' ')}", 1, verdict)
    assert verdict.is_exact
    assert not writer.accepted - ledger.accepted, "accepted, and lost"
    assert not ledger.accepted - writer.accepted - writer.unanswered, "nobody gave these commands"


def fill(folder: Path) -> Path:
    """Writes a file until the folder's disk is full."""
    ballast = folder / "ballast"
    with ballast.open("wb", buffering=0) as file:
        for block in (1024 * 1024, 4096, 1):
            with suppress(OSError):
                while file.write(b"\0" * block) == block:
                    continue
    return ballast


async def all_goes_on(environment: FaultEnvironment, ledger: Ledger) -> bool:
    """Whether all events had their effects; a worker that ended, as it may, is restarted."""
    environment.restart_ended()
    counts = await retry_while_unavailable(lambda: environment.pool.fetchrow(EFFECTS))
    assert counts is not None
    return bool(min(counts) >= ledger.events)
