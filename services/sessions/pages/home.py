"""Where somebody starts: the facilitator with today's sessions, the coordinator with the cohorts."""

from datetime import UTC, date, datetime, timedelta

from fastapi import APIRouter, Request, Response

from chassis.store.database import Row
from contracts.days import day_of, start_of
from services.sessions.api.dependencies import Reader, Res, sees_all, sql
from services.sessions.attendance import ATTENDED
from services.sessions.pages.words import page

router = APIRouter(include_in_schema=False)

LATELY, SOON = timedelta(days=30), timedelta(days=60)


@router.get("/")
async def home(request: Request, res: Res, reader: Reader) -> Response:
    if sees_all(reader):
        cohorts = await res.pool.fetch(sql.cohorts.text)
        return page(
            request, "cohorts.html", cohorts=cohorts, conflicts=await res.pool.fetchval(sql.count_conflicts.text)
        )
    today = day_of(datetime.now(UTC))
    bounds = start_of(today - LATELY), start_of(today + SOON)
    sessions = await res.pool.fetch(sql.sessions_of_facilitator.text, reader.subject, *bounds, ATTENDED)
    return page(request, "today.html", days=by_day(sessions, today))


def by_day(sessions: list[Row], today: date) -> dict[str, list[Row]]:
    """Sessions of today, those to come, and those that were, latest first."""
    on = [(day_of(session["starts_at"]), session) for session in sessions]
    return {
        "now": [session for day, session in on if day == today],
        "soon": [session for day, session in on if day > today],
        "lately": [session for day, session in reversed(on) if day < today],
    }
