"""The page about personal data tells the terms that the code keeps."""

from datetime import timedelta

import pytest

from chassis.web import idempotency
from contracts.topics import MEDIA_VISITS
from deploy.trial.layout import REPOSITORY
from services.enrollment.applications.domain import KEPT_FOR
from services.enrollment.imports.service import KEPT_WHILE_WAITING, RETENTION, TIME_TO_COMMIT
from services.enrollment.own_data.service import TRIES_KEPT

PAGE = REPOSITORY / "docs" / "reference" / "personal-data.md"


@pytest.mark.parametrize(
    ("where", "terms"),
    [
        ("imports", (RETENTION, KEPT_WHILE_WAITING, TIME_TO_COMMIT)),
        ("`waiting_applications`", (KEPT_FOR,)),
        ("`own_data_tries`", (TRIES_KEPT,)),
        ("`idempotency_keys`", (idempotency.KEPT,)),
        ("`media.visits`", (MEDIA_VISITS.retention,)),
    ],
)
def test_the_page_has_the_terms_of_the_code(where: str, terms: tuple[timedelta, ...]) -> None:
    [row] = [line for line in PAGE.read_text().splitlines() if line.startswith("|") and where in line.split(" | ")[0]]

    assert [term for term in terms if _written(term) not in row.split(" | ")[-1]] == []


def _written(term: timedelta) -> str:
    return f"{term.days} day" if term.days == 1 else f"{term.days} days"
