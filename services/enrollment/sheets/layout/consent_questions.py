"""Headings that are sentences which ask for a consent: «¿Acepta que se traten sus datos personales?»."""

from collections.abc import Iterable
from functools import lru_cache

from services.enrollment.identity.names import tokens
from services.enrollment.sheets.cells import Cell, text_of
from services.enrollment.sheets.layout.tables import Field
from services.enrollment.sheets.wordings import normalized, wordings

_AGREEING = frozenset(
    (
        "acepta acepto aceptas aceptan autoriza autorizo autorizas autorizan consiente consiento consientes"
        " consentimiento autorizacion firmo firma aut autoriz consent"
    ).split()
)
_PURPOSES = {
    Field.CONSENT_GUARDIAN: frozenset("apoderado apoderada tutor tutora padre madre padres menor hijo hija".split()),
    Field.CONSENT_IMAGE: frozenset(
        "imagen imagenes foto fotos fotografia fotografias video videos voz grabacion grabar".split()
    ),
    Field.CONSENT_CONTACT: frozenset(
        "contacto contactado contactada contactarlo contacten contactar llamen llamadas mensajes whatsapp".split()
    ),
}
"""Words by which a question is about another consent than that to the training."""

_PERSONAL_DATA = frozenset({"datos", "personales"})
_LEAST_SHARE = 0.8


@lru_cache(maxsize=2_000)
def consents_asked(title: str) -> tuple[Field, ...]:
    """Returns the consents that a heading may ask for, none if it asks for none."""
    words = set(tokens(title))
    if words.isdisjoint(_AGREEING):
        return ()
    others = consents_named(title)
    return (*others, Field.CONSENT) if words >= _PERSONAL_DATA or not others else others


def consents_named(text: str) -> tuple[Field, ...]:
    """Returns the consents, other than that to the training, whose words a text has."""
    words = set(tokens(text))
    return tuple(field for field, some in _PURPOSES.items() if not some.isdisjoint(words))


def is_about_personal_data(title: str) -> bool:
    """Tells whether a heading asks for the consent to the training, and for no other one."""
    return consents_asked(title) == (Field.CONSENT,) and set(tokens(title)) >= _PERSONAL_DATA


def are_answers(cells: Iterable[Cell]) -> bool:
    """Tells whether most cells, of which there is one at least, say yes or no."""
    known = [normalized(text_of(cell)) in wordings("yes_or_no") for cell in cells]
    return bool(known) and sum(known) >= _LEAST_SHARE * len(known)
