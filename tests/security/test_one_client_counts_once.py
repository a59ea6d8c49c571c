"""What can be counted from outside cannot be inflated by one client, whatever it says about itself."""

import base64
from collections.abc import AsyncIterator, Sequence
from pathlib import Path
from typing import Any

import pytest

from chassis.store.database import Pool
from contracts.media import VisitRecorded
from services.media.app import service
from services.media.reach.domain import estimate
from services.media.reach.projection import fold, publish_pending_reach
from services.media.resources import MediaResources
from services.media.tests.stories import a_link, events
from services.media.tests.test_redirect import visitor
from services.reporting.facts.sketches import distinct_visitors
from tests.support.databases import FreshDatabases
from tests.support.sites import Site, serving

ADDRESS = "203.0.113.77"
COUNTED = 20
PHONE = "Mozilla/5.0 (Linux; Android 13; SM-A{}M) AppleWebKit/537.36 Chrome/122.0 Mobile Safari/537.36"


@pytest.fixture
async def site(fresh_databases: FreshDatabases, tmp_path: Path) -> AsyncIterator[Site[MediaResources]]:
    environment = fresh_databases.variables("media") | {"MINKA_MEDIA_STORAGE": str(tmp_path)}
    async with serving(service, environment) as site:
        yield site


@pytest.fixture
def pool(site: Site[MediaResources]) -> Pool:
    return site.resources.pool


async def recorded(pool: Pool) -> list[VisitRecorded]:
    return [VisitRecorded.model_validate(body) for body in await events(pool, "VisitRecorded")]


async def fold_in_batches(pool: Pool, visits: Sequence[VisitRecorded], size: int) -> None:
    for start in range(0, len(visits), size):
        async with pool.acquire() as connection, connection.transaction():
            await fold(connection, visits[start : start + size])


async def measured(pool: Pool) -> list[dict[str, Any]]:
    """The reach as it is announced, and from there published."""
    async with pool.acquire() as connection:
        await publish_pending_reach(connection)
    return await events(pool, "ReachMeasured")


def totals(reach: Sequence[dict[str, Any]]) -> tuple[int, int]:
    """The two figures that are published: visits and distinct visitors."""
    sketches = [one["people_sketch"] for one in reach]
    return sum(one["people_visits"] for one in reach), round(distinct_visitors(sketches)[0])


@pytest.mark.parametrize("batch", [1, 7, 200])
async def test_one_client_with_many_user_agents_and_links_counts_for_one_office(
    site: Site[MediaResources], pool: Pool, batch: int
) -> None:
    links = [(await a_link(site))["url"] for _ in range(4)]
    for number in range(100):
        await visitor(site, PHONE.format(number), ADDRESS).get(links[number % 4])

    visits = await recorded(pool)
    await fold_in_batches(pool, visits, batch)
    await fold_in_batches(pool, visits, 100)

    assert totals(await measured(pool)) == (COUNTED, COUNTED)


async def test_one_client_with_one_user_agent_is_no_better_off(site: Site[MediaResources], pool: Pool) -> None:
    url = (await a_link(site))["url"]
    for _ in range(50):
        await visitor(site, PHONE.format(1), ADDRESS).get(url)

    await fold_in_batches(pool, await recorded(pool), 50)

    assert totals(await measured(pool)) == (COUNTED, 1)


async def test_the_addresses_of_one_ipv6_network_are_one_client(site: Site[MediaResources], pool: Pool) -> None:
    url = (await a_link(site))["url"]
    for number in range(50):
        await visitor(site, PHONE.format(number), f"2001:db8:1:2:{number:x}::{number:x}").get(url)
    for number in range(3):
        await visitor(site, PHONE.format(number), f"2001:db8:1:{3 + number}::1").get(url)

    await fold_in_batches(pool, await recorded(pool), 100)

    assert totals(await measured(pool)) == (COUNTED + 3, COUNTED + 3)


async def test_an_ipv4_address_is_the_same_client_however_it_is_written(site: Site[MediaResources], pool: Pool) -> None:
    url = (await a_link(site))["url"]
    for number in range(30):
        await visitor(site, PHONE.format(number), f"::ffff:{ADDRESS}" if number % 2 else ADDRESS).get(url)

    await fold_in_batches(pool, await recorded(pool), 100)

    assert totals(await measured(pool)) == (COUNTED, COUNTED)


async def test_what_is_no_address_is_one_client(site: Site[MediaResources], pool: Pool) -> None:
    url = (await a_link(site))["url"]
    for number in range(30):
        assert (await visitor(site, PHONE.format(number), f"nonsense-{number}").get(url)).status_code == 302

    await fold_in_batches(pool, await recorded(pool), 100)

    assert totals(await measured(pool)) == (COUNTED, COUNTED)


async def test_nobody_else_counts_for_less(site: Site[MediaResources], pool: Pool) -> None:
    url = (await a_link(site))["url"]
    for number in range(60):
        await visitor(site, PHONE.format(number), ADDRESS).get(url)
        await visitor(site, PHONE.format(number), f"198.51.100.{number}").get(url)

    await fold_in_batches(pool, await recorded(pool), 40)

    assert totals(await measured(pool)) == (COUNTED + 60, COUNTED + 60)


async def test_the_officers_see_what_did_not_count(site: Site[MediaResources], pool: Pool) -> None:
    link = await a_link(site)
    for number in range(50):
        await visitor(site, PHONE.format(number), ADDRESS).get(link["url"])
    await fold_in_batches(pool, await recorded(pool), 50)

    officer = site.browser("communications")
    [listed] = (await officer.get("/api/links")).json()["links"]
    page = await officer.get(f"/links/{link['link_id']}")

    assert (listed["people_visits"], listed["suspected_visits"]) == (COUNTED, 30)
    assert "Sospechosas" in page.text
    [announced] = await measured(pool)
    assert announced["suspected_visits"] == 30
    assert estimate(base64.b64decode(announced["people_sketch"])) == COUNTED


async def test_a_visit_without_its_address_counts_by_its_visitor(site: Site[MediaResources], pool: Pool) -> None:
    """The release before wrote no digest of the address, and its visits may still come."""
    url = (await a_link(site))["url"]
    for _ in range(30):
        await visitor(site, PHONE.format(1), ADDRESS).get(url)
    await visitor(site, PHONE.format(2), ADDRESS).get(url)
    visits = [visit.model_copy(update={"address_digest": None}) for visit in await recorded(pool)]

    await fold_in_batches(pool, visits, 40)

    assert totals(await measured(pool)) == (COUNTED + 1, 2)
