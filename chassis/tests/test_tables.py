"""Lists: whatever the data and whatever is asked, the pages are the whole list, each row once, in order."""

from dataclasses import asdict, replace

import pytest

from chassis.store.database import Connection, Pool
from chassis.tests.sample import orchard
from chassis.tests.sample.orchard import ORCHARD, Tree, some_trees
from chassis.web.cursors import Cursors
from chassis.web.pagination import fetch_page, page_of
from chassis.web.tables import View


@pytest.fixture
async def stored(migrator: Connection, pool: Pool) -> list[Tree]:
    await orchard.create_orchard(migrator)
    trees = some_trees()
    await orchard.ADD.execute_many(pool, [asdict(tree) for tree in trees])
    return trees


def asked(order: str = ORCHARD.order, limit: int = 4, **more: object) -> View:
    return View(ORCHARD, order, limit, cursors=Cursors("secret", order), **more)  # type: ignore[arg-type]


@pytest.mark.parametrize("order", ORCHARD.orders)
async def test_the_database_and_memory_give_the_same_pages(pool: Pool, stored: list[Tree], order: str) -> None:
    view = asked(order)
    seen = []
    while True:
        here = page_of(stored, view)
        there = await fetch_page(pool, orchard.ALL, view, Tree, garden_id=None)
        assert [t.name for t in here.rows] == [t.name for t in there.rows]
        assert here == there
        seen += there.rows
        if there.next is None:
            break
        assert view.cursors
        view = replace(view, position=view.cursors.read(there.next))
    assert len(seen) == len(stored) == len({t.tree_id for t in seen})
