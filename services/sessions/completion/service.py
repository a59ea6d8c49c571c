"""Completion rules and completions: stored, decided by `domain` and announced."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from chassis.messaging import outbox
from chassis.store.database import Connection, Pool, Row, transaction
from chassis.store.identifiers import new_id
from chassis.store.queries import queries
from chassis.store.unit_of_work import UnitOfWork
from chassis.web.pagination import Page, all_rows
from chassis.web.reads import Reader
from chassis.web.tables import Column, Table
from chassis.web.texts import N_
from contracts.sessions import CompletionAchieved, CompletionRevoked, CompletionRulePublished
from services.sessions.attendance.domain import ATTENDED
from services.sessions.completion.commands import PublishRule
from services.sessions.completion.domain import FIRST_RULE, Completion, CompletionRequirements, Rule, decide
from services.sessions.replicas import service as replicas

sql = queries(__package__)

RULES = Table(
    "rules",
    N_("Rules so far"),
    key="rule_version",
    order="-rule_version",
    columns=(
        Column("rule_version", N_("Version"), "number"),
        Column("minimum_percent", N_("Percentage"), "number", drawn=True),
        Column("published_at", N_("Since"), "date"),
    ),
)

PROGRESS = Table(
    "progress",
    N_("Progress"),
    key="enrollment_id",
    order="enrollment_id",
    columns=(
        Column("enrollment_id", N_("Person"), "identifier", drawn=True),
        Column("attended", N_("Attended"), "number", drawn=True),
        Column("achieved_at", N_("Completed"), "date", drawn=True),
    ),
)


@dataclass(frozen=True, slots=True)
class PublishedRule:
    """A version of a programme's rule."""

    rule_version: int
    minimum_percent: int
    published_at: datetime


@dataclass(frozen=True, slots=True)
class Progress:
    """How an enrollment stands against the plan. `attended` counts required sessions."""

    enrollment_id: UUID
    attended: int
    achieved: bool
    achieved_at: datetime | None
    rule_version: int | None


@dataclass(frozen=True, slots=True)
class _Candidate:
    """An enrollment with attendance, and its completion's columns, None without one."""

    enrollment_id: UUID
    is_seated: bool
    completion_id: UUID | None
    rule_version: int
    minimum_percent: int
    required_sessions: list[UUID]
    attended: int
    achieved: bool
    achieved_at: datetime

    @property
    def completion(self) -> Completion | None:
        if self.completion_id is None:
            return None
        rule = Rule(self.rule_version, self.minimum_percent)
        requirements = CompletionRequirements(rule, frozenset(self.required_sessions))
        return Completion(requirements, self.attended, self.achieved, self.achieved_at)


async def reevaluate(connection: Connection, cohort_id: UUID, enrollments: Sequence[UUID] | None = None) -> None:
    """Decides the completion of these enrollments of a cohort, with those of the same people, or of all, and announces
    what changed.

    The caller holds the cohort's lock, so that calendar, rule and attendance do not change meanwhile.
    """
    candidates = await sql.candidates.all(connection, _Candidate, cohort_id=cohort_id, enrollments=enrollments)
    if not candidates:
        return
    requirements = await _requirements(connection, cohort_id)
    attended = await _attended(connection, [one.enrollment_id for one in candidates])
    changed = []
    for one in candidates:
        after = decide(one.completion, requirements if one.is_seated else None, attended[one.enrollment_id])
        if after is not None and after != one.completion:
            changed.append(_stored(one, after))
    await sql.save_completion.execute_many(connection, changed)
    await _announce(connection, [completion["enrollment_id"] for completion in changed])


async def follow_corrected_profile(connection: Connection, enrollment_id: UUID) -> None:
    """Gives the enrollment's completion its corrected profile, and announces it. The caller holds the enrollment's
    lock and its cohort's."""
    corrected = await sql.correct_profile.fetch(connection, enrollment_id=enrollment_id)
    await _announce(connection, [row["enrollment_id"] for row in corrected])


async def decide_merges(pool: Pool) -> None:
    """Decides the completions of people who are counted as one, or as two again, each cohort under its lock."""
    for merge in await sql.merges_to_decide.fetch(pool):
        people = {merge["person_id"], merge["counted_as"], merge["decided_as"]} - {None}
        for row in await sql.enrollments_of_people.fetch(pool, person_ids=list(people)):
            async with transaction(pool, row["cohort_id"]) as connection:
                await reevaluate(connection, row["cohort_id"], row["enrollments"])
        decided = {name: merge[name] for name in ("merge_id", "version", "counted_as")}
        await sql.finish_merge.execute(pool, **decided)


async def newest_rule(connection: Connection | Pool, programme_id: UUID) -> Rule:
    """The rule of new completions."""
    return await sql.newest_rule.first(connection, Rule, programme_id=programme_id) or FIRST_RULE


async def rules_of_programme(pool: Pool, programme_id: UUID) -> Page[PublishedRule]:
    """All versions of the programme's rule, newest first."""
    return all_rows(RULES, await sql.rules_of_programme.all(pool, PublishedRule, programme_id=programme_id))


async def count_planned(connection: Connection | Pool, cohort_id: UUID) -> int:
    """How many required sessions are planned, held or still to come."""
    return len(await sql.required_sessions.fetch(connection, cohort_id=cohort_id))


async def is_plan_complete(connection: Connection | Pool, cohort_id: UUID) -> bool:
    """Whether the cohort's plan was declared complete."""
    return bool(await sql.is_plan_complete.value(connection, cohort_id=cohort_id))


async def progress_of_cohort(reader: Reader, pool: Pool, cohort_id: UUID) -> Page[Progress]:
    """The progress of the cohort's accepted enrollments."""
    rows = await sql.progress_of_cohort.all(pool, Progress, cohort_id=cohort_id, attended=ATTENDED)
    return all_rows(PROGRESS, reader.shows(rows))


async def publish_first_rule(
    connection: Connection, programme_id: UUID, now: datetime, copied_from: UUID | None = None
) -> None:
    """Publishes version 1 unless a rule exists, so that readers know every version that a completion names.

    A copy of a programme goes on with version 2, where that programme asks for another percentage.
    """
    if await sql.newest_rule.fetch_row(connection, programme_id=programme_id) is not None:
        return
    await _add_rule(connection, programme_id, FIRST_RULE, None, now)
    copied = await newest_rule(connection, copied_from) if copied_from else FIRST_RULE
    if copied.minimum_percent != FIRST_RULE.minimum_percent:
        await _add_rule(connection, programme_id, Rule(2, copied.minimum_percent), None, now)


async def locks_of_rule(pool: Pool, programme_id: UUID) -> list[UUID]:
    """The ids to lock before a rule is published: the programme and its cohorts."""
    return [programme_id, *await replicas.cohort_ids_of_programme(pool, programme_id)]


async def publish_rule(unit: UnitOfWork, command: PublishRule, programme_id: UUID) -> Rule:
    """Publishes the programme's next rule and reevaluates its cohorts. Idempotent for an unchanged percentage.

    The caller holds the locks of `locks_of_rule`.
    """
    await publish_first_rule(unit.connection, programme_id, unit.now)
    newest = await newest_rule(unit.connection, programme_id)
    if newest.minimum_percent == command.minimum_percent:
        return newest
    rule = Rule(newest.version + 1, command.minimum_percent)
    await _add_rule(unit.connection, programme_id, rule, unit.author, unit.now)
    for cohort_id in await replicas.cohort_ids_of_programme(unit.connection, programme_id):
        await reevaluate(unit.connection, cohort_id)
    return rule


async def _add_rule(connection: Connection, programme_id: UUID, rule: Rule, author: str | None, now: datetime) -> None:
    published = CompletionRulePublished(
        occurred_at=now,
        rule_id=new_id(),
        programme_id=programme_id,
        rule_version=rule.version,
        minimum_percent=rule.minimum_percent,
    )
    stored = published.model_dump(exclude={"occurred_at"})
    await sql.add_rule.execute(connection, **stored, published_by=author, published_at=now)
    await outbox.add(connection, published)


async def _requirements(connection: Connection, cohort_id: UUID) -> CompletionRequirements | None:
    """What completes today; None until the cohort's plan was declared complete."""
    if not await is_plan_complete(connection, cohort_id):
        return None
    cohort = await replicas.find_cohort(connection, cohort_id)
    rule = await newest_rule(connection, cohort.programme_id) if cohort else FIRST_RULE
    rows = await sql.required_sessions.fetch(connection, cohort_id=cohort_id)
    return CompletionRequirements(rule, frozenset(row["session_id"] for row in rows))


async def _attended(connection: Connection, enrollments: Sequence[UUID]) -> dict[UUID, dict[UUID, datetime]]:
    attended: dict[UUID, dict[UUID, datetime]] = defaultdict(dict)
    rows = await sql.attended_sessions.fetch(connection, enrollments=enrollments, attended=ATTENDED)
    for row in rows:
        attended[row["enrollment_id"]][row["session_id"]] = row["starts_at"]
    return attended


def _stored(candidate: _Candidate, after: Completion) -> dict[str, Any]:
    """The parameters of `save_completion`."""
    return {
        "completion_id": candidate.completion_id or new_id(),
        "enrollment_id": candidate.enrollment_id,
        "rule_version": after.requirements.rule.version,
        "minimum_percent": after.requirements.rule.minimum_percent,
        "required_sessions": sorted(after.requirements.sessions),
        "attended": after.attended,
        "achieved": after.achieved,
        "achieved_at": after.achieved_at,
    }


async def _announce(connection: Connection, enrollments: Sequence[UUID]) -> None:
    rows = await sql.completions_in_full.fetch(connection, enrollments=enrollments)
    await outbox.add_all(connection, map(_event, rows))


def _event(row: Row) -> CompletionAchieved | CompletionRevoked:
    event = CompletionAchieved if row["achieved"] else CompletionRevoked
    return event(**row, occurred_at=row["achieved_at"])
