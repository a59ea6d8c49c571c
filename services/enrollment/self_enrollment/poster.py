"""The poster of a cohort to which people enroll themselves, as a PDF of one page in the reader's language.

It tells no number of seats, because it hangs longer than the number is true.
"""

import json
from enum import StrEnum
from pathlib import Path

import typst

from chassis.web import locale, qr
from chassis.web.formats import long_date
from chassis.web.texts import _
from contracts import territory
from services.enrollment.self_enrollment.service import OfferedCohort
from services.enrollment.settings import EnrollmentSettings

TEMPLATE = Path(__file__).with_name("poster.typ")


class Paper(StrEnum):
    """What the poster is printed on."""

    A4 = "a4"
    A3 = "a3"


def poster_data(cohort: OfferedCohort, address: str, settings: EnrollmentSettings, paper: Paper) -> str:
    """Returns all texts of the poster as JSON; `address` is where people enroll themselves."""
    province = territory.provinces()[cohort.province]
    days = {"start": long_date(cohort.starts_on), "end": long_date(cohort.ends_on)}
    data = {
        "language": locale.current().language,
        "paper": paper,
        "title": cohort.programme_title,
        "facts": [
            (_("Cohort"), cohort.name),
            (_("When"), _("from %(start)s to %(end)s", **days)),
            (_("Where"), _("Province of %(province)s", province=province)),
        ],
        "address": address,
        "code": qr.svg(address).decode(),
        "office": settings.controller_name,
        "place": settings.controller_address,
        "words": {
            "kind": _("Free training in citizen participation"),
            "enroll": _("Enroll yourself here"),
            "scan": _("Point the camera of a telephone at the code, or write the address in its browser."),
            "without_telephone": _("Without a telephone"),
            "ask": _(
                "Tell the training office, the facilitator of your province or your organization that you want to take "
                "part."
            ),
            "bring": _("Taking part is free of charge. Have your identity document at hand."),
        },
    }
    return json.dumps(data, ensure_ascii=False)


def set_poster(data: str) -> bytes:
    """Returns the PDF of these texts, which reach the typesetter as data, never as its markup."""
    pdf: bytes = typst.compile(TEMPLATE, sys_inputs={"data": data}, ignore_system_fonts=True, format="pdf")
    return pdf
