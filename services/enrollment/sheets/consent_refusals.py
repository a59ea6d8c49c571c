"""Cells by which somebody refuses the consent to the training, or leaves it, in whatever column they stand."""

import re
from functools import lru_cache

from services.enrollment.identity.names import tokens
from services.enrollment.sheets.cells import Cell, Row, is_blank, text_of
from services.enrollment.sheets.layout.consent_questions import consents_asked, consents_named
from services.enrollment.sheets.layout.leaving import says_left
from services.enrollment.sheets.layout.tables import CONSENTS, Column, Field, Table
from services.enrollment.sheets.wordings import wordings

_CACHED_CHARACTERS = 200
_REMEDIES = "(Minka)"
"""The end of the heading below which a sheet that comes back says what is wrong: a consent that is missing, too."""

_CONSENT = r"(?:acept|autoriz|consient|consent|firm|acuerdo|permis|permit|conform)[a-z]*"
_REFUSAL = re.compile(
    rf"""
    \b(?:no|nunca|jamas|tampoco|ni|sin|falta|faltan|pendiente)\ (?!(?:sabe|puede)\ firmar)(?:[a-z]+\ ){{0,4}}?{_CONSENT}
    | \b{_CONSENT}\ (?:[a-z]+\ ){{0,2}}(?:no|falta|faltante|pendiente|negad[ao]|denegad[ao])$
    | \b(?:rechaz|prohib|desautoriz|disconform|inconform|revoc)[a-z]*
    | \b(?:se\ (?:opone|opuso|niega|nego)|en\ contra|en\ desacuerdo|negativa\ a)\b
    | \bno\ (?:[a-z]+\ )?(?:inscrib|matricul|inclu|consider)[a-z]*r(?:l[aeo]s?|se)?\b
    | \b(?:eliminar|excluir|borrar|anular|retirar)(?:l[aeo]s?)?\b
    | \b(?:de|dado|dada)\ baja\b
    """,
    re.VERBOSE,
)
"""What refuses in a text of small letters without accents; «no sabe firmar» is said of people who sign by a print."""

_MAY_REFUSE = re.compile(
    r"\b(?:no|nunca|jam[aá]s|tampoco|ni|sin|falta|pendiente|rechaz|proh[ií]b|des|dis|incon|revoc|se|en|negativa|de|dado|dada"
    r"|acept|autoriz|cons|firm|acuerd|perm|conform|elimin|exclu|borra|anul|retir|desist|renunci|abandon|desert|falleci|finad|baja|ya)",
    re.IGNORECASE,
)
"""The beginnings of words of which a cell that refuses has one: a quick look before the cell is taken apart."""

_REMARKS = frozenset(
    (
        "observacion observaciones obs nota notas comentario comentarios estado situacion condicion status detalle"
        " detalles anotacion anotaciones"
    ).split()
)
"""Words of headings below which «No» or «Baja» alone is said of the person; a column without a heading is such too."""

_ALONE = frozenset({"no", "nunca", "jamas", "baja"})
_DOUBTS = _ALONE | frozenset(
    "sin tampoco pendiente falta faltante consulta consultar consultara duda dudas talvez quiza quizas negativo".split()
)
"""Words of answers to the question for the consent that are no yes."""


def refusing_column(table: Table, row: Row) -> Column | None:
    """Returns the first column whose cell refuses; one that is read as another consent says nothing of this one."""
    columns = (one for one in table.columns if one.field not in CONSENTS and not one.title.endswith(_REMEDIES))
    return next((column for column in columns if _refuses(column, row.at(column.number))), None)


def _refuses(column: Column, cell: Cell) -> bool:
    if column.field is None and Field.CONSENT in consents_asked(column.title):
        return not is_blank(cell) and _is_no(text_of(cell))
    if not isinstance(cell, str) or not _MAY_REFUSE.search(cell):
        return False
    if column.field is None and _is_alone(column.title, cell):
        return True
    is_refusal = _is_refusal if len(cell) < _CACHED_CHARACTERS else _is_refusal.__wrapped__
    return is_refusal(cell) and not _is_of_another(consents_asked(column.title))


def _is_no(answer: str) -> bool:
    """Tells whether an answer to the question for the consent is a no, or leaves it in doubt."""
    words = tokens(answer)
    is_no = wordings("yes_or_no").get(" ".join(words)) == "no"
    return is_no or not _DOUBTS.isdisjoint(words) or _is_refusal.__wrapped__(answer)


def _is_alone(title: str, cell: str) -> bool:
    is_remark = not title or not _REMARKS.isdisjoint(tokens(title))
    return is_remark and " ".join(tokens(cell)) in _ALONE


@lru_cache(maxsize=10_000)
def _is_refusal(text: str) -> bool:
    words = tokens(text)
    if says_left(text):
        return True
    return bool(_REFUSAL.search(" ".join(words))) and not _is_of_another(
        () if "datos" in words else tuple(one for one in consents_named(text) if one is not Field.CONSENT_GUARDIAN)
    )


def _is_of_another(consents: tuple[Field, ...]) -> bool:
    """Tells whether a text is about other consents only, such as that to the use of images."""
    return bool(consents) and Field.CONSENT not in consents
