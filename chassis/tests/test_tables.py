"""Lists: whatever is stored and whatever is asked, the pages are the whole list, each row once, in order."""

import unicodedata
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import asdict, replace
from datetime import UTC, date, datetime
from typing import Any
from uuid import UUID

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from chassis.store.database import Connection, Pool
from chassis.store.queries import Query
from chassis.tests.sample import orchard
from chassis.tests.sample.orchard import KINDS, ORCHARD, STATES, Tree, some_trees
from chassis.web.cursors import Cursors
from chassis.web.pagination import Page, all_rows, fetch_page, page_of
from chassis.web.tables import Column, Table
from chassis.web.views import View, first_rows

EMPTY = Query("DELETE FROM orchard")

TEXTS = st.text("aáÁbnñNÑoöÖzZçâ\u0301\u0303 %_\\'", max_size=6)
TREES = st.builds(
    Tree,
    tree_id=st.uuids(version=4),
    name=TEXTS,
    kind=st.sampled_from([*KINDS, "cedar"]),
    place=st.none() | st.sampled_from(["0601", "0612", "06-1", "=1"]),
    height=st.none() | st.integers(0, 3),
    planted_on=st.none() | st.dates(date(2026, 1, 1), date(2026, 1, 4)),
    seen_at=st.none() | st.sampled_from([datetime(2026, 1, day, tzinfo=UTC) for day in (1, 2)]),
    native=st.none() | st.booleans(),
    state=st.sampled_from(list(STATES)),
    garden_id=st.none() | st.sampled_from([UUID(int=1), UUID(int=2)]),
)
FORESTS = st.lists(TREES, max_size=25, unique_by=lambda tree: tree.tree_id)
FILTERS = st.fixed_dictionaries(
    {},
    optional={
        "kind": st.sampled_from(list(KINDS)),
        "native": st.booleans(),
        "state": st.sampled_from(list(STATES)),
        "garden_id": st.sampled_from([UUID(int=1), UUID(int=2)]),
    },
)
VIEWS = st.builds(
    lambda order, limit, filters, words: View(
        ORCHARD, order, limit, filters, tuple(words), cursors=Cursors("secret", order)
    ),
    st.sampled_from(ORCHARD.orders),
    st.integers(1, 9),
    st.just({}) | FILTERS,
    st.just([]) | st.lists(st.text("aánñoözc\u0301%_\\'06", min_size=1, max_size=2), max_size=2),
)

with_stores = settings(
    max_examples=100, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow]
)


@pytest.fixture
async def store(migrator: Connection, pool: Pool) -> Pool:
    await orchard.create_orchard(migrator)
    return pool


async def keep(store: Pool, trees: list[Tree]) -> None:
    await EMPTY.execute(store)
    await orchard.ADD.execute_many(store, [asdict(tree) for tree in trees])


async def stored_page(store: Pool, view: View) -> Page[Tree]:
    return await fetch_page(store, orchard.ALL, view, Tree, garden_id=None)


async def pages(view: View, read: Callable[[View], Awaitable[Page[Tree]]]) -> AsyncIterator[Page[Tree]]:
    """All pages, one after the other, as somebody who follows `next` sees them."""
    while True:
        page = await read(view)
        yield page
        if page.next is None:
            return
        assert view.cursors and len(page.rows) == view.limit
        view = replace(view, position=view.cursors.read(page.next))


def spanish(text: str) -> list[tuple[str, bool]]:
    """A text's letters as a dictionary sorts them: without capitals and accents, and the ñ after the n."""
    letters = unicodedata.normalize("NFC", text)
    return [
        ("n", True) if letter in "ñÑ" else (unicodedata.normalize("NFD", letter)[0].lower(), False)
        for letter in letters
        if not unicodedata.combining(letter)
    ]


def plain(text: str) -> str:
    return "".join(sign for sign in unicodedata.normalize("NFD", text) if not unicodedata.combining(sign)).lower()


def shows(tree: Tree, view: View) -> bool:
    text = plain(f"{tree.name} {KINDS.get(tree.kind, '')} {tree.place or ''}")
    return all(getattr(tree, name) == value for name, value in view.filters.items()) and all(
        plain(word) in text for word in view.words
    )


def sorted_by(tree: Tree, name: str) -> Any:
    """What a tree is sorted by; None where it comes last."""
    value = getattr(tree, name)
    if name == "name":
        return spanish(value)
    if name in {"kind", "state"}:
        known = list(KINDS if name == "kind" else STATES)
        return known.index(value) if value in known else None
    return value


def expected(trees: list[Tree], view: View) -> list[Tree]:
    name, downwards = view.sort.name, view.descending
    shown = sorted((tree for tree in trees if shows(tree, view)), key=lambda tree: tree.tree_id, reverse=downwards)
    valued = [tree for tree in shown if sorted_by(tree, name) is not None]
    valued.sort(key=lambda tree: sorted_by(tree, name), reverse=downwards)
    return valued + [tree for tree in shown if sorted_by(tree, name) is None]


@with_stores
@given(trees=FORESTS, view=VIEWS)
async def test_the_pages_are_the_sorted_and_filtered_list_once(store: Pool, trees: list[Tree], view: View) -> None:
    await keep(store, trees)
    seen = [tree async for page in pages(view, lambda view: stored_page(store, view)) for tree in page.rows]
    assert seen == expected(trees, view)


@given(trees=FORESTS, view=VIEWS)
async def test_rows_in_memory_give_the_same_pages(trees: list[Tree], view: View) -> None:
    async def read(view: View) -> Page[Tree]:
        return page_of(trees, view)

    assert [tree async for page in pages(view, read) for tree in page.rows] == expected(trees, view)


@with_stores
@given(trees=FORESTS, later=FORESTS, view=VIEWS)
async def test_rows_added_between_pages_repeat_and_hide_nothing(
    store: Pool, trees: list[Tree], later: list[Tree], view: View
) -> None:
    known = {tree.tree_id for tree in trees}
    coming = [tree for tree in later if tree.tree_id not in known]
    await keep(store, trees)
    seen: list[Tree] = []
    async for page in pages(view, lambda view: stored_page(store, view)):
        seen += page.rows
        if coming:
            await orchard.ADD.execute(store, **asdict(coming.pop()))
    assert len(seen) == len({tree.tree_id for tree in seen})
    assert [tree for tree in seen if tree.tree_id in known] == expected(trees, view)
    assert seen == expected(seen, view)


async def test_a_query_keeps_its_own_parameters(store: Pool) -> None:
    trees = some_trees(9)
    await keep(store, trees)
    view = View(ORCHARD, "-name", 3, {"state": "planted"}, ("a",))
    page = await fetch_page(store, orchard.ALL, view, Tree, garden_id=UUID(int=1))
    assert page.rows == expected([tree for tree in trees if tree.garden_id == UUID(int=1)], view)[:3]


async def test_the_first_rows_and_a_whole_list_need_no_request(store: Pool) -> None:
    trees = some_trees()
    await keep(store, trees)
    assert len((await stored_page(store, first_rows(ORCHARD, 5))).rows) == 5
    assert all_rows(ORCHARD, trees).rows == trees


def declared(**more: Any) -> Table:
    columns = more.pop("columns", (Column("name", "Name"),))
    return Table(**{"name": "t", "label": "T", "columns": columns, "key": "id", "order": "name", **more})


@pytest.mark.parametrize(
    "wrong",
    [
        lambda: Column('a"; DROP', "A"),
        lambda: Column("sort", "A", labels={"a": "A"}, filtered=True),
        lambda: Column("a", "A", "number", filtered=True),
        lambda: Column("a", "A", "date", searched=True),
        lambda: Column("a", "A", "flag", labels={True: "A"}),
        lambda: declared(order="other"),
        lambda: declared(key="a b"),
        lambda: declared(columns=(Column("name", "A"), Column("name", "B"))),
        lambda: declared(order="list", columns=(Column("list", "A", "list"),)),
    ],
)
def test_a_declaration_that_cannot_work_is_refused_at_once(wrong: Callable[[], object]) -> None:
    with pytest.raises(ValueError, match=r"column|table"):
        wrong()


@pytest.mark.parametrize(
    ("text", "is_long"),
    [
        ("Presupuesto participativo", False),
        ("0197a000-0000-7000-8000-00000000000a", True),
        ("Tell them in another way: no address and no number of the person is stored.", True),
    ],
)
def test_what_needs_a_wide_column_is_marked(text: str, is_long: bool) -> None:
    """A sentence in a narrow column makes a row as high as the screen."""
    column = Column("name", "Name", read=lambda row: row)
    assert column.css_class(text) == ("text long" if is_long else "text")
