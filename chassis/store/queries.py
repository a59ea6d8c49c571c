"""Named queries: SQL in `.sql` files, parameters by name, rows as frozen dataclasses where they cross modules."""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from enum import Enum
from functools import cache
from importlib.resources import files
from importlib.resources.abc import Traversable
from types import UnionType
from typing import TYPE_CHECKING, Any, TypeVar, Union, get_args, get_origin, get_type_hints

from pydantic import BaseModel

if TYPE_CHECKING:
    from chassis.store.database import Connection, Pool, Row

RowType = TypeVar("RowType")

_NAME = re.compile(r"^-- name: *(\w+) *$", re.MULTILINE)
_PARAMETER = re.compile(r"(?<![\w:]):([a-z_][a-z0-9_]*)")
_COMMENT = re.compile(r"--.*$", re.MULTILINE)


class Query:
    """One query: `text` as PostgreSQL takes it, with `$1` for the first of `parameters`."""

    def __init__(self, text: str) -> None:
        """Translates each `:name` of the text; a name that stands twice is one parameter."""
        names = list(dict.fromkeys(_PARAMETER.findall(_COMMENT.sub("", text))))
        self.text = _positional(text, names)
        self.parameters = tuple(names)

    async def execute(self, connection: "Connection | Pool", /, **values: Any) -> None:
        """Runs the query for its effect."""
        await connection.execute(self.text, *self.arguments(values))

    async def execute_many(self, connection: "Connection | Pool", rows: Iterable[Mapping[str, Any]]) -> None:
        """Runs the query once for each row of parameters, in one round trip."""
        await connection.executemany(self.text, [self.arguments(row) for row in rows])

    async def execute_rows(self, connection: "Connection | Pool", rows: Sequence[Mapping[str, Any]]) -> None:
        """Runs the query once for all rows of parameters, each of which it takes as an array. Nothing is run without
        rows."""
        if rows:
            await self.execute(connection, **self._arrays(rows))

    async def fetch_rows(self, connection: "Connection | Pool", rows: Sequence[Mapping[str, Any]]) -> "Sequence[Row]":
        """As `execute_rows`, with the rows that the query returns."""
        return await self.fetch(connection, **self._arrays(rows)) if rows else []

    async def fetch(self, connection: "Connection | Pool", /, **values: Any) -> "list[Row]":
        """The rows as asyncpg gives them, for use within the module that asks."""
        return await connection.fetch(self.text, *self.arguments(values))

    async def fetch_row(self, connection: "Connection | Pool", /, **values: Any) -> "Row | None":
        """The first row as asyncpg gives it."""
        return await connection.fetchrow(self.text, *self.arguments(values))

    async def value(self, connection: "Connection | Pool", /, **values: Any) -> Any:
        """The first column of the first row; None without a row."""
        return await connection.fetchval(self.text, *self.arguments(values))

    async def all(
        self, connection: "Connection | Pool", row_type: Callable[..., RowType], /, **values: Any
    ) -> list[RowType]:
        """The rows as instances of a dataclass whose fields are the columns."""
        read = reader_of(row_type)
        return [read(row) for row in await self.fetch(connection, **values)]

    async def first(
        self, connection: "Connection | Pool", row_type: Callable[..., RowType], /, **values: Any
    ) -> RowType | None:
        """The first row as an instance of a dataclass, or None."""
        row = await self.fetch_row(connection, **values)
        return None if row is None else reader_of(row_type)(row)

    def _arrays(self, rows: Sequence[Mapping[str, Any]]) -> dict[str, list[Any]]:
        return {name: [row[name] for row in rows] for name in self.parameters}

    def arguments(self, values: Mapping[str, Any]) -> list[Any]:
        """The values in the order of the parameters. Raises `TypeError` for one too many or too few."""
        if values.keys() != set(self.parameters):
            raise TypeError(f"the query takes {sorted(self.parameters)}, not {sorted(values)}")
        return [values[name] for name in self.parameters]


class Queries:
    """The named queries of one package, as attributes."""

    def __init__(self, texts: dict[str, Query]) -> None:
        self.texts = texts

    def __getattr__(self, name: str) -> Query:
        try:
            return self.texts[name]
        except KeyError:
            raise AttributeError(f"no query is named {name}") from None


@cache
def queries(package: str) -> Queries:
    """Reads a package's `queries.sql`, or `queries/*.sql` for several files of them.

    Each query starts with `-- name: …` and a comment that says why it exists.
    """
    texts: dict[str, Query] = {}
    for file in _files(package):
        _, *parts = _NAME.split(file.read_text())
        for name, text in zip(parts[::2], parts[1::2], strict=True):
            if name in texts:
                raise ValueError(f"two queries of {package} are named {name}")
            texts[name] = Query(text.strip())
    return Queries(texts)


@cache
def reader_of(row_type: Callable[..., RowType]) -> Callable[["Row"], RowType]:
    """Makes a row an instance of a dataclass; enumerations and pydantic models are read from their stored form."""
    conversions = {name: found for name, hint in get_type_hints(row_type).items() if (found := _conversion(hint))}

    def read(row: "Row") -> RowType:
        values = dict(row)
        for name, convert in conversions.items():
            if values[name] is not None:
                values[name] = convert(values[name])
        return row_type(**values)

    return read


def _files(package: str) -> Iterator[Traversable]:
    single, folder = files(package).joinpath("queries.sql"), files(package).joinpath("queries")
    if single.is_file():
        yield single
    if folder.is_dir():
        yield from sorted((one for one in folder.iterdir() if one.name.endswith(".sql")), key=lambda one: one.name)


def _positional(text: str, names: list[str]) -> str:
    return _PARAMETER.sub(lambda found: f"${names.index(found[1]) + 1}" if found[1] in names else found[0], text)


def _conversion(hint: Any) -> Callable[[Any], Any] | None:
    if get_origin(hint) in (Union, UnionType):
        return next((found for one in get_args(hint) if (found := _conversion(one))), None)
    if isinstance(hint, type) and issubclass(hint, Enum):
        return hint
    if isinstance(hint, type) and issubclass(hint, BaseModel):
        return hint.model_validate
    return None
