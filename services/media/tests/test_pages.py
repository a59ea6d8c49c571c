"""The console: what a communications officer does in a day, through its forms."""

from typing import Any

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

    asset = await sent("/assets", DESCRIPTION, files={"file": ("volante.png", PNG)})
    campaign = await sent(
        "/campaigns", {"name": "Talleres", "objective": "Llegar a más gente", "starts_on": "2025-05-01", "ends_on": ""}
    )
    ids = {"asset_id": asset.rsplit("/")[-1], "campaign_id": campaign.rsplit("/")[-1]}
    publication = await sent(
        "/publications",
        {**ids, "channel": "radio", "url": "https://example.org/x", "day": "2025-05-12", "at": "15:30", "district": ""},
    )
    await sent("/links", {**ids, "target_url": "https://example.org/", "channel": "whatsapp", "district": "060101"})
    await sent("/figures", {
        "publication_id": publication.rsplit("/")[-1], "period_start": "2025-05-12", "period_end": "2025-05-18",
        "reach": "900", "impressions": "", "grade": "declared",
    })  # fmt: skip
    await sent(f"{publication}/withdraw", {})
    await sent(f"{campaign}/end", {})
    await sent(f"{asset}/withdraw", {})

    [recorded] = await events(pool, "PublicationRecorded")
    assert recorded["occurred_at"] == "2025-05-12T15:30:00-05:00"
    for name in ("LinkCreated", "PlatformReachRecorded", "PublicationWithdrawn", "CampaignEnded", "AssetWithdrawn"):
        assert len(await events(pool, name)) == 1, name


async def test_a_mistake_is_said_beside_its_field_and_what_was_typed_stays(site: Site[MediaResources]) -> None:
    officer = site.browser("communications", Accept="text/html")

    link = await officer.post("/links", data={"target_url": "example.org", "channel": "web"})
    asset = await officer.post("/assets", data={**DESCRIPTION, "title": ""}, files={"file": ("a.exe", b"MZ")})

    assert link.status_code == asset.status_code == 422
    assert 'href="#target_url"' in link.text
    assert 'value="example.org"' in link.text
    assert 'href="#title"' in asset.text
    assert DESCRIPTION["alternative_text"] in asset.text


async def test_a_file_of_another_kind_is_said_in_the_form(site: Site[MediaResources]) -> None:
    officer = site.browser("communications", Accept="text/html")

    answer = await officer.post("/assets", data=DESCRIPTION, files={"file": ("a.png", b"MZ")})

    assert answer.status_code == 422
    assert 'href="#file"' in answer.text


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
