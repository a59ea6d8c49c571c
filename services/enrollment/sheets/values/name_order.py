"""Family and given names in one cell: which come first in the column, and where a row's family names end.

People of Peru have two family names. What neither that nor the words themselves prove is not split.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from itertools import pairwise
from typing import NamedTuple, Self

from chassis.runtime.rejections import RejectedError
from services.enrollment.identity.known_names import family_names, given_names
from services.enrollment.identity.names import PARTICLES, Names, read_names, tokens
from services.enrollment.sheets.errors import NAMES_TOGETHER

FAMILY_NAMES = 2
_FEWEST_WITNESSES = 2
_SAINTS = frozenset({"san", "santa"})
_CONTRADICTED_AT_MOST = 0.05
_OF_BOTH_SEXES = frozenset({"asuncion", "santos"})
"""Given names that women have too, though there is another form of them."""


class NameOrder(StrEnum):
    """Whether the family names or the given names come first in one cell."""

    FAMILY_FIRST = "family_first"
    GIVEN_FIRST = "given_first"


def stated_order(heading: str) -> NameOrder | None:
    """Returns the order that a heading such as «Apellidos y nombres» states."""
    words = tokens(heading)
    family = next((n for n, word in enumerate(words) if word.startswith("ape")), None)
    given = next((n for n, word in enumerate(words) if word.startswith("nom")), None)
    if family is None or given is None:
        return None
    return NameOrder.FAMILY_FIRST if family < given else NameOrder.GIVEN_FIRST


def proved_order(names: Iterable[str]) -> NameOrder | None:
    """Returns the order of those names that show theirs, if hardly any shows the other one."""
    witnesses = [order for name in names if (order := _shown_order(name))]
    first = witnesses.count(NameOrder.FAMILY_FIRST)
    likely = NameOrder.FAMILY_FIRST if 2 * first >= len(witnesses) else NameOrder.GIVEN_FIRST
    agreeing = witnesses.count(likely)
    is_proved = agreeing >= _FEWEST_WITNESSES and len(witnesses) - agreeing <= _CONTRADICTED_AT_MOST * len(witnesses)
    return likely if is_proved else None


def are_mixed(names: Sequence[str]) -> bool:
    """Tells whether some names, two at least, show one order and others the other one."""
    shown = list(map(_shown_order, names))
    return min(map(shown.count, NameOrder)) > 1 and proved_order(names) is None


@dataclass(frozen=True, slots=True)
class NameWitnesses:
    """The order that the heading of a column states, and the one that its names prove; None where they tell none."""

    stated: NameOrder | None
    proved: NameOrder | None

    @classmethod
    def of(cls, heading: str, names: Iterable[str]) -> Self:
        return cls(stated_order(heading), proved_order(names))

    @property
    def settled(self) -> NameOrder | None:
        """Returns the order; None if nothing tells it, or heading and names contradict each other."""
        orders = {order for order in (self.stated, self.proved) if order}
        return next(iter(orders)) if len(orders) == 1 else None

    def left_to(self, declared: NameOrder | None) -> NameOrder | None:
        """Returns what the sender declares, unless the names prove otherwise."""
        return declared if self.proved in (None, declared) else None


def needs_order(name: str) -> bool:
    """Tells whether a name can be split only where the order is known."""
    return "," not in name and len(_units(name)) > 1


def split_names(
    name: str, order: NameOrder | None, *, is_peruvian: bool, is_woman: bool = False, may_be_exchanged: bool = False
) -> Names:
    """Splits family and given names at their comma, or by their order. Raises `RejectedError` if it is not certain, or
    there is no name.

    A name of men only is a family name of a woman: in Quispe Julián Rosa, «Julián» is none that was given to her.
    """
    if "," in name or not tokens(name):
        family, _, given = name.partition(",")
        _require(not are_exchanged(given, family))
        _require(not may_be_exchanged or are_exchanged(family, given))
        return read_names(given, family)
    units = _units(name)
    _require(order is not None and len(units) > 1)
    _require(not may_be_exchanged or _shown_order(name) is order)
    family_units, given_units = _split(units, order)
    _require(not any(map(_is_given_only, family_units)) and not any(map(_is_family_only, given_units)))
    _require(not given_units[0].has_particle)
    if len(units) > FAMILY_NAMES:
        inner = family_units[-1] if order is NameOrder.FAMILY_FIRST else family_units[0]
        is_given = _is_given(inner) and not (is_woman and _is_of_men(inner))
        _require(not is_given and (is_peruvian or _is_family_only(inner)))
    return read_names(_joined(given_units), _joined(family_units))


def are_exchanged(given: str, family: str) -> bool:
    """Tells whether all words of the given names are known as family names only, and the other way round."""
    return _all_are(_units(family), _is_given_only) and _all_are(_units(given), _is_family_only)


def are_repeated(given: str, family: str) -> bool:
    """Tells whether one of the names has all words of the other besides its own, as a full name has."""
    given_words, family_words = ([unit.word for unit in _units(name)] for name in (given, family))
    if len(family_words) > FAMILY_NAMES and given_words:
        return set(given_words) < set(family_words)
    return len(family_words) == FAMILY_NAMES and set(family_words) < set(given_words)


def are_of_several(given: str) -> bool:
    """Tells whether given names are joined as those of two people: «Juan y Rosa», «Eva e Inés»."""
    pairs = pairwise(tokens(given)[1:])
    return any(word == "y" or (word == "e" and following.startswith(("i", "hi"))) for word, following in pairs)


def are_of_one_person(given: str, family: str, full: str) -> bool:
    """Tells whether a full name is that of the separate names, in either order; one of them may have fewer words."""
    separate, whole = tokens(f"{family} {given}"), tokens(full)
    if sorted(separate) == sorted(whole):
        return whole in (separate, tokens(f"{given} {family}"))
    return set(whole) <= set(separate) or set(separate) <= set(whole)


class _Unit(NamedTuple):
    """A word with the particles before it: «De la Cruz». `word` is the normalized word, or all of «San Martín»."""

    text: str
    word: str
    has_particle: bool


def _split(units: Sequence[_Unit], order: NameOrder | None) -> tuple[Sequence[_Unit], Sequence[_Unit]]:
    number = min(FAMILY_NAMES, len(units) - 1)
    if order is NameOrder.FAMILY_FIRST:
        return units[:number], units[number:]
    return units[-number:], units[:-number]


def _units(name: str) -> list[_Unit]:
    """Splits a name into its words; empty if a particle ends it, or something in it is no word."""
    units: list[_Unit] = []
    pending: list[str] = []
    for text in name.split():
        words = tokens(text)
        if not words:
            return []
        pending.append(text)
        if words[-1] not in PARTICLES:
            first = tokens(pending[0])[0]
            word = " ".join((first, *words)) if first in _SAINTS else words[-1]
            units.append(_Unit(" ".join(pending), word, first in PARTICLES))
            pending = []
    return [] if pending else units


def _shown_order(name: str) -> NameOrder | None:
    """Returns the order that the first and the last word of a name show, or a comma."""
    if "," in name:
        return NameOrder.FAMILY_FIRST
    units = _units(name)
    if len(units) < FAMILY_NAMES:
        return None
    if _is_family_only(units[0]) and _is_given_only(units[-1]):
        return NameOrder.FAMILY_FIRST
    return NameOrder.GIVEN_FIRST if _is_given_only(units[0]) and _is_family_only(units[-1]) else None


def _joined(units: Sequence[_Unit]) -> str:
    return " ".join(unit.text for unit in units)


def _all_are(units: Sequence[_Unit], kind: Callable[[_Unit], bool]) -> bool:
    return bool(units) and all(map(kind, units))


def _is_given(unit: _Unit) -> bool:
    return unit.word in given_names()


def _is_of_men(unit: _Unit) -> bool:
    """Tells whether a word is a family name, and a given one that women have in a form of their own, as Juliana."""
    word = unit.word
    if word in _OF_BOTH_SEXES or word.endswith("a") or word not in family_names():
        return False
    return not {f"{word}a", f"{word[:-1]}a"}.isdisjoint(given_names())


def _is_given_only(unit: _Unit) -> bool:
    return _is_given(unit) and unit.word not in family_names()


def _is_family_only(unit: _Unit) -> bool:
    return unit.word in family_names() and not _is_given(unit)


def _require(is_certain: bool) -> None:
    if not is_certain:
        raise RejectedError(NAMES_TOGETHER)
