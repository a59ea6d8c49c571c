"""The entries: one TOML file for each area of the product, beside this module."""

import tomllib
from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import Any

AREAS = Path(__file__).parent


class Kind(StrEnum):
    """What a test has to have in order to notice the mistake."""

    RULE = "rule"  # an example in which the rule alone decides
    TOGETHER = "together"  # two of them at once: keys, consumers, versions out of order
    BOUND = "bound"  # a literal number at the edge
    DENIAL = "denial"  # somebody who may not
    FAULT = "fault"  # a fault that reaches the path
    LOCK = "lock"  # two transactions, or a look at the locks that are held
    ORACLE = "oracle"  # a judge that shares no line with what it judges
    CLOCK = "clock"  # a clock that the test moves
    DELETION = "deletion"  # a look afterwards at what must be gone


class Severity(StrEnum):
    CRITICAL = "critical"
    HIGH = "high"
    MEDIUM = "medium"
    LOW = "low"


@dataclass(frozen=True, slots=True)
class Mistake:
    """A text of a file that is replaced by another. `old` occurs once in it; `file` is relative to the repository.

    `argued` says why no test can or need notice it: such a mistake is not run, and counts as not noticed.
    """

    area: str
    name: str
    file: str
    old: str
    new: str
    kind: Kind
    severity: Severity
    harm: str
    seen_by: tuple[str, ...] = ()
    argued: str = ""

    def applied(self, text: str) -> str:
        """The file's text with the mistake."""
        assert text.count(self.old) == 1, f"{self.name}: the old text occurs {text.count(self.old)} times"
        return text.replace(self.old, self.new)


def read(folder: Path = AREAS) -> list[Mistake]:
    """All mistakes, in the order of their files."""
    return [mistake for path in sorted(folder.glob("*.toml")) for mistake in _of_area(path)]


def chosen(mistakes: Iterable[Mistake], words: Iterable[str]) -> list[Mistake]:
    """The mistakes of these names or areas; all of them without a word."""
    known, asked = list(mistakes), set(words)
    unknown = asked - {word for mistake in known for word in (mistake.name, mistake.area)}
    assert not unknown, f"no mistake and no area is called {', '.join(sorted(unknown))}"
    return [mistake for mistake in known if not asked or asked & {mistake.name, mistake.area}]


def _of_area(path: Path) -> list[Mistake]:
    return [_mistake(path.stem, entry) for entry in tomllib.loads(path.read_text())["mistake"]]


def _mistake(area: str, entry: dict[str, Any]) -> Mistake:
    kind, severity = Kind(entry.pop("kind")), Severity(entry.pop("severity"))
    return Mistake(area=area, kind=kind, severity=severity, seen_by=tuple(entry.pop("seen_by", ())), **entry)
