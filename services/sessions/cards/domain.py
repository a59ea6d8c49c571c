"""What a card says, and what is answered at the door. Pure."""

import re
from enum import StrEnum

from chassis.runtime.rejections import RejectedError, Rejection
from chassis.web.texts import N_
from contracts.enrollment import EnrollmentStatus
from contracts.sessions import AttendanceState
from services.sessions.attendance.domain import ATTENDED, SHORTEST_CODE, ConflictReason, ScanOutcome

DIGITS_OF_A_CARD = 32
"""Hexadecimal digits of the enrollment's id, which is all that a card has."""

_CODE = re.compile(rf"[0-9a-f]{{{SHORTEST_CODE},{DIGITS_OF_A_CARD}}}")


class CardAnswer(StrEnum):
    """What is said in large letters after a card was scanned."""

    RECORDED = "recorded"
    ALREADY_MARKED = "already_marked"
    MARKED_OTHERWISE = "marked_otherwise"
    WAITING_LIST = "waiting_list"
    TO_BE_REVIEWED = "to_be_reviewed"
    NOT_KNOWN_YET = "not_known_yet"
    OTHER_COHORT = "other_cohort"
    WITHDRAWN = "withdrawn"
    CANCELLED = "cancelled"
    DAY_TO_COME = "day_to_come"
    LONG_PAST = "long_past"
    UNDONE = "undone"


_OF_CONFLICTS = {
    ConflictReason.SESSION_CANCELLED: CardAnswer.CANCELLED,
    ConflictReason.ENROLLMENT_WITHDRAWN: CardAnswer.WITHDRAWN,
    ConflictReason.OTHER_COHORT: CardAnswer.OTHER_COHORT,
    ConflictReason.OTHER_ANSWER: CardAnswer.MARKED_OTHERWISE,
    ConflictReason.SESSION_TO_COME: CardAnswer.DAY_TO_COME,
    ConflictReason.FAR_FROM_SESSION: CardAnswer.LONG_PAST,
}
_OF_WAITING = {
    None: CardAnswer.NOT_KNOWN_YET,
    EnrollmentStatus.WAITLISTED: CardAnswer.WAITING_LIST,
}


def answer_to(
    outcome: ScanOutcome,
    reason: ConflictReason | None,
    recorded: AttendanceState | None,
    seat: EnrollmentStatus | None,
) -> CardAnswer:
    """The answer to a scan: `recorded` is the state on record, `seat` the enrollment's status, if it is known."""
    if outcome is ScanOutcome.UNDONE:
        return CardAnswer.UNDONE
    if reason:
        return _OF_CONFLICTS[reason]
    if outcome is ScanOutcome.WAITING:
        return _OF_WAITING.get(seat, CardAnswer.TO_BE_REVIEWED)
    if recorded not in ATTENDED:
        return CardAnswer.MARKED_OTHERWISE
    return CardAnswer.RECORDED if outcome is ScanOutcome.RECORDED else CardAnswer.ALREADY_MARKED


def read_code(scanned: str) -> str:
    """The digits of a card, all of them or the last ones. Raises `RejectedError` for what is no card.

    A scanner that types on a keyboard of another language sends other signs between the digits.
    """
    digits = re.sub(r"[^0-9a-z]", "", scanned.lower())
    if not _CODE.fullmatch(digits):
        raise RejectedError(_NO_CARD)
    return digits


_NO_CARD = Rejection(
    "not_a_card",
    N_("This is no card of an enrollment."),
    field="card",
    remedy=N_("Scan the code of the card, or type the last characters under it, at least four."),
)
