"""How long an answer of the issuer counts, by literal numbers, and that a sign-in accepts its own answer alone."""

from collections.abc import Callable
from typing import Any

import httpx
import pytest
from itsdangerous import TimestampSigner

from chassis.tests.serving import CLIENT, ISSUER, Site, Vouching, new_key, serve, settings
from chassis.web.auth.activity import Activity, IssuerUnavailable
from chassis.web.auth.openid import InvalidToken, Provider, Tokens
from chassis.web.auth.principal import COOKIE, REFRESH_COOKIE
from chassis.web.auth.sign_in import STATE_COOKIE

START = 1_800_000_000.0


class Clock:
    def __init__(self) -> None:
        self.now = START

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


# Whether a token still counts ----------------------------------------------------------------------------------------


class Issuer:
    """Says of each token whether it counts, or is away."""

    def __init__(self) -> None:
        self.asked: list[str] = []
        self.ended: set[str] = set()
        self.is_away = False

    async def counts(self, token: str) -> bool:
        self.asked.append(token)
        if self.is_away:
            raise IssuerUnavailable("away")
        return token not in self.ended


@pytest.fixture
def issuer() -> Issuer:
    return Issuer()


@pytest.fixture
def activity(issuer: Issuer, clock: Clock) -> Activity:
    return Activity(issuer.counts, clock)


async def answer(activity: Activity, token: str = "t") -> bool | None:
    """None where nobody can tell."""
    try:
        return await activity.is_active(token)
    except IssuerUnavailable:
        return None


@pytest.mark.parametrize(("seconds", "asked"), [(0.0, 1), (1.9, 1), (2.0, 2)])
async def test_an_answer_counts_for_two_seconds(
    activity: Activity, issuer: Issuer, clock: Clock, seconds: float, asked: int
) -> None:
    assert await answer(activity)
    clock.now += seconds
    assert await answer(activity)
    assert len(issuer.asked) == asked


async def test_a_token_that_was_ended_is_refused_within_two_seconds(
    activity: Activity, issuer: Issuer, clock: Clock
) -> None:
    assert await answer(activity)
    issuer.ended.add("t")
    clock.now += 2.0
    assert await answer(activity) is False
    issuer.is_away = True
    assert await answer(activity) is None, "the last answer was that it does not count"


@pytest.mark.parametrize(("seconds", "expected"), [(59.9, True), (60.0, None)])
async def test_the_last_answer_counts_for_a_minute_while_the_issuer_is_away_however_often_it_is_asked(
    activity: Activity, issuer: Issuer, clock: Clock, seconds: float, expected: bool | None
) -> None:
    assert await answer(activity)
    issuer.is_away = True
    for share in (0.3, 0.6, 0.9):
        clock.now = START + share * seconds
        assert await answer(activity)
    clock.now = START + seconds
    assert await answer(activity) is expected


async def test_a_token_of_which_nothing_was_heard_does_not_count_while_the_issuer_is_away(
    activity: Activity, issuer: Issuer
) -> None:
    assert await answer(activity)
    issuer.is_away = True
    assert await answer(activity, "another") is None


async def test_after_a_sign_out_each_token_is_asked_about_again(activity: Activity, issuer: Issuer) -> None:
    assert await answer(activity)
    activity.forget()
    issuer.ended.add("t")
    assert await answer(activity) is False


async def test_no_more_than_four_thousand_tokens_are_remembered(activity: Activity) -> None:
    for number in range(5_000):
        assert await answer(activity, str(number))
    assert len(activity._confirmations) <= 4_096


# The issuer's keys ---------------------------------------------------------------------------------------------------


def a_provider(site: Site, clock: Callable[[], float]) -> Provider:
    return Provider(ISSUER, CLIENT, site.transport, clock=clock)


async def claims(provider: Provider, token: str) -> dict[str, Any] | None:
    try:
        return await provider.access_claims(token)
    except InvalidToken:
        return None


def a_token(vouching: Vouching, **told: Any) -> str:
    return vouching.token(**{"iat": int(START), "exp": int(START) + 100_000, **told})


@pytest.mark.parametrize(("seconds", "read"), [(3_600, 1), (3_601, 2)])
async def test_the_issuers_keys_are_read_again_after_an_hour(clock: Clock, seconds: int, read: int) -> None:
    site = serve()
    provider = a_provider(site, clock)
    assert await claims(provider, a_token(site.vouching))
    clock.now += seconds
    assert await claims(provider, a_token(site.vouching))
    assert site.vouching.read == read


@pytest.mark.parametrize(("seconds", "read"), [(30, 1), (31, 2)])
async def test_unknown_key_ids_have_the_keys_read_twice_a_minute_at_most(clock: Clock, seconds: int, read: int) -> None:
    site = serve()
    provider = a_provider(site, clock)
    assert await claims(provider, a_token(site.vouching))
    clock.now += seconds
    for _ in range(3):
        assert await claims(provider, a_token(site.vouching, key=new_key())) is None
    assert site.vouching.read == read


@pytest.mark.parametrize(("late", "counts"), [(30, True), (31, False)])
async def test_clocks_may_differ_by_half_a_minute(clock: Clock, late: int, counts: bool) -> None:
    site = serve()
    token = a_token(site.vouching, exp=int(START) + 100)
    clock.now = START + 100 + late - 1
    assert bool(await claims(a_provider(site, clock), token)) is counts


@pytest.mark.parametrize(("seconds", "due"), [(299, False), (300, True), (899, True), (5_000, True)])
async def test_a_token_is_renewed_when_a_third_of_its_life_has_passed(clock: Clock, seconds: int, due: bool) -> None:
    site = serve()
    token = a_token(site.vouching, exp=int(START) + 900)
    clock.now += seconds
    assert await a_provider(site, clock).is_due(token) is due


# Signing in ----------------------------------------------------------------------------------------------------------


class Answering(httpx.AsyncBaseTransport):
    """The way to an issuer that answers each code with an ID token of this nonce."""

    def __init__(self, site: Site) -> None:
        self.site = site
        self.nonce = ""

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        if request.url.path != "/issuer/token":
            return await self.site.transport.handle_async_request(request)
        vouching = self.site.vouching
        return httpx.Response(
            200, json={"id_token": vouching.token(nonce=self.nonce), "access_token": vouching.token()}
        )


@pytest.fixture
def site() -> Site:
    return serve()


@pytest.fixture
def answering(site: Site) -> Answering:
    transport = Answering(site)
    site.app.state.provider = Provider(ISSUER, CLIENT, transport)
    return transport


async def finish(browser: httpx.AsyncClient, answering: Answering, nonce: str | None = None) -> httpx.Response:
    """Begins to sign in and comes back with a code; the issuer answers with the nonce asked for, or another."""
    begun = httpx.URL((await browser.get("/sample/sign-in")).headers["location"])
    answering.nonce = nonce or begun.params["nonce"]
    return await browser.get("/sample/sign-in/callback", params={"code": "c", "state": begun.params["state"]})


async def test_a_sign_in_that_was_asked_for_sets_the_cookies_and_forgets_its_state(
    site: Site, answering: Answering
) -> None:
    async with site.browser() as browser:
        assert (await finish(browser, answering)).status_code == 303
        assert COOKIE in browser.cookies
        assert STATE_COOKIE not in browser.cookies


async def test_the_identity_of_another_sign_in_is_refused(site: Site, answering: Answering) -> None:
    async with site.browser() as browser:
        assert (await finish(browser, answering, "of an attacker")).status_code == 400
        assert COOKIE not in browser.cookies


@pytest.mark.parametrize(("ago", "status"), [(590, 303), (611, 400)])
async def test_a_sign_in_has_to_be_finished_within_ten_minutes(
    site: Site, answering: Answering, monkeypatch: pytest.MonkeyPatch, ago: int, status: int
) -> None:
    """On a shared computer the next person would finish it."""
    now = TimestampSigner.get_timestamp
    async with site.browser() as browser:
        with monkeypatch.context() as patched:
            patched.setattr(TimestampSigner, "get_timestamp", lambda signer: now(signer) - ago)
            begun = httpx.URL((await browser.get("/sample/sign-in")).headers["location"])
        answering.nonce = begun.params["nonce"]
        back = await browser.get("/sample/sign-in/callback", params={"code": "c", "state": begun.params["state"]})
    assert back.status_code == status


async def test_the_issuer_is_asked_with_a_challenge_that_tells_no_verifier(site: Site, answering: Answering) -> None:
    async with site.browser() as browser:
        first, second = [httpx.URL((await browser.get("/sample/sign-in")).headers["location"]) for _ in range(2)]
    assert first.params["code_challenge_method"] == "S256"
    assert len(first.params["code_challenge"]) == 43
    for part in ("state", "nonce", "code_challenge"):
        assert first.params[part] != second.params[part]


class Renewing:
    """Stands for a provider: every token is due, and is renewed."""

    async def is_due(self, token: str) -> bool:
        return True

    async def renew(self, token: str) -> Tokens:
        return Tokens("new", "newer")

    async def access_claims(self, token: str) -> dict[str, Any]:
        return {"sub": "ada"}


@pytest.mark.parametrize(("address", "secure"), [("https://minka.example", True), ("http://127.0.0.1:8000", False)])
async def test_renewed_cookies_go_over_https_alone(address: str, secure: bool) -> None:
    site = serve(told=settings(public_url=address))
    site.app.state.provider = Renewing()
    async with site.browser() as browser:
        browser.cookies.update({COOKIE: "old", REFRESH_COOKIE: "older"})
        renewed = (await browser.get("/sample/api/whoami")).headers.get_list("set-cookie")
    assert ["Secure" in cookie for cookie in renewed] == [secure, secure]
