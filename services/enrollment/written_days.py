"""Days as people type them into a form of one line."""

from datetime import date

from chassis.runtime.rejections import RejectedError
from chassis.web.texts import N_
from services.enrollment.days import today
from services.enrollment.enrollments.dates import MAXIMUM_AGE
from services.enrollment.sheets.values.dates import DateOrder, DateWindow, read_date

LONGEST_DAY = 40
"""Characters of a day, such as «12 de setiembre de 1987»."""


def written_day(text: object) -> date:
    """Reads a day as people type it, because old phones have no calendar to choose it from."""
    last = today()
    window = DateWindow(last.replace(year=last.year - MAXIMUM_AGE, day=1), last)
    try:
        return read_date(str(text)[: LONGEST_DAY + 1], DateOrder.DAY_FIRST, window)
    except RejectedError:
        raise ValueError(N_("Write day, month and year, such as 12/05/1987.")) from None
