"""Lines of a file that are not about a person, each with the reason."""

from dataclasses import dataclass
from enum import StrEnum


class Reason(StrEnum):
    """Why a line of the file was not read as a person."""

    TOTAL = "total"
    NOTE = "note"
    SIGNATURE = "signature"
    GROUP = "group"
    REPEATED_HEADINGS = "repeated_headings"
    HIDDEN = "hidden"
    HIDDEN_TAB = "hidden_tab"
    NO_PEOPLE = "no_people"


@dataclass(frozen=True, slots=True)
class LeftOut:
    """A line that is not about a person. `line` is 0 where a whole tab has no table of people."""

    tab: int
    line: int
    reason: Reason
