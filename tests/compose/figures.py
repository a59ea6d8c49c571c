"""A sheet's way through an office's installation: to the public figure, and to its outcome on Kafka."""

import json

from tests.compose.office import Office
from tests.support.sheets import document, row, sheet
from tests.support.waiting import wait_until

PEOPLE = 12
LIMIT = 240.0
"""Seconds until a figure changes, on a busy machine."""
TOTAL = "enrolled/all/total/total"


def total(office: Office) -> int | None:
    """The public figure, or None while it is unavailable."""
    answer = office.patiently("/api/indicators/enrolled")
    if answer is None or not answer.is_success:
        return None
    value: int | None = answer.json()["rows"][0]["value"]
    return value


def outcome(office: Office) -> int | None:
    """The same figure, read from Kafka by an outside subscriber."""
    figures: dict[str, int | None] = json.loads(office.inside("topics", "tests.compose.outcomes"))
    return figures.get(TOTAL)


async def import_and_follow(office: Office) -> None:
    """Imports a sheet and waits until its people are in the figure and in the outcome."""
    cohort = office.cohort()
    content = sheet(row(cohort.name, document()) for _ in range(PEOPLE))
    assert office.post("/enrollment/api/imports", files={"file": ("sheet.csv", content)}).is_success

    await wait_until(lambda: total(office) == PEOPLE, LIMIT)
    await wait_until(lambda: outcome(office) == PEOPLE, LIMIT)
