"""The reader's language and time zone: by address, cookie or browser, else as the installation is set."""

import json
import re
from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

import pytest
from pydantic import ValidationError

from chassis.tests.serving import Site, serve, settings
from chassis.web import formats, locale
from chassis.web.auth.principal import COOKIE
from chassis.web.locale import Locale, of_environment, preferred
from chassis.web.texts import _, known, ngettext

PAGE = {"accept": "text/html"}
LIMA = ZoneInfo("America/Lima")
PERUVIAN, ENGLISH = Locale("es-PE", LIMA), Locale("en", LIMA)
OFFERED = {"es": PERUVIAN, "en": ENGLISH}
WAYS = [
    ("?lang=en", {}, "en"),
    ("?lang=en-GB", {}, "en"),
    ("?lang=en", {"cookie": "minka_lang=es", "accept-language": "es"}, "en"),
    ("", {"cookie": "minka_lang=en", "accept-language": "es"}, "en"),
    ("", {"accept-language": "en-US,en;q=0.9,es;q=0.8"}, "en"),
    ("?lang=es", {"accept-language": "en"}, "es-PE"),
    ("", {"cookie": "minka_lang=es", "accept-language": "en"}, "es-PE"),
    ("", {"accept-language": "qu,es-419;q=0.9,en;q=0.8"}, "es-PE"),
    ("", {}, "es-PE"),
    ("?lang=klingon", {"cookie": "minka_lang=%00", "accept-language": "tlh"}, "es-PE"),
]


@pytest.fixture
def site() -> Site:
    return serve()


@pytest.mark.parametrize(("query", "headers", "expected"), WAYS)
async def test_a_page_is_in_the_readers_language(
    site: Site, query: str, headers: dict[str, str], expected: str
) -> None:
    async with site.browser(**PAGE) as browser:
        answer = await browser.get(f"/sample/{query}", headers=headers)
    assert answer.headers["content-language"] == expected
    assert {"Accept-Language", "Cookie"} <= set(answer.headers["vary"].split(", "))
    assert f'<html lang="{expected}">' in answer.text
    spanish, english = "Ir al contenido" in answer.text, "Skip to the content" in answer.text
    assert (spanish, english) == (expected == "es-PE", expected == "en")


@pytest.mark.parametrize(("query", "headers", "expected"), WAYS)
async def test_a_problem_is_in_the_readers_language(
    site: Site, query: str, headers: dict[str, str], expected: str
) -> None:
    async with site.browser() as browser:
        answer = await browser.get(f"/sample/nowhere{query}", headers=headers)
    assert answer.headers["content-type"] == "application/problem+json"
    assert answer.headers["content-language"] == expected
    assert {"Accept-Language", "Cookie"} <= set(answer.headers["vary"].split(", "))
    assert answer.json()["title"] == {"en": "Not found", "es-PE": "No se encontró"}[expected]


@pytest.mark.parametrize("path", ["/sample/nowhere", "/sample/api/broken", "/sample/tools"])
async def test_every_problem_page_is_in_the_readers_language(site: Site, path: str) -> None:
    async with site.browser(**PAGE, accept_language="en") as browser:
        browser.headers["authorization"] = f"Bearer {site.vouching.token(roles=['visitor'])}"
        answer = await browser.get(path)
    assert answer.status_code >= 400 and '<html lang="en">' in answer.text


async def test_a_request_that_is_stopped_before_any_route_is_answered_in_the_readers_language(site: Site) -> None:
    async with site.browser(accept_language="en", origin="https://elsewhere.example") as browser:
        browser.cookies.set(COOKIE, site.vouching.token())
        answer = await browser.post("/sample/trees")
    assert answer.json()["title"] == "You do not have permission"


async def test_wrong_fields_are_explained_in_the_readers_language(site: Site) -> None:
    async with site.gardener() as gardener:
        answer = await gardener.post(
            "/sample/api/trees?lang=en", json={"kind": "x", "height": "4455 x", "place": {"row": 0}}
        )
    assert {error["field"]: error["detail"] for error in answer.json()["errors"]} == {
        "kind": "Write at least 3 characters.",
        "height": "Write a whole number.",
        "place.row": "The number must be greater than 0.",
    }


@pytest.mark.parametrize(
    ("kind", "said"), [("sequoia", "Some data need correction"), ("baobab", "This value is not valid.")]
)
async def test_a_validators_own_words_are_known_in_english_too(site: Site, kind: str, said: str) -> None:
    async with site.gardener() as gardener:
        answer = await gardener.post("/sample/api/trees?lang=en", json={"kind": kind})
    assert answer.json()["detail"] == said


async def test_the_language_that_was_asked_for_is_kept(site: Site) -> None:
    async with site.browser(**PAGE) as browser:
        await browser.get("/sample/?lang=en")
        assert '<html lang="en">' in (await browser.get("/sample/")).text
        await browser.get("/sample/?lang=es")
        assert '<html lang="es-PE">' in (await browser.get("/sample/")).text
        assert "set-cookie" not in (await browser.get("/sample/?lang=qu")).headers
        assert "set-cookie" not in (await browser.get("/sample/")).headers


async def test_the_cookie_is_for_the_whole_site_and_for_https_alone_where_there_is_https() -> None:
    for address, is_secure in (("http://minka.example", False), ("https://minka.example", True)):
        async with serve(told=settings(public_url=address)).browser() as browser:
            cookie = (await browser.get("/sample/?lang=en")).headers["set-cookie"]
        assert "minka_lang=en;" in cookie and "Path=/;" in cookie and ("Secure" in cookie) is is_secure


async def test_files_that_are_the_same_for_all_readers_say_nothing_of_language(site: Site) -> None:
    digest = site.app.state.pages.assets.digest
    async with site.browser() as browser:
        answer = await browser.get(f"/sample/static/{digest}/style.css?lang=en")
    assert "Accept-Language" not in answer.headers.get("vary", "")
    assert "content-language" not in answer.headers and "set-cookie" not in answer.headers


async def test_the_switch_leads_to_the_same_page_with_its_query(site: Site) -> None:
    async with site.browser(**PAGE) as browser:
        page = (await browser.get("/sample/?kind=a%26b&row=1&row=2&lang=es")).text
        link = re.search(r'<a class="language" href="([^"]*)" [^>]*>(\w+)</a>', page)
        assert link is not None
        href, name = link[1].replace("&amp;", "&"), link[2]
        assert (href, name) == ("?lang=en&kind=a%26b&row=1&row=2", "English")
        assert 'lang="es-PE">Español</a>' in (await browser.get(f"/sample/{href}")).text


async def test_the_page_of_a_form_with_mistakes_leads_to_its_address_in_the_other_language(site: Site) -> None:
    async with site.gardener() as gardener:
        answer = await gardener.post("/sample/trees", data={"kind": "x"}, headers={"accept-language": "en"})
    assert answer.status_code == 422
    assert "There is a mistake" in answer.text and 'href="?lang=es"' in answer.text


async def test_one_language_needs_no_switch() -> None:
    async with serve(told=settings(languages="en")).browser(**PAGE, accept_language="es") as browser:
        page = (await browser.get("/sample/")).text
    assert '<html lang="en">' in page and 'class="language"' not in page


async def test_the_navigation_is_in_the_readers_language(tmp_path_factory: pytest.TempPathFactory) -> None:
    file = tmp_path_factory.mktemp("navigation") / "navigation.json"
    labels = [{"es": "Huerto", "en": "Garden"}, {"es": "Solo"}]
    file.write_text(json.dumps([{"label": label, "href": "/"} for label in labels]))
    async with serve(told=settings(navigation_file=file)).browser(**PAGE) as browser:
        spanish, english = (await browser.get("/sample/")).text, (await browser.get("/sample/?lang=en")).text
    assert "Huerto" in spanish and "Garden" not in spanish
    assert "Garden" in english and "Huerto" not in english and "Solo" in english


async def test_a_link_of_the_footer_is_not_in_the_navigation(tmp_path_factory: pytest.TempPathFactory) -> None:
    file = tmp_path_factory.mktemp("navigation") / "navigation.json"
    file.write_text(json.dumps([{"label": "Huerto", "href": "/"}, {"label": "Aviso", "href": "/x", "in_footer": True}]))
    async with serve(told=settings(navigation_file=file)).browser(**PAGE) as browser:
        above, _, footer = (await browser.get("/sample/")).text.partition("<footer>")
    assert ("Huerto" in above, "Aviso" in above) == (True, False)
    assert ("Huerto" in footer, '<a href="/x">Aviso</a>' in footer) == (False, True)


async def test_another_zone_shows_other_times() -> None:
    shown = {}
    for zone in ("America/Lima", "Asia/Tokyo"):
        async with serve(told=settings(time_zone=zone)).browser(**PAGE) as browser:
            page = (await browser.get("/sample/live")).text
        instant, shown[zone] = re.findall(r'<time datetime="([^"]*)">([^<]*)</time>', page)[0]
        assert f'data-time-zone="{zone}"' in page
        with locale.using(Locale("es-PE", ZoneInfo(zone))):
            assert shown[zone] == formats.date_time(datetime.fromisoformat(instant))
    assert shown["America/Lima"] != shown["Asia/Tokyo"]


@pytest.mark.parametrize(
    ("header", "expected"),
    [
        ("en", ENGLISH),
        ("EN-us", ENGLISH),
        ("en;q=0.3, es;q=0.7", PERUVIAN),
        ("es;q=0.5,en;q=0.5", PERUVIAN),
        ("fr, en;q=0.1", ENGLISH),
        ("es;q=0, en;q=0.1", ENGLISH),
        ("en;q=0", None),
        ("en;q=2", None),
        ("en;q=nan", None),
        ("*", None),
        ("", None),
        ("fr", None),
        (", ,;;q=,en ; q=0.2 ,", ENGLISH),
        ("x" * 600 + ",en", None),
        ("fr," * 300 + "en", None),
    ],
)
def test_a_browsers_languages_are_weighed(header: str, expected: Locale | None) -> None:
    assert preferred(header, OFFERED) == expected


@pytest.mark.parametrize(
    ("variables", "tag"),
    [
        ({}, "en"),
        ({"LANG": "es_PE.UTF-8"}, "es-PE"),
        ({"LANG": "es"}, "es"),
        ({"LANG": "es_PE.UTF-8", "LC_MESSAGES": "en_GB.UTF-8"}, "en-GB"),
        ({"LANG": "en_US.UTF-8", "LC_ALL": "es_ES@euro"}, "es-ES"),
        ({"LC_ALL": "en_US.UTF-8", "MINKA_LANG": "es"}, "es"),
        ({"LC_ALL": "", "LANG": "es"}, "es"),
        ({"LANG": "C.UTF-8"}, "en"),
        ({"LANG": "POSIX"}, "en"),
        ({"LANG": "../../etc"}, "en"),
    ],
)
def test_a_command_line_speaks_the_language_of_its_environment(variables: dict[str, str], tag: str) -> None:
    assert of_environment(variables) == Locale(tag, ZoneInfo("UTC"))
    assert of_environment({**variables, "MINKA_TIME_ZONE": "America/Lima"}).zone == LIMA


def test_an_installation_offers_the_languages_of_its_settings() -> None:
    told = settings(languages="en, es-PE", time_zone="America/Lima")
    assert locale.offered(told) == {"en": ENGLISH, "es": PERUVIAN}
    assert locale.default(told) == ENGLISH
    assert locale.default(settings(languages=("es",))).tag == "es"


@pytest.mark.parametrize("wrong", [{"languages": ""}, {"languages": "es-419"}, {"time_zone": "Cajamarca"}])
def test_settings_that_nobody_can_follow_are_refused(wrong: dict[str, str]) -> None:
    with pytest.raises(ValidationError):
        settings(**wrong)


def test_a_language_without_texts_is_refused_at_the_start() -> None:
    with pytest.raises(ValueError, match="no texts in fr"):
        serve(told=settings(languages="es,fr"))


def test_without_settings_there_is_no_place_in_the_chassis(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("MINKA_LANGUAGES", "MINKA_TIME_ZONE"):
        monkeypatch.delenv(name)
    told = settings()
    assert (told.languages, told.time_zone) == (("es", "en"), ZoneInfo("UTC"))


def test_texts_are_in_the_current_language() -> None:
    with locale.using(ENGLISH):
        assert _("Write at least %(min_length)d characters.", min_length=3) == "Write at least 3 characters."
        assert ngettext("There is a mistake", "There are %(num)d mistakes", 1) == "There is a mistake"
        assert ngettext("There is a mistake", "There are %(num)d mistakes", 2) == "There are 2 mistakes"
        assert known("This value is not valid.") and not known("Input should be a valid date")
        with locale.using(PERUVIAN):
            assert _("Not found") == "No se encontró"
        assert _("Not found") == "Not found"


EVENING = datetime(2026, 5, 13, 1, 5, tzinfo=UTC)


@pytest.mark.parametrize(
    ("tag", "zone", "expected"),
    [
        (
            "es-PE", "America/Lima",
            ["12 de mayo de 2026", "12 may. 2026", "mayo de 2026", "8:05 p.\u202fm.", "1,234,567.5", "46 %", "45.6 %"],
        ),
        (
            "es", "UTC",
            ["13 de mayo de 2026", "13 may 2026", "mayo de 2026", "1:05 a.\u202fm.", "1.234.567,5", "46 %", "45,6 %"],
        ),
        (
            "en", "America/Lima",
            ["May 12, 2026", "12 May 2026", "May 2026", "8:05 PM", "1,234,567.5", "46%", "45.6%"],
        ),
        (
            "en-GB", "Asia/Tokyo",
            ["13 May 2026", "13 May 2026", "May 2026", "10:05 am", "1,234,567.5", "46%", "45.6%"],
        ),
    ],
)  # fmt: skip
def test_dates_and_numbers_are_written_as_the_reader_writes_them(tag: str, zone: str, expected: list[str]) -> None:
    with locale.using(Locale(tag, ZoneInfo(zone))):
        dates = [formats.long_date, formats.short_date, formats.month, formats.clock_time]
        written = [write(EVENING) for write in dates]
        written += [formats.number(1234567.5), formats.percent(0.456), formats.percent(0.456, 1)]
        assert formats.date_time(EVENING) == f"{expected[0]}, {expected[3]}"
        assert formats.local_date(date(2026, 5, 12)) == date(2026, 5, 12)
    assert written == expected
