"""One table for every list: declared once, shown as a page, answered as JSON, exported as a spreadsheet.

An idea declares its list in its `service.py`, and reads it with a named query that has neither ORDER BY nor LIMIT::

    COHORTS = Table(
        "cohorts",
        N_("Cohorts"),
        key="cohort_id",
        order="-starts_on",
        columns=(
            Column("name", N_("Cohort"), link="/cohorts/{row.cohort_id}", searched=True),
            Column("province", N_("Province"), labels=PROVINCES, filtered=True),
            Column("taken", N_("Seats taken"), "number"),
            Column("starts_on", N_("Start"), "date"),
            Column("status", N_("State"), labels=COHORT_STATUSES, badges={"open": "good"}, filtered=True),
            Column("programme_id", N_("Programme"), "identifier", filtered=True, shown=False),
        ),
    )

    async def list_cohorts(pool: Pool, view: View, facilitator_id: str | None) -> Page[CohortRow]:
        return await fetch_page(pool, sql.cohorts, view, CohortRow, facilitator_id=facilitator_id)

Its `api.py` and `pages.py` translate. Both refuse with 400 a parameter that is not the route's, or stands twice::

    @router.get("")
    async def list_cohorts(res: Res, view: Annotated[View, Depends(view_of(COHORTS))]) -> Cohorts:
        page = await service.list_cohorts(res.pool, view, None)
        return Cohorts(cohorts=[CohortReply.of(row) for row in page.rows], next=page.next)

    @router.get("/cohorts")
    async def list_cohorts(
        request: Request, res: Res, view: Annotated[View, Depends(view_of(COHORTS, exports=True))]
    ) -> Response:
        page = await service.list_cohorts(res.pool, view, None)
        return await render_list(request, "cohorts/list.html", page)

and its template shows it::

    {% import "table.html" as tables with context %}
    {{ tables.data_table(page, empty=_("There is no cohort yet."), href=root ~ "/cohorts/new", action=_("Open one")) }}

A dependency can choose the table by the role of who asks, before the query is read, so that nobody sorts or filters by
what they do not see. A button in each row is a column of the type `action`, for those who may press it::

    COHORTS_WITH_ACTIONS = replace(COHORTS, columns=(*COHORTS.columns, Column("close", N_("Close"), "action")))

    def cohorts_for(principal: Observer) -> Table:
        return COHORTS_WITH_ACTIONS if "coordinator" in principal.roles else COHORTS

    CohortsView = Annotated[View, Depends(view_of(COHORTS_WITH_ACTIONS, exports=True, chosen_by=cohorts_for))]

    async def _list(request: Request, res: Resources, view: View, form: Form[Any]) -> Response:
        page = await service.list_cohorts(res.pool, view, None)
        return await render_list(request, "cohorts/list.html", page, form.status, form=form)

    @router.post("/cohorts/{cohort_id}/close")
    async def close_cohort(cohort_id: UUID, res: Res, write: CoordinatorWrites) -> Response:
        return await write.press(
            service.close_cohort,
            cohort_id,
            locks=[cohort_id],
            form=partial(_list, write.request, res, first_rows(COHORTS_WITH_ACTIONS)),
            done=lambda cohort: ("/cohorts", _("The cohort is closed.")),
        )

The template says why a button was refused, and draws the columns that are an `action` or `drawn`::

    {{ forms.summary(form) }}
    {% call(row, column) tables.data_table(page) %}
    {% if column == "close" and row.status == "open" %}
    {{ forms.button(root ~ "/cohorts/" ~ row.cohort_id ~ "/close", _("Close"), "quiet") }}
    {% endif %}
    {% endcall %}
"""

import re
from collections.abc import Awaitable, Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from inspect import Parameter, Signature
from typing import Annotated, Any, Literal
from urllib.parse import urlencode
from uuid import UUID

from fastapi import Depends, Query, Request
from fastapi.dependencies.models import Dependant
from fastapi.exceptions import RequestValidationError
from pydantic import BeforeValidator, Field

from chassis.web import formats
from chassis.web.cursors import LONGEST, Cursors, InvalidCursorError, Position
from chassis.web.parameters import DIGITS, check_names
from chassis.web.problems import Problem
from chassis.web.spreadsheets import Cell
from chassis.web.texts import N_, _

ColumnType = Literal["text", "code", "number", "date", "instant", "flag", "identifier", "list", "action"]
"""How a value is shown, sorted and exported. `code` is text that is never taken for a number; an `action` has no value:
the page's template draws it."""

Format = Literal["csv", "xlsx"]

ROWS = 50
"""Rows of a page where none are asked for."""

MOST_ROWS = 500
"""Rows that a page may have."""

MOST_WORDS = 8
"""Words of a search that are looked for."""

LONG_WORD = 24
"""Characters from which on a word is broken, so that a table does not grow wider than the screen."""

_NAME = re.compile(r"[a-z_][a-z0-9_]*")
_OWN = {"sort", "after", "limit", "q", "format"}
_FILTERED: Mapping[str, Any] = {"text": str, "code": str, "flag": Literal["yes", "no"], "identifier": UUID}
_FLAGS: Mapping[Any, str] = {True: N_("Yes"), False: N_("No")}


@dataclass(frozen=True)
class Column:
    """One column, or (with `shown=False`) something to sort or filter by that is not shown.

    `name` is that of the query's column, of the row's attribute and of the filter's parameter; `read` gets the value
    of a row that is no row of a query. `labels` maps each value to its message id: it is shown, sorted and filtered by
    their order; `badges` maps a value to `good`, `waiting`, `bad` or `neutral`. `link` is an address inside of the
    service with places such as `{row.cohort_id}`. A column that is `drawn` is shown by the page's template, and
    exported as any other.
    """

    name: str
    label: str
    type: ColumnType = "text"
    labels: Mapping[Any, str] | None = None
    badges: Mapping[Any, str] | None = None
    link: str | None = None
    sortable: bool = True
    filtered: bool = False
    searched: bool = False
    shown: bool = True
    drawn: bool = False
    read: Callable[[Any], Any] | None = None

    def __post_init__(self) -> None:
        if not _NAME.fullmatch(self.name):
            raise ValueError(f"{self.name} is not the name of a column")
        if self.filtered and (self.name in _OWN or not (self.labels or self.type in _FILTERED)):
            raise ValueError(f"the column {self.name} cannot be filtered")
        if self.type == "flag" and self.labels:
            raise ValueError(f"the column {self.name} is shown as yes or no, not by labels")
        if self.searched and self.type not in {"text", "code"}:
            raise ValueError(f"the column {self.name} cannot be searched")

    @property
    def order(self) -> list[str] | None:
        """The stored forms of a labelled column's values, in the order of the labels."""
        return [str(value) for value in self.labels] if self.labels else None

    @property
    def choices(self) -> list[tuple[str, str]]:
        """The values of a filter's parameter with their labels."""
        if self.type == "flag":
            return [("yes", _("Yes")), ("no", _("No"))]
        return [(str(value), _(label)) for value, label in (self.labels or {}).items()]

    @property
    def parameter(self) -> Any:
        """The type of the filter's parameter."""
        return Literal[tuple(self.order)] if self.order else _FILTERED[self.type]

    def stored(self, asked: Any) -> Any:
        """The value that a filter's parameter asks for."""
        return asked == "yes" if self.type == "flag" else asked

    def value(self, row: Any) -> Any:
        """The value of a row, as it is stored."""
        return self.read(row) if self.read else getattr(row, self.name)

    def text(self, row: Any) -> str:
        """The value of a row, as people read it."""
        value = self.value(row)
        if value is None:
            return ""
        if self.labels is not None or self.type == "flag":
            return _(label) if (label := (self.labels or _FLAGS).get(value)) else str(value)
        return _TEXTS.get(self.type, str)(value)

    def cell(self, row: Any) -> Cell:
        """The value of a row in a file: as precise as people read it."""
        value = self.value(row)
        if value is None or self.labels is not None or self.type not in _CELLS:
            return self.text(row)
        return _CELLS[self.type](value)

    def badge(self, row: Any) -> str | None:
        """The kind of the badge that the value is shown as; None where it is plain text."""
        return None if self.badges is None else self.badges.get(self.value(row), "neutral")

    def css_class(self, row: Any) -> str:
        """The class of a row's cell: its type, and `long` where a word is too long for a column."""
        words = "" if self.drawn or self.type == "action" else self.text(row)
        return f"{self.type} long" if max(map(len, words.split()), default=0) > LONG_WORD else self.type

    def address(self, row: Any) -> str | None:
        """Where a row's cell leads, inside of the service."""
        return self.link.format(row=row) if self.link else None


def _instant(value: Any) -> str:
    """12 may. 2026, 3:30 p. m.; a line breaks only between the day and the time."""
    day, time = (
        text.replace(" ", "\N{NO-BREAK SPACE}") for text in (formats.short_date(value), formats.clock_time(value))
    )
    return f"{day}, {time}"


_TEXTS: Mapping[str, Callable[[Any], str]] = {
    "number": formats.number,
    "date": formats.short_date,
    "instant": _instant,
    "list": lambda values: ", ".join(map(str, values)),
}

_CELLS: Mapping[str, Callable[[Any], Cell]] = {
    "number": lambda number: number,
    "date": formats.local_date,
    "instant": formats.local_minute,
}
"""What a file has instead of a text, by the type of the column."""


@dataclass(frozen=True)
class Table:
    """A list. `name` is that of its query, or its own where its rows are in memory. `key` is a column that no two rows
    share; `order` is the column to sort by at first, `-name` downwards.

    A list of many thousands of rows should be ordered by its key at first, which an index then serves.
    """

    name: str
    label: str
    columns: tuple[Column, ...]
    key: str
    order: str
    rows: int = ROWS

    def __post_init__(self) -> None:
        names = [column.name for column in self.columns]
        if len(names) != len(set(names)) or not _NAME.fullmatch(self.key):
            raise ValueError(f"the table {self.name} needs columns of different names, and a key")
        if self.order not in self.orders:
            raise ValueError(f"the table {self.name} has no order {self.order}")

    @property
    def shown(self) -> list[Column]:
        return [column for column in self.columns if column.shown]

    @property
    def filters(self) -> list[Column]:
        return [column for column in self.columns if column.filtered]

    @property
    def searched(self) -> list[Column]:
        return [column for column in self.columns if column.searched]

    @property
    def orders(self) -> list[str]:
        """The values that `sort` can have."""
        unsorted = {"action", "list", "identifier"}
        sortable = [
            column.name
            for column in self.columns
            if column.name == self.key or (column.sortable and column.type not in unsorted)
        ]
        return [order for name in sortable for order in (name, f"-{name}")]

    def column(self, name: str) -> Column:
        return next(column for column in self.columns if column.name == name)


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
        """The cursor of what follows this position; None in a view without a request."""
        return self.cursors.write(position) if self.cursors else None

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

    async def view(request: Request, chosen: Table, **asked: Any) -> View:
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
        )

    own = {"request": Request, "chosen": Annotated[Table, Depends(chosen_by or (lambda: table))]}
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
    annotation = Annotated[bounded | None, BeforeValidator(_or_none), Query(description=description)]
    return Parameter(name, Parameter.KEYWORD_ONLY, default=None, annotation=annotation)


def _one_of(orders: list[str]) -> Callable[[Any], Any]:
    """The validator of `sort`, which does not tell a reader the columns' inner names as pydantic would."""

    def check(value: Any) -> Any:
        if value is not None and value not in orders:
            raise ValueError(N_("This list cannot be sorted by that."))
        return value

    return check


def _or_none(value: Any) -> Any:
    return None if value == "" else value


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
    check_names(request.query_params, sorted(set(_known(request.scope["route"].dependant)) - hidden))


def _known(dependant: Dependant) -> Iterable[str]:
    yield from (parameter.alias for parameter in dependant.query_params)
    for part in dependant.dependencies:
        yield from _known(part)
