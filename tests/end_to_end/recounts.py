"""How a stranger would count: plain SQL over a service's own tables, one row for each thing counted."""

from dataclasses import dataclass

import asyncpg

from deploy.trial import postgres
from tests.support.trials import Trial
from tests.support.waiting import wait_until

OF_PERSON = ("district", "province", "sex", "age_band", "cohort")

PROFILE = """
    {0}.profile ->> 'district' AS district, left({0}.profile ->> 'district', 4) AS province,
    {0}.profile ->> 'sex' AS sex, {0}.profile ->> 'age_band' AS age_band
"""


@dataclass(frozen=True, slots=True)
class Recount:
    """`query` gives, on `database`, a row with each of `dimensions` for every one that the indicator should count."""

    indicator: str
    database: str
    dimensions: tuple[str, ...]
    query: str

    async def rows(self, trial: Trial) -> list[asyncpg.Record]:
        """What the service's own tables say now: a row for each thing counted."""
        connection = await asyncpg.connect(postgres.superuser_url(trial.layout, trial.credentials, self.database))
        try:
            return list(await connection.fetch(self.query))
        finally:
            await connection.close()


async def recounted(trial: Trial, indicator: str) -> int:
    """The total by a plain count of the source."""
    (recount,) = [recount for recount in RECOUNTS if recount.indicator == indicator]
    return len(await recount.rows(trial))


async def settled(trial: Trial, indicator: str) -> int:
    """The public total, once it has caught up with what earlier tests entered."""

    async def caught_up() -> bool:
        return trial.is_published(indicator, await recounted(trial, indicator))

    await wait_until(caught_up)
    return trial.total(indicator)


RECOUNTS = (
    Recount(
        "enrolled",
        "enrollment",
        OF_PERSON,
        f"""
        SELECT DISTINCT ON (e.person_id) {PROFILE.format("e")}, e.cohort_id::text AS cohort
        FROM enrollments e
        WHERE e.status = 'accepted' AND EXISTS (
            SELECT FROM consents c
            WHERE c.person_id = e.person_id AND c.purpose = 'training' AND c.withdrawn_at IS NULL
        )
        ORDER BY e.person_id, e.accepted_at, e.enrollment_id
        """,
    ),
    Recount(
        "attended",
        "sessions",
        OF_PERSON,
        f"""
        SELECT DISTINCT ON (a.person_id, a.session_id) {PROFILE.format("a")}, s.cohort_id::text AS cohort
        FROM attendances a JOIN sessions s USING (session_id)
        WHERE a.state IN ('present', 'late', 'left_early')
        ORDER BY a.person_id, a.session_id, a.checked_in_at, a.attendance_id
        """,
    ),
    Recount(
        "trained",
        "sessions",
        OF_PERSON,
        f"""
        SELECT DISTINCT ON (e.person_id) {PROFILE.format("c")}, e.cohort_id::text AS cohort
        FROM completions c JOIN known_enrollments e USING (enrollment_id)
        WHERE c.achieved
        ORDER BY e.person_id, c.achieved_at, c.completion_id
        """,
    ),
    Recount(
        "organizations_trained",
        "sessions",
        ("cohort", "organization_type"),
        """
        SELECT DISTINCT ON (c.organization_id) e.cohort_id::text AS cohort,
            c.profile ->> 'organization_type' AS organization_type
        FROM completions c JOIN known_enrollments e USING (enrollment_id)
        WHERE c.achieved AND c.organization_id IS NOT NULL
        ORDER BY c.organization_id, c.achieved_at, c.completion_id
        """,
    ),
    Recount(
        "content_published",
        "media",
        ("channel",),
        """
        SELECT DISTINCT ON (asset_id, channel) channel::text AS channel
        FROM publications WHERE withdrawn_at IS NULL
        ORDER BY asset_id, channel, published_at, publication_id
        """,
    ),
    Recount(
        "visits",
        "media",
        ("channel",),
        """
        SELECT payload::jsonb ->> 'link_id' AS link_id, l.channel::text AS channel
        FROM outbox o JOIN links l ON l.link_id = (o.payload::jsonb ->> 'link_id')::uuid
        WHERE o.type LIKE '%.VisitRecorded.%' AND o.payload::jsonb ->> 'visitor_class' = 'person'
        """,
    ),
    Recount(
        "programme_content",
        "enrollment",
        ("mechanism",),
        "SELECT DISTINCT ON (module_id) mechanism FROM modules ORDER BY module_id",
    ),
)
