"""The output of commands: tables for people, JSON for programs."""

import json
from collections.abc import Iterable, Sequence
from typing import Annotated, Any

import typer
from rich.console import Console
from rich.table import Column, Table

from chassis.web.texts import N_, _

AsJson = Annotated[bool, typer.Option("--json", help=N_("Answer with JSON."))]


def show_json(answer: Any) -> None:
    typer.echo(json.dumps(answer, indent=2, ensure_ascii=False, default=str))


def show_table(columns: Sequence[str], rows: Iterable[Sequence[object]]) -> None:
    """Prints a table; `columns` are message ids."""
    table = Table(*(Column(name and _(name), overflow="fold") for name in columns))
    for row in rows:
        table.add_row(*(str(cell) for cell in row))
    Console().print(table)
