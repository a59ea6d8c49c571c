"""Cells of names as the names that they state: without titles, and empty where they say that there is none."""

import re

from chassis.runtime.rejections import RejectedError
from services.enrollment.identity.names import tokens
from services.enrollment.sheets.cells import is_ditto
from services.enrollment.sheets.errors import NAME_WITH_REMARK
from services.enrollment.sheets.values.texts import require_whole

_NONE = frozenset(
    (
        "|none|null|0|00|x|xx|xxx|xxxx|xxxxx|n n|nn|s a|s d|s n|sin apellido|sin apellido materno|sin apellido paterno"
        "|sin segundo apellido|sin dato|sin datos|no tiene|no tiene apellido|no tiene apellido materno|no registra"
        "|no consigna|no precisa|no indica|ninguno|ninguna"
    ).split("|")
)
"""What people and programs write where somebody has no such name, as `tokens` returns it."""

_TITLES = re.compile(
    r"\A(?:(?:sr|sra|srta|señora?|señorita|don|doña|lic|ing|prof|dra?|abg|abog|arq|mg|bach|cpc|t[eé]c|hn[oa])(?:\.\s*|\s+))+"
    r"(?=\w)",
    re.IGNORECASE,
)
_REMARK = re.compile(r"\s[-‐‑–—]\s")
"""A dash between spaces, behind which offices write what somebody is: «Luis - tesorero»."""


def stated_name(text: str) -> str:
    """Returns the name of a cell. Raises `RejectedError` without a field if letters of it were lost or became others,
    or if something else stands in it."""
    if is_ditto(text) or _REMARK.search(text):
        raise RejectedError(NAME_WITH_REMARK)
    require_whole(text)
    return "" if " ".join(tokens(text)) in _NONE else _TITLES.sub("", text)
