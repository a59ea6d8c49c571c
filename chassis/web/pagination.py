"""Pages of lists: the part of a table's rows that a view asks for, from a named query or from memory."""

import asyncio
import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from fastapi import Request, Response
from pydantic import BaseModel, Field

from chassis.store.database import Connection, Pool
from chassis.store.queries import Query, reader_of
from chassis.web import formats, spreadsheets
from chassis.web.cursors import Position
from chassis.web.pages import render
from chassis.web.plain_texts import plain, plain_sql, sortable, sortable_sql
from chassis.web.problems import Problem
from chassis.web.tables import Column, Table
from chassis.web.texts import _
from chassis.web.views import View, first_rows

RowType = TypeVar("RowType")

MOST_EXPORTED = 50_000
"""Rows of an exported list."""


class Listing(BaseModel):
    """The answer of a list; each kind adds the list under its own name."""

    next: str | None = Field(None, description="Ask again with `after` = this for what follows; null at the end.")


@dataclass(frozen=True)
class Page(Generic[RowType]):
    """The rows of a view, and the cursor of what follows them."""

    view: View
    rows: list[RowType]
    next: str | None = None


async def fetch_page(
    connection: Connection | Pool, query: Query, view: View, row_type: Callable[..., RowType], /, **parameters: Any
) -> Page[RowType]:
    """The rows of a named query that the view asks for: filtered, sorted and limited by PostgreSQL.

    The query's columns are the fields of `row_type`. Raises a 422 where an export has too many rows.
    """
    statement = _Statement(query, view, parameters)
    records = await connection.fetch(statement.text, *statement.arguments)
    read = reader_of(row_type)
    positions = [Position(_sortable(record[view.sort.name], view.sort), record[view.table.key]) for record in records]
    return _page([read(record) for record in records], positions, view)


def page_of(rows: Iterable[RowType], view: View) -> Page[RowType]:
    """As `fetch_page`, from rows in memory, such as those with names, which are stored encrypted."""
    placed = [(row, _position(row, view)) for row in rows if _fits(row, view)]
    placed.sort(key=lambda one: _rank(one[1], view), reverse=view.descending)
    asked = [one for one in placed if _follows(one[1], view)][: _most(view) + 1]
    return _page([row for row, _position in asked], [position for _row, position in asked], view)


def all_rows(table: Table, rows: list[RowType], *optional: str) -> Page[RowType]:
    """All these rows in their order, for a short list that is a part of another page.

    The columns of these names are shown only where a row has something to say.
    """
    return Page(first_rows(table.without_unsaid(rows, *optional)), rows)


async def render_list(
    request: Request, template: str, page: Page[Any], status: int = 200, /, **context: Any
) -> Response:
    """The page that its template shows with `tables.data_table(page)`, or the file that `format` asks for.

    `status` is the form's, where the page has a button that was refused.
    """
    if page.view.format is None:
        return render(request, template, status, page=page, **context)
    return await asyncio.to_thread(_file, page)


def _file(page: Page[Any]) -> Response:
    table = page.view.table
    columns = [column for column in table.shown if column.type != "action"]
    lines = [[column.cell(row) for column in columns] for row in page.rows]
    return spreadsheets.response(
        page.view.format or "csv", _file_name(table), _(table.label), [_(column.label) for column in columns], lines
    )


def _file_name(table: Table) -> str:
    """The list's label in the reader's language, in letters that every system keeps."""
    return "-".join(re.findall("[a-z0-9]+", plain(_(table.label)))) or table.name


def _page(rows: list[RowType], positions: list[Position], view: View) -> Page[RowType]:
    """The page of `rows`, which has one row more where further rows follow. Raises a 422 for an export of too many."""
    most = _most(view)
    if len(rows) <= most:
        return Page(view, rows)
    if view.format is not None:
        raise Problem(
            422,
            "too_many_rows",
            _("The list has more than %(most)s rows.", most=formats.number(MOST_EXPORTED)),
            remedy=_("Filter or search it, and export it in parts."),
        )
    return Page(view, rows[:most], view.next(positions[most - 1]))


def _most(view: View) -> int:
    return view.limit if view.format is None else MOST_EXPORTED


class _Statement:
    """The SQL of a view over a named query: identifiers come from the declaration alone, every value is bound."""

    def __init__(self, query: Query, view: View, parameters: dict[str, Any]) -> None:
        self.arguments = query.arguments(parameters)
        self._view = view
        self._key = _identifier(view.table.key)
        self._sort = self._sorted_by(view.sort)
        conditions = " AND ".join([*self._filters(), *self._searches(), *self._after()]) or "true"
        self.text = (
            f"SELECT list.* FROM (\n{query.text.rstrip().rstrip(';')}\n) AS list\n"
            f"WHERE {conditions}\nORDER BY {self._order()}\nLIMIT {self._bind(_most(view) + 1)}"
        )

    def _bind(self, value: Any) -> str:
        self.arguments.append(value)
        return f"${len(self.arguments)}"

    def _filters(self) -> Iterator[str]:
        for name, value in self._view.filters.items():
            yield f"{_identifier(name)} = {self._bind(value)}"

    def _searches(self) -> Iterator[str]:
        """For each word: it stands in one of the texts, or in the label of one of the labelled values."""
        labelled = [column for column in self._view.table.searched if column.labels]
        names = [_identifier(column.name) for column in self._view.table.searched if not column.labels]
        texts = plain_sql(f"concat_ws(' ', {', '.join(names or ['NULL'])})")
        for word in self._view.words:
            found = [f"{texts} LIKE {self._bind(_pattern(word))}"]
            for column in labelled:
                values = [value for value, label in column.choices if plain(word) in plain(label)]
                found.append(f"{_identifier(column.name)}::text = ANY({self._bind(values)}::text[])")
            yield f"({' OR '.join(found)})"

    def _after(self) -> Iterator[str]:
        position = self._view.position
        if position is None:
            return
        beyond, key = "<" if self._view.descending else ">", self._bind(position.key)
        if self._sort is None:
            yield f"{self._key} {beyond} {key}"
        elif position.value is None:
            yield f"({self._sort} IS NULL AND {self._key} {beyond} {key})"
        else:
            value = self._bind(position.value)
            yield f"(({self._sort}, {self._key}) {beyond} ({value}, {key}) OR {self._sort} IS NULL)"

    def _order(self) -> str:
        direction = "DESC" if self._view.descending else "ASC"
        key = f"{self._key} {direction}"
        return key if self._sort is None else f"{self._sort} {direction} NULLS LAST, {key}"

    def _sorted_by(self, column: Column) -> str | None:
        """The expression that rows are sorted by before their key; None where it is the key."""
        name = _identifier(column.name)
        if column.name == self._view.table.key:
            return None
        if column.order:
            return f"array_position({self._bind(column.order)}::text[], {name}::text)"
        if column.type == "text":
            return f'{sortable_sql(f"{name}::text")} COLLATE "C"'
        return f'{name}::text COLLATE "C"' if column.type == "code" else name


def _identifier(name: str) -> str:
    return f'list."{name}"'


def _pattern(word: str) -> str:
    """A pattern of LIKE that finds the word anywhere."""
    return f"%{plain(word).translate(_ESCAPED)}%"


_ESCAPED = str.maketrans({character: f"\\{character}" for character in "\\%_"})


def _sortable(value: Any, column: Column) -> Any:
    """A value as it is compared: labelled ones by the order of their labels, texts as Spanish sorts them."""
    if value is None:
        return None
    if column.order:
        return column.order.index(str(value)) + 1 if str(value) in column.order else None
    if column.type == "text":
        return sortable(str(value))
    return str(value) if column.type == "code" else value


def _position(row: Any, view: View) -> Position:
    return Position(_sortable(view.sort.value(row), view.sort), getattr(row, view.table.key))


def _rank(position: Position, view: View) -> tuple[bool, Any, Any]:
    """Sorts positions, those without a value last in both directions."""
    missing = position.value is None
    return missing is not view.descending, 0 if missing else position.value, position.key


def _follows(position: Position, view: View) -> bool:
    if view.position is None:
        return True
    ours, theirs = _rank(position, view), _rank(view.position, view)
    return ours < theirs if view.descending else ours > theirs


def _fits(row: Any, view: View) -> bool:
    text = plain(" ".join(_searched(row, view))) if view.words else ""
    return all(view.table.column(name).value(row) == value for name, value in view.filters.items()) and all(
        plain(word) in text for word in view.words
    )


def _searched(row: Any, view: View) -> Iterator[str]:
    """The texts that a search looks through: of labelled columns their labels."""
    for column in view.table.searched:
        if column.labels is None or column.value(row) in column.labels:
            yield column.text(row)
