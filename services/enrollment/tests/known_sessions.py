"""Sessions that enrollment knows of, as if sessions had announced them."""

from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

from chassis.store.database import Pool
from chassis.store.identifiers import new_id

STARTS = datetime(2099, 5, 12, 20, tzinfo=UTC)
"""Long after today."""


async def a_known_session(pool: Pool, cohort_id: UUID, **changed: Any) -> UUID:
    """A session to come of the cohort; its id."""
    row = {
        "session_id": new_id(), "version": 1, "programme_id": new_id(), "cohort_id": cohort_id, "kind": "training",
        "title": "El presupuesto", "district": "060101", "place": "Local comunal", "starts_at": STARTS,
        "ends_at": STARTS + timedelta(hours=3), "status": "scheduled", **changed,
    }  # fmt: skip
    places = ", ".join(f"${position}" for position in range(1, len(row) + 1))
    await pool.execute(f"INSERT INTO known_sessions ({', '.join(row)}) VALUES ({places})", *row.values())
    session_id: UUID = row["session_id"]
    return session_id
