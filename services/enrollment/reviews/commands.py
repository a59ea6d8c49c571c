"""What can be decided about two people, or about a row and a person."""

from typing import Annotated

from pydantic import AfterValidator

from chassis.web.inputs import Command
from chassis.web.texts import N_
from services.enrollment.enrollments.domain import ReviewDecision
from services.enrollment.reviews.domain import ReviewReason


def _of_somebody(reason: ReviewReason) -> ReviewReason:
    if reason is ReviewReason.DATA_AGREE:
        raise ValueError(N_("This is the reason of Minka itself. Choose why you decide so."))
    return reason


class DecideReview(Command):
    """Says whether both are one person, and why."""

    decision: ReviewDecision
    reason: Annotated[ReviewReason, AfterValidator(_of_somebody)]
