"""The redirect: public, counted before it answers, and without a trace of who came."""

import asyncio
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import Any

import httpx
import pytest

from chassis.store.database import Pool
from contracts.days import day_of
from services.media.resources import MediaResources
from services.media.tests.stories import PHONE, a_link, events
from services.media.visits import salts
from tests.support.sites import Site

ADDRESS = "203.0.113.77"


def visitor(site: Site[MediaResources], user_agent: str = PHONE, address: str = ADDRESS) -> httpx.AsyncClient:
    """Somebody at this address; the transport has no base path, for links are whole addresses."""
    transport = httpx.ASGITransport(site.transport.app, client=(address, 50_000))
    return httpx.AsyncClient(transport=transport, headers={"User-Agent": user_agent})


async def test_a_visitor_is_led_on_and_counted(site: Site[MediaResources], pool: Pool) -> None:
    link = await a_link(site)

    answer = await visitor(site).get(link["url"])

    assert (answer.status_code, answer.headers["location"]) == (302, "https://example.org/taller")
    assert answer.headers["cache-control"] == "no-store"
    assert "set-cookie" not in answer.headers
    [visit] = await events(pool, "VisitRecorded")
    assert (visit["link_id"], visit["visitor_class"]) == (link["link_id"], "person")


async def test_nothing_about_the_visitor_is_kept(
    site: Site[MediaResources], pool: Pool, capfd: pytest.CaptureFixture[str]
) -> None:
    link = await a_link(site)

    await visitor(site).get(link["url"])

    tables = await pool.fetch("SELECT tablename FROM pg_tables WHERE schemaname = 'public'")
    for table in tables:
        rows = await pool.fetch(f'SELECT t::text AS row FROM "{table["tablename"]}" t')
        kept = "".join(row["row"] for row in rows)
        assert ADDRESS not in kept, table
        assert "SM-A135M" not in kept, table
    printed = capfd.readouterr()
    assert ADDRESS not in printed.out + printed.err
    assert "SM-A135M" not in printed.out + printed.err


async def test_the_same_visitor_has_one_digest_a_day_and_another_has_another(
    site: Site[MediaResources], pool: Pool
) -> None:
    link = await a_link(site)

    for address in (ADDRESS, ADDRESS, "203.0.113.78"):
        await visitor(site, address=address).get(link["url"])

    digests = [visit["visitor_digest"] for visit in await events(pool, "VisitRecorded")]
    assert digests[0] == digests[1] != digests[2]


async def test_two_phones_of_one_household_are_two_visitors_at_one_address(
    site: Site[MediaResources], pool: Pool
) -> None:
    link = await a_link(site)

    for user_agent in (PHONE, PHONE.replace("SM-A135M", "SM-A037M")):
        await visitor(site, user_agent).get(link["url"])

    one, other = await events(pool, "VisitRecorded")
    assert one["visitor_digest"] != other["visitor_digest"]
    assert one["address_digest"] == other["address_digest"]


async def test_bots_and_previews_are_told_apart(site: Site[MediaResources], pool: Pool) -> None:
    link = await a_link(site)

    for user_agent in ("WhatsApp/2.24.6.77 A", "Googlebot/2.1", PHONE):
        assert (await visitor(site, user_agent).get(link["url"])).status_code == 302

    assert [visit["visitor_class"] for visit in await events(pool, "VisitRecorded")] == ["preview", "bot", "person"]


async def test_a_probe_and_a_fetch_in_advance_are_led_on_and_not_counted(
    site: Site[MediaResources], pool: Pool
) -> None:
    link = await a_link(site)

    answers = [
        await visitor(site).head(link["url"]),
        await visitor(site).get(link["url"], headers={"Sec-Purpose": "prefetch"}),
    ]

    assert [answer.status_code for answer in answers] == [302, 302]
    assert await events(pool, "VisitRecorded") == []


async def test_a_code_typed_in_capitals_is_understood(site: Site[MediaResources]) -> None:
    link = await a_link(site)
    typed = link["url"].replace(link["code"], link["code"].upper())

    assert (await visitor(site).get(typed)).status_code == 302


async def test_an_unknown_code_is_a_page_of_its_own(site: Site[MediaResources], pool: Pool) -> None:
    answer = await visitor(site).get((await a_link(site))["url"] + "x")

    assert answer.status_code == 404
    assert "Este enlace no lleva a ningún lado" in answer.text
    assert await events(pool, "VisitRecorded") == []


async def test_where_a_link_leads_cannot_be_chosen_by_the_visitor(site: Site[MediaResources]) -> None:
    link = await a_link(site)

    answer = await visitor(site).get(link["url"], params={"url": "https://evil.example", "next": "//evil.example"})

    assert answer.headers["location"] == "https://example.org/taller"


async def test_all_processes_draw_one_salt_and_it_goes_after_its_day(pool: Pool) -> None:
    now = datetime.now(UTC)
    one, other = salts.Salts(pool), salts.Salts(pool)

    assert await one.at(now) == await other.at(now)
    assert await one.at(now - timedelta(days=1)) != await one.at(now)

    await salts.delete_old(pool, now + timedelta(hours=2))
    kept = {row["day"] for row in await pool.fetch("SELECT day FROM salts")}
    assert kept <= {day_of(now), day_of(now + timedelta(hours=2))}
    assert day_of(now - timedelta(days=1)) not in kept


async def test_a_salt_stays_for_an_hour_after_its_day(pool: Pool) -> None:
    last_minute = datetime(2025, 5, 13, 4, 59, tzinfo=UTC)  # 23:59 in Cajamarca
    await salts.Salts(pool).at(last_minute)

    await salts.delete_old(pool, last_minute + timedelta(minutes=60))
    assert await pool.fetchval("SELECT count(*) FROM salts") == 1

    await salts.delete_old(pool, last_minute + timedelta(minutes=61))
    assert await pool.fetchval("SELECT count(*) FROM salts") == 0


async def test_a_salt_leaves_the_memory_an_hour_after_its_day(pool: Pool, monkeypatch: pytest.MonkeyPatch) -> None:
    timers: list[tuple[float, Callable[[], Any]]] = []
    loop = asyncio.get_running_loop()
    call_later = loop.call_later

    def noted(delay: float, callback: Callable[..., Any], *arguments: Any) -> asyncio.TimerHandle:
        timers.append((delay, partial(callback, *arguments)))
        return call_later(delay, callback, *arguments)

    monkeypatch.setattr(loop, "call_later", noted)
    last_minute = datetime(2025, 5, 13, 4, 59, tzinfo=UTC)  # 23:59 in Cajamarca
    kept = salts.Salts(pool)
    first = await kept.at(last_minute)
    await salts.delete_old(pool, last_minute + timedelta(days=1))
    assert await kept.at(last_minute) == first

    for delay, forget in timers:
        if delay == 61 * 60:
            forget()

    assert await kept.at(last_minute) != first
