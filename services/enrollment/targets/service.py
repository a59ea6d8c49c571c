"""Targets of indicators. A write works in the caller's transaction, under the target's lock."""

from dataclasses import asdict, dataclass
from datetime import date, datetime
from uuid import UUID

from chassis.messaging import outbox
from chassis.runtime.rejections import Kind, RejectedError, Rejection
from chassis.store.database import Connection, Pool, lock
from chassis.store.queries import queries
from chassis.store.unit_of_work import UnitOfWork
from chassis.web import formats
from chassis.web.inputs import already_created
from chassis.web.pagination import Page, fetch_page
from chassis.web.tables import Column, Table
from chassis.web.texts import N_, _
from chassis.web.views import View
from contracts import territory
from contracts.enrollment import TargetSet, TargetStatus
from contracts.labels import INDICATORS, TARGET_STATUSES
from services.enrollment.programmes.service import existing_programme
from services.enrollment.targets.baselines import Baseline, check_differences
from services.enrollment.targets.commands import SetTarget
from services.enrollment.targets.domain import (
    Scope,
    check_baseline,
    check_scope,
    group_of,
    is_public_and_withheld,
)
from services.enrollment.targets.labels import subgroup_label

sql = queries(__package__)


@dataclass(frozen=True, slots=True)
class Target:
    """A target as it is stored; None narrows nothing. `subgroup` is a dimension and its member."""

    target_id: UUID
    indicator: str
    programme_id: UUID | None
    first_month: str | None
    last_month: str | None
    province: str | None
    district: str | None
    subgroup: str | None
    value: int
    baseline: int | None
    baseline_source: str | None
    status: TargetStatus


@dataclass(frozen=True, slots=True)
class TargetOfProgramme(Target):
    """A target with its programme's code, if it has a programme."""

    programme: str | None


def period_name(target: Target) -> str:
    """Returns the months as people write them."""
    if target.first_month is None or target.last_month is None:
        return _("All the time")
    first, last = (formats.month(date.fromisoformat(f"{one}-01")) for one in (target.first_month, target.last_month))
    return _("%(first)s to %(last)s", first=first, last=last)


def place_name(target: Target) -> str:
    """Returns the name of the province or of the district."""
    if target.district is not None:
        return _("District of %(name)s", name=territory.districts()[target.district].full_name)
    if target.province is not None:
        return _("Province of %(name)s", name=territory.provinces()[target.province])
    return _("All of Cajamarca")


def programme_name(target: TargetOfProgramme) -> str:
    """Returns the code of the programme."""
    return target.programme or _("All programmes")


def subgroup_name(target: Target) -> str:
    """Returns the name of the group."""
    return subgroup_label(target.subgroup) or _("All groups")


TARGETS = Table(
    "targets",
    N_("Targets"),
    key="target_id",
    order="indicator",
    columns=(
        Column("indicator", N_("Indicator"), labels=INDICATORS, link="/targets/{row.target_id}", filtered=True),
        Column("programme", N_("Programme"), read=programme_name),
        Column("first_month", N_("Period"), read=period_name),
        Column("district", N_("Place"), read=place_name),
        Column("subgroup", N_("Group"), read=subgroup_name),
        Column("baseline", N_("Baseline"), "number"),
        Column("value", N_("Target"), "number"),
        Column("status", N_("State"), labels=TARGET_STATUSES, badges={TargetStatus.IN_FORCE: "good"}, filtered=True),
        Column("target_id", N_("Target"), "identifier", shown=False),
    ),
)


async def set_target(unit: UnitOfWork, command: SetTarget) -> UUID:
    """Sets the target and returns its id.

    Raises `RejectedError` if the indicator is not counted so, or if a target in force is about the same.
    """
    stored = await sql.target.first(unit.connection, TargetOfProgramme, target_id=command.target_id)
    if already_created(stored, command):
        return command.target_id
    target = Target(**command.model_dump(), status=TargetStatus.IN_FORCE)
    await check_target(unit.connection, target)
    if not await sql.add_target.value(unit.connection, **asdict(target), recorded_at=unit.now):
        raise RejectedError(TARGET_EXISTS)
    await outbox.add(unit.connection, announcement(target, unit.now))
    return command.target_id


async def check_target(connection: Connection, target: Target) -> None:
    """Raises `RejectedError` if the programme does not exist, if the indicator is not counted so, or if the baseline
    tells the number of few by subtraction."""
    if target.programme_id is not None:
        await existing_programme(connection, target.programme_id)
    scope = Scope(
        target.indicator, target.first_month, target.last_month, target.province, target.district, target.subgroup
    )
    check_scope(scope)
    check_baseline(target.baseline, target.baseline_source)
    if target.baseline is not None and target.status is TargetStatus.IN_FORCE and is_public_and_withheld(scope):
        await _check_differences(connection, target, target.baseline)


async def _check_differences(connection: Connection, target: Target, baseline: int) -> None:
    """Compares the baseline with those of other months, of which none is added meanwhile."""
    await lock(connection, f"baselines/{target.indicator}")
    values = {"target_id": target.target_id, "indicator": target.indicator, "programme_id": target.programme_id}
    others = await sql.baselines_of_other_months.all(connection, Baseline, **values)
    check_differences(Baseline(target.first_month, target.last_month, baseline), others)


def announcement(target: Target, set_at: datetime) -> TargetSet:
    """Returns what readers are told of the target, as of when it was set."""
    state = asdict(target)
    dimension, member = group_of(state.pop("subgroup"))
    return TargetSet(**state, dimension=dimension, member=member, occurred_at=set_at)


async def existing_target(connection: Connection | Pool, target_id: UUID) -> TargetOfProgramme:
    """Returns the target. Raises `RejectedError` if it does not exist."""
    target = await sql.target.first(connection, TargetOfProgramme, target_id=target_id)
    if target is None:
        raise RejectedError(_TARGET_UNKNOWN)
    return target


async def list_targets(connection: Connection | Pool, view: View) -> Page[TargetOfProgramme]:
    """Returns a page of the targets."""
    return await fetch_page(connection, sql.targets, view, TargetOfProgramme)


_TARGET_UNKNOWN = Rejection("target_unknown", N_("There is no such target."), Kind.MISSING, field="target_id")
TARGET_EXISTS = Rejection(
    "target_exists",
    N_("A target in force is about the same."),
    Kind.CONFLICT,
    field="indicator",
    remedy=N_("Correct that one."),
)
