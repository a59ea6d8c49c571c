"""Communications writes, coordinator and auditor read, everybody else stays out."""

from uuid import uuid4

import pytest

from services.media.resources import MediaResources
from services.media.tests.stories import a_link
from tests.support.sites import Site

LISTS = ("/api/assets", "/api/campaigns", "/api/publications", "/api/links", "/api/platform-figures")
PAGES = ("/", "/assets", "/campaigns", "/publications", "/links", "/figures")
FORMS = ("/assets/new", "/campaigns/new", "/publications/new", "/links/new")
DEEDS = (*LISTS, *(f"/api/{thing}/{uuid4()}/{deed}" for thing, deed in (
    ("assets", "withdraw"), ("campaigns", "end"), ("publications", "withdraw"),
)))  # fmt: skip


@pytest.mark.parametrize("person", ["communications", "coordinator", "auditor"])
async def test_who_may_read_reads(site: Site[MediaResources], person: str) -> None:
    link = await a_link(site)
    reader = site.browser(person)

    for path in (*LISTS, *PAGES, f"/links/{link['link_id']}", f"/api/links/{link['link_id']}/qr.svg"):
        assert (await reader.get(path)).status_code == 200, path


@pytest.mark.parametrize("person", ["facilitator-0601", "delegate-mesa", "operator"])
async def test_others_get_403(site: Site[MediaResources], person: str) -> None:
    link = await a_link(site)
    stranger = site.browser(person)

    for path in (*LISTS, *PAGES, *FORMS, f"/links/{link['link_id']}", f"/api/links/{link['link_id']}/qr.png"):
        assert (await stranger.get(path)).status_code == 403, path
    for path in DEEDS:
        assert (await stranger.post(path, json={})).status_code in (403, 422), path


@pytest.mark.parametrize("person", ["coordinator", "auditor"])
async def test_readers_change_nothing(site: Site[MediaResources], person: str) -> None:
    reader = site.browser(person)

    for path in FORMS:
        assert (await reader.get(path)).status_code == 403, path
    answer = await reader.post("/api/links", json={"target_url": "https://example.org/", "channel": "web"})
    assert answer.status_code == 403
    for path in DEEDS[len(LISTS) :]:
        assert (await reader.post(path)).status_code == 403, path


async def test_a_place_that_no_list_has_is_refused(site: Site[MediaResources]) -> None:
    reader = site.browser("communications")

    for path in LISTS:
        assert (await reader.get(path, params={"after": 2**63})).status_code == 422, path


async def test_without_a_token_it_is_401(site: Site[MediaResources]) -> None:
    nobody = site.browser()

    for path in (*LISTS, f"/api/links/{uuid4()}/qr.svg"):
        answer = await nobody.get(path)
        assert answer.status_code == 401, path
        assert answer.headers["content-type"] == "application/problem+json"
    for path in DEEDS[len(LISTS) :]:
        assert (await nobody.post(path)).status_code == 401, path


@pytest.mark.parametrize("path", PAGES)
async def test_a_page_sends_who_is_not_signed_in_to_sign_in(site: Site[MediaResources], path: str) -> None:
    answer = await site.browser(Accept="text/html").get(path)

    assert answer.status_code == 303
    assert "/media/sign-in" in answer.headers["location"]


@pytest.mark.parametrize("thing", ["assets", "campaigns", "publications", "links"])
async def test_what_is_not_there_is_404(site: Site[MediaResources], thing: str) -> None:
    assert (await site.browser("communications").get(f"/{thing}/{uuid4()}")).status_code == 404
