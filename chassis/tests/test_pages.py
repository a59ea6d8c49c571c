"""Pages: their frame, their parts, their forms, what browsers may keep, and how much they weigh."""

import gzip
from datetime import UTC, date, datetime

import pytest

from chassis.tests.serving import ADDRESS, Site, serve, settings
from chassis.web import formats
from chassis.web.auth.principal import COOKIE

PAGE = {"accept": "text/html"}


@pytest.fixture
def site() -> Site:
    return serve()


async def test_every_answer_carries_the_security_headers(site: Site) -> None:
    async with site.browser() as browser:
        for path in ("/sample/", "/sample/nowhere", "/sample/api/whoami", "/sample/api/broken"):
            headers = (await browser.get(path)).headers
            policy = headers.get("content-security-policy", "")
            assert "default-src 'self'" in policy and "frame-ancestors 'none'" in policy and "unsafe" not in policy
            assert headers.get("x-content-type-options") == "nosniff"
            assert headers.get("referrer-policy") == "same-origin"
            assert "strict-transport-security" not in headers


async def test_https_is_asked_for_where_the_address_has_it() -> None:
    site = serve(told=settings(public_url="https://minka.example"))
    async with site.browser() as browser:
        assert "max-age" in (await browser.get("/sample/")).headers["strict-transport-security"]


async def test_what_somebody_signed_in_sees_is_not_kept(site: Site) -> None:
    async with site.browser() as browser:
        assert (await browser.get("/sample/")).headers["cache-control"] == "no-cache"
        browser.cookies.set(COOKIE, site.vouching.token())
        assert (await browser.get("/sample/")).headers.get("cache-control") == "no-store"


async def test_a_page_needs_no_script_and_nothing_from_elsewhere(site: Site) -> None:
    async with site.browser(**PAGE) as browser:
        page = (await browser.get("/sample/")).text
    assert "<script>" not in page and "style=" not in page and "onclick" not in page
    assert "//" not in page.replace("<!doctype html>", "").replace(ADDRESS, "")
    assert '<html lang="es-PE">' in page and 'href="#main"' in page


async def test_the_style_sheet_may_be_kept_for_ever_under_its_digest(site: Site) -> None:
    digest = site.app.state.pages.assets.digest
    async with site.browser() as browser:
        kept = await browser.get(f"/sample/static/{digest}/style.css")
        older = await browser.get("/sample/static/0123456789ab/style.css")
        missing = await browser.get(f"/sample/static/{digest}/nothing.css")
    assert kept.headers["cache-control"] == "public, max-age=31536000, immutable"
    assert kept.headers["content-type"].startswith("text/css")
    assert older.headers["cache-control"] == "public, max-age=60"
    assert missing.status_code == 404


async def test_a_first_view_of_a_form_weighs_less_than_60_kb(site: Site) -> None:
    assets = site.app.state.pages.assets.contents
    async with site.browser(**PAGE) as browser:
        page = await browser.get("/sample/")
    sent = len(gzip.compress(page.content)) + sum(
        len(gzip.compress(assets[name])) for name in ("style.css", "live.js", "minka.svg", "weave.svg")
    )
    assert sent < 60_000


async def test_the_navigation_shows_what_a_role_may_use(tmp_path_factory: pytest.TempPathFactory) -> None:
    file = tmp_path_factory.mktemp("navigation") / "navigation.json"
    file.write_text(
        '[{"label": "Todos", "href": "/all"}, {"label": "Huerto", "href": "/sample/", "roles": ["gardener"]}]'
    )
    site = serve(told=settings(navigation_file=file))
    async with site.browser(**PAGE) as browser:
        visitor = (await browser.get("/sample/")).text
        browser.cookies.set(COOKIE, site.vouching.token(name="Ada & Co"))
        gardener = (await browser.get("/sample/")).text
    assert "Todos" in visitor and "Huerto" not in visitor and "Ingresar" in visitor
    assert '<a href="/sample/" aria-current="page">Huerto</a>' in gardener
    assert "Ada &amp; Co" in gardener and "Salir" in gardener


async def test_a_form_with_mistakes_keeps_what_was_typed_and_says_what_is_wrong(site: Site) -> None:
    typed = {"kind": "<b>", "place.row": "0", "idempotency_key": "0197a000-0000-7000-8000-000000000009"}
    async with site.gardener() as gardener:
        answer = await gardener.post("/sample/trees", data={**typed, "kind": "<b"})
    assert answer.status_code == 422
    assert '<a href="#place.row">Row: el número debe ser mayor que 0.</a>' in answer.text
    assert 'value="&lt;b"' in answer.text
    assert 'aria-describedby="kind-hint kind-error" aria-invalid="true"' in answer.text
    assert typed["idempotency_key"] in answer.text


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        (formats.long_date(date(2026, 5, 12)), "12 de mayo de 2026"),
        (formats.long_date(datetime(2026, 5, 13, 4, 59, tzinfo=UTC)), "12 de mayo de 2026"),
        (formats.long_date(datetime(2026, 5, 13, 5, 0, tzinfo=UTC)), "13 de mayo de 2026"),
        (formats.month(date(2026, 5, 12)), "mayo de 2026"),
        (formats.short_date(date(2026, 5, 12)), "12 may. 2026"),
        (formats.date_time(datetime(2026, 5, 12, 20, 30, tzinfo=UTC)), "12 de mayo de 2026, 3:30 p.\u202fm."),
        (formats.number(1234567.5), "1,234,567.5"),
        (formats.percent(0.456), "46 %"),
        (formats.percent(0.456, 1), "45.6 %"),
    ],
)
def test_dates_and_numbers_are_written_as_people_here_write_them(written: str, expected: str) -> None:
    assert written == expected


@pytest.mark.parametrize(
    ("form", "page"),
    [
        ("/sample/trees", "/sample/"),
        ("/sample/sign-out", "/sample/"),
        ("/sample/operator/dead-letters/7/discard", "/sample/operator/dead-letters/7"),
        ("/sample/operator/dead-letters/redrive", "/sample/operator/dead-letters"),
    ],
)
async def test_an_address_that_takes_a_form_leads_a_reload_to_the_page_above(site: Site, form: str, page: str) -> None:
    async with site.browser(**PAGE) as browser:
        answer = await browser.get(form)
    assert (answer.status_code, answer.headers["location"]) == (303, page)


async def test_an_interface_says_which_methods_it_has(site: Site) -> None:
    async with site.browser(**PAGE) as browser:
        assert (await browser.get("/sample/api/trees")).status_code == 405
