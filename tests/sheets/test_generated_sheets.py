"""Generated sheets: what a careful clerk accepts is accepted, and nothing is written otherwise than it is.

MINKA_SHEETS says how many are generated (2,000). Each failure names its seed: `generate(seed)` makes the sheet again.
"""

import os

import pytest

from tests.sheets.report import SHEETS, Summary, summarized

LEAST_SHARE = 0.95
"""Of the rows that a careful clerk accepts. It only rises."""

MOST_WRONG = 100
"""Rows of 2,000 sheets. It only falls."""


@pytest.fixture(scope="module")
def summary() -> Summary:
    count = int(os.environ.get("MINKA_SHEETS", SHEETS))
    print(f"seeds 0 to {count - 1}")
    return summarized(range(count))


def test_what_a_clerk_accepts_is_accepted(summary: Summary) -> None:
    assert summary.total.acceptable > summary.total.rows // 2, "the check has lost its subject"
    assert summary.total.share >= LEAST_SHARE, summary.refused.most_common(20)


def test_nothing_is_written_otherwise_than_it_is(summary: Summary) -> None:
    assert summary.total.wrong <= MOST_WRONG, "\n".join(summary.wrong[:50])
