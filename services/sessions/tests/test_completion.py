"""Completion as a pure function: it counts over planned sessions and is revoked only by attendance."""

from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest

from services.sessions.completion.domain import FIRST_RULE, Completion, CompletionRequirements, Rule, decide

SESSIONS = [UUID(int=number) for number in range(1, 11)]
STARTS = {session: datetime(2025, 5, 1, tzinfo=UTC) + timedelta(days=number) for number, session in enumerate(SESSIONS)}


def required(sessions: int = 10, percent: int = 100, version: int = 1) -> CompletionRequirements:
    return CompletionRequirements(Rule(version, percent), frozenset(SESSIONS[:sessions]))


def attended(*numbers: int) -> dict[UUID, datetime]:
    return {SESSIONS[number]: STARTS[SESSIONS[number]] for number in numbers}


def test_five_of_ten_planned_is_half_and_not_all_however_many_were_held() -> None:
    assert decide(None, required(10), attended(*range(5))) is None
    assert decide(None, required(10, percent=50), attended(*range(5))) is not None


@pytest.mark.parametrize(
    ("planned", "percent", "needed"), [(10, 80, 8), (3, 80, 3), (5, 80, 4), (7, 50, 4), (1, 1, 1), (3, 34, 2)]
)
def test_the_percentage_is_rounded_up_to_whole_sessions(planned: int, percent: int, needed: int) -> None:
    assert required(planned, percent).needed == needed


def test_without_a_planned_session_nobody_completes() -> None:
    assert decide(None, required(0), {}) is None


def test_the_first_rule_asks_for_every_session() -> None:
    assert Rule(version=1, minimum_percent=100) == FIRST_RULE


def test_it_is_achieved_at_the_session_that_completed_it_whatever_came_after() -> None:
    eight_of_ten = decide(None, required(10, 80), attended(*range(8)))
    assert eight_of_ten == Completion(required(10, 80), 8, True, STARTS[SESSIONS[7]])

    all_ten = decide(eight_of_ten, required(10, 80), attended(*range(10)))
    assert all_ten == Completion(required(10, 80), 10, True, STARTS[SESSIONS[7]])


def test_a_session_that_is_not_asked_for_does_not_count() -> None:
    assert decide(None, required(2), attended(0, 5)) is None


def test_a_later_calendar_or_rule_takes_nothing_away() -> None:
    achieved = decide(None, required(2, percent=50), attended(0))

    assert decide(achieved, required(10, percent=100, version=2), attended(0)) == achieved


def test_a_correction_takes_it_back_and_another_gives_it_back_by_what_was_asked_then() -> None:
    achieved = decide(None, required(2), attended(0, 1))

    lost = decide(achieved, required(10, version=2), attended(0))
    assert lost == Completion(required(2), 1, False, STARTS[SESSIONS[1]])

    assert decide(lost, required(10, version=2), attended(0, 1)) == achieved


def test_what_was_lost_may_be_achieved_by_what_is_asked_now() -> None:
    lost = decide(decide(None, required(2), attended(0, 1)), required(2), attended(0))

    again = decide(lost, required(2, percent=50, version=2), attended(0))
    assert again == Completion(required(2, percent=50, version=2), 1, True, STARTS[SESSIONS[0]])


def test_who_has_no_seat_any_more_keeps_what_was_achieved_and_achieves_nothing_new() -> None:
    achieved = decide(None, required(1), attended(0))

    assert decide(achieved, None, attended(0)) == achieved
    assert decide(None, None, attended(0)) is None
