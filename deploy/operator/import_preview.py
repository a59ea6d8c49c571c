"""What `minka import --preview` shows: how a sheet was understood, what is open, and what would come of its rows."""

from collections.abc import Iterator, Mapping
from typing import Any

import typer

from chassis.web.texts import N_, _
from deploy.operator.output import printable, show_json, show_table

Preview = Mapping[str, Any]


def show_preview(preview: Preview, address: str, as_json: bool) -> None:
    """Shows a preview, and where it is confirmed."""
    if as_json:
        return show_json(preview)
    show_table((N_("column"), N_("understood as"), N_("examples")), list(_columns(preview)))
    show_table((N_("rows that can be enrolled"), str(preview["ready"])), list(_reasons(preview)))
    for text in _open(preview):
        typer.echo(printable(text))
    typer.echo(_("Answer, confirm or discard it here: %(address)s", address=address))
    return None


def _columns(preview: Preview) -> Iterator[tuple[str, str, str]]:
    for table in preview["tables"]:
        for column in table["columns"]:
            understood = column["field"] or _("is not read")
            yield column["title"], understood, " · ".join(column["samples"])


def _reasons(preview: Preview) -> Iterator[tuple[str, int]]:
    yield _("rows to correct"), preview["refused"]
    for one in preview["reasons"]:
        yield one["detail"], one["rows"]


def _open(preview: Preview) -> Iterator[str]:
    """Yields what is wrong with the whole sheet, and the questions."""
    for fault in preview["faults"]:
        yield f"{fault['detail']} {fault['remedy'] or ''}".strip()
    for one in preview["questions"]:
        yield " ".join(filter(None, (one["question"], one["title"] and f"«{one['title']}»")))
