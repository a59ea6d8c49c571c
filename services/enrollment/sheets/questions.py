"""What a sheet leaves open, and its sender can answer once for all rows."""

from dataclasses import dataclass
from enum import StrEnum

from chassis.runtime.rejections import Rejection
from services.enrollment.sheets.errors import (
    COHORT_UNDECLARED,
    CONSENT_COLUMN_MISSING,
    DISTRICT_COLUMN_MISSING,
    HEADING_UNCLEAR,
    SCHEME_UNDECLARED,
)

NOT_READ = "not_read"
"""What a column is that is not read."""


class QuestionKind(StrEnum):
    """The fields of `Declaration` that answer them; `column` is answered in `columns`."""

    COHORT = "cohort_id"
    UBIGEO_SCHEME = "ubigeo_scheme"
    DISTRICT = "district"
    CONSENT = "consent"
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
        return _REFUSALS.get(self.kind)


_REFUSALS = {
    QuestionKind.COHORT: COHORT_UNDECLARED,
    QuestionKind.UBIGEO_SCHEME: SCHEME_UNDECLARED,
    QuestionKind.DISTRICT: DISTRICT_COLUMN_MISSING,
    QuestionKind.CONSENT: CONSENT_COLUMN_MISSING,
    QuestionKind.COLUMN: HEADING_UNCLEAR,
}
