"""A call too many is told when to come back: staff are counted by who they are, the public by where they come from."""

from collections import Counter
from collections.abc import AsyncIterator
from ipaddress import ip_network
from pathlib import Path

import httpx
import pytest

from chassis.tests.serving import ADDRESS, Site, serve, settings
from chassis.web.access import PLACES, place_of
from chassis.web.rates import Rate
from deploy.trial.gateway import create_gateway
from services.enrollment.app import service as enrollment
from services.enrollment.resources import EnrollmentResources
from tests.support.databases import FreshDatabases
from tests.support.sites import Site as ServiceSite
from tests.support.sites import serving

PROXY = "172.18.0.9"
ADDRESS_OF_ONE = "203.0.113.1"
PUBLIC, _ = Rate.PUBLIC.value
GUESSES, _ = Rate.GUESSES.value


@pytest.fixture
async def office(fresh_databases: FreshDatabases) -> AsyncIterator[ServiceSite[EnrollmentResources]]:
    environment = fresh_databases.variables("enrollment") | {"MINKA_ENROLLMENT_RATE_FACTOR": "1"}
    async with serving(enrollment, environment) as served:
        yield served


async def test_names_and_documents_cannot_be_tried_one_by_one(
    office: ServiceSite[EnrollmentResources],
) -> None:
    async with office.browser("facilitator-0601") as guesser:
        answers = [await guesser.post("/api/people/search", json={"text": f"quispe {n}"}) for n in range(GUESSES + 1)]
        elsewhere = await guesser.post("/api/enrollments", json={})
        other_work = await guesser.get("/api/cohorts")
    assert Counter(answer.status_code for answer in answers) == {200: GUESSES, 429: 1}
    assert answers[-1].json()["code"] == "too_many_requests"
    assert answers[-1].headers["content-type"] == "application/problem+json"
    assert 3000 < int(answers[-1].headers["retry-after"]) <= 3600
    assert (elsewhere.status_code, other_work.status_code) == (429, 200), "the ways to guess share one limit"

    for person in ("facilitator-0602", "coordinator"):
        async with office.browser(person) as other:
            assert (await other.post("/api/people/search", json={"text": "quispe"})).status_code == 200


async def test_the_public_cannot_try_documents_one_by_one(office: ServiceSite[EnrollmentResources]) -> None:
    async with office.browser() as guesser:
        answers = [await guesser.post("/join/abcdefghjk", data={}) for _ in range(GUESSES + 1)]
        reading = await guesser.get("/public/programmes")
    assert Counter(answer.status_code for answer in answers) == {404: GUESSES, 429: 1}
    assert reading.status_code == 200


async def test_a_person_is_told_on_a_page(office: ServiceSite[EnrollmentResources]) -> None:
    page = {"accept": "text/html", "origin": "http://127.0.0.1:8000"}
    async with office.browser("facilitator-0601") as guesser:
        answers = [await guesser.post("/people", data={"text": "quispe"}, headers=page) for _ in range(GUESSES + 1)]
    assert answers[-1].status_code == 429
    assert "Se pidió demasiadas veces" in answers[-1].text
    assert int(answers[-1].headers["retry-after"]) > 0


async def calls(site: Site, client: str, times: int = 1, forwarded_for: str | None = None) -> list[int]:
    """The answers to a public route, for connections of this address. `forwarded_for` may have a place for a number."""
    transport = httpx.ASGITransport(create_gateway({"sample": site.app}), client=(client, 50_000))
    async with httpx.AsyncClient(transport=transport, base_url=ADDRESS) as browser:
        return [
            (await browser.get("/sample/api/whoami", headers=_forwarded(forwarded_for, number))).status_code
            for number in range(times)
        ]


def _forwarded(pattern: str | None, number: int) -> dict[str, str]:
    return {} if pattern is None else {"x-forwarded-for": pattern.format(number % 256)}


@pytest.fixture
def site() -> Site:
    return serve(told=settings(trusted_proxies=(ip_network("172.16.0.0/12"),)))


def another(address: str, pattern: str = "203.0.113.{}") -> str:
    """An address of this pattern that is not counted in the same place."""
    return next(one for one in map(pattern.format, range(2, 250)) if place_of(one) != place_of(address))


async def test_an_address_has_a_limit_of_its_own(site: Site) -> None:
    assert set(await calls(site, ADDRESS_OF_ONE, PUBLIC)) == {200}
    assert await calls(site, ADDRESS_OF_ONE) == [429]
    assert await calls(site, another(ADDRESS_OF_ONE)) == [200]


def test_many_networks_take_no_more_than_the_places() -> None:
    places = {place_of(f"2001:db8:{n >> 16:x}:{n & 0xFFFF:x}::1") for n in range(200_000)}
    assert PLACES / 2 < len(places) <= PLACES


async def test_a_forged_header_is_no_other_address(site: Site) -> None:
    answers = await calls(site, ADDRESS_OF_ONE, PUBLIC + 1, forwarded_for="198.51.100.{}")
    assert answers[-1] == 429


async def test_a_trusted_proxy_says_whom_it_asks_for_and_its_client_cannot(site: Site) -> None:
    answers = await calls(site, PROXY, PUBLIC + 1, forwarded_for="198.51.100.{}, " + ADDRESS_OF_ONE)
    assert answers[-1] == 429
    assert await calls(site, PROXY, forwarded_for=another(ADDRESS_OF_ONE)) == [200]


async def test_the_addresses_of_one_ipv6_network_are_one_caller(site: Site) -> None:
    assert set(await calls(site, PROXY, PUBLIC, forwarded_for="2001:db8:0:1::{}")) == {200}
    assert await calls(site, "2001:db8:0:1:ffff::1") == [429]
    assert await calls(site, another("2001:db8:0:1::", "2001:db8:0:{}::1")) == [200]


def test_an_ipv4_address_is_one_caller_however_it_is_written() -> None:
    assert place_of("::ffff:203.0.113.7") == place_of("203.0.113.7")


async def test_what_watches_over_the_process_is_always_answered(office: ServiceSite[EnrollmentResources]) -> None:
    transport = httpx.ASGITransport(office.app)
    async with httpx.AsyncClient(transport=transport, base_url=ADDRESS) as prober:
        answers = {(await prober.get("/health/live")).status_code for _ in range(PUBLIC + 1)}
    assert answers == {200}


def test_the_front_door_sets_the_address_and_counts_it() -> None:
    """nginx itself runs only in `make compose-test`."""
    told = (Path(__file__).parents[2] / "deploy" / "compose" / "front-door.conf").read_text()
    assert "proxy_set_header X-Forwarded-For $remote_addr;" in told
    assert "limit_req zone=addresses" in told
    assert "limit_req_status 429;" in told
    assert "limit_conn answers 200;" in told
    assert "limit_conn_status 429;" in told
