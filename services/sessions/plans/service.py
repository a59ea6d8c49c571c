"""Plans: read with what each module still lacks, declared complete, reopened, and announced."""

from dataclasses import dataclass, replace
from datetime import datetime
from uuid import UUID

from chassis.messaging import outbox
from chassis.runtime.rejections import RejectedError
from chassis.store.database import Connection, Pool
from chassis.store.identifiers import new_id
from chassis.store.queries import queries
from chassis.store.unit_of_work import UnitOfWork
from chassis.web.tables import Column, Table
from chassis.web.texts import N_
from contracts.sessions import PlanDeclaredComplete, PlanReopened
from services.sessions.calendar import service as calendar
from services.sessions.completion import service as completion
from services.sessions.plans.commands import DeclareComplete, PlanCourse
from services.sessions.plans.domain import ModulePlan, check_declaration, check_reopening, count_missing
from services.sessions.replicas.service import Cohort

sql = queries(__package__)

MODULES = Table(
    "modules",
    N_("Required sessions of each module"),
    key="title",
    order="title",
    columns=(
        Column("title", N_("Module")),
        Column("asked", N_("Asked for"), "number"),
        Column("planned", N_("On the calendar"), "number"),
        Column("missing", N_("Missing"), "number", read=lambda module: module.missing),
    ),
)

DECLARATIONS = Table(
    "declarations",
    N_("What was declared"),
    key="number",
    order="-declared_at",
    columns=(
        Column("declared_at", N_("When"), "instant"),
        Column(
            "complete",
            N_("The plan"),
            labels={True: N_("Complete"), False: N_("Still open")},
            badges={True: "good", False: "waiting"},
        ),
        Column("required_sessions", N_("Required sessions"), "number"),
        Column("missing", N_("Missing"), "number"),
        Column("declared_by", N_("By"), drawn=True),
    ),
)


@dataclass(frozen=True, slots=True)
class Declaration:
    """That the plan is complete, or open again, with what it had and lacked then."""

    number: int
    plan_id: UUID
    complete: bool
    required_sessions: int
    missing: int
    declared_by: str
    declared_at: datetime


@dataclass(frozen=True, slots=True)
class Plan:
    """A cohort's plan. `required_sessions` are planned and not cancelled; `completed` counts people."""

    cohort_id: UUID
    complete: bool
    required_sessions: int
    missing: int
    completed: int
    modules: list[ModulePlan]
    declarations: list[Declaration]


async def plan_of_cohort(connection: Connection | Pool, cohort_id: UUID) -> Plan:
    """The plan as it stands, with its declarations, newest first."""
    modules = await sql.modules_of_plan.all(connection, ModulePlan, cohort_id=cohort_id)
    declarations = await sql.declarations.all(connection, Declaration, cohort_id=cohort_id)
    return Plan(
        cohort_id=cohort_id,
        complete=any(declaration.complete for declaration in declarations[:1]),
        required_sessions=await completion.count_planned(connection, cohort_id),
        missing=count_missing(modules),
        completed=await sql.count_completed.value(connection, cohort_id=cohort_id),
        modules=modules,
        declarations=declarations,
    )


async def declare_complete(unit: UnitOfWork, command: DeclareComplete, cohort: Cohort) -> Plan:
    """Declares the plan complete: who attended enough of it completes now. Idempotent.

    Raises `RejectedError` where sessions are missing. The caller holds the cohort's lock.
    """
    plan = await plan_of_cohort(unit.connection, cohort.cohort_id)
    if not plan.complete:
        check_declaration(plan.required_sessions, plan.missing, accept_missing=command.accept_missing)
        await _declare(unit, plan, cohort, PlanDeclaredComplete)
        await completion.reevaluate(unit.connection, cohort.cohort_id)
    return await plan_of_cohort(unit.connection, cohort.cohort_id)


async def plan_course(unit: UnitOfWork, command: PlanCourse, cohort: Cohort) -> Plan:
    """Plans the sessions of a course that have a day. Idempotent for the same content.

    Raises `RejectedError` for a day outside of the cohort's, and then plans none. The caller holds the locks of the
    cohort and of the sessions.
    """
    for field, session in command.scheduling(cohort.cohort_id).items():
        try:
            await calendar.schedule(unit, session, cohort)
        except RejectedError as error:
            raise RejectedError(replace(error.rejection, field=field)) from None
    return await plan_of_cohort(unit.connection, cohort.cohort_id)


async def reopen(unit: UnitOfWork, cohort: Cohort) -> Plan:
    """Takes the declaration back, so that nobody completes before the next. Idempotent.

    Raises `RejectedError` once somebody completed. The caller holds the cohort's lock.
    """
    plan = await plan_of_cohort(unit.connection, cohort.cohort_id)
    if plan.complete:
        check_reopening(plan.completed)
        await _declare(unit, plan, cohort, PlanReopened)
    return await plan_of_cohort(unit.connection, cohort.cohort_id)


async def _declare(
    unit: UnitOfWork, plan: Plan, cohort: Cohort, event: type[PlanDeclaredComplete] | type[PlanReopened]
) -> None:
    declared = event(
        occurred_at=unit.now,
        plan_id=plan.declarations[0].plan_id if plan.declarations else new_id(),
        programme_id=cohort.programme_id,
        cohort_id=cohort.cohort_id,
        complete=event is PlanDeclaredComplete,
        required_sessions=plan.required_sessions,
    )
    stored = declared.model_dump(include={"plan_id", "cohort_id", "complete", "required_sessions"})
    await sql.add_declaration.execute(
        unit.connection, **stored, missing=plan.missing, declared_by=unit.author, declared_at=unit.now
    )
    await outbox.add(unit.connection, declared)
    await outbox.raise_versions(unit.connection, [cohort.cohort_id])
