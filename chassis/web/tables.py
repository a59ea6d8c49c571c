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

    def cohorts_for(principal: SignedIn) -> Table:
        return COHORTS_WITH_ACTIONS if "coordinator" in principal.roles else COHORTS

    CohortsView = Annotated[View, Depends(view_of(COHORTS_WITH_ACTIONS, exports=True, chosen_by=cohorts_for))]

    async def _list(request: Request, res: Resources, view: View, form: Form[Any]) -> Response:
        page = await service.list_cohorts(res.pool, view, None)
        return await render_list(request, "cohorts/list.html", page, form.status, form=form)

    @router.post("/cohorts/{cohort_id}/close")
    async def close_cohort(cohort_id: UUID, res: Res, write: Write) -> Response:
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
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Literal
from uuid import UUID

from chassis.web import formats
from chassis.web.spreadsheets import Cell
from chassis.web.texts import N_, _

ColumnType = Literal["text", "code", "number", "date", "instant", "flag", "identifier", "list", "action"]
"""How a value is shown, sorted and exported. `code` is text that is never taken for a number; an `action` has no value:
the page's template draws it."""

ROWS = 50
"""Rows of a page where none are asked for."""

LONG_WORD = 24
"""Characters from which on a word is broken, so that a table does not grow wider than the screen."""

LONG_TEXT = 60
"""Characters from which on a text is a sentence, which needs a column of some width."""

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
        """The class of a row's cell: its type, and `long` where a word is too long for a column or the text is long."""
        text = "" if self.drawn or self.type == "action" else self.text(row)
        is_long = len(text) > LONG_TEXT or max(map(len, text.split()), default=0) > LONG_WORD
        return f"{self.type} long" if is_long else self.type

    def address(self, row: Any) -> str | None:
        """Where a row's cell leads, inside of the service."""
        return self.link.format(row=row) if self.link else None


def instant(value: Any) -> str:
    """12 may. 2026, 3:30 p. m.; a line breaks only between the day and the time."""
    day, time = (
        text.replace(" ", "\N{NO-BREAK SPACE}") for text in (formats.short_date(value), formats.clock_time(value))
    )
    return f"{day}, {time}"


_TEXTS: Mapping[str, Callable[[Any], str]] = {
    "number": formats.number,
    "date": formats.short_date,
    "instant": instant,
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

    def without_unsaid(self, rows: Sequence[Any], *names: str) -> "Table":
        """The table without those of these columns that say nothing, or no, of every one of the rows."""
        columns = (one for one in self.columns if one.name not in names or any(map(one.value, rows)))
        return replace(self, columns=tuple(columns))
