"""Deductions for merged people: when the public figures contain them. What is decided is pure.

A facilitator who enrolls somebody whom they must not see reads the public total afterwards, or the lists. So these add
up records, and a person who was known already moves them like anybody new. What counts twice by that is deducted later:
at a look that comes once a week, for ten people or more in each indicator that changes, else not yet.
"""

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from uuid import UUID

from chassis.store.database import Connection
from chassis.store.queries import queries
from contracts.disclosure import THRESHOLD
from services.reporting.counting.contribution_codec import decode, encode
from services.reporting.counting.domain import differences
from services.reporting.counting.margins import margins
from services.reporting.indicators.slices import TOTAL

sql = queries(__package__)


@dataclass(frozen=True, slots=True)
class ChangedDeduction:
    """What is deducted for a merged person, as it is counted, and before as it is public."""

    owner: UUID
    added: str
    before: str

    def totals(self) -> Mapping[str, int]:
        """Indicator → the difference in its total."""
        moved = margins(differences(decode(self.added), decode(self.before)))
        return {margin.measure: difference for margin, difference in moved.items() if margin.dimension == TOTAL}

    def limited_to(self, measures: Collection[str]) -> "ChangedDeduction":
        """The same with the change in these measures alone."""
        before, now = decode(self.before), decode(self.added)
        kept = {cell: n for cell, n in before.items() if cell.measure not in measures}
        changed = {cell: n for cell, n in now.items() if cell.measure in measures}
        return replace(self, added=encode(kept | changed))


def publishable(changed: Sequence[ChangedDeduction]) -> list[ChangedDeduction]:
    """The changes that become public: those in the indicators in whose total at least ten people changed."""
    people = Counter(measure for one in changed for measure, difference in one.totals().items() if difference)
    due = {measure for measure, number in people.items() if number >= THRESHOLD}
    return [limited for one in changed if (limited := one.limited_to(due)).added != one.before]


async def publish_deductions(connection: Connection) -> None:
    """Lets the public figures contain the deductions that have become many. The caller holds the figures' lock."""
    changes = publishable(await sql.changed_deductions.all(connection, ChangedDeduction))
    totals: Counter[str] = Counter()
    for change in changes:
        totals.update(change.totals())
    await sql.publish_deductions.execute(
        connection, owners=[change.owner for change in changes], added=[change.added for change in changes]
    )
    await sql.move_deducted_totals.execute(connection, indicators=list(totals), differences=list(totals.values()))


async def deducted_totals(connection: Connection) -> dict[str, int]:
    """Indicator → what its public total contains of the deductions."""
    return {row["indicator"]: row["n"] for row in await sql.deducted_totals.fetch(connection)}
