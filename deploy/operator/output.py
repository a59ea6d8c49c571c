"""The output of commands: tables for people, JSON for programs.

A terminal obeys control characters, and rich obeys markup. What is printed can be somebody else's text, such as an
error or a file's name. So tables, JSON and errors print such characters as codes, and nothing is read as markup.
"""

import json
from collections.abc import Callable, Iterable, Sequence
from typing import Annotated, Any
from unicodedata import category

import typer
from rich.console import Console
from rich.table import Column, Table
from rich.text import Text

from chassis.web.texts import N_, _

AsJson = Annotated[bool, typer.Option("--json", help=N_("Answer with JSON."))]


def printable(text: object) -> str:
    """The text with a code such as `\\x1b` for each character that a terminal would not print as itself."""
    return _coded(str(text), lambda character: character.encode("unicode_escape").decode())


def show_json(answer: Any) -> None:
    """Prints JSON, with its own code for each character that a terminal would not print as itself."""
    lines = json.dumps(answer, indent=2, ensure_ascii=False, default=str).split("\n")
    for line in lines:
        typer.echo(_coded(line, lambda character: json.dumps(character)[1:-1]))


def show_answer(answer: Any, sentence: str, as_json: bool) -> None:
    """Prints what was done: as JSON for programs, or as a sentence."""
    show_json(answer) if as_json else typer.echo(sentence)


def show_list(
    rows: Sequence[Any], columns: Sequence[str], row: Callable[[Any], Sequence[object]], empty: str, as_json: bool
) -> None:
    """Prints what was found: as JSON for programs, or as a table; `empty` where there is nothing."""
    if as_json:
        show_json(rows)
    elif not rows:
        print(empty)
    else:
        show_table(columns, map(row, rows))


def show_table(columns: Sequence[str], rows: Iterable[Sequence[object]]) -> None:
    """Prints a table; `columns` are message ids."""
    table = Table(*(Column(Text(printable(name and _(name))), overflow="fold") for name in columns))
    for row in rows:
        table.add_row(*(Text(printable(cell)) for cell in row))
    Console().print(table)


def _coded(text: str, code: Callable[[str], str]) -> str:
    return "".join(
        character if character.isprintable() or category(character) == "Zs" else code(character) for character in text
    )
