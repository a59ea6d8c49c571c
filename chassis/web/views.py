"""Views: the part of a table that a request asks for, by filters, a search, an order and a place in the list."""

from collections.abc import Awaitable, Callable, Iterator, Mapping
from dataclasses import dataclass, field
from inspect import Parameter, Signature
from typing import Annotated, Any, Literal
from urllib.parse import urlencode

from fastapi import Depends, Query, Request, Response
from fastapi.exceptions import RequestValidationError
from pydantic import BeforeValidator, Field
from starlette.datastructures import MutableHeaders

from chassis.web.cursors import LONGEST, Cursors, InvalidCursorError, Position
from chassis.web.parameters import DIGITS, EMPTY_IS_NONE, check_names, known_names
from chassis.web.problems import Problem
from chassis.web.tables import Column, Table
from chassis.web.texts import N_, _

Format = Literal["csv", "xlsx"]

MOST_ROWS = 500
"""Rows that a page may have."""

MOST_WORDS = 8
"""Words of a search that are looked for."""


@dataclass(frozen=True)
class View:
    """The part of a table that a request asks for, as `view_of` reads it, or a table's `first_rows`."""

    table: Table
    order: str
    limit: int
    filters: Mapping[str, Any] = field(default_factory=dict)
    words: tuple[str, ...] = ()
    position: Position | None = None
    exports: bool = False
    format: Format | None = None
    query: Mapping[str, str] = field(default_factory=dict)
    cursors: Cursors | None = field(default=None, repr=False, compare=False)
    headers: MutableHeaders | None = field(default=None, repr=False, compare=False)

    @property
    def sort(self) -> Column:
        return self.table.column(self.order.removeprefix("-"))

    @property
    def descending(self) -> bool:
        return self.order.startswith("-")

    @property
    def narrowed(self) -> bool:
        """Whether rows of the list may be missing because of a filter or a search."""
        return bool(self.filters or self.words)

    @property
    def kept(self) -> list[tuple[str, str]]:
        """The parameters that the form of filters does not ask for: a route's own, and the length of a page."""
        asked = {"after", "format", "q", "sort", *(column.name for column in self.table.filters if column.choices)}
        return [(name, value) for name, value in self.query.items() if name not in asked]

    def next(self, position: Position) -> str | None:
        """The cursor of what follows this position, also told as a link (RFC 8288); None without a request."""
        cursor = self.cursors.write(position) if self.cursors else None
        if self.headers is not None:
            self.headers["Link"] = f'<{self.address(after=cursor)}>; rel="next"'
        return cursor

    def address(self, **changes: str | None) -> str:
        """The query of the same list with some parameters changed, from its first page on."""
        query = {**self.query, "after": None, "format": None, **changes}
        return "?" + urlencode({name: value for name, value in query.items() if value})

    @property
    def orders(self) -> list[tuple[str, str]]:
        """The orders that the form offers, with their labels: those of the shown columns, and the present one."""
        shown = {column.name for column in self.table.shown}
        return [
            (order, self._order_label(order))
            for order in self.table.orders
            if order.removeprefix("-") in shown or order in {self.order, self.table.order}
        ]

    def _order_label(self, order: str) -> str:
        label = _(self.table.column(order.removeprefix("-")).label)
        return _("%(column)s, descending", column=label) if order.startswith("-") else label

    def everything(self) -> str:
        """The query of the list without a filter or a search."""
        return self.address(q=None, **dict.fromkeys(self.filters))

    def sorting(self, column: Column) -> str | None:
        """The query that sorts by a column; None for one that cannot be sorted by."""
        if column.name not in self.table.orders:
            return None
        return self.address(sort=f"-{column.name}" if self.order == column.name else column.name)

    def direction(self, column: Column) -> str | None:
        """The column's `aria-sort`."""
        if column is not self.sort:
            return None
        return "descending" if self.descending else "ascending"


def first_rows(table: Table, limit: int = MOST_ROWS) -> View:
    """The view of a table's first rows in its own order, without a request."""
    return View(table, table.order, limit)


def view_of(
    table: Table, exports: bool = False, chosen_by: Callable[..., Table] | None = None
) -> Callable[..., Awaitable[View]]:
    """The dependency that reads a view of the table from the query; `exports` adds `format` = csv or xlsx.

    `chosen_by` is a dependency that returns, by who asks, this table or one with some of its columns.
    """

    async def view(request: Request, response: Response, chosen: Table, **asked: Any) -> View:
        _check_names(request, _asked_of(table) - _asked_of(chosen))
        order = _order(chosen, asked["sort"])
        secret = request.app.state.settings.session_secret.get_secret_value()
        cursors = Cursors(secret, f"{request.url.path}\n{chosen.name}\n{order}")
        return View(
            chosen,
            order,
            asked["limit"] or chosen.rows,
            filters={column.name: column.stored(asked[column.name]) for column in chosen.filters if asked[column.name]},
            words=tuple((asked.get("q") or "").split()[:MOST_WORDS]),
            position=_position(cursors, asked["after"]),
            exports=exports,
            format=asked.get("format"),
            query={name: value for name, value in request.query_params.items() if value},
            cursors=cursors,
            headers=response.headers,
        )

    own = {"request": Request, "response": Response, "chosen": Annotated[Table, Depends(chosen_by or (lambda: table))]}
    parameters = [Parameter(name, Parameter.KEYWORD_ONLY, annotation=annotation) for name, annotation in own.items()]
    view.__signature__ = Signature(  # type: ignore[attr-defined]  # FastAPI reads and documents it
        [*parameters, *_parameters(table, exports)]
    )
    return view


def _asked_of(table: Table) -> set[str]:
    """The parameters by which a table's rows are narrowed."""
    return {*(column.name for column in table.filters), *(["q"] if table.searched else [])}


def _order(table: Table, asked: str | None) -> str:
    """The order to sort by. Raises a 422 with the orders that there are for one that the chosen table has not."""
    order = asked or table.order
    if order in table.orders:
        return order
    expected = ", ".join(f"'{one}'" for one in table.orders)
    raise RequestValidationError(
        [{"type": "literal_error", "loc": ("query", "sort"), "msg": "", "ctx": {"expected": expected}}]
    )


def _parameters(table: Table, exports: bool) -> Iterator[Parameter]:
    """The parameters of a view. An empty one counts as absent, because a form sends its empty fields too."""
    order: Any = Annotated[Literal[tuple(table.orders)], BeforeValidator(_one_of(table.orders))]
    yield _parameter("sort", order, "The column to sort by; `-` before it sorts downwards.")
    yield _parameter("after", str, "`next` of the former answer: what follows it.", max_length=LONGEST)
    limit = Annotated[int, Field(ge=1, le=MOST_ROWS), DIGITS]
    yield _parameter("limit", limit, f"Rows of an answer; {table.rows} where it is not given.")
    if table.searched:
        yield _parameter("q", str, "Words that a row has, in any of its texts.", max_length=200)
    for column in table.filters:
        limits = {"max_length": 200} if column.parameter is str else {}
        yield _parameter(column.name, column.parameter, f"Only rows with this: {column.label}.", **limits)
    if exports:
        yield _parameter("format", Format, "All of it as a spreadsheet.")


def _parameter(name: str, kind: Any, description: str, **limits: Any) -> Parameter:
    bounded: Any = Annotated[kind, Field(**limits)] if limits else kind
    annotation = Annotated[bounded | None, EMPTY_IS_NONE, Query(description=description)]
    return Parameter(name, Parameter.KEYWORD_ONLY, default=None, annotation=annotation)


def _one_of(orders: list[str]) -> Callable[[Any], Any]:
    """The validator of `sort`, which does not tell a reader the columns' inner names as pydantic would."""

    def check(value: Any) -> Any:
        if value is not None and value not in orders:
            raise ValueError(N_("This list cannot be sorted by that."))
        return value

    return check


def _position(cursors: Cursors, after: str | None) -> Position | None:
    try:
        return cursors.read(after) if after else None
    except InvalidCursorError as error:
        raise Problem(
            422,
            "invalid_cursor",
            _("This is no place of this list in this order."),
            field="after",
            remedy=_("Open the list from its start."),
        ) from error


def _check_names(request: Request, hidden: set[str]) -> None:
    """Refuses parameters that the route does not know, and those of columns that are `hidden` from who asks."""
    check_names(request.query_params, [name for name in known_names(request.scope["route"]) if name not in hidden])
