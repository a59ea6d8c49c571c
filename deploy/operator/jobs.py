"""`minka jobs`: work that was given up after its last attempt. Its payload is never shown."""

from dataclasses import asdict
from typing import Annotated, Any
from uuid import UUID

import typer

from chassis.runtime import failed_jobs
from chassis.runtime.failed_jobs import NotFailed
from chassis.store.database import Pool
from chassis.web.texts import N_, _, ngettext
from deploy.operator.errors import OperatorError
from deploy.operator.output import AsJson, show_answer, show_list
from deploy.operator.service_databases import (
    ServiceName,
    for_each_service,
    run_with_databases,
    service_change,
)

application = typer.Typer(no_args_is_help=True, help=N_("Work that was given up: list, retry."))

JobOrAll = Annotated[UUID | None, typer.Argument(help=N_("The job's id; without one, all that failed."))]

COLUMNS = (N_("service"), N_("id"), N_("kind"), N_("error"), N_("attempts"), N_("deaths"), N_("failed"))


@application.command("list")
def list_failed_jobs(as_json: AsJson = False) -> None:
    """Show the jobs that failed on their last attempt, service by service."""
    found = run_with_databases(_failed_jobs())
    show_list(found, COLUMNS, _row, _("No failed jobs."), as_json)


@application.command()
def retry(service: ServiceName, job: JobOrAll = None, as_json: AsJson = False) -> None:
    """Let the service's worker try again one failed job, or all, with as many attempts as a new one."""
    try:
        retried = run_with_databases(_retried(service, job))
    except NotFailed:
        message = _("%(service)s has no such failed job; see `minka jobs list`.", service=service)
        raise OperatorError(message) from None
    show_answer({"service": service, "retried": retried}, _answer(service, len(retried)), as_json)


def _row(job: dict[str, Any]) -> list[object]:
    return [job[name] for name in ("service", "id", "kind", "error", "attempts", "deaths")] + [
        f"{job['settled_at']:%Y-%m-%d %H:%M %Z}"
    ]


def _answer(service: str, number: int) -> str:
    if not number:
        return _("No failed job of %(service)s can be tried again.", service=service)
    retried = ngettext(
        "%(num)d job of %(service)s is tried again.",
        "%(num)d jobs of %(service)s are tried again.",
        number,
        service=service,
    )
    failing = _("What fails again comes back to `minka jobs list`.")
    return f"{retried} {failing}"


async def _failed_jobs() -> list[dict[str, Any]]:
    async def of(service: str, pool: Pool) -> list[dict[str, Any]]:
        return [{"service": service, **asdict(job)} for job in await failed_jobs.failed_jobs(pool)]

    return [job for found in (await for_each_service(of)).values() for job in found]


async def _retried(service: str, job: UUID | None) -> list[UUID]:
    async with service_change(service, "jobs retry", job) as connection:
        return await failed_jobs.retry(connection, job)
