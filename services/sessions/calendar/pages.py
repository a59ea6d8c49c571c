"""The first page of each role, and the coordinator's calendar of a cohort."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from functools import partial
from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Depends, Request, Response
from pydantic import Field

from chassis.store.identifiers import new_id
from chassis.web.access import SignedIn
from chassis.web.auth.principal import Principal
from chassis.web.commands import Write, entity_tag
from chassis.web.forms import VERSION_FIELD, Form, Values, choices
from chassis.web.locale import current
from chassis.web.pages import render
from chassis.web.pagination import render_list
from chassis.web.reads import Read
from chassis.web.tables import Table
from chassis.web.texts import _
from chassis.web.views import View, view_of
from contracts.days import day_of
from contracts.event import DayOfInstants
from contracts.labels import SESSION_KINDS
from contracts.sessions import SessionKind
from contracts.territory import districts
from services.sessions.attendance import service as attendance
from services.sessions.attendance.domain import short_codes
from services.sessions.calendar import service
from services.sessions.calendar.commands import RescheduleSession, ScheduleSession
from services.sessions.calendar.domain import Session
from services.sessions.calendar.service import COHORTS, SESSIONS, SESSIONS_WITH_ACTIONS, FacilitatorSession
from services.sessions.completion import service as completion
from services.sessions.fields import District, Hours, Line, districts_near
from services.sessions.replicas import service as replicas
from services.sessions.replicas.service import Cohort
from services.sessions.resources import Res
from services.sessions.visibility import VisibleCohort, VisibleSession, sees_all

router = APIRouter(include_in_schema=False)

RECENT_DAYS = 30
COMING_DAYS = 60


class DayForm(Hours):
    """The page's form for the time and place of a session."""

    day: DayOfInstants
    place: Line

    @property
    def starts_at(self) -> datetime:
        return datetime.combine(self.day, self.starts, current().zone)

    @property
    def ends_at(self) -> datetime:
        return datetime.combine(self.day, self.ends, current().zone)

    def rescheduling(self) -> RescheduleSession:
        """The command for a session that exists."""
        return RescheduleSession(starts_at=self.starts_at, ends_at=self.ends_at, place=self.place)


class SessionForm(DayForm):
    """The page's form for a new session."""

    session_id: UUID = Field(default_factory=new_id)
    kind: SessionKind
    title: Line
    module_id: UUID | None = None
    district: District
    required: bool = False

    def scheduling(self, cohort_id: UUID) -> ScheduleSession:
        """The command for a new session of this cohort."""
        fields = self.model_dump(exclude={"day", "starts", "ends"})
        return ScheduleSession(**fields, cohort_id=cohort_id, starts_at=self.starts_at, ends_at=self.ends_at)


def _sessions_for(reader: SignedIn) -> Table:
    """The columns of a cohort's sessions. Only a coordinator has a button in each row."""
    return SESSIONS_WITH_ACTIONS if "coordinator" in reader.roles else SESSIONS


@router.get("/")
async def home(
    request: Request, res: Res, reader: SignedIn, view: Annotated[View, Depends(view_of(COHORTS, exports=True))]
) -> Response:
    return await (_cohorts(request, res, view) if sees_all(reader) else _my_sessions(request, res, reader))


@router.get("/cohorts/{cohort_id}")
async def show_calendar(
    request: Request,
    cohort: VisibleCohort,
    res: Res,
    read: Read,
    view: Annotated[View, Depends(view_of(SESSIONS_WITH_ACTIONS, exports=True, chosen_by=_sessions_for))],
) -> Response:
    page = await service.list_sessions(res.pool, view, cohort.cohort_id)
    if view.format:
        return await render_list(request, "calendar/cohort.html", page)
    progress = await completion.progress_of_cohort(read, res.pool, cohort.cohort_id)
    return await render_list(
        request,
        "calendar/cohort.html",
        page,
        cohort=cohort,
        progress=progress,
        codes=short_codes({one.enrollment_id for one in progress.rows}),
        planned=await completion.count_planned(res.pool, cohort.cohort_id),
        plan_complete=await completion.is_plan_complete(res.pool, cohort.cohort_id),
        rule=await completion.newest_rule(res.pool, cohort.programme_id),
        districts=districts(),
    )


@router.get("/cohorts/{cohort_id}/schedule")
async def new_session(request: Request, cohort: VisibleCohort, res: Res) -> Response:
    return await _session_form(request, res, cohort, Form({"required": "yes", "kind": SessionKind.TRAINING}))


@router.post("/cohorts/{cohort_id}/schedule")
async def schedule(cohort: VisibleCohort, res: Res, write: Write) -> Response:
    joins = await completion.is_plan_complete(res.pool, cohort.cohort_id)
    return await write.submit(
        SessionForm,
        lambda unit, form: service.schedule(unit, form.scheduling(cohort.cohort_id), cohort),
        locks=lambda form: [cohort.cohort_id, form.session_id],
        form=partial(_session_form, write.request, res, cohort),
        done=lambda session: (f"/cohorts/{session.cohort_id}", _planned(session, joins)),
    )


@router.get("/calendar/{session_id}")
async def edit_session(request: Request, session: VisibleSession, res: Res) -> Response:
    return await _session_page(request, res, session, Form())


@router.post("/calendar/{session_id}")
async def reschedule(session: VisibleSession, res: Res, write: Write) -> Response:
    return await write.submit(
        DayForm,
        lambda unit, form: service.reschedule(unit, form.rescheduling(), session.session_id),
        locks=lambda form: [session.cohort_id],
        form=partial(_session_page, write.request, res, session),
        done=lambda moved: (f"/cohorts/{moved.cohort_id}", _("The session was moved.")),
    )


@router.post("/calendar/{session_id}/cancel")
async def cancel(session: VisibleSession, res: Res, write: Write) -> Response:
    return await write.press(
        service.cancel,
        session.session_id,
        locks=[session.cohort_id],
        form=partial(_session_page, write.request, res, session),
        done=lambda cancelled: (f"/cohorts/{cancelled.cohort_id}", _("The session was cancelled.")),
    )


def _planned(session: Session, joins: bool) -> str:
    """The notice for a new session. `joins`: the plan was declared complete before."""
    if session.required and joins:
        return _("The session is planned and joins the plan. Who completed keeps it; the others need this session too.")
    return _("The session is planned.")


async def _cohorts(request: Request, res: Res, view: View) -> Response:
    return await render_list(
        request,
        "calendar/cohorts.html",
        await service.list_cohorts(res.pool, view),
        conflicts=await attendance.count_conflicts(res.pool),
        programmes=await replicas.programmes(res.pool),
    )


async def _my_sessions(request: Request, res: Res, facilitator: Principal) -> Response:
    today = day_of(datetime.now(UTC))
    first, last = today - timedelta(days=RECENT_DAYS), today + timedelta(days=COMING_DAYS)
    sessions = await service.sessions_of_facilitator(res.pool, facilitator.subject, first, last)
    return render(
        request,
        "calendar/my_sessions.html",
        days=_by_day(sessions, today),
        cohorts=await replicas.cohorts_of_facilitator(res.pool, facilitator.subject),
        districts=districts(),
    )


def _by_day(sessions: list[FacilitatorSession], today: date) -> dict[str, list[FacilitatorSession]]:
    """Sessions of today, those to come, and recent ones, latest first."""
    return {
        "today": [session for session in sessions if day_of(session.starts_at) == today],
        "coming": [session for session in sessions if day_of(session.starts_at) > today],
        "recent": [session for session in reversed(sessions) if day_of(session.starts_at) < today],
    }


async def _session_form(request: Request, res: Res, cohort: Cohort, form: Form[SessionForm]) -> Response:
    modules = await replicas.modules_of_programme(res.pool, cohort.programme_id)
    return render(
        request,
        "calendar/schedule.html",
        form.status,
        form=form.showing("starts_at", at="day"),
        cohort=cohort,
        plan_complete=await completion.is_plan_complete(res.pool, cohort.cohort_id),
        kind_choices=choices(SESSION_KINDS),
        module_choices=[(module.module_id, module.title) for module in modules],
        district_choices=districts_near(cohort.province),
    )


async def _session_page(request: Request, res: Res, known: Session, form: Form[Any]) -> Response:
    version = await entity_tag(res.pool, known.session_id)  # before what it is the version of
    session = await service.get_session(res.pool, known.session_id)
    filled = form if form.values else replace(form, values={**_hours_of(session), VERSION_FIELD: version})
    return render(
        request,
        "calendar/session.html",
        form.status,
        form=filled.showing("starts_at", at="day"),
        session=session,
        version=version,
        begun=day_of(session.starts_at) <= day_of(datetime.now(UTC)),
        unmarked=await attendance.count_unmarked(res.pool, session.session_id),
        districts=districts(),
    )


def _hours_of(session: Session) -> Values:
    starts, ends = session.starts_at.astimezone(current().zone), session.ends_at.astimezone(current().zone)
    return {"day": f"{starts:%Y-%m-%d}", "starts": f"{starts:%H:%M}", "ends": f"{ends:%H:%M}", "place": session.place}
