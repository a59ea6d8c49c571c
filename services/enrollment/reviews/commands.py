"""What can be decided about two people, or about an application or a row and a person."""

from typing import Annotated

from pydantic import AfterValidator

from chassis.web.inputs import Command
from chassis.web.texts import N_
from services.enrollment.enrollments.commands import DocumentInput
from services.enrollment.enrollments.domain import ReviewDecision
from services.enrollment.identity.documents import Document, read_document
from services.enrollment.reviews.domain import ApplicationDecision, ReviewReason, Side
from services.enrollment.rights.domain import RectificationReason


def _of_somebody(reason: ReviewReason) -> ReviewReason:
    if reason is ReviewReason.DATA_AGREE:
        raise ValueError(N_("This is the reason of Minka itself. Choose why you decide so."))
    return reason


Reason = Annotated[ReviewReason, AfterValidator(_of_somebody)]


class DecideReview(Command):
    """Says whether both are one person, and why."""

    decision: ReviewDecision
    reason: Reason


class DecideApplication(Command):
    """Says whose an application is, or that it was sent by mistake, and why."""

    decision: ApplicationDecision
    reason: Reason


class CorrectDocument(Command):
    """Says which of both sides has a number that was mistyped, and the document as it is right."""

    whose: Side
    document: DocumentInput
    reason: RectificationReason = RectificationReason.MISTAKE_FOUND

    def right(self) -> Document:
        """Returns the document. Raises `RejectedError` for a number that none can have."""
        return read_document(self.document.type, self.document.number, self.document.check)
