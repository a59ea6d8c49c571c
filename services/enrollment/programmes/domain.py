"""Why the content of a programme is corrected, which days it may have, and what is proposed for a copy. Pure."""

import re
from dataclasses import replace
from datetime import date
from enum import StrEnum

from chassis.runtime.rejections import Kind, RejectedError, Rejection
from chassis.web.texts import N_

LONGEST_CODE = 20


class ContentCorrectionReason(StrEnum):
    """Why a programme or a module is corrected."""

    MISTAKE_FOUND = "mistake_found"
    CONTENT_REVISED = "content_revised"
    CALENDAR_CHANGED = "calendar_changed"


def a_year_later(day: date) -> date:
    """Returns the day of the next year; the 28th for the 29th of February."""
    is_leap_day = (day.month, day.day) == (2, 29)
    return day.replace(year=day.year + 1, day=28 if is_leap_day else day.day)


def code_for_year(code: str, year: int) -> str:
    """Returns the code that is proposed for a copy: the former one with its year."""
    base = re.sub(r"-\d{4}$", "", code)
    return f"{base[: LONGEST_CODE - 5]}-{year}"


def check_days_of_cohorts(starts_on: date, ends_on: date, first_day: date | None, last_day: date | None) -> None:
    """Raises `RejectedError` if a cohort begins before the programme or lasts longer. No day means no cohort."""
    if first_day is None or last_day is None:
        return
    values = {"first": f"{first_day:%d/%m/%Y}", "last": f"{last_day:%d/%m/%Y}"}
    for field, is_outside in (("starts_on", first_day < starts_on), ("ends_on", last_day > ends_on)):
        if is_outside:
            raise RejectedError(replace(_COHORTS_OUTSIDE, field=field, values=values))


_COHORTS_OUTSIDE = Rejection(
    "cohorts_outside",
    N_("The cohorts of this programme last from %(first)s to %(last)s."),
    Kind.CONFLICT,
    remedy=N_("Write days that include them, or correct the cohorts first."),
)
