"""What a heading means, whatever wording the office uses: a field, the answer of a tick below it, or nothing."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache, lru_cache
from itertools import pairwise

from contracts.territory import Scheme
from services.enrollment.identity.names import tokens
from services.enrollment.sheets.layout.tables import CONSENTS, DATES, YES_OR_NO, DatePart, Field
from services.enrollment.sheets.wordings import wordings

MAXIMUM_TITLE_CHARACTERS = 200

_IGNORED = frozenset(
    (
        "n no nro num numero de del la el los las y o u e en al que cual cuales es son su sus tu tus mi mis usted ud"
        " por favor indique escriba ingrese marque seleccione coloque registre complete"
    ).split()
)
"""Words of headings that change nothing about what is asked."""

_NEUTRAL = frozenset(
    (
        "datos personales participante participantes generales identificacion persona informacion general"
        " beneficiario beneficiaria ciudadano ciudadana asistente inscrito inscrita completo completos completa"
        " actual actualmente residencia domicilio donde reside vive"
    ).split()
)
"""Words before or after a heading that only say that it is about the person of the row."""

_NEUTRAL_BEFORE = _NEUTRAL | frozenset("procedencia ubicacion contacto grupo group seccion ambito otros".split())
CHILD = frozenset("nino nina hijo hija menor edad alumno alumna estudiante".split())
"""Words of headings that are about a child, who may be the person of the row, or a child of that person."""

_AFTER_PLACE = frozenset("residencia domicilio procedencia distrito provincia departamento region".split())
"""Words before which «lugar» says nothing; that of birth is another one."""

_CODE_HEADINGS = frozenset({"", "codigo", "cod"})
_REMARK = re.compile(r"\([^)]*\)")
_NUMBER = re.compile(r"[°º]\W{0,9}\Z")
"""The end of «N°», which is no «N» for a no."""

_WORD = re.compile(r"[^\W_]+")
_SCHEMES = {scheme.value: scheme for scheme in Scheme}
_PARTS = {
    DatePart.DAY: ("dia", "d", "dd"),
    DatePart.MONTH: ("mes", "m", "mm"),
    DatePart.YEAR: ("ano", "a", "aa", "aaaa", "yyyy"),
}
_PART_WORDS = {word: part for part, some in _PARTS.items() for word in some}
_ANSWERS = {
    Field.SEX: "sex",
    Field.MOTHER_TONGUE: "mother_tongue",
    Field.ETHNICITY: "ethnicity",
    Field.ORGANIZATION_TYPE: "organization_type",
    **dict.fromkeys(YES_OR_NO, "yes_or_no"),
}
_TICKED = YES_OR_NO | {Field.SEX}
_NO = "No"
_SEX_LETTERS = frozenset("mvhf")
_TITLES_OF_SEX = {
    **dict.fromkeys(("mujeres", "damas", "femenino"), "Mujer"),
    **dict.fromkeys(("varones", "hombres", "caballeros", "masculino"), "Hombre"),
}
_TITLE_WORDS = frozenset({*_TITLES_OF_SEX, *"lista relacion grupo de las los participantes sexo".split()})
_REFINEMENTS = {
    Field.FULL_NAME: {Field.FAMILY_NAMES, Field.FIRST_FAMILY_NAME, Field.SECOND_FAMILY_NAME, Field.GIVEN_NAMES},
    Field.FAMILY_NAMES: {Field.FIRST_FAMILY_NAME, Field.SECOND_FAMILY_NAME},
}
_NUMBERS = frozenset({"n", "nro", "num", "numero"})
"""Words by which the heading of a document's type is also that of its number, written after it."""

_NUMBERED = frozenset({Field.PHONE, Field.EMAIL})
_LONGEST_ANSWER = 4


@dataclass(frozen=True, slots=True)
class Heading:
    """The field of a heading, what a tick below it means, and the part of a date that it has."""

    field: Field
    meaning: str = ""
    part: DatePart | None = None


@lru_cache(maxsize=20_000)
def read_heading(title: str) -> Heading | None:
    """Returns what a heading says; headings of several lines are joined from above to below."""
    if not title or len(title) > MAXIMUM_TITLE_CHARACTERS:
        return None
    written = tokens(_REMARK.sub(" ", title))
    if known := fields_by_wording().get(" ".join(written)):
        return Heading(known)
    words = _numbered(written)
    if (refused := _refused(words)) is not None:
        return Heading(refused, _NO)
    plain = [word for word in words if word not in _SCHEMES]
    if len(plain) < len(words) and _significant(plain) in _CODE_HEADINGS:
        return Heading(Field.DISTRICT_CODE)
    return next((found for found in _readings(plain, title) if found), None)


def sex_answer(title: str) -> str | None:
    """Returns the sex that a heading of one answer names, such as «Mujer» or «M»; None if it names none."""
    words = " ".join(tokens(title))
    return words if words in _SEX_LETTERS or words in wordings("sex") else None


def title_of_sex(title: str) -> str | None:
    """Returns the sex that the title of a list names, such as «Mujer» for «LISTA DE MUJERES»; None if it names none."""
    if len(title) > MAXIMUM_TITLE_CHARACTERS:
        return None
    found = {_TITLES_OF_SEX[word] for word in tokens(title) if word in _TITLES_OF_SEX}
    return found.pop() if len(found) == 1 and set(tokens(title)) <= _TITLE_WORDS else None


def words_of_their_own(title: str) -> list[str]:
    """Returns the words of a heading without those that say nothing about its field."""
    words = _numbered(tokens(_REMARK.sub(" ", title)))
    return [word for word in words if word not in _IGNORED | _NEUTRAL_BEFORE | CHILD]


def date_part(title: str, field: Field | None) -> DatePart | None:
    """Returns the part of a date with which the heading of a field ends."""
    *_, last = ["", *tokens(_REMARK.sub(" ", title))]
    return _part_words(field).get(last) if field else None


def answer_at_end(title: str, field: Field | None) -> str:
    """Returns the answer with which the heading of a sex or a consent ends, whatever the words before it are."""
    words = tokens(_REMARK.sub(" ", title))
    found = _answered(field, words, 1, title) if field in _TICKED and len(words) > 1 else None
    return found.meaning if found else ""


def says_something(title: str) -> bool:
    """Tells whether a heading has a word that counts; «N°» has none."""
    return bool(_significant(tokens(title)))


def schemes_in(text: str) -> set[Scheme]:
    """Returns the UBIGEO schemes that a text names."""
    return {_SCHEMES[word] for word in tokens(text) if word in _SCHEMES}


def _readings(words: Sequence[str], title: str) -> Iterator[Heading | None]:
    """Yields what the heading means if it is a field and an answer or a part of a date, a field, or a narrower one."""
    ends = range(1, min(_LONGEST_ANSWER, len(words) - 1) + 1)
    above = {size: field for size in ends if (field := _field(words[:-size]))}
    for size, field in reversed(above.items()):
        yield _answered(field, words, size, title)
    if whole := _field(words):
        is_of_both = whole is Field.DOCUMENT_TYPE and not _NUMBERS.isdisjoint(words)
        yield Heading(Field.DOCUMENT if is_of_both else whole)
    for size, field in above.items():
        yield _narrowed(field, _field(words[-size:]))
    for size in range(1, len(words)):
        before, after = words[:size], words[size:]
        field = _field(before)
        if field and all(word in _answers(field) or word in _part_words(field) for word in after):
            yield Heading(field)
        if turned := fields_by_wording().get(_significant([*after, *before])):
            yield Heading(turned)


def _refused(words: Sequence[str]) -> Field | None:
    """Returns the consent that a heading such as «No acepta» is about, below which a tick says no; «Acepta o no acepta»
    asks for either answer."""
    answers = wordings("yes_or_no")
    for place, pair in enumerate(pairwise(words)):
        if answers.get(" ".join(pair)) == "no" and pair[1] not in words[:place]:
            field = _field([*words[:place], *words[place + 1 :]])
            return field if field in CONSENTS else None
    return None


def _answered(field: Field, words: Sequence[str], size: int, title: str) -> Heading | None:
    """Reads the last words as an answer or as a part of a date, unless they end a list of answers."""
    before, last, written = words[:-size], words[-size:], _REMARK.sub(" ", title)
    if size == 1 and last[0] in _part_words(field):
        return Heading(field, part=_PART_WORDS[last[0]])
    if " ".join(last) not in _answers(field) or _NUMBER.search(written):
        return None
    if before[-1] in ("o", "u", "y", "si") or set(last) & set(before):
        return Heading(field)
    return Heading(field, " ".join(_WORD.findall(written)[-size:]))


def _narrowed(field: Field, below: Field | None) -> Heading | None:
    if below is None or not (below is field or below in _REFINEMENTS.get(field, ())):
        return None
    return Heading(below)


@cache
def _answers(field: Field) -> frozenset[str]:
    if field not in _ANSWERS:
        return frozenset()
    return frozenset(wordings(_ANSWERS[field])) | (_SEX_LETTERS if field is Field.SEX else frozenset())


def _part_words(field: Field) -> dict[str, DatePart]:
    return _PART_WORDS if field in DATES else {}


def _numbered(words: Sequence[str]) -> Sequence[str]:
    """Removes the number of a question, as in «3. Número de DNI»."""
    return words[1:] if len(words) > 1 and words[0].isdecimal() else words


def _field(words: Sequence[str]) -> Field | None:
    """Returns the field of these words, with or without neutral words before and after them."""
    known, significant = fields_by_wording(), [word for word in words if word not in _IGNORED]
    if found := known.get(" ".join(significant)):
        return found
    if significant[1:] and significant[-1].isdecimal():
        found = known.get(" ".join(significant[:-1]))
        return found if found in _NUMBERED else None
    first, last = 0, len(significant)
    while first < last and _is_neutral_before(significant[first:last]):
        first += 1
        if found := known.get(" ".join(significant[first:last])):
            return found
    while first < last and significant[last - 1] in _NEUTRAL:
        last -= 1
        if found := known.get(" ".join(significant[first:last])):
            return found
    return None


def _is_neutral_before(words: Sequence[str]) -> bool:
    """Groups of KoboToolbox are called «group» and a word of letters and digits."""
    word, following = words[0], "".join(words[1:2])
    if word == "lugar":
        return following in _AFTER_PLACE
    return word in _NEUTRAL_BEFORE or not (word.isalpha() or word.isdecimal())


@cache
def fields_by_wording() -> dict[str, Field]:
    """Returns the field of each known wording, as its significant words."""
    return {_significant(tokens(wording)): Field(field) for wording, field in wordings("headings").items()}


def _significant(words: Sequence[str]) -> str:
    return " ".join(word for word in words if word not in _IGNORED)
