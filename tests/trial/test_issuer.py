"""Signing in through the trial's own issuer as a browser does, and attacks that must fail."""

from base64 import urlsafe_b64encode
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from hashlib import sha256
from urllib.parse import parse_qs, urlsplit

import httpx
import pytest
from fastapi import APIRouter, FastAPI
from itsdangerous import TimestampSigner
from pydantic import SecretStr
from starlette.applications import Starlette

from chassis.runtime.settings import HttpSettings
from chassis.web.access import ANY_ROLE, Access, SignedIn
from chassis.web.app import create_app
from chassis.web.auth.openid import Provider
from chassis.web.auth.principal import COOKIE, REFRESH_COOKIE
from chassis.web.auth.sign_in import STATE_COOKIE, local_path
from chassis.web.rates import Rate
from deploy.trial import authorization_codes
from deploy.trial.authorization_codes import CODE_LASTS, Authorization, AuthorizationCodes
from deploy.trial.gateway import create_gateway
from deploy.trial.issuer import Issuer
from deploy.trial.issuer_app import create_issuer
from deploy.trial.issuer_routes import is_loopback
from deploy.trial.people import people

ADDRESS = "http://127.0.0.1:8000"
PAGE = {"accept": "text/html"}

router = APIRouter()

ACCESS: Access = {"GET /me": {ANY_ROLE: Rate.USUAL}}


@router.get("/me")
async def me(principal: SignedIn) -> dict[str, object]:
    return {"subject": principal.subject, "roles": list(principal.roles), "organization": principal.organization_id}


def settings(**told: str) -> HttpSettings:
    standard = {"environment": "trial", "public_url": ADDRESS, "issuer_url": f"{ADDRESS}/issuer"}
    return HttpSettings.model_validate({**standard, "session_secret": SecretStr("long enough to sign with"), **told})


def site(told: HttpSettings | None = None) -> Starlette:
    """The issuer, and one service at `/garden`."""
    told = told or settings()
    issuer = create_issuer(settings(), "127.0.0.1")
    garden = create_app("garden", "/garden", [router], _no_lifespan, told, "tests.trial", ACCESS)
    web = create_gateway({"issuer": issuer, "garden": garden})
    garden.state.provider = Provider(told.issuer_url, told.client_id, httpx.ASGITransport(web))
    return web


@asynccontextmanager
async def _no_lifespan(_app: FastAPI) -> AsyncIterator[None]:
    yield


@pytest.fixture
async def browser() -> AsyncIterator[httpx.AsyncClient]:
    async with visiting(site()) as client:
        yield client


def visiting(web: Starlette, address: str = ADDRESS) -> httpx.AsyncClient:
    return httpx.AsyncClient(transport=httpx.ASGITransport(web), base_url=address, headers=PAGE)


async def authorize(browser: httpx.AsyncClient, person: str = "coordinator") -> str:
    """Goes from a page to the issuer and chooses a person. Returns the address of the callback."""
    begun = await browser.get("/garden/sign-in", params={"return_to": "/garden/me?tab=1"})
    chosen = await browser.post(begun.headers["location"], data={"person": person})
    return str(chosen.headers["location"])


async def test_signing_in_leads_back_to_the_page_as_the_person_picked(browser: httpx.AsyncClient) -> None:
    asked = await browser.get("/garden/me?tab=1")
    begun = await browser.get(asked.headers["location"])
    choice = await browser.get(begun.headers["location"])
    assert choice.status_code == 200 and "Esto es una demostración" in choice.text
    chosen = await browser.post(begun.headers["location"], data={"person": "delegate-mesa"})
    back = await browser.get(chosen.headers["location"])
    assert (back.status_code, back.headers["location"]) == (303, "/garden/me?tab=1")
    assert (await browser.get("/garden/me")).json() == {
        "subject": "delegate-mesa",
        "roles": ["delegate"],
        "organization": "0197a000-0000-7000-8000-000000000002",
    }


async def test_the_cookie_is_out_of_scripts_reach_and_serves_every_service(browser: httpx.AsyncClient) -> None:
    back = await browser.get(await authorize(browser))
    cookie = next(line for line in back.headers.get_list("set-cookie") if line.startswith(f"{COOKIE}="))
    assert {"HttpOnly", "Path=/", "SameSite=lax"} <= set(cookie.split("; "))
    assert "Secure" not in cookie


async def test_over_https_the_cookies_are_secure() -> None:
    async with visiting(site(settings(public_url="https://minka.example"))) as browser:
        begun = await browser.get("/garden/sign-in")
    assert "Secure" in begun.headers["set-cookie"] and "Path=/garden/sign-in" in begun.headers["set-cookie"]


async def test_signing_out_forgets_the_browser(browser: httpx.AsyncClient) -> None:
    await browser.get(await authorize(browser))
    left = await browser.post("/garden/sign-out", headers={"origin": ADDRESS})
    assert (left.status_code, left.headers["location"]) == (303, f"{ADDRESS}/")
    assert (await browser.get("/garden/me")).status_code == 303


async def test_an_answer_that_this_browser_did_not_ask_for_is_refused(browser: httpx.AsyncClient) -> None:
    location = await authorize(browser)
    browser.cookies.delete(STATE_COOKIE)
    refused = await browser.get(location)
    assert refused.status_code == 400 and COOKIE not in browser.cookies


async def test_another_state_is_refused(browser: httpx.AsyncClient) -> None:
    location = await authorize(browser)
    for another in (location[:-4] + "0000", f"{location}é"):
        assert (await browser.get(another)).status_code == 400


async def test_a_code_of_another_browser_is_refused() -> None:
    web = site()
    async with visiting(web) as attacker, visiting(web) as victim:
        stolen = parse_qs(urlsplit(await authorize(attacker)).query)["code"][0]
        own = urlsplit(await authorize(victim))
        state = parse_qs(own.query)["state"][0]
        refused = await victim.get(own.path, params={"code": stolen, "state": state})
    assert refused.status_code == 400 and COOKIE not in victim.cookies


async def test_a_code_is_good_once(browser: httpx.AsyncClient) -> None:
    location = await authorize(browser)
    state = browser.cookies[STATE_COOKIE]
    assert (await browser.get(location)).status_code == 303
    browser.cookies.set(STATE_COOKIE, state, path="/garden/sign-in")
    assert (await browser.get(location)).status_code == 400


async def test_nothing_of_a_sign_in_stays_in_the_browser_but_its_tokens(browser: httpx.AsyncClient) -> None:
    await browser.get(await authorize(browser))
    assert set(browser.cookies) == {COOKIE, REFRESH_COOKIE}


@pytest.mark.parametrize(("seconds", "status"), [(600, 303), (601, 400)])
async def test_a_sign_in_has_to_be_finished_within_ten_minutes(
    browser: httpx.AsyncClient, monkeypatch: pytest.MonkeyPatch, seconds: int, status: int
) -> None:
    began = 1_750_000_000
    monkeypatch.setattr(TimestampSigner, "get_timestamp", lambda _: began)
    location = await authorize(browser)
    monkeypatch.setattr(TimestampSigner, "get_timestamp", lambda _: began + seconds)
    assert (await browser.get(location)).status_code == status


async def test_an_identity_token_of_another_sign_in_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    exchange, identities = Provider.exchange, list[str]()

    async def exchanged(provider: Provider, *asked: str) -> dict[str, str]:
        tokens = await exchange(provider, *asked)
        identities.append(tokens["id_token"])
        return tokens | {"id_token": identities[0]}

    monkeypatch.setattr(Provider, "exchange", exchanged)
    web = site()
    async with visiting(web) as first, visiting(web) as second:
        assert (await first.get(await authorize(first))).status_code == 303
        assert (await second.get(await authorize(second))).status_code == 400
    assert COOKIE not in second.cookies


VERIFIER = "a verifier"
ASKED = Authorization(
    response_type="code",
    client_id="minka",
    redirect_uri=f"{ADDRESS}/garden/sign-in/callback",
    state="s",
    nonce="n",
    code_challenge=urlsafe_b64encode(sha256(VERIFIER.encode()).digest()).rstrip(b"=").decode(),
    code_challenge_method="S256",
)


def redeemed(codes: AuthorizationCodes, code: str, verifier: str = VERIFIER, client_id: str = "minka") -> str | None:
    """The id of the person behind the code."""
    person, nonce = codes.redeem(code, client_id, ASKED.redirect_uri, verifier)
    assert nonce == ("n" if person else "")
    return person.id if person else None


def test_codes_are_forgotten_when_they_count_no_more() -> None:
    """Also those that nobody traded, so that strangers who only begin to sign in fill no memory."""
    now = 0.0
    codes = AuthorizationCodes(lambda: now)
    used, late = codes.issue(ASKED, people()[0]), codes.issue(ASKED, people()[1])
    assert redeemed(codes, used, verifier="another") is redeemed(codes, used, client_id="another") is None
    assert (redeemed(codes, used), redeemed(codes, used)) == (people()[0].id, None)
    now = CODE_LASTS
    assert redeemed(codes, late) is None
    for _ in range(3):
        now += CODE_LASTS
        codes.issue(ASKED, people()[0])
    assert len(codes) == 1


def test_too_many_codes_push_out_the_oldest(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(authorization_codes, "MOST_CODES", 2)
    codes = AuthorizationCodes(lambda: 0.0)
    issued = [codes.issue(ASKED, person) for person in people()[:3]]
    assert [redeemed(codes, code) for code in issued] == [None, people()[1].id, people()[2].id]


async def test_giving_up_at_the_issuer_says_what_to_do(browser: httpx.AsyncClient) -> None:
    begun = await browser.get("/garden/sign-in")
    state = parse_qs(urlsplit(begun.headers["location"]).query)["state"][0]
    refused = await browser.get("/garden/sign-in/callback", params={"error": "access_denied", "state": state})
    assert refused.status_code == 400 and "Ingrese de nuevo" in refused.text


@pytest.mark.parametrize(
    ("target", "allowed"),
    [
        ("/garden/me?tab=1", True),
        ("/", True),
        ("", False),
        ("garden", False),
        ("//evil.example", False),
        ("/\\evil.example", False),
        ("\\/evil.example", False),
        ("https://evil.example/", False),
        ("javascript:alert(1)", False),
        ("/\t/evil.example", False),
        ("/\n/evil.example", False),
        ("///evil.example", False),
    ],
)
def test_one_comes_back_only_to_this_site(target: str, allowed: bool) -> None:
    assert local_path(target) == (target if allowed else None)


@pytest.mark.parametrize(
    "changed",
    [
        {"redirect_uri": "http://evil.example/sign-in/callback"},
        {"redirect_uri": f"{ADDRESS}.evil.example/sign-in/callback"},
        {"redirect_uri": f"{ADDRESS}/garden/me"},
        {"client_id": "another"},
        {"code_challenge_method": "plain"},
        {"response_type": "token"},
    ],
    ids=str,
)
async def test_the_issuer_serves_only_our_own_services(browser: httpx.AsyncClient, changed: dict[str, str]) -> None:
    begun = urlsplit((await browser.get("/garden/sign-in")).headers["location"])
    query = {name: values[0] for name, values in parse_qs(begun.query).items()} | changed
    assert (await browser.get(begun.path, params=query)).status_code == 400
    assert (await browser.post(begun.path, params=query, data={"person": "coordinator"})).status_code == 400


@pytest.mark.parametrize(
    ("form", "subject"),
    [({"role": "auditor"}, "auditor"), ({"person": "facilitator-0603"}, "facilitator-0603")],
)
async def test_the_command_line_gets_a_token_on_this_machine(form: dict[str, str], subject: str) -> None:
    async with visiting(site()) as curl:
        answer = await curl.post("/issuer/token", data={"grant_type": "demonstration", **form})
        token = answer.json()["access_token"]
        said = await curl.get("/garden/me", headers={"authorization": f"Bearer {token}"})
    assert said.json()["subject"] == subject


async def test_nobody_else_gets_a_token() -> None:
    web = site()
    form = {"grant_type": "demonstration", "role": "coordinator"}
    async with visiting(web) as curl:
        assert (await curl.post("/issuer/token", data={**form, "role": "king"})).status_code == 400
        assert (await curl.post("/issuer/token", data={"grant_type": "password"})).status_code == 400
    async with visiting(web, "http://rebound.example:8000") as stranger:
        assert (await stranger.post("/issuer/token", data=form)).status_code == 400
    remote = httpx.ASGITransport(web, client=("203.0.113.9", 1234))
    async with httpx.AsyncClient(transport=remote, base_url=ADDRESS) as stranger:
        assert (await stranger.post("/issuer/token", data=form)).status_code == 400


def test_the_issuer_refuses_production_and_the_network() -> None:
    with pytest.raises(ValueError, match="only in the trial"):
        create_issuer(settings(environment="production"), "127.0.0.1")
    with pytest.raises(ValueError, match="loopback"):
        create_issuer(settings(), "0.0.0.0")


@pytest.mark.parametrize(
    ("host", "loopback"),
    [
        ("127.0.0.1", True),
        ("::1", True),
        ("localhost", True),
        ("0.0.0.0", False),
        ("minka.example", False),
        (None, False),
    ],
)
def test_only_this_machine_is_loopback(host: str | None, loopback: bool) -> None:
    assert is_loopback(host) is loopback


def test_the_key_outlives_a_restart_and_not_another_secret() -> None:
    kid = Issuer(settings()).tokens.key.kid
    assert kid == Issuer(settings()).tokens.key.kid
    assert kid != Issuer(settings(session_secret="another secret to sign with")).tokens.key.kid


def test_a_restart_signs_everybody_out() -> None:
    token = Issuer(settings()).token(people()[0])
    assert Issuer(settings()).tokens.read_access_token(token)["sub"] == people()[0].id
    assert not Issuer(settings()).is_active(token)


def test_every_demonstration_person_is_called_one() -> None:
    people = Issuer(settings()).people
    assert all("(demostración)" in person.name for person in people)
    assert {person.role for person in people} == {
        "coordinator", "facilitator", "delegate", "communications", "auditor", "operator",
    }  # fmt: skip
    assert sum(person.role == "facilitator" for person in people) == 13
    assert all((person.organization_id is not None) == (person.role == "delegate") for person in people)
