"""Tokens of the one issuer are accepted: for us, valid now, signed as they should be, with a fitting role."""

import base64
import hmac
import json
import time

import httpx
import pytest

from chassis.tests.sample.app import ACCESS
from chassis.tests.serving import ADDRESS, CLIENT, ISSUER, Site, new_key, serve
from chassis.web.access import Access
from chassis.web.auth.openid import Provider
from chassis.web.auth.principal import COOKIE
from chassis.web.rates import Rate

TREE = {"kind": "queñual"}


@pytest.fixture
def site() -> Site:
    return serve()


async def test_without_a_token_401(site: Site) -> None:
    async with site.browser() as browser:
        answer = await browser.post("/sample/api/trees", json=TREE)
    assert (answer.status_code, answer.json().get("code")) == (401, "not_signed_in")
    assert answer.headers["www-authenticate"] == "Bearer"


async def test_with_another_role_403(site: Site) -> None:
    async with site.gardener(roles=["visitor"]) as visitor:
        answer = await visitor.post("/sample/api/trees", json=TREE)
    assert (answer.status_code, answer.json().get("code")) == (403, "wrong_role")


@pytest.mark.parametrize(
    ("lines", "complaint"),
    [
        (dict(list(ACCESS.items())[1:]), "does not say who may call GET /"),
        ({**ACCESS, "POST /tools": {"gardener": Rate.USUAL}}, "lines without a route: POST /tools"),
    ],
    ids=["a line is missing", "a line has no route"],
)
def test_no_application_starts_without_a_line_for_each_route(
    lines: Access, complaint: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("chassis.tests.sample.app.ACCESS", lines)
    with pytest.raises(ValueError, match=complaint):
        serve()


async def test_a_good_token_says_who_asks(site: Site) -> None:
    async with site.gardener() as gardener:
        answer = await gardener.get("/sample/api/whoami")
    assert answer.json() == {"subject": "ada"}


async def test_nobody_may_ask_too_where_anybody_may(site: Site) -> None:
    async with site.browser() as browser:
        assert (await browser.get("/sample/api/whoami")).json() == {"subject": None}


@pytest.mark.parametrize(
    "claims",
    [
        {"exp": int(time.time()) - 60},
        {"exp": None},
        {"nbf": int(time.time()) + 600},
        {"iss": "http://elsewhere.example"},
        {"iss": None},
        {"aud": "another-client"},
        {"aud": None},
        {"sub": None},
        {"sub": ""},
        {"roles": "gardener"},
        {"organization_id": "not an id"},
    ],
    ids=lambda claims: f"wrong {next(iter(claims))} ({type(next(iter(claims.values()))).__name__})",
)
async def test_a_token_with_wrong_claims_is_refused(site: Site, claims: dict[str, object]) -> None:
    async with site.gardener(**claims) as stranger:
        answer = await stranger.get("/sample/api/whoami")
    assert (answer.status_code, answer.json().get("code")) == (401, "invalid_token")


async def test_a_stranger_with_our_key_id_is_refused(site: Site) -> None:
    token = site.vouching.token(key=new_key(), header={"kid": site.vouching.keys[0].kid})
    assert await _status(site, token) == 401


async def test_a_published_key_cannot_be_used_as_a_shared_secret(site: Site) -> None:
    key = site.vouching.keys[0]
    signed = _unsigned({"alg": "HS256", "kid": key.kid})
    for secret in (key.as_pem(private=False), key.as_der(private=False), str(key.as_dict(private=False)["x"]).encode()):
        signature = base64.urlsafe_b64encode(hmac.digest(secret, signed.encode(), "sha256")).rstrip(b"=").decode()
        assert await _status(site, f"{signed}.{signature}") == 401


async def test_an_unsigned_token_is_refused(site: Site) -> None:
    assert await _status(site, _unsigned({"alg": "none", "kid": site.vouching.keys[0].kid}) + ".") == 401


@pytest.mark.parametrize("nonsense", ["x", "a.b.c", "é", "e30.e30.e30"])
async def test_nonsense_is_refused(site: Site, nonsense: str) -> None:
    assert await _status(site, nonsense) == 401


async def test_a_new_key_is_found_once_it_is_needed_and_strangers_cause_no_storm(
    site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert await _status(site, site.vouching.token()) == 200
    assert site.vouching.read == 1
    stranger = site.vouching.token(key=new_key())
    assert [await _status(site, stranger) for _ in range(5)] == [401] * 5
    assert site.vouching.read == 1

    monkeypatch.setattr("chassis.web.auth.openid.REFETCH_AFTER", 0.0)
    site.vouching.keys.append(new_key())
    assert await _status(site, site.vouching.token()) == 200
    assert site.vouching.read == 2


async def test_while_the_issuer_is_away_nobody_new_is_let_in_and_the_answer_says_why(site: Site) -> None:
    site.vouching.answers = False
    async with site.gardener() as gardener:
        answer = await gardener.get("/sample/api/whoami")
    assert (answer.status_code, answer.json().get("code")) == (503, "issuer_unavailable")


@pytest.mark.parametrize(("secret", "status"), [("ours", 200), ("another", 503), ("", 503)])
async def test_an_issuer_tells_only_our_own_client_whether_a_token_counts(site: Site, secret: str, status: int) -> None:
    site.vouching.secret = "ours"
    site.app.state.provider = Provider(ISSUER, CLIENT, site.transport, client_secret=secret)
    assert await _status(site, site.vouching.token()) == status


async def test_a_token_that_the_issuer_ended_is_refused_though_it_has_not_expired(site: Site) -> None:
    site.vouching.secret = "ours"
    site.app.state.provider = Provider(ISSUER, CLIENT, site.transport, client_secret="ours")
    token = site.vouching.token()
    site.vouching.ended.add(token)
    assert await _status(site, token) == 401


async def test_an_issuer_that_names_another_is_not_believed(site: Site) -> None:
    site.app.state.provider = Provider(f"{ADDRESS}/issuer/", CLIENT, site.transport)
    assert await _status(site, site.vouching.token()) == 503


async def test_a_page_sends_who_is_not_signed_in_to_sign_in_and_back(site: Site) -> None:
    async with site.browser(accept="text/html") as browser:
        answer = await browser.get("/sample/tools", params={"row": "3"})
    assert answer.status_code == 303
    assert answer.headers["location"] == "/sample/sign-in?return_to=%2Fsample%2Ftools%3Frow%3D3"


async def test_a_page_that_is_not_for_this_role_says_so(site: Site) -> None:
    async with site.browser(accept="text/html") as browser:
        browser.cookies.set(COOKIE, site.vouching.token(roles=["visitor"], name="Una visita"))
        answer = await browser.get("/sample/tools")
    assert answer.status_code == 403
    assert "Su función no permite hacer esto." in answer.text
    assert "Una visita" in answer.text


async def test_an_expired_cookie_only_means_nobody_is_signed_in(site: Site) -> None:
    async with site.browser() as browser:
        browser.cookies.set(COOKIE, site.vouching.token(exp=int(time.time()) - 60))
        assert (await browser.get("/sample/api/whoami")).json() == {"subject": None}
        assert (await browser.get("/sample/tools")).status_code == 401


@pytest.mark.parametrize(
    ("origin", "site_header", "status"),
    [
        (ADDRESS, None, 422),
        ("http://evil.example", None, 403),
        ("null", None, 403),
        (f"{ADDRESS}.evil.example", None, 403),
        (None, "same-origin", 422),
        (None, "cross-site", 403),
        (None, None, 403),
    ],
)
async def test_another_site_cannot_act_with_the_cookie(
    site: Site, origin: str | None, site_header: str | None, status: int
) -> None:
    headers = {name: value for name, value in {"origin": origin, "sec-fetch-site": site_header}.items() if value}
    async with site.browser(**headers) as browser:
        browser.cookies.set(COOKIE, site.vouching.token())
        answer = await browser.post("/sample/api/trees", json={})
    assert answer.status_code == status


async def test_a_token_in_the_header_needs_no_origin(site: Site) -> None:
    async with site.gardener() as gardener:
        assert (await gardener.post("/sample/api/trees", json={})).status_code == 422


def _unsigned(header: dict[str, object]) -> str:
    """The part of a token that a signature would be over."""
    claims = {"iss": ISSUER, "aud": CLIENT, "sub": "ada", "exp": int(time.time()) + 60, "roles": ["gardener"]}
    return ".".join(
        base64.urlsafe_b64encode(json.dumps(part).encode()).rstrip(b"=").decode() for part in (header, claims)
    )


async def _status(site: Site, token: str) -> int:
    async with httpx.AsyncClient(transport=site.transport, base_url=ADDRESS) as client:
        headers = {b"authorization": b"Bearer " + token.encode()}
        return (await client.get("/sample/api/whoami", headers=headers)).status_code
