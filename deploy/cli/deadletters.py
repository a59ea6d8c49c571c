"""`minka deadletters`: records that could not be handled, and what becomes of them. Values are never shown."""

from collections.abc import Awaitable, Callable, Iterator, Sequence
from dataclasses import asdict
from typing import Annotated, Any, TypeVar

import typer

from chassis.messaging.dead_letters import admin
from chassis.messaging.dead_letters.admin import LONGEST_REASON, NotOpen, QueuesBehind
from chassis.store.database import Connection, Pool
from deploy.cli.output import AsJson, show_json, show_table
from deploy.cli.stores import checked, in_each, run, store
from deploy.local.troubles import Trouble

application = typer.Typer(no_args_is_help=True, help="Records that could not be handled: list, show, redrive, discard.")

T = TypeVar("T")

Everything = Annotated[bool, typer.Option("--all", help="Settled ones too.")]
ServiceName = Annotated[str, typer.Argument(help="enrollment, sessions, media or reporting.")]
Letter = Annotated[int, typer.Argument(help="The dead letter's id.")]
LetterOrAll = Annotated[int | None, typer.Argument(help="The dead letter's id; none means all that wait.")]
WholeKey = Annotated[bool, typer.Option("--key", help="All letters of the letter's key, in order.")]

LISTED = ("service", "id", "state", "behind", "where", "error", "attempts")


@application.command("list")
def list_letters(everything: Everything = False, as_json: AsJson = False) -> None:
    """Show what waits, service by service."""
    letters = run(_letters(everything))
    if as_json:
        show_json(letters)
    elif not letters:
        print("No dead letters.")
    else:
        show_table(LISTED, map(_row, letters))


@application.command()
def show(service: ServiceName, letter: Letter, as_json: AsJson = False) -> None:
    """Show all there is to know of one dead letter, without its value and without personal data."""
    found = run(_letter(checked(service), letter))
    if found is None:
        raise Trouble(f"{service} has no dead letter {letter}; see `minka deadletters list --all`.")
    if as_json:
        show_json(found)
    else:
        show_table(("", ""), _lines(found))


@application.command()
def redrive(
    service: ServiceName, letter: LetterOrAll = None, whole_key: WholeKey = False, as_json: AsJson = False
) -> None:
    """Ask the service's worker to handle again one dead letter, its key's letters, or all, in order."""
    if whole_key and letter is None:
        raise Trouble("--key needs a letter of that key; see `minka deadletters list`.")
    asked = _settle(service, lambda connection: admin.request_redrive(connection, letter, whole_key=whole_key))
    if as_json:
        show_json({"service": service, "asked": asked})
    else:
        print(_asked(service, len(asked)))


@application.command()
def discard(
    service: ServiceName,
    letter: Letter,
    reason: Annotated[str, typer.Option(help="Why it is not needed; kept with it. No personal data.")],
    as_json: AsJson = False,
) -> None:
    """Give up one dead letter, with a reason. What queues behind it goes on waiting until it is redriven."""
    if not 0 < len(reason := reason.strip()) <= LONGEST_REASON:
        raise Trouble(f"Say why it is not needed, in at most {LONGEST_REASON} letters.")
    queue = _settle(service, lambda connection: admin.discard(connection, letter, reason))
    if as_json:
        show_json({"service": service, "discarded": letter, "reason": reason, "queue": queue})
    else:
        print(_discarded(service, letter, queue))


def _row(letter: dict[str, Any]) -> list[str]:
    where = f"{letter['topic']}-{letter['partition']}@{letter['offset']}"
    told = (letter["service"], letter["id"], letter["state"], letter["queues_behind"], where, letter["error"])
    return [_cell(value) for value in (*told, letter["attempts"])]


def _asked(service: str, letters: int) -> str:
    if not letters:
        return f"No dead letter of {service} waits."
    many = "1 dead letter" if letters == 1 else f"{letters} dead letters"
    return f"{many} of {service} will be handled again; what fails again stays in `minka deadletters list`."


def _discarded(service: str, letter: int, queue: Sequence[int]) -> str:
    told = f"Dead letter {letter} of {service} is discarded."
    if not queue:
        return told
    return (
        f"{told} {len(queue)} of its key still wait, and what comes for this key queues behind them; "
        f"`minka deadletters redrive {service} {queue[0]} --key` handles them in order."
    )


def _lines(letter: dict[str, Any]) -> Iterator[tuple[str, str]]:
    for name, value in letter.items():
        if isinstance(value, dict):
            yield from value.items()
        else:
            yield name, _cell(value)


def _cell(value: object) -> str:
    if isinstance(value, list):
        return ", ".join(map(str, value))
    return "" if value is None else str(value)


async def _letters(everything: bool) -> list[dict[str, Any]]:
    async def of(service: str, pool: Pool) -> list[dict[str, Any]]:
        return [{"service": service, **asdict(letter)} for letter in await admin.dead_letters(pool, everything)]

    return [letter for letters in (await in_each(of)).values() for letter in letters]


async def _letter(service: str, letter: int) -> dict[str, Any] | None:
    async with store(service) as pool:
        found = await admin.dead_letter(pool, letter)
    return None if found is None else {"service": service, **asdict(found)}


def _settle(service: str, decide: Callable[[Connection], Awaitable[T]]) -> T:
    """What was decided about a letter, in one transaction."""

    async def settled() -> T:
        async with store(checked(service)) as pool, pool.acquire() as connection, connection.transaction():
            return await decide(connection)

    try:
        return run(settled())
    except NotOpen as error:
        raise Trouble(f"{service} has no waiting dead letter {error.number}; see `minka deadletters list`.") from None
    except QueuesBehind as error:
        raise Trouble(
            f"It queues behind letter {error.first} of its key, which comes first: "
            f"`minka deadletters redrive {service} {error.first} --key` handles the key's letters in order."
        ) from None
