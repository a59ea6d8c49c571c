"""The console: what a communications officer does in a day, through its forms."""

from typing import Any
from uuid import uuid4

import pytest

from chassis.store.database import Pool
from services.media.resources import MediaResources
from services.media.tests.stories import DESCRIPTION, PNG, a_campaign, a_link, a_publication, an_asset, events
from tests.support.sites import Site


async def test_from_a_file_to_a_figure(site: Site[MediaResources], pool: Pool) -> None:
    officer = site.browser("communications", Accept="text/html")

    async def sent(path: str, data: dict[str, Any], **more: Any) -> str:
        """Sends a form and returns the page's address that follows, below the service's prefix."""
        answer = await officer.post(path, data=data, **more)
        assert answer.status_code == 303, answer.text
        page = answer.headers["location"].removeprefix("/media")
        assert (await officer.get(page)).status_code == 200
        return str(page)

    asset = await sent("/assets/new", DESCRIPTION, files={"file": ("volante.png", PNG)})
    campaign = await sent(
        "/campaigns/new",
        {"name": "Talleres", "objective": "Llegar a más gente", "starts_on": "2025-05-01", "ends_on": ""},
    )
    ids = {"asset_id": asset.rsplit("/")[-1], "campaign_id": campaign.rsplit("/")[-1]}
    publication = await sent(
        "/publications/new",
        {**ids, "channel": "radio", "url": "https://example.org/x", "day": "2025-05-12", "at": "15:30", "district": ""},
    )
    await sent("/links/new", {**ids, "target_url": "https://example.org/", "channel": "whatsapp", "district": "060101"})
    figure = {"period_start": "2025-05-12", "period_end": "2025-05-18", "reach": "900", "impressions": ""}
    await sent(f"{publication}/figures/new", {**figure, "grade": "declared"})
    await sent(f"{publication}/withdraw", {})
    await sent(f"{campaign}/end", {})
    await sent(f"{asset}/withdraw", {})

    [recorded] = await events(pool, "PublicationRecorded")
    assert recorded["occurred_at"] == "2025-05-12T15:30:00-05:00"
    for name in ("LinkCreated", "PlatformReachRecorded", "PublicationWithdrawn", "CampaignEnded", "AssetWithdrawn"):
        assert len(await events(pool, name)) == 1, name


async def test_a_mistake_is_said_beside_its_field_and_what_was_typed_stays(site: Site[MediaResources]) -> None:
    officer = site.browser("communications", Accept="text/html")

    link = await officer.post("/links/new", data={"target_url": "example.org", "channel": "web"})
    asset = await officer.post("/assets/new", data={**DESCRIPTION, "title": ""}, files={"file": ("a.exe", b"MZ")})

    assert link.status_code == asset.status_code == 422
    assert 'href="#target_url"' in link.text
    assert 'value="example.org"' in link.text
    assert 'href="#title"' in asset.text
    assert DESCRIPTION["alternative_text"] in asset.text


async def test_a_file_of_another_kind_is_said_in_the_form(site: Site[MediaResources]) -> None:
    officer = site.browser("communications", Accept="text/html")

    answer = await officer.post("/assets/new", data=DESCRIPTION, files={"file": ("a.png", b"MZ")})

    assert answer.status_code == 415
    assert 'href="#file"' in answer.text
    assert DESCRIPTION["alternative_text"] in answer.text


async def test_a_form_without_a_file_asks_for_one(site: Site[MediaResources], pool: Pool) -> None:
    officer = site.browser("communications", Accept="text/html")

    described = await officer.post("/assets/new", data=DESCRIPTION)
    untitled = await officer.post("/assets/new", data={**DESCRIPTION, "title": ""})

    assert described.status_code == untitled.status_code == 422
    assert 'href="#file"' in described.text
    assert 'href="#file"' in untitled.text and 'href="#title"' in untitled.text
    assert await events(pool, "AssetPublished") == []


@pytest.mark.parametrize(
    ("path", "sent", "kept", "status"),
    [
        (
            "/links/new",
            {"target_url": "https://example.org/x", "channel": "web", "asset_id": str(uuid4())},
            "org/x",
            404,
        ),
        (
            "/publications/new",
            {
                "asset_id": str(uuid4()),
                "channel": "radio",
                "url": "https://example.org/x",
                "day": "2025-05-12",
                "at": "15:30",
            },
            "15:30",
            404,
        ),
        ("/publications/new", {"url": "https://example.org/x", "asset_id": "nonsense"}, "org/x", 422),
        ("/campaigns/new", {"name": "Talleres de mayo", "starts_on": "someday"}, "Talleres de mayo", 422),
    ],
)
async def test_a_rejected_form_keeps_what_was_typed(
    site: Site[MediaResources], pool: Pool, path: str, sent: dict[str, str], kept: str, status: int
) -> None:
    answer = await site.browser("communications", Accept="text/html").post(path, data=sent)

    assert answer.status_code == status
    assert kept in answer.text and 'role="alert"' in answer.text
    assert f'action="/media{path}"' in answer.text
    assert [await events(pool, name) for name in ("LinkCreated", "PublicationRecorded", "CampaignStarted")] == [[]] * 3


async def test_a_withdrawn_asset_is_refused_at_its_field(site: Site[MediaResources]) -> None:
    asset_id = await an_asset(site)
    officer = site.browser("communications", Accept="text/html")
    await officer.post(f"/assets/{asset_id}/withdraw")

    link = {"target_url": "https://example.org/x", "channel": "web", "asset_id": asset_id}
    answer = await officer.post("/links/new", data=link)

    assert answer.status_code == 409
    assert 'href="#asset_id"' in answer.text and 'value="https://example.org/x"' in answer.text


async def test_a_figure_without_numbers_or_of_no_publication_is_refused(site: Site[MediaResources], pool: Pool) -> None:
    publication_id = await a_publication(site, await an_asset(site))
    officer = site.browser("communications", Accept="text/html")

    empty = await officer.post(f"/publications/{publication_id}/figures/new", data={"period_start": "2025-05-12"})
    unknown = await officer.post(f"/publications/{uuid4()}/figures/new", data={"reach": "5"})
    nonsense = await officer.post("/publications/nonsense/figures/new", data={"reach": "5"})

    assert (empty.status_code, unknown.status_code, nonsense.status_code) == (422, 404, 422)
    assert 'value="2025-05-12"' in empty.text and 'href="#period_end"' in empty.text
    assert await events(pool, "PlatformReachRecorded") == []


async def test_readers_see_no_buttons(site: Site[MediaResources]) -> None:
    asset_id = await an_asset(site)
    campaign_id = await a_campaign(site)
    publication_id = await a_publication(site, asset_id)
    await a_link(site)
    coordinator = site.browser("coordinator", Accept="text/html")

    for path in (f"/assets/{asset_id}", f"/campaigns/{campaign_id}", f"/publications/{publication_id}", "/links"):
        page = (await coordinator.get(path)).text
        assert "/new" not in page, path
        assert 'class="danger"' not in page, path
