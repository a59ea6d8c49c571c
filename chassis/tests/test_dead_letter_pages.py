"""The operator's pages of dead letters: who may, what is shown and what never, handling again, discarding."""

import html
import re
from dataclasses import replace
from uuid import uuid4

import httpx
import pytest

from chassis.messaging.dead_letters import admin
from chassis.messaging.dead_letters.admin import NotOpen
from chassis.store.database import Connection, Pool
from chassis.tests.messaging_harness import RecordingReaction
from chassis.tests.records import garbage, organization
from chassis.tests.serving import ADDRESS, Site, serve
from chassis.web.auth.principal import COOKIE
from tests.support.reactions import deliver, delivering
from tests.support.records import record_of

LIST = "/sample/operator/dead-letters"
PAGE = {"accept": "text/html"}


@pytest.fixture
def site(pool: Pool) -> Site:
    return serve(pool)


@pytest.fixture
async def queue(pool: Pool) -> list[int]:
    """A parked key with a second dead letter behind it."""
    reaction, key = RecordingReaction(), uuid4()
    for version, name in enumerate(("refused", "María"), 1):
        await deliver(reaction.router, pool, record_of(organization(name, key), version))
    return [row["id"] for row in await pool.fetch("SELECT id FROM dead_letters ORDER BY id")]


def operator(site: Site) -> httpx.AsyncClient:
    return site.gardener(roles=["operator"])


async def states(pool: Pool) -> list[str]:
    return [row["state"] for row in await pool.fetch("SELECT state FROM dead_letters ORDER BY id")]


@pytest.mark.parametrize(
    ("method", "path"),
    [("GET", ""), ("POST", "/redrive"), ("GET", "/1"), ("POST", "/1/redrive"), ("POST", "/1/discard")],
)
async def test_only_an_operator_may(site: Site, queue: list[int], method: str, path: str) -> None:
    form = {"reason": "test"} if method == "POST" else None
    async with site.browser() as nobody, site.gardener() as gardener, operator(site) as somebody:
        assert (await nobody.request(method, LIST + path, data=form)).status_code == 401
        assert (await gardener.request(method, LIST + path, data=form)).status_code == 403
        assert (await somebody.request(method, LIST + path, data=form)).status_code in {200, 303}


async def test_whoever_has_not_signed_in_is_led_there(site: Site) -> None:
    async with site.browser(**PAGE) as nobody:
        answer = await nobody.get(LIST)
    assert answer.status_code == 303
    assert answer.headers["location"] == "/sample/sign-in?return_to=%2Fsample%2Foperator%2Fdead-letters"


async def test_another_site_cannot_discard_in_an_operators_name(site: Site, pool: Pool, queue: list[int]) -> None:
    async with site.browser(origin="http://elsewhere.example") as browser:
        browser.cookies.set(COOKIE, site.vouching.token(roles=["operator"]))
        answer = await browser.post(f"{LIST}/{queue[0]}/discard", data={"reason": "test"})
    assert (answer.status_code, await states(pool)) == (403, ["waiting", "waiting"])


async def test_the_empty_list_says_that_there_is_nothing_to_do(site: Site) -> None:
    async with operator(site) as somebody:
        page = (await somebody.get(LIST)).text
    assert "Aquí nada espera" in page and "<table" not in page


async def test_the_list_goes_on_page_by_page(site: Site, pool: Pool) -> None:
    async with delivering(RecordingReaction().router, pool) as deliver_one:
        for offset in range(51):
            await deliver_one(garbage(offset))
    async with operator(site) as somebody:
        first = (await somebody.get(LIST)).text
        following = re.search(r'href="(\?[^"]*after=[^"]+)"', first)
        assert following is not None
        second = (await somebody.get(LIST + html.unescape(following[1]))).text
    assert (first.count('scope="row"'), second.count('scope="row"')) == (50, 1)
    assert "?after=" in first and "?after=" not in second


async def test_the_list_is_exported_and_searched(site: Site, pool: Pool, queue: list[int]) -> None:
    async with operator(site) as somebody:
        file = (await somebody.get(f"{LIST}?format=csv")).text
        found, others = [(await somebody.get(f"{LIST}?q={word}")).text for word in ("queuedbehind", "elsewhere")]
    assert len(file.splitlines()) == 3 and "QueuedBehindParkedKey" in file
    assert (found.count('scope="row"'), others.count('scope="row"')) == (1, 0)


async def test_a_dead_letter_is_shown_without_its_value_its_key_and_its_subject(
    site: Site, pool: Pool, queue: list[int]
) -> None:
    key = await pool.fetchval("SELECT convert_from(key, 'UTF8') FROM dead_letters LIMIT 1")
    async with operator(site) as somebody:
        page = (await somebody.get(f"{LIST}/{queue[1]}")).text
    assert "QueuedBehindParkedKey" in page and "minka.enrollment.OrganizationRegistered.v1" in page
    assert "ce_partitionkey" in page and f'href="{LIST}/{queue[0]}"' in page
    assert "María" not in page and key not in page


async def test_of_a_header_only_a_known_name_and_a_value_of_its_form_are_shown(site: Site, pool: Pool) -> None:
    headers = [("ce_type", "Rosa Ñaupari".encode()), ("ce_source", b"Rosa"), ("ce_id", b"44556677"), ("Rosa 1", b"x")]
    await deliver(RecordingReaction().router, pool, replace(garbage(0), headers=headers))
    async with operator(site) as somebody:
        pages = [(await somebody.get(path)).text for path in (LIST, f"{LIST}/1")]
    assert "<code>ce_id</code> y 1 con otro nombre" in pages[1]
    assert not any(secret in page for page in pages for secret in ("Rosa", "44556677"))


@pytest.mark.parametrize("number", ["999", "0", "-1", "+1", "1.0", "9223372036854775808", "many"])
async def test_an_unknown_number_is_not_found(site: Site, queue: list[int], number: str) -> None:
    async with operator(site) as somebody:
        assert (await somebody.get(f"{LIST}/{number}")).status_code in {404, 422}


async def test_the_redrive_of_a_whole_queue_is_requested(site: Site, pool: Pool, queue: list[int]) -> None:
    async with operator(site) as somebody:
        answer = await somebody.post(f"{LIST}/{queue[1]}/redrive", data={"whole_key": "true"})
        page = (await somebody.get(LIST)).text
    assert (answer.status_code, answer.headers["location"]) == (303, f"{LIST}/{queue[1]}")
    assert await states(pool) == ["redriving", "redriving"]
    assert "Se volverán a procesar 2 registros." in page
    assert await pool.fetchval("SELECT count(*) FROM jobs WHERE kind = 'dead_letters.redrive'") == 1


async def test_a_refused_button_of_the_list_answers_as_refused(
    site: Site, queue: list[int], monkeypatch: pytest.MonkeyPatch
) -> None:
    async def refuse(_connection: Connection, _number: int | None) -> list[int]:
        raise NotOpen(queue[0])

    monkeypatch.setattr(admin, "request_redrive", refuse)
    async with operator(site) as somebody:
        answer = await somebody.post(f"{LIST}/redrive")
    assert answer.status_code == 409
    assert "Este registro no está en espera" in answer.text and answer.text.count('scope="row"') == 2


async def test_one_that_queues_behind_another_cannot_be_redriven_alone(
    site: Site, pool: Pool, queue: list[int]
) -> None:
    async with operator(site) as somebody:
        answer = await somebody.post(f"{LIST}/{queue[1]}/redrive")
    assert answer.status_code == 409
    assert f"Antes va el registro {queue[0]} de la misma clave." in answer.text and "<dl" in answer.text
    assert await states(pool) == ["waiting", "waiting"]


async def test_discarding_needs_a_reason_and_leads_to_the_next_of_the_queue(
    site: Site, pool: Pool, queue: list[int]
) -> None:
    first, second = queue
    async with operator(site) as somebody:
        refused = await somebody.post(f"{LIST}/{first}/discard", data={"reason": "Rosa Quispe asked for it"})
        answer = await somebody.post(f"{LIST}/{first}/discard", data={"reason": "sent_by_mistake"})
        again = await somebody.post(f"{LIST}/{first}/discard", data={"reason": "sent_by_mistake"})
        page = (await somebody.get(f"{LIST}/{first}")).text
    assert refused.status_code == 422 and 'href="#reason"' in refused.text
    assert (answer.status_code, answer.headers["location"]) == (303, f"{LIST}/{second}")
    assert again.status_code == 409
    assert "Este registro no está en espera" in again.text and "<dl" in again.text
    assert await states(pool) == ["discarded", "waiting"]
    assert "Se envió por error" in page and "/discard" not in page


async def test_a_form_sent_twice_is_done_once(site: Site, queue: list[int]) -> None:
    form = {"reason": "sent_by_mistake", "idempotency_key": str(uuid4())}
    async with operator(site) as somebody:
        answers = [await somebody.post(f"{LIST}/{queue[0]}/discard", data=form) for _ in range(2)]
    assert [answer.status_code for answer in answers] == [303, 303]
    assert answers[0].headers["location"] == answers[1].headers["location"]


async def test_the_list_shows_settled_dead_letters_on_request(site: Site, queue: list[int]) -> None:
    async with operator(site) as somebody:
        await somebody.post(f"{LIST}/{queue[0]}/discard", data={"reason": "sent_by_mistake"})
        queries = ("", "?everything=true", "?state=discarded")
        open_ones, everything, discarded = [(await somebody.get(LIST + query)).text for query in queries]
    assert [page.count('scope="row"') for page in (open_ones, everything, discarded)] == [1, 2, 1]
    assert ADDRESS not in everything
