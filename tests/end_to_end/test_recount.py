"""Every number equals an independent recount from the services' own tables, in every dimension."""

from collections import Counter
from typing import Any

import pytest

from tests.end_to_end.recounts import RECOUNTS, Recount
from tests.end_to_end.test_from_sheet_to_figure import import_sheet
from tests.support.sheets import document, row, sheet
from tests.support.trials import Trial
from tests.support.waiting import wait_until


def figures(trial: Trial, indicator: str, dimension: str) -> dict[str, int]:
    """What reporting says to an auditor, without what it counts as nothing."""
    answer = trial.get(f"/api/indicators/{indicator}?by={dimension},month", "auditor")
    assert answer.is_success, answer.text
    summed: Counter[str] = Counter()
    for line in answer.json()["rows"]:
        summed[line[dimension]] += line["value"] or 0
    return {member: value for member, value in summed.items() if value}


@pytest.mark.parametrize("recount", RECOUNTS, ids=lambda recount: recount.indicator)
async def test_a_figure_is_what_a_plain_count_of_the_source_gives(demonstration: Trial, recount: Recount) -> None:
    trial, cohort = demonstration, demonstration.cohort()
    districts = ("060101", "060104", "060801", "060601")
    rows = [row(cohort.name, document(), district=districts[n % 4], sex="FM"[n % 2]) for n in range(40)]
    await import_sheet(trial, sheet(rows))
    counted = await recount.rows(trial)
    assert counted

    for dimension in recount.dimensions:
        expected = dict(Counter(line[dimension] for line in counted))

        def same(dimension: str = dimension, expected: dict[str, Any] = expected) -> bool:
            return figures(trial, recount.indicator, dimension) == expected

        await wait_until(same)
