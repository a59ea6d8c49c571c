"""Periodic work that finds people who look like one person under two documents."""

import asyncio
from collections import defaultdict
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime, timedelta
from uuid import UUID

from chassis.runtime.jobs import Job, Jobs
from chassis.store.database import Row
from chassis.store.queries import queries
from chassis.web.reads import Work
from contracts.event import Profile
from services.enrollment.identity.encryption import SubjectKey
from services.enrollment.people.domain import unseal
from services.enrollment.resources import EnrollmentResources
from services.enrollment.reviews.comparisons import sealed_others
from services.enrollment.reviews.domain import Pair
from services.enrollment.reviews.similarity import Candidate, similar_pairs

jobs: Jobs[EnrollmentResources] = Jobs()
sql = queries(__package__)

FINDING = Work("reviews.find_similar")


@jobs.every(timedelta(hours=1), "reviews.find_similar")
async def find_similar(resources: EnrollmentResources, _job: Job) -> None:
    """Compares everybody with everybody who could be the same person, and stores who look alike. Idempotent."""
    rows = await sql.people_to_compare.fetch(resources.pool)
    keys = await resources.keyring.fetch(FINDING, [row["person_id"] for row in rows])
    pairs = await asyncio.to_thread(_pairs, rows, keys)
    await sql.replace_similar.execute(resources.pool, **_columns(pairs, keys), found_at=datetime.now(UTC))


def _pairs(rows: Iterable[Row], keys: Mapping[UUID, SubjectKey]) -> set[Pair]:
    return similar_pairs(_candidate(row, keys[row["person_id"]]) for row in rows if row["person_id"] in keys)


def _candidate(row: Row, key: SubjectKey) -> Candidate:
    profile = Profile.model_validate(row["profile"])
    return Candidate(row["person_id"], unseal(key, row["identity"]), profile.sex, profile.district)


def _columns(pairs: Iterable[Pair], keys: Mapping[UUID, SubjectKey]) -> dict[str, list[UUID] | list[bytes]]:
    """Returns the rows as columns: each person with all who look like them and have a larger id, encrypted."""
    others = defaultdict[UUID, list[UUID]](list)
    for one, other in sorted(pairs):
        others[one].append(other)
    return {"person_id": list(others), "others": [sealed_others(keys[one], found) for one, found in others.items()]}
