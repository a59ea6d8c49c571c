"""What somebody who enrolls themselves is answered, and what they have to agree to. Pure.

The answer is the same whether the person was known or enrolled before: it follows from the seats alone, which everybody
can read.
"""

from collections.abc import Collection
from datetime import date
from enum import StrEnum

from chassis.runtime.rejections import Rejection
from chassis.web.texts import N_
from contracts.enrollment import Purpose
from services.enrollment.consent.domain import GUARDIAN_MISSING, missing_among
from services.enrollment.enrollments.dates import age_on, birth_date_rejection
from services.enrollment.enrollments.domain import Accepted, Enrolled, Waitlisted


class Answer(StrEnum):
    """What becomes of an application: a seat, or a place in the waiting list of a full cohort."""

    SEAT = "seat"
    WAITING = "waiting"


def answer_to(outcome: Enrolled, has_seats: bool) -> Answer:
    """Returns what anybody would be answered. `has_seats` tells whether a seat is free after the application."""
    match outcome:
        case Accepted():
            return Answer.SEAT
        case Waitlisted():
            return Answer.WAITING
        case _:
            return Answer.SEAT if has_seats else Answer.WAITING


def rejection_of(purposes: Collection[Purpose], birth_date: date, today: date) -> Rejection | None:
    """Returns a rejection for what the application itself lacks besides the consent to the training, whatever is known
    of the person."""
    rejection = missing_among({*purposes, Purpose.TRAINING}, age_on(today, birth_date))
    return birth_date_rejection(birth_date, today) or (_GUARDIAN_ASKED if rejection else None)


_GUARDIAN_ASKED = Rejection(
    GUARDIAN_MISSING.code,
    N_("Somebody under 14 needs the consent of the mother, the father or the guardian."),
    field="consents",
    remedy=N_("If they are with you and agree, tick their box too."),
)
