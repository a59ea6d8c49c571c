"""Completion, read, decided and announced; and the rules it is decided by."""

from collections import defaultdict
from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from chassis.messaging import outbox
from chassis.store.database import Connection, Pool, Row
from chassis.store.identifiers import new_id
from chassis.store.queries import queries
from contracts.sessions import CompletionAchieved, CompletionRevoked, CompletionRulePublished
from services.sessions.attendance import ATTENDED
from services.sessions.completion import FIRST_RULE, Asked, Completion, Rule, decide

sql = queries("services.sessions")


async def reevaluate(connection: Connection, cohort_id: UUID, enrollments: Sequence[UUID] | None = None) -> None:
    """Decides how these enrollments of a cohort (or all) stand, and says what changed.

    The caller holds the cohort's lock: nobody else changes its calendar, its rule or its attendance meanwhile.
    """
    candidates = await connection.fetch(sql.candidates.text, cohort_id, enrollments)
    if not candidates:
        return
    asked = await _asked(connection, cohort_id)
    attended = await _attended(connection, [row["enrollment_id"] for row in candidates])
    changed = []
    for row in candidates:
        before = _completion(row)
        now = decide(before, asked if row["is_seated"] else None, attended[row["enrollment_id"]])
        if now is not None and now != before:
            await _save(connection, row, now)
            changed.append(row["enrollment_id"])
    await _announce(connection, changed)


async def newest_rule(connection: Connection | Pool, programme_id: UUID) -> Rule:
    """The rule that is asked today."""
    row = await connection.fetchrow(sql.newest_rule.text, programme_id)
    return Rule(row["rule_version"], row["minimum_percent"]) if row else FIRST_RULE


async def publish_first_rule(connection: Connection, programme_id: UUID, now: datetime) -> None:
    """Says the rule that holds before anybody publishes one, so that every version a completion names can be read."""
    if await connection.fetchrow(sql.newest_rule.text, programme_id) is None:
        await _add_rule(connection, programme_id, FIRST_RULE, None, now)


async def publish_rule(connection: Connection, programme_id: UUID, percent: int, author: str, now: datetime) -> Rule:
    """Publishes the programme's next rule, and looks at all its cohorts by it. The same percentage is no new rule."""
    await publish_first_rule(connection, programme_id, now)
    newest = await newest_rule(connection, programme_id)
    if newest.minimum_percent == percent:
        return newest
    rule = Rule(newest.version + 1, percent)
    await _add_rule(connection, programme_id, rule, author, now)
    for row in await connection.fetch(sql.cohorts_of_programme.text, programme_id):
        await reevaluate(connection, row["cohort_id"])
    return rule


async def _add_rule(connection: Connection, programme_id: UUID, rule: Rule, author: str | None, now: datetime) -> None:
    rule_id = new_id()
    await connection.execute(sql.add_rule.text, rule_id, programme_id, rule.version, rule.minimum_percent, author, now)
    published = CompletionRulePublished(
        occurred_at=now,
        rule_id=rule_id,
        programme_id=programme_id,
        rule_version=rule.version,
        minimum_percent=rule.minimum_percent,
    )
    await outbox.add(connection, published)


async def _asked(connection: Connection, cohort_id: UUID) -> Asked:
    programme_id = await connection.fetchval(sql.programme_of_cohort.text, cohort_id)
    rows = await connection.fetch(sql.required_sessions.text, cohort_id)
    return Asked(await newest_rule(connection, programme_id), frozenset(row["session_id"] for row in rows))


async def _attended(connection: Connection, enrollments: Sequence[UUID]) -> dict[UUID, dict[UUID, datetime]]:
    attended: dict[UUID, dict[UUID, datetime]] = defaultdict(dict)
    for row in await connection.fetch(sql.attended_sessions.text, enrollments, ATTENDED):
        attended[row["enrollment_id"]][row["session_id"]] = row["starts_at"]
    return attended


def _completion(row: Row) -> Completion | None:
    if row["completion_id"] is None:
        return None
    asked = Asked(Rule(row["rule_version"], row["minimum_percent"]), frozenset(row["required_sessions"]))
    return Completion(asked, row["attended"], row["achieved"], row["achieved_at"])


async def _save(connection: Connection, row: Row, now: Completion) -> None:
    await connection.execute(
        sql.save_completion.text,
        row["completion_id"] or new_id(),
        row["enrollment_id"],
        now.asked.rule.version,
        now.asked.rule.minimum_percent,
        sorted(now.asked.sessions),
        now.attended,
        now.achieved,
        now.achieved_at,
    )


async def _announce(connection: Connection, enrollments: Sequence[UUID]) -> None:
    rows = await connection.fetch(sql.completions_in_full.text, enrollments)
    await outbox.add_all(connection, map(_event, rows))


def _event(row: Row) -> CompletionAchieved | CompletionRevoked:
    event = CompletionAchieved if row["achieved"] else CompletionRevoked
    return event(**row, occurred_at=row["achieved_at"])
