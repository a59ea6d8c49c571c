"""What `minka import --preview` shows: how a sheet was understood, what is open, and what would come of its rows."""

from collections.abc import Iterator, Mapping
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
    "waiting": N_("held back by what is open"),
}


def show_preview(preview: Preview, address: str, as_json: bool) -> None:
    """Shows a preview, and where it is confirmed."""
    if as_json:
        return show_json(preview)
    show_table((N_("column"), N_("understood as"), N_("examples")), list(_columns(preview)))
    show_table((N_("rows"), ""), [(_(label), preview["rows"][name]) for name, label in ROWS.items()])
    show_table((N_("to be corrected"), N_("rows"), N_("lines")), list(_reasons(preview)))
    for text in _open(preview):
        typer.echo(printable(text))
    typer.echo(_("Answer, confirm or discard it here: %(address)s", address=address))
    return None


def told(fault: Mapping[str, Any]) -> str:
    """What is wrong, with the heading that it is about, and what to do about it."""
    about = f"«{fault['heading']}»:" if fault["heading"] else ""
    return " ".join(filter(None, (about, fault["detail"], fault["remedy"])))


def _columns(preview: Preview) -> Iterator[tuple[str, str, str]]:
    for table in preview["tables"]:
        for column in table["columns"]:
            understood = column["field"] or _("is not read")
            yield column["title"], understood, " · ".join(column["samples"])


def _reasons(preview: Preview) -> Iterator[tuple[str, int, str]]:
    for one in preview["reasons"]:
        more = ["…"] if one["rows"] > len(one["places"]) else []
        yield told(one), one["rows"], ", ".join([*(_place(preview, *place) for place in one["places"]), *more])


def _place(preview: Preview, tab: int, line: int) -> str:
    return f"{preview['tabs'][tab - 1]} {line}" if len(preview["tabs"]) > 1 else str(line)


def _open(preview: Preview) -> Iterator[str]:
    """Yields what is wrong with the whole sheet, and the questions."""
    for fault in preview["faults"]:
        yield told(fault)
    for one in preview["questions"]:
        yield " ".join(filter(None, (one["question"], one["title"] and f"«{one['title']}»")))
