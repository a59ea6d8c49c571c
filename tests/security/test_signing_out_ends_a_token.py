"""A sign-in ends when its person says so, goes away or was there for too long, and then its tokens count nowhere."""

from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

import httpx
import pytest
from fastapi import APIRouter, FastAPI, Request
from joserfc import jwt
from joserfc.jwk import ECKey, OKPKey
from pydantic import SecretStr
from starlette.applications import Starlette

from chassis.runtime.settings import HttpSettings
from chassis.service import create_api
from chassis.web.access import Access, SignedIn
from chassis.web.app import create_app
from chassis.web.auth.activity import BELIEVED_SECONDS, BELIEVED_WHILE_UNAVAILABLE
from chassis.web.auth.openid import KEYS_LAST, REFETCH_AFTER, Provider
from chassis.web.auth.principal import COOKIE, REFRESH_COOKIE
from chassis.web.bodies import LARGEST_OF_STRANGERS
from chassis.web.rates import Rate
from deploy.trial.gateway import create_gateway
from deploy.trial.issuer import Issuer
from deploy.trial.issuer_app import create_issuer
from deploy.trial.issuer_tokens import TOKEN_LASTS
from deploy.trial.layout import LOOPBACK
from deploy.trial.sign_ins import INACTIVITY_SECONDS, LONGEST_SECONDS, OVERLAP_SECONDS
from deploy.trial.web import SERVICES
from tests.support.databases import FreshDatabases
from tests.support.sites import settings_of

ADDRESS = "http://127.0.0.1:8000"
PAGES = [f"{service.prefix}/operator/dead-letters" for service in SERVICES.values()]
MINUTE = 60.0

STAFF = {"operator": Rate.USUAL, "coordinator": Rate.USUAL}
ACCESS: Access = {"GET /me": STAFF, "POST /form": STAFF}

router = APIRouter()


@router.get("/me")
async def me(principal: SignedIn) -> str:
    return principal.subject


@router.post("/form")
async def form(request: Request, principal: SignedIn) -> str:
    return f"{len(await request.body())} bytes of {principal.subject}"


@dataclass
class Clock:
    now: float = 1_800_000_000.0

    def __call__(self) -> float:
        return self.now


class Line(httpx.AsyncBaseTransport):
    """The way from the services to the issuer, which can be cut."""

    def __init__(self, web: Starlette) -> None:
        self.transport = httpx.ASGITransport(web)
        self.cut = False
        self.asked: list[str] = []

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        self.asked.append(request.url.path)
        if self.cut:
            raise httpx.ConnectError("cut")
        return await self.transport.handle_async_request(request)


@dataclass
class House:
    """Services at one address with the trial's issuer, and the clock that all of them read."""

    web: Starlette
    line: Line
    clock: Clock
    issuer: Issuer

    def change_keys(self) -> None:
        """The issuer signs with another key from now on."""
        self.issuer.tokens.key = OKPKey.generate_key("Ed25519", {"use": "sig", "alg": "Ed25519"}, auto_kid=True)
        self.clock.now += REFETCH_AFTER + 1

    def browser(self, cookies: Mapping[str, str] | None = None, **headers: str) -> httpx.AsyncClient:
        return httpx.AsyncClient(
            transport=httpx.ASGITransport(self.web),
            base_url=ADDRESS,
            headers={"accept": "text/html", "origin": ADDRESS, **headers},
            cookies=dict(cookies or {}),
        )

    @asynccontextmanager
    async def signed_in(self, page: str, person: str = "operator") -> AsyncIterator[httpx.AsyncClient]:
        """A browser of somebody who came to this page and signed in."""
        async with self.browser() as browser:
            begun = await browser.get((await browser.get(page)).headers["location"])
            chosen = await browser.post(begun.headers["location"], data={"person": person})
            assert (await browser.get(chosen.headers["location"])).headers["location"] == page
            yield browser

    async def by_bearer(self, page: str, token: str) -> int:
        async with self.browser(authorization=f"Bearer {token}", accept="application/json") as curl:
            return (await curl.get(page)).status_code

    async def by_cookie(self, page: str, cookies: Mapping[str, str]) -> int:
        async with self.browser(cookies) as browser:
            return (await browser.get(page)).status_code


def settings() -> HttpSettings:
    secret = SecretStr("the issuer of the tests, with a secret of its own")
    return HttpSettings(environment="trial", public_url=ADDRESS, issuer_url=f"{ADDRESS}/issuer", session_secret=secret)


def house_of(apps: Mapping[str, FastAPI]) -> House:
    clock = Clock()
    issuer = create_issuer(settings(), LOOPBACK, clock)
    web = create_gateway({"issuer": issuer, **apps})
    line = Line(web)
    for app in apps.values():
        app.state.provider = Provider(f"{ADDRESS}/issuer", "minka", line, clock=clock)
    return House(web, line, clock, issuer.state.issuer)


@asynccontextmanager
async def _nothing(_app: FastAPI) -> AsyncIterator[None]:
    yield


@pytest.fixture
def garden() -> House:
    """One small service, at `/garden`."""
    app = create_app("garden", "/garden", [router], _nothing, settings(), "tests.trial", ACCESS)
    return house_of({"garden": app})


@pytest.fixture
async def house(fresh_databases: FreshDatabases, tmp_path: Path) -> AsyncIterator[House]:
    """The four services."""
    apps = {}
    for name, service in SERVICES.items():
        told = fresh_databases.variables(name) | {"MINKA_MEDIA_STORAGE": str(tmp_path)}
        told |= {f"MINKA_{name.upper()}_PUBLIC_URL": ADDRESS, f"MINKA_{name.upper()}_ISSUER_URL": f"{ADDRESS}/issuer"}
        apps[name] = create_api(service, settings_of(service, told))
    served = house_of(apps)
    async with served.web.router.lifespan_context(served.web):
        yield served


async def test_whoever_signs_out_in_one_service_is_out_of_all(house: House) -> None:
    async with house.signed_in(PAGES[1]) as browser:
        copied = dict(browser.cookies)
        assert [await house.by_bearer(page, copied[COOKIE]) for page in PAGES] == [200] * 4
        assert [await house.by_cookie(page, copied) for page in PAGES] == [200] * 4

        assert (await browser.post("/media/sign-out")).status_code == 303
        assert not browser.cookies.keys() & {COOKIE, REFRESH_COOKIE}

    house.clock.now += BELIEVED_SECONDS
    assert [await house.by_bearer(page, copied[COOKIE]) for page in PAGES] == [401] * 4
    assert [await house.by_cookie(page, copied) for page in PAGES] == [303] * 4
    assert await _refreshed(house, copied[REFRESH_COOKIE]) == 400


async def test_whoever_signs_out_everywhere_is_out_on_every_device_and_nobody_else_is(house: House) -> None:
    async with (
        house.signed_in(PAGES[0]) as phone,
        house.signed_in(PAGES[1]) as computer,
        house.signed_in("/enrollment/cohorts", "coordinator") as other,
    ):
        copied = dict(phone.cookies)
        page = await computer.get(PAGES[2])
        assert 'action="/media/sign-out/everywhere"' in page.text
        assert "Salir en todos los dispositivos" in page.text

        assert (await computer.post("/media/sign-out/everywhere")).status_code == 303

        house.clock.now += BELIEVED_SECONDS
        assert [(await browser.get(PAGES[3])).status_code for browser in (phone, computer)] == [303, 303]
        assert [await house.by_bearer(page, copied[COOKIE]) for page in PAGES] == [401] * 4
        assert (await other.get("/enrollment/cohorts")).status_code == 200


async def test_the_service_that_was_told_refuses_at_once(garden: House) -> None:
    async with garden.signed_in("/garden/me") as browser:
        copied = dict(browser.cookies)
        await browser.post("/garden/sign-out")
    assert await garden.by_bearer("/garden/me", copied[COOKIE]) == 401


async def test_whoever_works_stays_in_until_the_longest_life(garden: House) -> None:
    async with garden.signed_in("/garden/me") as browser:
        seen = {browser.cookies[COOKIE]}
        for _ in range(int(LONGEST_SECONDS / (20 * MINUTE)) - 1):
            garden.clock.now += 20 * MINUTE
            assert (await browser.get("/garden/me")).status_code == 200
            assert browser.cookies[COOKIE] not in seen
            seen.add(browser.cookies[COOKIE])
        garden.clock.now += 20 * MINUTE
        assert (await browser.get("/garden/me")).status_code == 303
        assert not browser.cookies.keys() & {COOKIE, REFRESH_COOKIE}
    assert await garden.by_bearer("/garden/me", max(seen)) == 401


async def test_an_access_token_counts_for_fifteen_minutes(garden: House) -> None:
    async with garden.signed_in("/garden/me") as browser:
        token = browser.cookies[COOKIE]
    garden.clock.now += TOKEN_LASTS - 1
    assert await garden.by_bearer("/garden/me", token) == 200
    garden.clock.now += 1 + BELIEVED_SECONDS
    assert (await garden.by_bearer("/garden/me", token), TOKEN_LASTS) == (401, 15 * MINUTE)


async def test_whoever_goes_away_is_out(garden: House) -> None:
    async with garden.signed_in("/garden/me") as browser:
        garden.clock.now += INACTIVITY_SECONDS - 1
        assert (await browser.get("/garden/me")).status_code == 200
        garden.clock.now += INACTIVITY_SECONDS
        assert (await browser.get("/garden/me")).status_code == 303
        assert not browser.cookies.keys() & {COOKIE, REFRESH_COOKIE}


async def test_a_form_that_was_filled_in_slowly_is_not_lost(garden: House) -> None:
    content = b"x" * (LARGEST_OF_STRANGERS + 1)
    async with garden.signed_in("/garden/me") as browser:
        garden.clock.now += 20 * MINUTE
        answer = await browser.post("/garden/form", content=content)
    assert (answer.status_code, answer.json()) == (200, f"{len(content)} bytes of operator")


async def test_the_cookie_that_renews_is_nothing_by_itself(garden: House) -> None:
    async with garden.signed_in("/garden/me") as browser:
        garden.clock.now += 20 * MINUTE
        assert (await browser.post("/garden/form", headers={"origin": "http://evil.example"})).status_code == 403
        browser.cookies.delete(COOKIE)
        assert (await browser.get("/garden/me")).status_code == 303


async def test_strangers_do_not_make_us_ask_the_issuer(garden: House) -> None:
    async with garden.signed_in("/garden/me") as browser:
        refresh = browser.cookies[REFRESH_COOKIE]
    garden.clock.now += 20 * MINUTE
    asked = len(garden.line.asked)
    for cookies in (
        {REFRESH_COOKIE: refresh},
        {REFRESH_COOKIE: "x", COOKIE: "x"},
        {REFRESH_COOKIE: "x", COOKIE: "a.b.c"},
    ):
        assert await garden.by_cookie("/garden/me", cookies) == 303
    assert garden.line.asked[asked:] == []


async def test_new_cookies_are_never_kept_by_others(garden: House) -> None:
    async with garden.signed_in("/garden/me") as browser:
        sheet = (await browser.get("/garden/nothing")).text.partition('<link rel="stylesheet" href="')[2].split('"')[0]
        assert "public" in (await browser.get(sheet)).headers["cache-control"]
        garden.clock.now += 6 * MINUTE
        renewed = await browser.get(sheet)
    assert renewed.headers["cache-control"] == "no-store"
    cookies = renewed.headers.get_list("set-cookie")
    assert [cookie.split("=")[0] for cookie in cookies] == [COOKIE, REFRESH_COOKIE]
    assert all("HttpOnly" in cookie and "SameSite=lax" in cookie for cookie in cookies)


async def test_a_sign_out_that_comes_with_a_renewal_is_a_sign_out(garden: House) -> None:
    async with garden.signed_in("/garden/me") as browser:
        garden.clock.now += 6 * MINUTE
        await browser.post("/garden/sign-out")
        assert not browser.cookies.keys() & {COOKIE, REFRESH_COOKIE}


async def test_parallel_requests_may_bring_the_same_refresh_token(garden: House) -> None:
    async with garden.signed_in("/garden/me") as browser:
        cookies = dict(browser.cookies)
        garden.clock.now += 6 * MINUTE
        assert [await garden.by_cookie("/garden/me", cookies) for _ in range(3)] == [200] * 3
        assert (await browser.get("/garden/me")).status_code == 200


async def test_a_copied_refresh_token_ends_the_sign_in_for_both(garden: House) -> None:
    async with garden.signed_in("/garden/me") as browser:
        copied = browser.cookies[REFRESH_COOKIE]
        garden.clock.now += 6 * MINUTE
        assert (await browser.get("/garden/me")).status_code == 200
        garden.clock.now += OVERLAP_SECONDS
        assert await _refreshed(garden, copied) == 400
        assert (await browser.get("/garden/me")).status_code == 303


async def test_while_the_issuer_is_away_the_last_answer_counts_for_a_minute(garden: House) -> None:
    async with garden.signed_in("/garden/me") as browser:
        token = browser.cookies[COOKIE]
    garden.line.cut = True
    garden.clock.now += BELIEVED_WHILE_UNAVAILABLE - 1
    assert await garden.by_bearer("/garden/me", token) == 200
    garden.clock.now += BELIEVED_SECONDS
    assert await garden.by_bearer("/garden/me", token) == 503


@pytest.mark.parametrize("cookies", [{REFRESH_COOKIE: "x"}, {COOKIE: "x"}, {COOKIE: "x.y.z", REFRESH_COOKIE: "x"}])
async def test_a_stranger_who_signs_out_takes_the_last_answer_from_nobody(
    garden: House, cookies: dict[str, str]
) -> None:
    async with garden.signed_in("/garden/me") as browser:
        token = browser.cookies[COOKIE]
    asked = list(garden.line.asked)
    async with garden.browser(cookies) as stranger:
        assert (await stranger.post("/garden/sign-out")).status_code == 303
    assert garden.line.asked == asked
    garden.line.cut = True
    garden.clock.now += BELIEVED_SECONDS
    assert await garden.by_bearer("/garden/me", token) == 200


async def test_a_sign_out_of_which_the_issuer_does_not_hear_says_so(garden: House) -> None:
    async with garden.signed_in("/garden/me") as browser:
        garden.line.cut = True
        assert (await browser.post("/garden/sign-out")).headers["location"] == "/garden/"
        assert not browser.cookies.keys() & {COOKIE, REFRESH_COOKIE}
        assert "30 minutos" in (await browser.get("/garden/nothing")).text


async def test_a_sign_out_of_which_the_issuer_does_not_hear_locks_nobody_out(garden: House) -> None:
    async with garden.signed_in("/garden/me") as browser, garden.signed_in("/garden/me") as other:
        token = browser.cookies[COOKIE]
        garden.line.cut = True
        await other.post("/garden/sign-out")
    assert await garden.by_bearer("/garden/me", token) == 200


async def test_a_sign_out_everywhere_of_which_the_issuer_does_not_hear_says_so(garden: House) -> None:
    async with garden.signed_in("/garden/me") as browser:
        garden.line.cut = True
        assert (await browser.post("/garden/sign-out/everywhere")).headers["location"] == "/garden/"
        page = (await browser.get("/garden/nothing")).text
    assert "sus otros dispositivos" in page and "30 minutos" not in page


async def test_the_issuers_keys_are_kept_while_it_is_away(garden: House) -> None:
    async with garden.signed_in("/garden/me"):
        garden.clock.now += KEYS_LAST - 10
    async with garden.signed_in("/garden/me") as browser:
        token = browser.cookies[COOKIE]
    garden.line.cut = True
    garden.clock.now += 20
    assert await garden.by_bearer("/garden/me", token) == 200


async def test_a_sign_out_after_a_change_of_keys_reaches_the_issuer(garden: House) -> None:
    async with garden.signed_in("/garden/me"):
        garden.change_keys()
    token = garden.issuer.token(garden.issuer.people[0])
    assert garden.issuer.is_active(token)
    async with garden.browser({COOKIE: token}) as browser:
        assert (await browser.post("/garden/sign-out")).headers["location"] == f"{ADDRESS}/"
    assert not garden.issuer.is_active(token)


async def test_a_sign_in_is_renewed_after_a_change_of_keys(garden: House) -> None:
    async with garden.signed_in("/garden/me"):
        garden.change_keys()
    sign_in = garden.issuer.sign_ins.begin(garden.issuer.people[0])
    tokens = garden.issuer.tokens
    cookies = {COOKIE: tokens.access_token(sign_in), REFRESH_COOKIE: tokens.refresh_token(sign_in)}
    garden.clock.now += TOKEN_LASTS + MINUTE
    assert await garden.by_cookie("/garden/me", cookies) == 200


async def test_forged_key_ids_make_us_ask_once_while_the_issuer_is_away(garden: House) -> None:
    async with garden.signed_in("/garden/me"):
        garden.clock.now += REFETCH_AFTER + 1
    garden.line.cut = True
    garden.line.asked.clear()
    forged = jwt.encode({"alg": "ES256", "kid": "forged"}, {}, ECKey.generate_key())
    answers = [await garden.by_bearer("/garden/me", forged) for _ in range(3)]
    assert (answers, garden.line.asked) == ([503, 401, 401], ["/issuer/keys"])


async def test_nobody_ends_anothers_sign_ins(garden: House) -> None:
    asked = {"sub_id": {"format": "iss_sub", "iss": f"{ADDRESS}/issuer", "sub": "coordinator"}}
    async with garden.signed_in("/garden/me", "coordinator") as victim, garden.signed_in("/garden/me") as other:
        for headers in ({}, {"authorization": f"Bearer {other.cookies[COOKIE]}"}):
            answer = await other.post("/issuer/revoke-everywhere", json=asked, headers=headers)
            assert answer.status_code == 401
        garden.clock.now += BELIEVED_SECONDS
        assert (await victim.get("/garden/me")).status_code == 200


async def _refreshed(house: House, refresh_token: str) -> int:
    form = {"grant_type": "refresh_token", "client_id": "minka", "refresh_token": refresh_token}
    async with house.browser() as thief:
        return (await thief.post("/issuer/token", data=form)).status_code
