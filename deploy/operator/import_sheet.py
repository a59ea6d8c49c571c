"""`minka import`: sends an enrollment sheet as a coordinator and waits until every row has its outcome."""

import time
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any, NoReturn
from uuid import UUID

import httpx
import typer
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn

from deploy.operator.errors import OperatorError
from deploy.operator.output import AsJson, show_json, show_table

POLL_SECONDS = 0.3
ENDED = ("done", "failed")
COUNTS = {
    "accepted": "accepted",
    "accepted_new_people": "  of them new people",
    "already_enrolled": "already enrolled",
    "waitlisted": "on the waiting list",
    "review": "to be reviewed",
    "refused": "refused",
}

File = Annotated[Path, typer.Argument(help="A CSV or XLSX sheet.", exists=True, dir_okay=False, readable=True)]
Cohort = Annotated[str, typer.Option(help="The cohort's name or id, if the sheet does not say it.")]
Scheme = Annotated[str, typer.Option(help="inei or reniec, if the sheet has codes and does not say whose.")]
Url = Annotated[str, typer.Option(help="Minka's address; the trial's own in the trial.", envvar="MINKA_PUBLIC_URL")]
Token = Annotated[str, typer.Option(help="A coordinator's token; in the trial one is fetched.", envvar="MINKA_TOKEN")]


def import_sheet(
    file: File,
    cohort: Cohort = "",
    ubigeo_scheme: Scheme = "",
    url: Url = "",
    token: Token = "",
    as_json: AsJson = False,
) -> None:
    """Import an enrollment sheet, each row on its own. Sending the same file again is idempotent."""
    if not (url and token):
        raise OperatorError("Give Minka's address and a coordinator's token: --url and --token, or MINKA_TOKEN.")
    try:
        with httpx.Client(base_url=url, headers={"Authorization": f"Bearer {token}"}, timeout=120) as http:
            ended = _follow(http, _send(http, file, cohort, ubigeo_scheme), quiet=as_json)
    except httpx.ConnectError:
        raise OperatorError(f"Nothing answers at {url}; is Minka running?") from None
    except httpx.HTTPError as error:
        raise OperatorError(f"{url} stopped answering ({type(error).__name__}); send the file again.") from None
    _show(ended, url, as_json)
    if ended["state"] == "failed":
        raise typer.Exit(1)


@dataclass(frozen=True, slots=True)
class _SentSheet:
    """An accepted upload: the path of its import, and the file's name."""

    address: str
    name: str


def _send(http: httpx.Client, file: Path, cohort: str, scheme: str) -> _SentSheet:
    fields = {"cohort_id": _cohort_id(http, cohort) if cohort else "", "ubigeo_scheme": scheme}
    filled = {name: value for name, value in fields.items() if value}
    answer = http.post("/enrollment/api/imports", data=filled, files={"file": (file.name, file.read_bytes())})
    return _SentSheet(_body(answer)["links"]["self"], file.name)


def _cohort_id(http: httpx.Client, cohort: str) -> str:
    """The id as typed, or the id of the only cohort with this name."""
    try:
        return str(UUID(cohort))
    except ValueError:
        known = _body(http.get("/enrollment/api/cohorts"))["cohorts"]
    found = [one["cohort_id"] for one in known if one["name"].casefold() == cohort.casefold()]
    if len(found) != 1:
        raise OperatorError(f"There {'are several cohorts' if found else 'is no cohort'} named {cohort}; give its id.")
    return str(found[0])


def _follow(http: httpx.Client, sent: _SentSheet, *, quiet: bool) -> dict[str, Any]:
    """Polls the import until it has ended, showing a progress bar."""
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn())
    found: dict[str, Any]
    with Progress(*columns, console=Console(stderr=True), disable=quiet) as progress:
        bar = progress.add_task(sent.name, total=None)
        while (found := _body(http.get(sent.address)))["state"] not in ENDED:
            progress.update(bar, completed=found["done"], total=found["rows"])
            time.sleep(POLL_SECONDS)
        progress.update(bar, completed=found["done"], total=found["rows"] or 0)
    return found


def _show(ended: dict[str, Any], address: str, as_json: bool) -> None:
    if as_json:
        return show_json(ended)
    if failure := ended["failure"]:
        typer.echo(f"{failure['detail']} {failure['remedy']}", err=True)
        return None
    show_table(("rows", str(ended["rows"])), [(label, ended[name]) for name, label in COUNTS.items()])
    if ended["refused"] or ended["review"]:
        typer.echo(f"Rows to correct: {address}/enrollment/imports/{ended['import_id']}")
    return None


def _body(answer: httpx.Response) -> Any:
    """The answer's JSON. Raises `OperatorError` with the problem's sentence when it is no success."""
    return answer.json() if answer.is_success else _raise_problem(answer)


def _raise_problem(answer: httpx.Response) -> NoReturn:
    try:
        problem = answer.json()
        message = " ".join(filter(None, (problem["detail"], problem.get("remedy"))))
    except (ValueError, KeyError):
        message = f"Minka answered {answer.status_code}."
    raise OperatorError(message)
