"""The list to sign as a PDF of A4 pages. Its header stands on every page, and nothing of it is kept in memory."""

import json
from pathlib import Path
from typing import Any

import typst

from chassis.web import locale
from chassis.web.formats import clock_time, long_date
from chassis.web.texts import _, ngettext
from services.enrollment.attendance_lists.service import ListedPerson, ListedSession

TEMPLATE = Path(__file__).with_name("sheet.typ")
EMPTY_LINES = 6
"""For people who come without being on the list."""


def set_sheet(session: ListedSession, people: list[ListedPerson]) -> bytes:
    """Returns the PDF. Texts reach the typesetter as data, never as its markup."""
    data = json.dumps(_data(session, people), ensure_ascii=False)
    pdf: bytes = typst.compile(TEMPLATE, sys_inputs={"data": data}, ignore_system_fonts=True, format="pdf")
    return pdf


def _data(session: ListedSession, people: list[ListedPerson]) -> dict[str, Any]:
    start, end = clock_time(session.starts_at), clock_time(session.ends_at)
    return {
        "language": locale.current().language,
        "programme": session.programme,
        "cohort": session.cohort,
        "session": session.title,
        "when": f"{long_date(session.starts_at)}, {start}–{end}",
        "where": session.where,
        "count": ngettext("%(num)d person on the list", "%(num)d people on the list", len(people)),
        "people": [[one.names or _("Not shown"), one.code, one.document or ""] for one in people],
        "empty_lines": EMPTY_LINES,
        "words": {
            "title": _("Attendance list"),
            "names": _("Family and given names"),
            "code": _("Code"),
            "document": _("Document"),
            "signature": _("Signature"),
            "facilitator": _("Facilitator's name and signature"),
            "private": _("It has personal data: give it only to the training office."),
            "page": _("Page {page} of {pages}"),
        },
    }
