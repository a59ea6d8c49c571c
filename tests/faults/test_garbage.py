"""A foreign producer writes unreadable records between good ones."""

from collections.abc import Iterable, Iterator
from random import Random

from chassis.messaging.dead_letters.store import restored
from tests.faults.fault_environment import FaultEnvironment, in_time, size, under_way, write
from tests.faults.foreign import Headers, Written, records
from tests.faults.garbage import KINDS, spoilt
from tests.faults.ledger import Ledger, judge_projection
from tests.faults.report import note

PER_SECOND = 150
"""With one unreadable record in a hundred, fewer than the hundred dead letters a minute that halt."""

LONGEST_PAUSE = 5.0


async def test_garbage_is_kept_raw_and_stops_no_partition(environment: FaultEnvironment) -> None:
    ledger, garbage = Ledger(), list[Written]()
    environment.start("projector")
    begun = await under_way(environment, ledger)
    good = records(environment.random, size(1_500, 45_000), ledger)
    await write(environment, _mixed(environment.another_random(), good, garbage), PER_SECOND)
    await environment.until_projected()
    verdict, longest = await judge_projection(environment.pool, ledger), await environment.longest_wait(begun)

    note("7", "unreadable record, one in a hundred", len(garbage), verdict, longest)
    assert verdict.is_exact
    assert len(garbage) >= len(KINDS)
    assert await _kept(environment) == sorted(map(_raw, garbage))
    assert in_time(longest, LONGEST_PAUSE)


def _mixed(random: Random, good: Iterable[Written], garbage: list[Written]) -> Iterator[Written]:
    """The good records, with an unreadable copy after every hundredth, of each kind in turn."""
    for number, one in enumerate(good):
        yield one
        if number % 100 == 0:
            garbage.append(spoilt(one, KINDS[len(garbage) % len(KINDS)], random))
            yield garbage[-1]


def _raw(record: Written) -> str:
    return repr((record.key, record.value, sorted(record.headers, key=repr)))


async def _kept(environment: FaultEnvironment) -> list[str]:
    """The dead letters, as records that could be written again."""
    kept = map(restored, await environment.pool.fetch("SELECT * FROM dead_letters"))
    return sorted(_raw(Written(each.key, each.value, _headers(each.headers))) for each in kept)


def _headers(headers: Iterable[tuple[str, bytes | None]]) -> Headers:
    return [(name, value) for name, value in headers]
