"""The judge: every accepted command, written down by who gave it, against what became of it, by plain counting.

Nothing here knows how the relay, the reactions or the projections work.
"""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field

from chassis.database import Pool

Version = tuple[str, int]
"""A subject, and which of its events."""


@dataclass(frozen=True, slots=True)
class Verdict:
    """`events` were accepted; so many of them had no effect, or more than one, or came before an earlier one."""

    events: int
    lost: int
    doubled: int
    inverted: int = 0

    @property
    def is_exact(self) -> bool:
        return self.events > 0 and not (self.lost or self.doubled or self.inverted)


@dataclass
class Ledger:
    """How many events of each subject were accepted; their versions count from 1."""

    accepted: Counter[str] = field(default_factory=Counter)

    def accept(self, subject: str, versions: int = 1) -> None:
        """To be called once the commit was answered, never before."""
        self.accepted[subject] += versions

    @property
    def events(self) -> int:
        return self.accepted.total()

    def verdict(self, effects: Counter[Version]) -> Verdict:
        """`effects`: how often each event had its effect."""
        wanted = {(subject, version) for subject, last in self.accepted.items() for version in range(1, last + 1)}
        lost = sum(1 for version in wanted if not effects[version])
        doubled = sum(times - 1 for times in effects.values() if times > 1)
        strange = sum(1 for version in effects if version not in wanted)
        return Verdict(self.events, lost, doubled + strange)


async def judge_reactions(pool: Pool, ledger: Ledger) -> Verdict:
    """Each event had its effect once, each subject's in order."""
    rows = await pool.fetch("SELECT subject, version FROM reacted ORDER BY place")
    order = [(row["subject"], row["version"]) for row in rows]
    found = ledger.verdict(Counter(order))
    return Verdict(found.events, found.lost, found.doubled, inversions(order))


def judge_log(log: Iterable[Version], ledger: Ledger) -> Verdict:
    """Each event is in the log; among first occurrences no subject's later event is before an earlier one."""
    order = list(dict.fromkeys(log))
    found = ledger.verdict(Counter(order))
    return Verdict(found.events, found.lost, found.doubled, inversions(order))


def inversions(order: Iterable[Version]) -> int:
    """How many come behind a later event of their subject."""
    highest: Counter[str] = Counter()
    inverted = 0
    for subject, version in order:
        inverted += version < highest[subject]
        highest[subject] = max(highest[subject], version)
    return inverted


async def judge_projection(pool: Pool, ledger: Ledger) -> Verdict:
    """Every version is in the history, each fact is at its last one, and no record of the log was folded twice."""
    kept = {row["subject"]: row for row in await pool.fetch(KEPT)}
    lost = 0
    for subject, last in ledger.accepted.items():
        row = kept.pop(subject, {"versions": 0, "fact": 0})
        lost += max(last - row["versions"], 0) + (row["fact"] != last)
    strange = sum(row["versions"] for row in kept.values())
    twice: int = await pool.fetchval(FOLDED_TWICE)
    return Verdict(ledger.events, lost, twice + strange)


KEPT = """
SELECT h.subject::text, h.versions, coalesce(f.version, 0) AS fact
FROM (
    SELECT subject, count(*) AS versions
    FROM (SELECT subject FROM facts UNION ALL SELECT subject FROM superseded) v GROUP BY subject
) h
LEFT JOIN facts f USING (subject)
"""

FOLDED_TWICE = """SELECT count(*) - count(DISTINCT (topic, partition, "offset")) FROM applied"""
