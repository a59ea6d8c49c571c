"""`minka deadletters`: records that could not be handled. Their values are never shown."""

from collections.abc import Awaitable, Callable, Iterator, Sequence
from contextlib import AbstractAsyncContextManager
from dataclasses import asdict
from typing import Annotated, Any, TypeVar

import typer

from chassis.messaging.dead_letters import admin
from chassis.messaging.dead_letters.admin import HIGHEST, DiscardReason, NotOpen, QueuesBehind
from chassis.store.database import Connection, Pool
from chassis.web.texts import N_, _, ngettext
from deploy.operator.errors import OperatorError
from deploy.operator.output import AsJson, show_answer, show_json, show_list, show_table
from deploy.operator.service_databases import (
    ServiceName,
    for_each_service,
    known_service,
    run_with_databases,
    service_change,
    service_pool,
)

application = typer.Typer(
    no_args_is_help=True, help=N_("Records that could not be handled: list, show, redrive, discard.")
)

T = TypeVar("T")

Everything = Annotated[bool, typer.Option("--all", help=N_("Redriven and discarded ones too."))]
Number = Annotated[int, typer.Argument(help=N_("The dead letter's id."), min=1, max=HIGHEST)]
NumberOrAll = Annotated[
    int | None, typer.Argument(help=N_("The dead letter's id; without one, all that wait."), min=1, max=HIGHEST)
]
WholeKey = Annotated[bool, typer.Option("--key", help=N_("All dead letters of the same key, in order."))]

COLUMNS = (N_("service"), N_("id"), N_("state"), N_("behind"), N_("where"), N_("error"), N_("attempts"))


@application.command("list")
def list_dead_letters(everything: Everything = False, as_json: AsJson = False) -> None:
    """Show the dead letters that wait, service by service."""
    dead_letters = run_with_databases(_dead_letters(everything))
    show_list(dead_letters, COLUMNS, _row, _("No dead letters."), as_json)


@application.command()
def show(service: ServiceName, number: Number, as_json: AsJson = False) -> None:
    """Show everything about one dead letter except its value and personal data."""
    dead_letter = run_with_databases(_dead_letter(known_service(service), number))
    if dead_letter is None:
        raise OperatorError(
            _(
                "%(service)s has no dead letter %(number)d; see `minka deadletters list --all`.",
                service=service,
                number=number,
            )
        )
    if as_json:
        show_json(dead_letter)
    else:
        show_table(("", ""), _lines(dead_letter))


@application.command()
def redrive(
    service: ServiceName, number: NumberOrAll = None, whole_key: WholeKey = False, as_json: AsJson = False
) -> None:
    """Ask the service's worker to handle again one dead letter, those of its key, or all, in order."""
    if whole_key and number is None:
        raise OperatorError(_("--key needs a dead letter of that key; see `minka deadletters list`."))
    change = service_change(service, "deadletters redrive", number)
    asked = _decide(service, change, lambda connection: admin.request_redrive(connection, number, whole_key=whole_key))
    show_answer({"service": service, "asked": asked}, _redrive_requested(service, len(asked)), as_json)


@application.command()
def discard(
    service: ServiceName,
    number: Number,
    reason: Annotated[DiscardReason, typer.Option(help=N_("Why it is not needed; stored with it."))],
    as_json: AsJson = False,
) -> None:
    """Discard one dead letter, for a reason. Those queued behind it wait until they are redriven."""
    change = service_change(service, "deadletters discard", number, reason)
    queue = _decide(service, change, lambda connection: admin.discard(connection, number, reason))
    answer = {"service": service, "discarded": number, "reason": reason, "queue": queue}
    show_answer(answer, _discarded(service, number, queue), as_json)


def _row(dead_letter: dict[str, Any]) -> list[str]:
    where = f"{dead_letter['topic']}-{dead_letter['partition']}@{dead_letter['offset']}"
    cells = {**dead_letter, "behind": dead_letter["queues_behind"], "where": where}
    return [_cell(cells[column]) for column in COLUMNS]


def _redrive_requested(service: str, number: int) -> str:
    if not number:
        return _("No dead letter of %(service)s waits.", service=service)
    requested = ngettext(
        "%(num)d dead letter of %(service)s will be handled again.",
        "%(num)d dead letters of %(service)s will be handled again.",
        number,
        service=service,
    )
    failing = _("What fails again stays in `minka deadletters list`.")
    return f"{requested} {failing}"


def _discarded(service: str, number: int, queue: Sequence[int]) -> str:
    message = _("Dead letter %(number)d of %(service)s is discarded.", number=number, service=service)
    if not queue:
        return message
    behind = _(
        "%(waiting)d of its key still wait, and later records of this key queue behind them; "
        "`minka deadletters redrive %(service)s %(first)d --key` handles them in order.",
        waiting=len(queue),
        service=service,
        first=queue[0],
    )
    return f"{message} {behind}"


def _lines(dead_letter: dict[str, Any]) -> Iterator[tuple[str, str]]:
    for name, value in dead_letter.items():
        if isinstance(value, dict):
            yield from value.items()
        else:
            yield name, _cell(value)


def _cell(value: object) -> str:
    if isinstance(value, list):
        return ", ".join(map(str, value))
    return "" if value is None else str(value)


async def _dead_letters(everything: bool) -> list[dict[str, Any]]:
    async def of(service: str, pool: Pool) -> list[dict[str, Any]]:
        return [
            {"service": service, **asdict(dead_letter)} for dead_letter in await admin.dead_letters(pool, everything)
        ]

    return [dead_letter for found in (await for_each_service(of)).values() for dead_letter in found]


async def _dead_letter(service: str, number: int) -> dict[str, Any] | None:
    async with service_pool(service) as pool:
        found = await admin.dead_letter(pool, number)
    return None if found is None else {"service": service, **asdict(found)}


def _decide(
    service: str, change: AbstractAsyncContextManager[Connection], decide: Callable[[Connection], Awaitable[T]]
) -> T:
    """Runs a decision about dead letters in the transaction of the change, and returns its result."""

    async def decided() -> T:
        async with change as connection:
            return await decide(connection)

    try:
        return run_with_databases(decided())
    except NotOpen as error:
        raise OperatorError(
            _(
                "%(service)s has no waiting dead letter %(number)s; see `minka deadletters list`.",
                service=service,
                number=error.number,
            )
        ) from None
    except QueuesBehind as error:
        raise OperatorError(
            _(
                "It queues behind dead letter %(first)d of its key, which comes first: "
                "`minka deadletters redrive %(service)s %(first)d --key` handles the key's dead letters in order.",
                service=service,
                first=error.first,
            )
        ) from None
