"""Assets, campaigns, publications, links and figures, over HTTP."""

import hashlib
from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest

from chassis.store.database import Pool
from contracts.days import day_of
from contracts.media import VisitorClass
from services.media.campaigns.domain import CampaignStatus, last_day
from services.media.overview.service import get_overview
from services.media.reach.projection import fold
from services.media.resources import MediaResources
from services.media.tests.stories import (
    CAMPAIGN,
    DESCRIPTION,
    FILM,
    PNG,
    a_campaign,
    a_link,
    a_publication,
    an_asset,
    events,
)
from services.media.tests.test_reach import NOON, a_visit, some_digests
from tests.support.sites import Site


async def test_a_file_is_kept_under_its_hash_and_served_as_what_it_is(site: Site[MediaResources], pool: Pool) -> None:
    asset_id = await an_asset(site)

    answer = await site.browser().get(f"/files/{asset_id}")

    assert (answer.status_code, answer.content) == (200, PNG)
    assert answer.headers["content-type"] == "image/png"
    assert answer.headers["x-content-type-options"] == "nosniff"
    [published] = await events(pool, "AssetPublished")
    assert published["content_sha256"] == hashlib.sha256(PNG).hexdigest()
    assert published["status"] == "published"
    again = await site.browser(**{"If-None-Match": answer.headers["etag"]}).get(f"/files/{asset_id}")
    assert (again.status_code, again.content) == (304, b"")


async def test_a_document_is_downloaded_and_a_picture_is_shown(site: Site[MediaResources]) -> None:
    document, picture = await an_asset(site, b"%PDF-1.7"), await an_asset(site)

    answers = [await site.browser().get(f"/files/{asset_id}") for asset_id in (document, picture)]

    dispositions = [answer.headers["content-disposition"].partition(";")[0] for answer in answers]
    assert dispositions == ["attachment", "inline"]


async def test_a_file_of_another_kind_is_refused_whatever_its_name(site: Site[MediaResources]) -> None:
    content = b"<svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'/>"

    answer = await site.browser("communications").post(
        "/api/assets", data=DESCRIPTION, files={"file": ("volante.png", content, "image/png")}
    )

    assert (answer.status_code, answer.json().get("field")) == (415, "file")
    assert answer.json()["remedy"]


@pytest.mark.parametrize(
    ("kind", "content", "status"),
    [
        ("audio_spot", b"ID3\x04\x00 and the rest of a spot", 201),
        ("audio_spot", PNG, 415),
        ("audio_spot", FILM, 415),
        ("reel", PNG, 415),
        ("photo", b"%PDF-1.7", 415),
        ("flyer", b"%PDF-1.7", 201),
    ],
)
async def test_the_kind_of_content_decides_which_files_it_can_have(
    site: Site[MediaResources], kind: str, content: bytes, status: int
) -> None:
    answer = await site.browser("communications").post(
        "/api/assets", data=DESCRIPTION | {"kind": kind}, files={"file": ("contenido", content)}
    )

    assert answer.status_code == status
    if status == 415:
        assert answer.json().get("field") == "file" and answer.json()["remedy"].startswith("Envíe ")


async def test_a_radio_spot_is_heard_on_its_page(site: Site[MediaResources]) -> None:
    asset_id = await an_asset(site, b"ID3\x04\x00 and the rest of a spot", kind="audio_spot")

    page = await site.browser("communications", Accept="text/html").get(f"/assets/{asset_id}")

    assert f'<audio src="/media/files/{asset_id}"' in page.text
    assert (await site.browser().get(f"/files/{asset_id}")).headers["content-type"] == "audio/mpeg"


async def test_an_alternative_text_is_required(site: Site[MediaResources]) -> None:
    described = {name: value for name, value in DESCRIPTION.items() if name != "alternative_text"}

    answer = await site.browser("communications").post(
        "/api/assets", data=described, files={"file": ("volante.png", PNG)}
    )

    assert (answer.status_code, answer.json().get("field")) == (422, "alternative_text")


async def test_a_withdrawn_asset_is_shown_no_longer(site: Site[MediaResources], pool: Pool) -> None:
    asset_id = await an_asset(site)

    for _ in range(2):
        answer = await site.browser("communications").post(f"/api/assets/{asset_id}/withdraw")
        assert answer.json() == {"asset_id": asset_id, "status": "withdrawn"}

    shown_before = f'"{hashlib.sha256(PNG).hexdigest()}"'
    for browser in (site.browser(), site.browser(**{"If-None-Match": shown_before})):
        assert (await browser.get(f"/files/{asset_id}")).status_code == 404
    [withdrawn] = await events(pool, "AssetWithdrawn")
    assert (withdrawn["asset_id"], withdrawn["status"]) == (asset_id, "withdrawn")
    late = {"asset_id": asset_id, "channel": "web", "url": "https://example.org", "published_at": "2025-05-12T15:00Z"}
    assert (await site.browser("communications").post("/api/publications", json=late)).status_code == 409


async def test_a_publication_carries_all_that_reporting_counts(site: Site[MediaResources], pool: Pool) -> None:
    programme_id = str(uuid4())
    campaign_id = await a_campaign(site, programme_id=programme_id)
    asset_id = await an_asset(site)

    publication_id = await a_publication(site, asset_id, campaign_id=campaign_id, district="060105")
    for _ in range(2):
        await site.browser("communications").post(f"/api/publications/{publication_id}/withdraw")

    [recorded] = await events(pool, "PublicationRecorded")
    withdrawals = await events(pool, "PublicationWithdrawn")
    assert len(withdrawals) == 1, "it was taken down once"
    [withdrawn] = withdrawals
    first = datetime.fromisoformat(recorded.pop("occurred_at"))
    assert first == datetime.fromisoformat(withdrawn.pop("occurred_at")) == datetime(2025, 5, 12, 20, 30, tzinfo=UTC)
    assert recorded == withdrawn | {"active": True}
    assert (recorded["programme_id"], recorded["kind"], recorded["district"]) == (programme_id, "flyer", "060105")
    assert recorded["content_sha256"] == hashlib.sha256(PNG).hexdigest()


async def test_what_is_still_to_come_was_not_published_and_reached_nobody(
    site: Site[MediaResources], pool: Pool
) -> None:
    asset_id = await an_asset(site)
    publication_id = await a_publication(site, asset_id, published_at=datetime.now(UTC).isoformat())
    today = day_of(datetime.now(UTC))
    tomorrow = (today + timedelta(days=1)).isoformat()
    publication = {"asset_id": asset_id, "channel": "facebook", "url": "https://example.org/p/2"}
    figure = {"period_start": today.isoformat(), "period_end": tomorrow, "reach": "9", "grade": "declared"}
    officer, browser = site.browser("communications"), site.browser("communications", Accept="text/html")

    refused = [
        await officer.post("/api/publications", json=publication | {"published_at": f"{tomorrow}T12:00:00-05:00"}),
        await officer.post("/api/platform-figures", json=figure | {"publication_id": publication_id}),
    ]
    pages = [
        await browser.post("/publications/new", data=publication | {"day": tomorrow, "at": "12:00"}),
        await browser.post(f"/publications/{publication_id}/figures/new", data=figure),
    ]

    assert [answer.status_code for answer in [*refused, *pages]] == [422] * 4
    assert [answer.json().get("field") for answer in refused] == ["published_at", "period_end"]
    assert {answer.json().get("detail") for answer in refused} == {"Este día todavía no llega."}
    assert ['<a href="#day">' in pages[0].text, '<a href="#period_end">' in pages[1].text] == [True, True]
    assert (len(await events(pool, "PublicationRecorded")), await events(pool, "PlatformReachRecorded")) == (1, [])


@pytest.mark.parametrize("day", ["1999-01-01", "0026-11-28", "2099-12-31", "9999-12-31"])
async def test_a_mistyped_year_of_a_publication_is_a_mistake_of_its_field(site: Site[MediaResources], day: str) -> None:
    form = {"asset_id": await an_asset(site), "channel": "radio", "url": "https://example.org/x", "at": "23:30"}

    answer = await site.browser("communications", Accept="text/html").post(
        "/publications/new", data=form | {"day": day}
    )

    assert answer.status_code == 422
    assert '<a href="#day">' in answer.text and f'value="{day}"' in answer.text


@pytest.mark.parametrize(
    ("first", "last", "ended", "status"),
    [
        (1, None, False, CampaignStatus.PLANNED),
        (0, None, False, CampaignStatus.RUNNING),
        (-9, 0, False, CampaignStatus.RUNNING),
        (-9, -1, False, CampaignStatus.ENDED),
        (-9, 9, True, CampaignStatus.ENDED),
        (1, 9, True, CampaignStatus.ENDED),
    ],
)
async def test_a_campaigns_state_follows_from_its_dates(
    site: Site[MediaResources], first: int, last: int | None, ended: bool, status: CampaignStatus
) -> None:
    today = day_of(datetime.now(UTC))
    dates = [None if days is None else (today + timedelta(days=days)).isoformat() for days in (first, last)]
    officer = site.browser("communications")
    body = CAMPAIGN | {"starts_on": dates[0], "ends_on": dates[1]}
    reply = (await officer.post("/api/campaigns", json=body)).json()
    if ended:
        reply = (await officer.post(f"/api/campaigns/{reply['campaign_id']}/end")).json()

    assert reply["status"] == status
    for one in CampaignStatus:
        found = (await officer.get(f"/api/campaigns?status={one}")).json()["campaigns"]
        assert [campaign["status"] for campaign in found] == ([status] if one is status else [])
    overview = await get_overview(site.resources.pool, today)
    assert overview.campaigns == (status is CampaignStatus.RUNNING)
    page = (await site.browser("communications", Accept="text/html").get(f"/campaigns/{reply['campaign_id']}")).text
    assert ("<details>" in page and "/end" in page) == (status is not CampaignStatus.ENDED)


async def test_a_link_carries_its_campaigns_programme(site: Site[MediaResources], pool: Pool) -> None:
    programme_id = str(uuid4())
    campaign_id = await a_campaign(site, programme_id=programme_id)

    link = await a_link(site, campaign_id=campaign_id)

    [created] = await events(pool, "LinkCreated")
    assert (created["code"], created["programme_id"]) == (link["code"], programme_id)
    assert link["url"].endswith(f"/media/r/{link['code']}")
    [listed] = (await site.browser("coordinator").get("/api/links")).json()["links"]
    assert {**listed, **link} == listed


async def test_a_qr_code_is_ready_for_print(site: Site[MediaResources]) -> None:
    link = await a_link(site)
    browser = site.browser("communications")

    svg = await browser.get(f"/api/links/{link['link_id']}/qr.svg")
    png = await browser.get(f"/api/links/{link['link_id']}/qr.png")

    assert svg.headers["content-type"].startswith("image/svg+xml")
    assert 'mm"' in svg.text
    assert png.headers["content-type"] == "image/png"
    assert png.content.startswith(b"\x89PNG")
    assert link["code"] in png.headers["content-disposition"]


async def test_a_campaign_ends_once(site: Site[MediaResources], pool: Pool) -> None:
    campaign_id = await a_campaign(site)

    for _ in range(2):
        await site.browser("communications").post(f"/api/campaigns/{campaign_id}/end")

    [ended] = await events(pool, "CampaignEnded")
    assert ended["ends_on"] == str(day_of(datetime.now(UTC)))


def test_a_campaign_ends_today_unless_it_was_over_or_has_not_begun() -> None:
    first, last, today = date(2025, 5, 1), date(2025, 5, 31), date(2025, 5, 12)

    assert last_day(first, last, today) == today
    assert last_day(first, None, today) == today
    assert last_day(first, date(2025, 5, 5), today) == date(2025, 5, 5)
    assert last_day(date(2025, 6, 1), None, today) == date(2025, 6, 1)


def a_figure(publication_id: str, **more: Any) -> dict[str, Any]:
    return {
        "figure_id": str(uuid4()),
        "publication_id": publication_id,
        "period_start": "2025-05-12",
        "period_end": "2025-05-18",
        "reach": 1200,
        "grade": "platform_estimated",
        **more,
    }


async def test_a_figure_says_how_good_its_evidence_is(site: Site[MediaResources], pool: Pool) -> None:
    publication_id = await a_publication(site, await an_asset(site))
    browser = site.browser("communications")

    answer = await browser.post("/api/platform-figures", json=a_figure(publication_id))

    assert answer.status_code == 201
    [recorded] = await events(pool, "PlatformReachRecorded")
    assert (recorded["reach"], recorded["impressions"], recorded["grade"]) == (1200, None, "platform_estimated")
    assert recorded["channel"] == "facebook"


async def test_a_platform_measures_nothing_for_us(site: Site[MediaResources]) -> None:
    figure = a_figure(str(uuid4()), grade="measured")

    answer = await site.browser("communications").post("/api/platform-figures", json=figure)

    assert (answer.status_code, answer.json().get("field")) == (422, "grade")


async def test_the_same_thing_again_is_the_same_and_another_under_its_id_is_refused(
    site: Site[MediaResources], pool: Pool
) -> None:
    browser = site.browser("communications")
    campaign_id = await a_campaign(site)
    asset_id = await an_asset(site)
    link_id = str(uuid4())

    assert await a_campaign(site, campaign_id=campaign_id) == campaign_id
    assert await an_asset(site, asset_id=asset_id) == asset_id
    assert await a_link(site, link_id=link_id) == await a_link(site, link_id=link_id)
    other = await browser.post("/api/campaigns", json=CAMPAIGN | {"campaign_id": campaign_id, "name": "Otra"})
    assert (other.status_code, other.json().get("code")) == (409, "id_taken")
    assert [len(await events(pool, name)) for name in ("CampaignStarted", "AssetPublished", "LinkCreated")] == [1, 1, 1]


async def test_no_link_publication_or_figure_takes_the_id_of_another(site: Site[MediaResources], pool: Pool) -> None:
    """An officer who got the answer of the first one would print a code that leads elsewhere."""
    asset_id, link_id = await an_asset(site), str(uuid4())
    publication_id = await a_publication(site, asset_id)
    figure = a_figure(publication_id)
    link = {"link_id": link_id, "target_url": "https://example.org/taller", "channel": "facebook"}
    publication = {
        "publication_id": publication_id,
        "asset_id": asset_id,
        "channel": "facebook",
        "url": "https://example.org/p/1",
        "published_at": "2025-05-12T15:30:00-05:00",
    }
    officer = site.browser("communications")
    for path, body in (("links", link), ("platform-figures", figure)):
        assert (await officer.post(f"/api/{path}", json=body)).status_code == 201

    others = [
        await officer.post("/api/links", json=link | {"target_url": "https://example.org/otro"}),
        await officer.post("/api/publications", json=publication | {"channel": "instagram"}),
        await officer.post("/api/platform-figures", json=figure | {"reach": 1201}),
    ]

    assert [(answer.status_code, answer.json().get("code")) for answer in others] == [(409, "id_taken")] * 3
    names = ("LinkCreated", "PublicationRecorded", "PlatformReachRecorded")
    assert [len(await events(pool, name)) for name in names] == [1, 1, 1]


async def test_a_code_is_drawn_from_all_codes(site: Site[MediaResources], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("chassis.web.short_codes.secrets.randbelow", lambda codes: codes - 1)

    assert (await a_link(site))["code"] == "z" * 10


async def test_forms_offer_only_what_can_be_named(site: Site[MediaResources]) -> None:
    officer = site.browser("communications", Accept="text/html")
    assets = [await an_asset(site), await an_asset(site)]
    campaigns = [await a_campaign(site), await a_campaign(site)]
    await officer.post(f"/assets/{assets[0]}/withdraw")
    await officer.post(f"/campaigns/{campaigns[0]}/end")

    for path in ("/links/new", "/publications/new"):
        form = (await officer.get(path)).text
        assert [one in form for one in (*assets, *campaigns)] == [False, True, False, True], path


async def test_what_was_taken_down_is_no_longer_counted(site: Site[MediaResources], pool: Pool) -> None:
    officer = site.browser("communications")
    campaign_id = await a_campaign(site)
    kept, withdrawn = await an_asset(site), await an_asset(site)
    publications = [await a_publication(site, kept, campaign_id=campaign_id) for _ in range(2)]
    await officer.post(f"/api/publications/{publications[0]}/withdraw")
    await officer.post(f"/api/assets/{withdrawn}/withdraw")

    assets = {row["asset_id"]: row for row in (await officer.get("/api/assets")).json()["assets"]}
    [campaign] = (await officer.get("/api/campaigns")).json()["campaigns"]
    overview = await get_overview(pool, date(2025, 5, 12))

    assert (assets[kept]["publications"], campaign["publications"]) == (1, 1)
    assert (overview.assets, overview.publications) == (1, 1)


async def test_visits_of_people_are_counted_by_day_and_by_campaign(site: Site[MediaResources], pool: Pool) -> None:
    campaign_id = await a_campaign(site)
    links = [
        await a_link(site, campaign_id=campaign_id),
        await a_link(site, campaign_id=campaign_id),
        await a_link(site),
    ]
    visits = [
        a_visit(UUID(link["link_id"]), digest, kind, NOON + timedelta(days=days))
        for digest, (link, kind, days) in zip(
            some_digests(6),
            (
                *((link, VisitorClass.PERSON, 0) for link in links),
                (links[0], VisitorClass.PERSON, -1),
                (links[0], VisitorClass.BOT, 0),
                (links[0], VisitorClass.PREVIEW, 0),
            ),
            strict=True,
        )
    ]
    async with pool.acquire() as connection, connection.transaction():
        await fold(connection, visits)

    overview = await get_overview(pool, day_of(NOON))
    [campaign] = (await site.browser("auditor").get("/api/campaigns")).json()["campaigns"]

    assert (overview.visits_today, overview.visits, campaign["visits"]) == (3, 4, 3)


async def test_a_request_sent_twice_under_its_key_is_done_once(site: Site[MediaResources], pool: Pool) -> None:
    browser = site.browser("communications", **{"Idempotency-Key": "a-key-of-the-test"})
    body = {"target_url": "https://example.org/", "channel": "web"}

    first, second = [await browser.post("/api/links", json=body) for _ in range(2)]

    assert first.json() == second.json()
    assert len(await events(pool, "LinkCreated")) == 1


async def test_lists_are_read_page_by_page_newest_first(site: Site[MediaResources]) -> None:
    links = [await a_link(site, target_url=f"https://example.org/{number}") for number in range(3)]
    browser = site.browser("auditor")

    whole = (await browser.get("/api/links")).json()
    first = (await browser.get("/api/links", params={"limit": 2})).json()
    second = (await browser.get("/api/links", params={"limit": 2, "after": first["next"]})).json()

    newest_first = [link["code"] for link in reversed(links)]
    assert [link["code"] for link in whole["links"]] == newest_first
    assert [link["code"] for link in [*first["links"], *second["links"]]] == newest_first
    assert (whole["next"], second["next"]) == (None, None)


@pytest.mark.parametrize("path", ["/api/publications", "/api/links"])
async def test_a_list_is_filtered_by_campaign(site: Site[MediaResources], path: str) -> None:
    campaign_id, other = await a_campaign(site), await a_campaign(site, name="Otra")
    asset_id = await an_asset(site)
    for campaign in (campaign_id, other):
        await a_publication(site, asset_id, campaign_id=campaign)
        await a_link(site, campaign_id=campaign)

    found = (await site.browser("auditor").get(path, params={"campaign_id": campaign_id})).json()
    assert [row["campaign_id"] for row in found[path.removeprefix("/api/")]] == [campaign_id]
