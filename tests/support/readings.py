"""Checks that dataclasses of rows, and tables, fit the named queries that they are read with."""

import ast
import inspect
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import MISSING, dataclass, fields
from importlib import import_module
from types import ModuleType

import asyncpg

from chassis.store.database import SEARCH_PATH
from chassis.store.queries import Queries, Query
from chassis.web.tables import Table
from deploy.trial.layout import REPOSITORY


@dataclass(frozen=True)
class Reading:
    """A place where rows are read: a query and the dataclass of its rows; `tables` show them."""

    place: str
    query: Query
    row_type: type
    tables: tuple[Table, ...] | None = None

    def misfits(self, columns: set[str]) -> Iterator[str]:
        """What does not fit the query's columns."""
        known = {field.name: field.default is MISSING is field.default_factory for field in fields(self.row_type)}
        yield from _misfits(self.row_type.__name__, "no field for", columns - known.keys())
        required = {name for name, is_required in known.items() if is_required}
        yield from _misfits(self.row_type.__name__, "fields without a column:", required - columns)
        if self.tables == ():
            yield "no table is named as the query"
        for table in self.tables or ():
            yield from _misfits(f"the table {table.name}", "columns that the query has not:", asked_of(table) - columns)
            yield from _misfits(f"the table {table.name}", "columns without a field:", shown_of(table) - known.keys())


def _misfits(of: str, what: str, names: set[str]) -> Iterator[str]:
    if names:
        yield f"{of}: {what} {', '.join(sorted(names))}"


def asked_of(table: Table) -> set[str]:
    """The columns that a table sorts, filters or searches by, which PostgreSQL does."""
    orders = {order.removeprefix("-") for order in table.orders}
    return {table.key, *orders, *(column.name for column in (*table.filters, *table.searched))}


def shown_of(table: Table) -> set[str]:
    """The columns whose values are attributes of a row."""
    return {column.name for column in table.columns if column.type != "action" and column.read is None}


def readings_of(module: ModuleType) -> Iterator[Reading]:
    """Where a module reads rows with a named query as dataclasses: `fetch_page`, `all` and `first`."""
    names = vars(module)
    tables: tuple[Table, ...] | None
    for call in (node for node in ast.walk(ast.parse(inspect.getsource(module))) if isinstance(node, ast.Call)):
        match call:
            case ast.Call(ast.Name("fetch_page"), [_, ast.Attribute(ast.Name(sql), query), _, ast.Name(row_type)]):
                tables = tuple(one for one in names.values() if isinstance(one, Table) and one.name == query)
            case ast.Call(ast.Attribute(ast.Attribute(ast.Name(sql), query), "all" | "first"), [_, ast.Name(row_type)]):
                tables = None
            case _:
                continue
        if isinstance(names.get(sql), Queries):
            place = f"{module.__name__}:{call.lineno} {query}"
            yield Reading(place, getattr(names[sql], query), names[row_type], tables)


def modules_of(*folders: str) -> list[ModuleType]:
    """The modules below these folders that read with named queries, without their tests."""
    found = sorted(path for folder in folders for path in (REPOSITORY / folder).rglob("*.py"))
    return [
        import_module(".".join(path.relative_to(REPOSITORY).with_suffix("").parts))
        for path in found
        if "tests" not in path.parts and "sql = queries(" in path.read_text()
    ]


async def ill_fitting_readings(readings: Iterable[Reading], *urls: str) -> dict[str, list[str]]:
    """The places whose rows or tables do not fit the columns of their query, each with what does not fit."""
    connections = [await asyncpg.connect(url, server_settings={"search_path": SEARCH_PATH}) for url in urls]
    try:
        misfits = {one.place: list(one.misfits(await _columns(one.query.text, connections))) for one in readings}
    finally:
        for connection in connections:
            await connection.close()
    return {place: found for place, found in misfits.items() if found}


async def _columns(text: str, connections: Sequence["asyncpg.Connection[asyncpg.Record]"]) -> set[str]:
    for connection in connections:
        try:
            return {column.name for column in (await connection.prepare(text)).get_attributes()}
        except asyncpg.PostgresError:
            continue
    return set()
