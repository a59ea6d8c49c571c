"""People take their consent to the training back: enrollment shows what ended, sessions and reporting confirm it."""

from datetime import datetime
from typing import Any
from uuid import UUID

from tests.support.sheets import document
from tests.support.trials import NewCohort, Trial
from tests.support.waiting import wait_until

ENROLLED, WITHDRAWN = 30, 12
"""How many are enrolled, and how many of them withdraw. Fewer would not be told apart in the figures."""


async def test_a_withdrawal_ends_the_seat_in_enrollment_sessions_and_the_figures(trial: Trial) -> None:
    cohort = trial.cohort()
    people = [_enrolled(trial, cohort) for _ in range(ENROLLED)]
    session = await wait_until(lambda: _scheduled(trial, cohort))
    await wait_until(lambda: _expected(trial, session) == ENROLLED and _counted(trial, cohort) == ENROLLED)

    for person_id in people[:WITHDRAWN]:
        trial.make(f"/enrollment/api/people/{person_id}/consents/training/withdraw", {})

    consent = _consent(trial, people[0])
    assert (consent["withdrawn_by"], consent["ended_enrollments"]) == ("coordinator", 1)
    left = ENROLLED - WITHDRAWN
    await wait_until(lambda: _expected(trial, session) == left and _counted(trial, cohort) == left)
    for person_id in people[:WITHDRAWN]:
        await wait_until(lambda: all(_effects(_consent(trial, person_id))))  # noqa: B023 (in this turn)
        at, in_sessions, in_reporting = map(datetime.fromisoformat, _effects(_consent(trial, person_id)))
        assert at <= min(in_sessions, in_reporting)


def _consent(trial: Trial, person_id: UUID) -> dict[str, Any]:
    """The person's one consent, as the office reads it."""
    [consent] = trial.get(f"/enrollment/api/people/{person_id}/record", "coordinator").json()["consents"]
    return dict(consent)


def _effects(consent: dict[str, Any]) -> list[Any]:
    """When the withdrawal took effect in enrollment, sessions and reporting."""
    return [consent[f"{name}_at"] for name in ("withdrawn", "applied_in_sessions", "applied_in_reporting")]


def _enrolled(trial: Trial, cohort: NewCohort) -> UUID:
    body = cohort.enrollment(document(), "Quyllur", "Ñahuincopa")
    return UUID(trial.make("/enrollment/api/enrollments", body)["person_id"])


def _scheduled(trial: Trial, cohort: NewCohort) -> str | None:
    """The id of a session of the cohort, once sessions has heard of the cohort."""
    answer = trial.post("/sessions/api/sessions", json=cohort.training())
    session: str | None = answer.json()["session_id"] if answer.is_success else None
    return session


def _expected(trial: Trial, session: str) -> int:
    """How many sessions expects."""
    return len(trial.get(f"/sessions/api/sessions/{session}/roster", "coordinator").json()["roster"])


def _counted(trial: Trial, cohort: NewCohort) -> int:
    """How many of the cohort's programme reporting counts as enrolled."""
    answer = trial.get(f"/api/indicators/enrolled?programme={cohort.programme_id}", "auditor")
    return answer.json()["rows"][0]["value"] or 0
