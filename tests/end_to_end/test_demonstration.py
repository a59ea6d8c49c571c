"""The demonstration's year: every number is what a plain count gives, and loading it again is idempotent."""

from collections import Counter
from typing import Any

import pytest

from tests.end_to_end.recounts import RECOUNTS, Recount, settled
from tests.end_to_end.test_recount import figures
from tests.support.fixtures import load_demonstration
from tests.support.trials import Trial
from tests.support.waiting import wait_until

EVERY_TOTAL = ("enrolled", "attendees", "attended", "trained", "programme_content", "content_published", "visits")


@pytest.mark.parametrize("recount", RECOUNTS, ids=lambda recount: recount.indicator)
async def test_a_year_counted_otherwise_is_the_same(demonstration: Trial, recount: Recount) -> None:
    counted = await recount.rows(demonstration)
    assert counted
    for dimension in recount.dimensions:
        expected = dict(Counter(line[dimension] for line in counted))

        def same(dimension: str = dimension, expected: dict[str, Any] = expected) -> bool:
            return figures(demonstration, recount.indicator, dimension) == expected

        await wait_until(same)


async def test_loading_it_again_changes_nothing(demonstration: Trial) -> None:
    before = await everything(demonstration)
    demonstration.layout.demonstration_loaded.unlink()

    load_demonstration(demonstration)

    assert await everything(demonstration) == before


async def everything(trial: Trial) -> dict[str, int]:
    """Every public total, once it has caught up, and what stands behind it."""
    for recount in RECOUNTS:
        await settled(trial, recount.indicator)
    public = {name: trial.total(name) for name in EVERY_TOTAL}
    return public | {f"source of {recount.indicator}": len(await recount.rows(trial)) for recount in RECOUNTS}
