"""The coordinator's calendar of a cohort: schedule, move, cancel, hold."""

from datetime import UTC, date, datetime, time
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends, Request, Response
from pydantic import BaseModel, ValidationInfo, field_validator

from chassis.store.database import Row
from chassis.web.forms import Form, read_form
from chassis.web.idempotency import Idempotent
from chassis.web.pages import see_other
from chassis.web.problems import Problem
from chassis.web.texts import N_, _
from contracts.days import ZONE
from contracts.sessions import SessionCancelled, SessionKind, SessionRescheduled
from contracts.territory import districts
from services.sessions import calendar, completing, scheduling
from services.sessions.api.dependencies import Coordinator, Reader, Res, VisibleSession, admit, sql
from services.sessions.attendance import ATTENDED
from services.sessions.codes import short_codes
from services.sessions.commands import District, Line, ScheduleSession
from services.sessions.pages.words import KINDS, page

router = APIRouter(include_in_schema=False)


class Hours(BaseModel):
    """When, as people write it: a day, and two times of America/Lima."""

    day: date
    starts: time
    ends: time
    place: Line

    @field_validator("ends")
    @classmethod
    def _forwards(cls, ends: time, info: ValidationInfo) -> time:
        if "starts" in info.data and ends <= info.data["starts"]:
            raise ValueError(N_("The end must be after the start."))
        return ends

    def instants(self) -> tuple[datetime, datetime]:
        """The start and the end."""
        return datetime.combine(self.day, self.starts, ZONE), datetime.combine(self.day, self.ends, ZONE)


class PlanSession(Hours):
    """The page's form for a new session."""

    kind: SessionKind
    title: Line
    module_id: UUID | None = None
    district: District
    required: bool = False

    def command(self, cohort_id: UUID) -> ScheduleSession:
        """What is asked of the calendar."""
        starts_at, ends_at = self.instants()
        return ScheduleSession(
            cohort_id=cohort_id,
            kind=self.kind,
            title=self.title,
            module_id=self.module_id,
            district=self.district,
            place=self.place,
            starts_at=starts_at,
            ends_at=ends_at,
            required=self.required,
        )


async def visible_cohort(res: Res, reader: Reader, cohort_id: UUID) -> Row:
    """The cohort at this address, if this person may see it."""
    await admit(res, reader, cohort_id)
    row = await res.pool.fetchrow(sql.cohort.text, cohort_id)
    if row is None:
        raise Problem(404, "cohort_not_found", _("There is no such cohort."))
    return row


VisibleCohort = Annotated[Row, Depends(visible_cohort)]


@router.get("/cohorts/{cohort_id}")
async def show_calendar(request: Request, cohort: VisibleCohort, res: Res) -> Response:
    cohort_id = cohort["cohort_id"]
    sessions = await res.pool.fetch(sql.calendar_of_cohort.text, cohort_id, ATTENDED)
    progress = await res.pool.fetch(sql.progress_of_cohort.text, cohort_id, ATTENDED)
    planned = len(await res.pool.fetch(sql.required_sessions.text, cohort_id))
    rule = await completing.newest_rule(res.pool, cohort["programme_id"])
    codes = short_codes({row["enrollment_id"] for row in progress})
    context = {"sessions": sessions, "progress": progress, "planned": planned, "rule": rule, "codes": codes}
    return page(request, "calendar.html", cohort=cohort, status=200, **context)


@router.get("/cohorts/{cohort_id}/schedule")
async def plan_session(request: Request, cohort: VisibleCohort, res: Res, coordinator: Coordinator) -> Response:
    return await _planning(request, res, cohort, Form({"required": "yes", "kind": SessionKind.TRAINING}))


@router.post("/cohorts/{cohort_id}/schedule")
async def schedule(
    request: Request, cohort: VisibleCohort, res: Res, once: Idempotent, coordinator: Coordinator
) -> Response:
    form = await read_form(request, PlanSession)
    if form.command is None:
        return await _planning(request, res, cohort, form)
    command = form.command.command(cohort["cohort_id"])
    async with once.transaction(res.pool, command.cohort_id, command.session_id) as connection:
        await scheduling.schedule(connection, command, cohort["programme_id"], datetime.now(UTC))
        answer = see_other(request, f"/cohorts/{command.cohort_id}", _("The session is planned."))
        return await once.keep(connection, answer)


@router.get("/calendar/{session_id}")
async def edit_session(request: Request, session: VisibleSession, coordinator: Coordinator) -> Response:
    starts, ends = session.starts_at.astimezone(ZONE), session.ends_at.astimezone(ZONE)
    values = {"day": starts.date(), "starts": f"{starts:%H:%M}", "ends": f"{ends:%H:%M}", "place": session.place}
    return page(request, "session.html", session=session, values=values, errors={})


@router.post("/calendar/{session_id}/reschedule")
async def reschedule(
    request: Request, session: VisibleSession, res: Res, once: Idempotent, coordinator: Coordinator
) -> Response:
    form = await read_form(request, Hours)
    if form.command is None:
        return page(request, "session.html", 422, session=session, values=form.values, errors=form.errors)
    decide = calendar.rescheduled(*form.command.instants(), form.command.place)
    async with once.transaction(res.pool, session.cohort_id) as connection:
        await scheduling.change(connection, session, decide, SessionRescheduled, datetime.now(UTC))
        answer = see_other(request, f"/cohorts/{session.cohort_id}", _("The session was moved."))
        return await once.keep(connection, answer)


@router.post("/calendar/{session_id}/cancel")
async def cancel(
    request: Request, session: VisibleSession, res: Res, once: Idempotent, coordinator: Coordinator
) -> Response:
    async with once.transaction(res.pool, session.cohort_id) as connection:
        await scheduling.change(connection, session, calendar.cancelled, SessionCancelled, datetime.now(UTC))
        answer = see_other(request, f"/cohorts/{session.cohort_id}", _("The session was cancelled."))
        return await once.keep(connection, answer)


async def _planning(request: Request, res: Res, cohort: Row, form: Form[PlanSession]) -> Response:
    modules = await res.pool.fetch(sql.modules_of_programme.text, cohort["programme_id"])
    context = {
        "cohort": cohort,
        "kind_choices": [(kind, _(label)) for kind, label in KINDS.items()],
        "module_choices": [(row["module_id"], row["title"]) for row in modules],
        "district_choices": _districts_near(cohort["province"]),
    }
    return page(request, "plan.html", form.status, values=form.values, errors=form.errors, **context)


def _districts_near(province: str) -> list[tuple[str, str]]:
    """All districts, those of the cohort's province first; their INEI codes are the values."""
    ordered = sorted(districts().values(), key=lambda one: (one.province_code != province, one.province, one.name))
    return [(one.inei, one.full_name) for one in ordered]
