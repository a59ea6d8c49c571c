"""The roles of the directory, the absences of facilitators, and who stands in for whom. Pure."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import replace
from datetime import date, timedelta
from enum import StrEnum

from chassis.runtime.rejections import Kind, RejectedError, Rejection
from chassis.web.texts import N_


class Role(StrEnum):
    """What somebody may do, as the issuer says it."""

    COORDINATOR = "coordinator"
    FACILITATOR = "facilitator"
    COMMUNICATIONS = "communications"
    AUDITOR = "auditor"
    OPERATOR = "operator"
    DELEGATE = "delegate"


class AbsenceReason(StrEnum):
    """Why somebody is absent. Whether somebody is ill is nobody's business here: that is a leave too."""

    HOLIDAY = "holiday"
    LEAVE = "leave"
    OTHER_DUTY = "other_duty"


class AbsenceState(StrEnum):
    """How an absence stands on a day."""

    PLANNED = "planned"
    CURRENT = "current"
    OVER = "over"
    ENDED = "ended"


LONGEST_ABSENCE = timedelta(days=366)
"""From the first day to the last: a year that was mistyped hands nobody's cohorts over for ever."""

MAY_END = frozenset({AbsenceState.PLANNED, AbsenceState.CURRENT})


ACTING_WITHOUT_SIGN_IN = frozenset(
    {
        "absences",
        "applications",
        "attendance",
        "completions",
        "data_requests",
        "dead_letters",
        "enrollments",
        "idempotency_keys",
        "imports",
        "messages",
        "offers",
        "organizations",
        "own_data",
        "people",
        "profiles",
        "public",
        "publishing",
        "reviews",
        "rights",
        "salts",
        "scans",
        "staff",
        "transfers",
    }
)
"""The public, and what the names of jobs and reactions begin with, under which the audit trail and the histories have
them, such as `absences.apply`."""


def check_user(user_id: str) -> None:
    """Raises `RejectedError` for a user that the audit trail would take for the public or for a job."""
    if user_id.partition(".")[0] in ACTING_WITHOUT_SIGN_IN:
        raise RejectedError(_NO_PERSONS_USER)


def known_roles(roles: Collection[str]) -> list[Role]:
    """Returns those of the roles that mean something here."""
    return [role for role in Role if role in roles]


def state_of(starts_on: date, ends_on: date, is_ended: bool, today: date) -> AbsenceState:
    """Returns how an absence stands today; `is_ended` says that it was ended before its last day."""
    if is_ended:
        return AbsenceState.ENDED
    if today < starts_on:
        return AbsenceState.PLANNED
    return AbsenceState.CURRENT if today <= ends_on else AbsenceState.OVER


def present(assigned: Iterable[str], substitutes: Mapping[str, str]) -> set[str]:
    """Returns who has a cohort now: of each who is absent the substitute, or that one's.

    Nobody who is absent on the same day becomes a substitute, so that the way always ends.
    """
    return {_in_place_of(one, substitutes) for one in assigned}


def _in_place_of(facilitator_id: str, substitutes: Mapping[str, str]) -> str:
    while facilitator_id in substitutes:
        facilitator_id = substitutes[facilitator_id]
    return facilitator_id


def check_absence(
    absent: str, substitute: str, starts_on: date, ends_on: date, today: date, already: Collection[str]
) -> None:
    """Raises `RejectedError` for an absence that is over or too long, that has no substitute, or on days not free.

    `already` are those who are absent on one of its days.
    """
    if ends_on < today:
        raise RejectedError(_OVER_ALREADY)
    if ends_on - starts_on > LONGEST_ABSENCE:
        raise RejectedError(_TOO_LONG)
    if absent == substitute:
        raise RejectedError(_NOT_ANOTHER)
    if absent in already:
        raise RejectedError(_ABSENT_ALREADY)
    if substitute in already:
        raise RejectedError(_SUBSTITUTE_ABSENT)


def check_facilitates(roles: Collection[str], field: str) -> None:
    """Raises `RejectedError`, for the field, for somebody who could not sign in to a cohort."""
    if Role.FACILITATOR not in roles:
        raise RejectedError(replace(_NOT_FACILITATOR, field=field))


_NO_PERSONS_USER = Rejection(
    "user_reserved",
    N_("Under this user the audit trail has what Minka does by itself, or what the public does."),
    field="user_id",
    remedy=N_("Write the user under which this person signs in, as the office that gives the accounts has it."),
)
_OVER_ALREADY = Rejection(
    "absence_over", N_("These days are over."), field="ends_on", remedy=N_("Choose a last day from today on.")
)
_TOO_LONG = Rejection(
    "absence_too_long",
    N_("An absence is entered for a year at most."),
    field="ends_on",
    remedy=N_("Check the year of the last day."),
)
_NOT_ANOTHER = Rejection(
    "not_another", N_("Nobody stands in for themselves."), field="substitute_id", remedy=N_("Choose somebody else.")
)
_ABSENT_ALREADY = Rejection(
    "absent_already",
    N_("An absence on some of these days was entered already."),
    Kind.CONFLICT,
    field="starts_on",
    remedy=N_("End that one first, or choose other days."),
)
_SUBSTITUTE_ABSENT = Rejection(
    "substitute_absent",
    N_("This person is absent on some of these days."),
    Kind.CONFLICT,
    field="substitute_id",
    remedy=N_("Choose somebody else, or other days."),
)
_NOT_FACILITATOR = Rejection(
    "not_facilitator",
    N_("This person does not facilitate."),
    Kind.CONFLICT,
    remedy=N_("Choose somebody who facilitates."),
)
