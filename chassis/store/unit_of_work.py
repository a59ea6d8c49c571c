"""The unit of work: what a function that changes something is given."""

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from uuid import UUID

from chassis.store.database import Connection


@dataclass(frozen=True, slots=True)
class UnitOfWork:
    """One transaction with its locks held, the instant that counts as now, who changes what, and for which reason of
    an enumeration.

    `author` is the subject of a person's token, or the name of the job or the reaction that acts.
    """

    connection: Connection
    now: datetime
    author: str
    reason: StrEnum | None = None
    people: list[UUID] = field(default_factory=list)

    def concerns(self, *people: UUID) -> None:
        """Notes whom the work changes, for the entry of the audit trail."""
        self.people.extend(people)
