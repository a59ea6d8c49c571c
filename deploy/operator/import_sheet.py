"""`minka import`: sends an enrollment sheet as a coordinator and waits until every row has its outcome."""

import errno
import json
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any, NoReturn
from uuid import UUID

import httpx
import typer
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn

from chassis.web import locale
from chassis.web.texts import N_, _, command
from deploy.operator.errors import OperatorError
from deploy.operator.import_preview import show_omissions, show_preview, told
from deploy.operator.output import AsJson, printable, show_json, show_table

POLL_SECONDS = 0.3
ENDED = ("previewed", "done", "failed", "undone")
COUNTS = {
    "accepted": N_("accepted"),
    "accepted_new_people": N_("of them new people"),
    "already_enrolled": N_("already enrolled"),
    "waitlisted": N_("on the waiting list"),
    "review": N_("to be reviewed"),
    "refused": N_("refused"),
}

REASONS = {
    errno.ENOENT: N_("there is no such file"),
    errno.ENOTDIR: N_("there is no such file"),
    errno.EISDIR: N_("it is a folder"),
    errno.EACCES: N_("you may not read it"),
}
"""Why a file cannot be opened, by the number of the system's error."""


def _readable(file: Path) -> Path:
    """The file, which can be opened. Raises `OperatorError`."""
    try:
        file.open("rb").close()
    except OSError as error:
        reason = _(REASONS.get(error.errno or 0, N_("the system does not read it")))
        raise OperatorError(_("%(file)s cannot be read: %(reason)s.", file=file, reason=reason)) from None
    return file


File = Annotated[Path, typer.Argument(help=N_("A CSV, XLSX, XLS or ODS sheet."), callback=_readable)]
Cohort = Annotated[str, typer.Option(help=N_("The cohort's name or id, if the sheet does not say it."))]
Scheme = Annotated[str, typer.Option(help=N_("inei or reniec, if the sheet has codes and does not say whose."))]
Declare = Annotated[
    list[str] | None,
    typer.Option(help=N_("NAME=ANSWER, as in a preview: district=060101, date_order=day_first. As often as needed.")),
]
Columns = Annotated[
    list[str] | None,
    typer.Option("--column", help=N_("HEADING=FIELD, or HEADING= for one that is not to be read. As often as needed.")),
]
Preview = Annotated[bool, typer.Option("--preview", help=N_("Show what was understood, and import nothing."))]
Url = Annotated[str, typer.Option(help=N_("Minka's address; the trial's own in the trial."), envvar="MINKA_PUBLIC_URL")]
Token = Annotated[
    str, typer.Option(help=N_("A coordinator's token; in the trial one is fetched."), envvar="MINKA_TOKEN")
]


@command
def import_sheet(
    file: File,
    cohort: Cohort = "",
    ubigeo_scheme: Scheme = "",
    declare: Declare = None,
    columns: Columns = None,
    preview: Preview = False,
    url: Url = "",
    token: Token = "",
    as_json: AsJson = False,
) -> None:
    """Import an enrollment sheet, each row on its own. Sending the same file again is idempotent."""
    if not (url and token):
        raise OperatorError(_("Give Minka's address and a coordinator's token: --url and --token, or MINKA_TOKEN."))
    headers = {"Authorization": f"Bearer {token}", "Accept-Language": locale.current().tag}
    if not token.isascii():
        raise OperatorError(_("The token has characters that no token has; copy it again."))
    with at_minka(url), httpx.Client(base_url=url, headers=headers, timeout=120) as http:
        declared = _declared(http, cohort, ubigeo_scheme) | _answers(declare or []) | _columns(columns or [])
        sent = _send(http, file, declared | _asked(preview))
        ended = _follow(http, sent, quiet=as_json)
        shown = _body(http.get(f"{sent.address}/preview")) if ended["state"] == "previewed" else None
    if shown is None:
        _show(ended, url, as_json)
    else:
        show_preview(shown, f"{url}/enrollment/imports/{ended['import_id']}", as_json)
    if ended["state"] == "failed":
        raise typer.Exit(1)


@contextmanager
def at_minka(url: str) -> Iterator[None]:
    """Raises `OperatorError` where nothing answers at the address, or something other than Minka."""
    try:
        yield
    except (httpx.UnsupportedProtocol, httpx.InvalidURL):
        raise OperatorError(_("%(url)s is no address; write it as https://minka.example.", url=url)) from None
    except (httpx.ConnectError, httpx.ConnectTimeout):
        raise OperatorError(_("Nothing answers at %(url)s; is Minka running?", url=url)) from None
    except httpx.HTTPError as error:
        raise OperatorError(
            _("%(url)s stopped answering (%(error)s); run the command again.", url=url, error=type(error).__name__)
        ) from None
    except json.JSONDecodeError:
        raise OperatorError(_("What answers at %(url)s is not Minka; write Minka's address.", url=url)) from None


@dataclass(frozen=True, slots=True)
class _SentSheet:
    """An accepted upload: the path of its import, and the file's name."""

    address: str
    name: str


def _declared(http: httpx.Client, cohort: str, scheme: str) -> dict[str, str]:
    fields = {"cohort_id": _cohort_id(http, cohort) if cohort else "", "ubigeo_scheme": scheme}
    return {name: value for name, value in fields.items() if value}


def _answers(declared: Sequence[str]) -> dict[str, str]:
    """The answers by their names. Raises `OperatorError` for a name that stands twice, of which one would be lost."""
    answers = dict(map(_pair, declared))
    if len(answers) < len(declared):
        raise OperatorError(_("The same name or heading is declared twice: %(text)s", text=", ".join(declared)))
    return answers


def _columns(declared: Sequence[str]) -> dict[str, str]:
    """The fields by their headings, as Minka reads them from a form."""
    fields = {heading: field or None for heading, field in _answers(declared).items()}
    return {"columns": json.dumps(fields)} if fields else {}


def _pair(declared: str) -> tuple[str, str]:
    """Both sides of the last sign of equality, because a heading may have others."""
    name, sign, value = declared.rpartition("=")
    if not (name and sign):
        raise OperatorError(_("Write what is declared with «=» between name and answer: %(text)s", text=declared))
    return name, value


def _asked(preview: bool) -> dict[str, str]:
    return {"preview": "true"} if preview else {}


def _send(http: httpx.Client, file: Path, fields: dict[str, str]) -> _SentSheet:
    answer = http.post("/enrollment/api/imports", data=fields, files={"file": (file.name, file.read_bytes())})
    return _SentSheet(_body(answer)["links"]["self"], file.name)


def _cohort_id(http: httpx.Client, cohort: str) -> str:
    """The id as typed, or the id of the only cohort with this name."""
    try:
        return str(UUID(cohort))
    except ValueError:
        known = _body(http.get("/enrollment/api/cohorts", params={"q": cohort, "limit": "500"}))["cohorts"]
    found = [one["cohort_id"] for one in known if one["name"].casefold() == cohort.casefold()]
    if not found:
        raise OperatorError(_("There is no cohort named %(name)s; give its id.", name=cohort))
    if len(found) > 1:
        raise OperatorError(_("There are several cohorts named %(name)s; give its id.", name=cohort))
    return str(found[0])


def _follow(http: httpx.Client, sent: _SentSheet, *, quiet: bool) -> dict[str, Any]:
    """Polls the import until it has ended, showing a progress bar."""
    columns = (TextColumn("{task.description}", markup=False), BarColumn(), MofNCompleteColumn())
    found: dict[str, Any]
    with Progress(*columns, console=Console(stderr=True), disable=quiet) as progress:
        bar = progress.add_task(printable(sent.name), total=None)
        while (found := _body(http.get(sent.address)))["state"] not in ENDED:
            progress.update(bar, completed=found["done"], total=found["rows"])
            time.sleep(POLL_SECONDS)
        progress.update(bar, completed=found["done"], total=found["rows"] or 0)
    return found


def _show(ended: dict[str, Any], address: str, as_json: bool) -> None:
    if as_json:
        return show_json(ended)
    if failure := ended["failure"]:
        for fault in failure["faults"]:
            typer.echo(printable(told(fault)), err=True)
        return None
    show_table((N_("rows"), str(ended["rows"])), [(_(label), ended[name]) for name, label in COUNTS.items()])
    show_omissions(ended)
    if ended["refused"] or ended["review"]:
        typer.echo(_("Rows to correct: %(address)s", address=f"{address}/enrollment/imports/{ended['import_id']}"))
    return None


def _body(answer: httpx.Response) -> Any:
    """The answer's JSON. Raises `OperatorError` with the problem's sentence when it is no success."""
    return answer.json() if answer.is_success else _raise_problem(answer)


def _raise_problem(answer: httpx.Response) -> NoReturn:
    try:
        problem = answer.json()
        about = f"{problem['field']}:" if problem.get("field") else ""
        message = " ".join(filter(None, (about, problem["detail"], problem.get("remedy"))))
    except (ValueError, KeyError):
        message = _("Minka answered %(status)d.", status=answer.status_code)
    raise OperatorError(message)
