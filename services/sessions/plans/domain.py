"""What a plan has of each module, and when it may be declared complete and reopened. Pure."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date, timedelta
from uuid import UUID

from chassis.runtime.rejections import Kind, RejectedError, Rejection
from chassis.web.texts import N_


@dataclass(frozen=True, slots=True)
class ModulePlan:
    """The required sessions that a module asks for, in all its editions, and those that are planned of it.

    `module_id` is the newest edition's.
    """

    module_id: UUID
    title: str
    asked: int
    planned: int

    @property
    def missing(self) -> int:
        return max(0, self.asked - self.planned)


@dataclass(frozen=True, slots=True)
class ProposedSession:
    """A session that a plan lacks, on the day on which it would be in a course of one session a week."""

    module_id: UUID
    title: str
    day: date


def proposed_course(modules: Iterable[ModulePlan], first_day: date) -> list[ProposedSession]:
    """The sessions that the plan lacks, module by module in the order of their publication, a week apart."""
    lacking = [module for module in sorted(modules, key=lambda one: one.module_id) for _ in range(module.missing)]
    return [
        ProposedSession(module.module_id, module.title, first_day + timedelta(weeks=number))
        for number, module in enumerate(lacking)
    ]


def count_missing(modules: Iterable[ModulePlan]) -> int:
    """The required sessions that the modules ask for and nobody planned."""
    return sum(module.missing for module in modules)


def check_declaration(required_sessions: int, missing: int, *, accept_missing: bool) -> None:
    """Raises `RejectedError` for a plan without a required session, and for one that lacks some without saying so."""
    if not required_sessions:
        raise RejectedError(_EMPTY)
    if missing and not accept_missing:
        raise RejectedError(replace(_MISSING, values={"missing": missing}))


def check_reopening(completed: int) -> None:
    """Raises `RejectedError` once somebody completed by the plan."""
    if completed:
        raise RejectedError(replace(_COMPLETED, values={"completed": completed}))


_EMPTY = Rejection(
    "plan_empty",
    N_("No required session is planned, so there is nothing to complete."),
    Kind.CONFLICT,
    remedy=N_("Plan the sessions that completion asks for first."),
)
_MISSING = Rejection(
    "sessions_missing",
    N_("The modules ask for more required sessions than are planned; missing: %(missing)s."),
    Kind.CONFLICT,
    "accept_missing",
    N_("Plan them, or say that the plan is complete without them."),
)
_COMPLETED = Rejection(
    "plan_relied_on",
    N_("The plan is not opened again: people completed by it (%(completed)s)."),
    Kind.CONFLICT,
    remedy=N_("Plan what is missing: it joins the plan, and who completed keeps it."),
)
