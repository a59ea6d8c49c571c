"""What a sheet leaves open, and its sender can answer once for all rows."""

from dataclasses import dataclass, replace
from enum import StrEnum

from chassis.runtime.rejections import Rejection
from services.enrollment.sheets.errors import (
    COHORT_UNDECLARED,
    COMPLETION_UNDECLARED,
    CONSENT_COLUMN_MISSING,
    DATE_ORDER_UNDECLARED,
    DISTRICT_COLUMN_MISSING,
    HEADING_UNCLEAR,
    HIDDEN_ROWS_UNDECLARED,
    NAME_ORDER_UNDECLARED,
    SCHEME_UNDECLARED,
    SEX_LETTERS_UNDECLARED,
)
from services.enrollment.sheets.wordings import first_wording

NOT_READ = "not_read"
"""What a column is that is not read."""


class QuestionKind(StrEnum):
    """The fields of `Declaration` that answer them; `column` is answered in `columns`."""

    COHORT = "cohort_id"
    UBIGEO_SCHEME = "ubigeo_scheme"
    DISTRICT = "district"
    CONSENT = "consent"
    COMPLETED = "completed"
    NAME_ORDER = "name_order"
    DATE_ORDER = "date_order"
    SEX_LETTERS = "sex_letters"
    COLUMN = "column"
    HIDDEN_ROWS = "hidden_rows"


@dataclass(frozen=True, slots=True)
class Question:
    """A question about a column, counted from 0, or about the sheet (None).

    `options` are values of the declaration's field; without options any value of its type answers. `proposed` is the
    one that the sheet suggests, or a former one with the same headings if it `is_remembered`; `rows` is the number of
    rows that wait for the answer.
    """

    kind: QuestionKind
    column: int | None = None
    title: str = ""
    options: tuple[str, ...] = ()
    proposed: str | None = None
    rows: int = 0
    is_remembered: bool = False

    @property
    def refusal(self) -> Rejection | None:
        """Why the whole sheet is refused without an answer; None where only the rows that need it are."""
        return self.unanswered if self.kind in _HOLDING_ALL else None

    @property
    def unanswered(self) -> Rejection:
        """Why a sheet is refused that was sent without a preview, and without an answer."""
        refusal = _UNANSWERED[self.kind]
        if self.kind is not QuestionKind.COLUMN or not self.options:
            return refusal
        return replace(refusal, values={"known": first_wording("headings", self.options[0])})


_UNANSWERED = {
    QuestionKind.COHORT: COHORT_UNDECLARED,
    QuestionKind.UBIGEO_SCHEME: SCHEME_UNDECLARED,
    QuestionKind.DISTRICT: DISTRICT_COLUMN_MISSING,
    QuestionKind.CONSENT: CONSENT_COLUMN_MISSING,
    QuestionKind.COMPLETED: COMPLETION_UNDECLARED,
    QuestionKind.COLUMN: HEADING_UNCLEAR,
    QuestionKind.NAME_ORDER: NAME_ORDER_UNDECLARED,
    QuestionKind.DATE_ORDER: DATE_ORDER_UNDECLARED,
    QuestionKind.SEX_LETTERS: SEX_LETTERS_UNDECLARED,
    QuestionKind.HIDDEN_ROWS: HIDDEN_ROWS_UNDECLARED,
}
_HOLDING_ALL = {
    QuestionKind.COHORT,
    QuestionKind.UBIGEO_SCHEME,
    QuestionKind.DISTRICT,
    QuestionKind.CONSENT,
    QuestionKind.COMPLETED,
    QuestionKind.COLUMN,
}
