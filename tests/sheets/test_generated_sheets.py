"""Generated sheets: what a careful clerk accepts is accepted, and nothing is written otherwise than it is.

MINKA_SHEETS says how many are generated (2,000). Each failure names its seed: `generate(seed)` makes the sheet again.
"""

import os

import pytest

from tests.sheets.report import DOCUMENT, SHEETS, Summary, summarized, table_of

LEAST_SHARE = 0.98
"""Of the rows that a careful clerk accepts. It only rises."""


@pytest.fixture(scope="module")
def summary() -> Summary:
    count = int(os.environ.get("MINKA_SHEETS", SHEETS))
    print(f"seeds 0 to {count - 1}")
    return summarized(range(count))


def test_what_a_clerk_accepts_is_accepted(summary: Summary) -> None:
    assert summary.total.acceptable > summary.total.rows // 2, "the check has lost its subject"
    assert summary.total.share >= LEAST_SHARE, summary.refused.most_common(20)


def test_each_form_goes_in(summary: Summary) -> None:
    few = {form: tally.share for form, tally in summary.forms.items() if tally.acceptable > 50 and tally.share < 0.9}

    assert few == {}


def test_nothing_is_written_otherwise_than_it_is(summary: Summary) -> None:
    assert summary.wrong == []


def test_a_refusal_names_what_is_wrong(summary: Summary) -> None:
    assert summary.untrue == []


def test_the_document_has_the_table(summary: Summary) -> None:
    has_table = table_of(summary) in DOCUMENT.read_text()
    assert has_table or summary.sheets != SHEETS, "python -m tests.sheets.report --write"
