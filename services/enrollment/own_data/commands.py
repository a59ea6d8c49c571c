"""What somebody sends who looks for their own data."""

from datetime import date
from typing import Annotated

from pydantic import BeforeValidator, StringConstraints

from chassis.web.inputs import Command
from services.enrollment.enrollments.commands import DocumentInput
from services.enrollment.identity.documents import Document, read_document
from services.enrollment.written_days import written_day


class ChooseLanguage(Command):
    """Asks to be written to in a language of the installation."""

    language: Annotated[str, StringConstraints(pattern=r"^[a-z]{2,3}$")]


class FindYourself(Command):
    """Looks for whoever has this document and was born on this day."""

    document: DocumentInput
    birth_date: Annotated[date, BeforeValidator(written_day)]

    def read_document(self) -> Document:
        """Returns the document. Raises `RejectedError` for a number that cannot be one."""
        return read_document(self.document.type, self.document.number, self.document.check)
