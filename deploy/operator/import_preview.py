"""What `minka import --preview` shows: how a sheet was understood, what is open, and what would come of its rows."""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

import typer

from chassis.web.texts import N_, _
from deploy.operator.output import printable, show_json, show_table

Preview = Mapping[str, Any]

ROWS = {
    "accepted": N_("new enrollments"),
    "already_enrolled": N_("already enrolled"),
    "waitlisted": N_("on the waiting list"),
    "review": N_("to be reviewed"),
    "refused": N_("to be corrected"),
    "waiting": N_("waiting for an answer"),
}


def show_preview(preview: Preview, address: str, as_json: bool) -> None:
    """Shows a preview, and where it is confirmed."""
    if as_json:
        return show_json(preview)
    show_table((N_("column"), N_("understood as"), N_("examples")), list(_columns(preview)))
    show_table((N_("what would come of the rows"), N_("how many")), _counts(preview))
    _show_lines(N_("to be corrected"), ((told(one), one) for one in preview["reasons"]), preview["tabs"])
    show_omissions(preview)
    for text in _open(preview):
        typer.echo(printable(text))
    typer.echo(_("Answer, confirm or discard it here: %(address)s", address=address))
    return None


def show_omissions(found: Mapping[str, Any]) -> None:
    """Shows the lines that are taken for no person, and what is not kept of rows that are taken."""
    _show_lines(N_("left out"), ((one["label"], one) for one in found["left_out"]), found["tabs"])
    _show_lines(N_("not kept"), ((told(one), one) for one in found["not_kept"]), found["tabs"])


def told(fault: Mapping[str, Any]) -> str:
    """What is wrong, with the heading that it is about, and what to do about it."""
    about = f"«{fault['heading']}»:" if fault["heading"] else ""
    return " ".join(filter(None, (about, fault["detail"], fault["remedy"])))


def _columns(preview: Preview) -> Iterator[tuple[str, str, str]]:
    for table in preview["tables"]:
        for column in table["columns"]:
            understood = f"{column['label']} ({column['field']})" if column["field"] else _("is not read")
            yield column["title"], understood, " · ".join(column["samples"])


def _counts(preview: Preview) -> list[tuple[str, int]]:
    return [(_(label), preview["rows"][name]) for name, label in ROWS.items()]


def _show_lines(title: str, found: Iterable[tuple[str, Mapping[str, Any]]], tabs: list[str]) -> None:
    """Shows each text with the number of its rows and the first of their lines, if there are any."""
    rows = [(text, one["rows"], ", ".join(_places(one, tabs))) for text, one in found]
    if rows:
        show_table((title, N_("how many"), N_("lines")), rows)


def _places(one: Mapping[str, Any], tabs: list[str]) -> Iterator[str]:
    """Yields the lines; a whole tab has the line 0."""
    for tab, line in one["places"]:
        yield " ".join(filter(None, (tabs[tab - 1] if len(tabs) > 1 else "", str(line) if line else "")))
    if one["rows"] > len(one["places"]):
        yield "…"


def _open(preview: Preview) -> Iterator[str]:
    """Yields what is wrong with the whole sheet, and the questions."""
    for fault in preview["faults"]:
        yield told(fault)
    for one in preview["questions"]:
        yield " ".join(filter(None, (one["question"], one["title"] and f"«{one['title']}»")))
