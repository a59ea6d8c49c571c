"""The syllabus of a programme as a PDF of A4 pages, in the reader's language.

Texts reach the typesetter as data, never as its markup, so that nothing in a title is carried out.
"""

import json
from collections.abc import Iterable
from dataclasses import asdict
from functools import lru_cache
from pathlib import Path
from typing import Any

import typst

from chassis.web import locale
from chassis.web.formats import long_date, number
from chassis.web.texts import _, ngettext
from contracts.labels import LANGUAGES, MECHANISMS
from services.enrollment.materials.service import Material
from services.enrollment.programmes.service import Module
from services.enrollment.public_programmes.service import PublicProgrammeInFull

TEMPLATE = Path(__file__).with_name("syllabus.typ")
KEPT = 64
"""Syllabuses that are kept in memory, because setting one takes a hundred times as long as reading it."""


def syllabus_data(programme: PublicProgrammeInFull, root: str) -> str:
    """Returns all texts of the syllabus as JSON, in the reader's language; `root` is the address of the service."""
    data = {
        "language": locale.current().language,
        "title": programme.title,
        "code": programme.code,
        "period": _period(programme),
        "extent": f"{_modules(programme)} · {_hours(programme.hours)}",
        "modules": [_described(module, programme.materials, root) for module in programme.modules],
        "address": f"{root}/public/programmes/{programme.programme_id}",
        "words": {
            "syllabus": _("Syllabus"),
            "mechanism": _("Mechanism it teaches"),
            "languages": _("Languages"),
            "hours": _("Hours"),
            "sessions": _("Required sessions"),
            "outcomes": _("What is learned"),
            "materials": _("Materials"),
            "empty": _("This programme has no module yet."),
            "page": _("Page {page} of {pages}"),
        },
    }
    return json.dumps(data, ensure_ascii=False)


@lru_cache(maxsize=KEPT)
def set_syllabus(data: str) -> bytes:
    """Returns the PDF of these texts. The same texts give the same pages."""
    pdf: bytes = typst.compile(TEMPLATE, sys_inputs={"data": data}, ignore_system_fonts=True, format="pdf")
    return pdf


def _period(programme: PublicProgrammeInFull) -> str:
    days = {"start": long_date(programme.starts_on), "end": long_date(programme.ends_on)}
    return _("from %(start)s to %(end)s", **days)


def _modules(programme: PublicProgrammeInFull) -> str:
    return ngettext("%(num)d module", "%(num)d modules", len(programme.modules))


def _hours(hours: int) -> str:
    return ngettext("%(number)s hour", "%(number)s hours", hours, number=number(hours))


def _described(module: Module, materials: Iterable[Material], root: str) -> dict[str, Any]:
    return asdict(module) | {
        "module_id": str(module.module_id),
        "mechanism": _(MECHANISMS[module.mechanism]),
        "languages": ", ".join(_(LANGUAGES.get(language, language)) for language in module.languages),
        "materials": [
            {"title": one.title, "address": f"{root}{one.address}"}
            for one in materials
            if one.module_id == module.module_id
        ],
    }
