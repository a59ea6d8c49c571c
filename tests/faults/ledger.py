"""The judge: compares the accepted commands, as their writers counted them, with their effects, by plain counting.

Nothing here knows how the relay, the reactions or the projections work.
"""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field

from chassis.store.database import Pool

Version = tuple[str, int]
"""A subject, and the number of its event."""


@dataclass(frozen=True, slots=True)
class Verdict:
    """How many events were accepted, and how many had no effect, a second one, or one before an earlier event's."""

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
        """Counts events whose commit was acknowledged; to be called after that only."""
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
    rows = await pool.fetch("SELECT subject, version FROM reacted ORDER BY ordinal")
    order = [(row["subject"], row["version"]) for row in rows]
    found = ledger.verdict(Counter(order))
    return Verdict(found.events, found.lost, found.doubled, inversions(order))


def judge_log(log: Iterable[Version], ledger: Ledger) -> Verdict:
    """Each event is in the log; among first occurrences no subject's later event is before an earlier one."""
    order = list(dict.fromkeys(log))
    found = ledger.verdict(Counter(order))
    return Verdict(found.events, found.lost, found.doubled, inversions(order))


def inversions(order: Iterable[Version]) -> int:
    """How many events come after a later event of their subject."""
    highest: Counter[str] = Counter()
    inverted = 0
    for subject, version in order:
        inverted += version < highest[subject]
        highest[subject] = max(highest[subject], version)
    return inverted


async def judge_projection(pool: Pool, ledger: Ledger) -> Verdict:
    """Every version is kept once, each fact is the last one, and no record of the log was folded twice."""
    kept = {row["subject"]: row for row in await pool.fetch(KEPT)}
    lost = 0
    for subject, last in ledger.accepted.items():
        row = kept.get(subject, NOTHING)
        lost += max(last - row["versions"], 0) + (row["fact"] != last)
    doubled = sum(row["rows"] - min(row["versions"], ledger.accepted[subject]) for subject, row in kept.items())
    twice: int = await pool.fetchval(FOLDED_TWICE)
    if doubled or twice:
        print(f"{doubled} rows of versions that are kept already; {twice} records that were folded before:")
        print(*(dict(row) for row in await pool.fetch(BATCHES_FOLDED_TWICE)), sep="\n")
    return Verdict(ledger.events, lost, doubled + twice)


NOTHING = {"fact": 0, "versions": 0, "rows": 0}

KEPT = """
SELECT subject::text, max(fact) AS fact, count(DISTINCT version) AS versions, count(*) AS rows
FROM (SELECT subject, version, version AS fact FROM facts UNION ALL SELECT subject, version, 0 FROM superseded) kept
GROUP BY subject
"""

BATCHES_FOLDED_TWICE = """
SELECT partition, process, xmin::text AS transaction, min(at)::text AS at,
    min("offset") AS first, max("offset") AS last, count(*) AS records
FROM applied a WHERE (SELECT count(*) > 1 FROM applied b WHERE (b.partition, b."offset") = (a.partition, a."offset"))
GROUP BY partition, process, a.xmin::text ORDER BY min(at) LIMIT 20
"""
"""What a failure shows: which transaction of which process folded the records that were folded more than once."""

FOLDED_TWICE = """SELECT count(*) - count(DISTINCT (topic, partition, "offset")) FROM applied"""
