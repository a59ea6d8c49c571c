"""Compares what became of a sheet with the people whom it shows."""

import re
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from unicodedata import normalize

from chassis.runtime.rejections import Rejection
from services.enrollment.enrollments.domain import Application
from tests.sheets.generator import GeneratedSheet
from tests.sheets.reader import Again, Faulty, Held, Outcome, Result, Taken, import_sheet
from tests.sheets.shown import Shown, Verdict

IDENTITY = frozenset({"document", "given_names", "family_names"})
"""What tells that two rows are of one person; of what else they say, the first counts."""

_TOPICS = {"given_names": "names", "family_names": "names", "consent": "consents"}


@dataclass(slots=True)
class Tally:
    """Rows that show a person, those that a clerk accepts, and those of them that were accepted."""

    rows: int = 0
    acceptable: int = 0
    accepted: int = 0
    wrong: int = 0

    def add(self, other: "Tally") -> None:
        self.rows += other.rows
        self.acceptable += other.acceptable
        self.accepted += other.accepted
        self.wrong += other.wrong

    @property
    def share(self) -> float:
        return self.accepted / self.acceptable if self.acceptable else 1.0


@dataclass(slots=True)
class Comparison:
    """`wrong` tells of rows that were written otherwise than they are, `untrue` of refusals that name no fault of the
    row, `refused` of those that a clerk accepts."""

    tally: Tally = field(default_factory=Tally)
    by_flaw: dict[str, Tally] = field(default_factory=dict)
    wrong: list[str] = field(default_factory=list)
    untrue: list[str] = field(default_factory=list)
    refused: Counter[str] = field(default_factory=Counter)


def compared(sheet: GeneratedSheet) -> Comparison:
    """Imports a sheet and compares each of its rows."""
    result, found = import_sheet(sheet), Comparison()
    for place, row in sheet.rows.items():
        _compare_row(sheet, place, row, result, found)
    for place, outcome in result.outcomes.items():
        if place not in sheet.rows:
            told = found.wrong if isinstance(outcome, Taken) else found.untrue
            told.append(f"{sheet.name} {place}: there is nobody in this line, {_told(outcome)}")
            found.tally.wrong += isinstance(outcome, Taken)
    return found


def _compare_row(sheet: GeneratedSheet, place: tuple[int, int], row: Shown, result: Result, found: Comparison) -> None:
    outcome = result.outcomes.get(place)
    wrong = [] if result.refusals else list(_wrong(sheet, place, row, outcome))
    is_accepted = isinstance(outcome, Taken | Again) and not wrong
    acceptable = row.verdict is Verdict.ACCEPT
    tally = Tally(1, acceptable, acceptable and is_accepted, bool(wrong))
    found.tally.add(tally)
    for flaw in row.flaws:
        found.by_flaw.setdefault(flaw, Tally()).add(tally)
    found.wrong += [f"{sheet.name} {place}: {one}" for one in wrong]
    if isinstance(outcome, Faulty):
        found.untrue += [
            f"{sheet.name} {place}: {one.field} {one.code}"
            for one in outcome.rejections
            if topic(one.field) not in row.at_fault
        ]
    if acceptable and not is_accepted:
        found.refused.update(_codes(result.refusals or _rejections(outcome)) or [_told(outcome)])


def _wrong(sheet: GeneratedSheet, place: tuple[int, int], row: Shown, outcome: Outcome | None) -> Iterable[str]:
    if outcome is None and place not in sheet.hidden:
        yield "the row vanished"
    if isinstance(outcome, Again) and "same person twice" not in row.flaws:
        yield "taken for another person"
    if isinstance(outcome, Taken | Again):
        if row.verdict is Verdict.REFUSE:
            yield f"accepted in spite of {sorted(row.flaws) or sorted(row.at_fault)}"
        found = differences(row, outcome.application)
        yield from (one for one in found if isinstance(outcome, Taken) or one.partition(" ")[0] in IDENTITY)


def differences(row: Shown, application: Application) -> Iterable[str]:
    """Yields the fields of an application that are not the person's."""
    stored = {
        "document": (application.document.type.value, application.document.number),
        "given_names": _compared_name(application.names.given),
        "family_names": _compared_name(application.names.family),
        "phone": _digits(application.phone),
        "consents": frozenset(one.purpose.value for one in application.consents),
    }
    for name, allowed in row.expected.items():
        value = stored[name] if name in stored else getattr(application, name)
        if value not in ({_digits(one) for one in allowed} if name == "phone" else allowed):
            yield f"{name} is {value!r}, not {allowed!r}"


def topic(name: str | None) -> str:
    """Returns what a field of a rejection is about: `district.code` is about the district."""
    first = (name or "").partition(".")[0]
    return _TOPICS.get(first, first)


def _compared_name(name: str) -> str:
    return normalize("NFC", name).casefold()


def _digits(phone: object) -> str | None:
    """Returns a number without the country and the zero of an area."""
    if phone is None:
        return None
    digits = re.sub(r"\D", "", str(phone))
    return (digits[2:] if len(digits) > 9 and digits.startswith("51") else digits).lstrip("0")


def _rejections(outcome: Outcome | None) -> tuple[Rejection, ...]:
    return outcome.rejections if isinstance(outcome, Faulty) else ()


def _codes(rejections: Iterable[Rejection]) -> list[str]:
    return [f"{one.field} {one.code}" for one in rejections]


def _told(outcome: Outcome | None) -> str:
    if isinstance(outcome, Held):
        return "review"
    return ", ".join(_codes(_rejections(outcome))) or type(outcome).__name__
