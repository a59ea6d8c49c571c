"""Parts of files, as players of films ask for them (RFC 9110, 14)."""

from chassis.web.file_types import FileType
from contracts.media import AssetKind
from services.media.assets.domain import ACCEPTED_TYPES
from services.media.resources import MediaResources
from services.media.tests.stories import FILM, an_asset
from tests.support.sites import Site


def test_every_kind_has_types() -> None:
    assert set(ACCEPTED_TYPES) == set(AssetKind)
    assert all(types <= set(FileType) for types in ACCEPTED_TYPES.values())


async def test_a_film_is_served_in_parts(site: Site[MediaResources]) -> None:
    asset_id = await an_asset(site, FILM, kind="reel")

    part = await site.browser(Range="bytes=4-7").get(f"/files/{asset_id}")
    whole = await site.browser().get(f"/files/{asset_id}")

    assert (part.status_code, part.content) == (206, b"ftyp")
    assert part.headers["content-range"] == f"bytes 4-7/{len(FILM)}"
    assert (whole.content == FILM, whole.headers["content-type"]) == (True, "video/mp4")
    assert site.app.openapi()["paths"]["/files/{asset_id}"]["get"]["responses"].keys() >= {"200", "206", "304"}


async def test_a_part_of_former_content_is_answered_with_the_whole(site: Site[MediaResources]) -> None:
    asset_id = await an_asset(site, FILM, kind="reel")
    tag = (await site.browser().get(f"/files/{asset_id}")).headers["etag"]
    statuses = [
        (await site.browser(**{"Range": "bytes=4-7", "If-Range": condition}).get(f"/files/{asset_id}")).status_code
        for condition in (tag, '"former"', f"W/{tag}")
    ]
    assert statuses == [206, 200, 200]
