"""What happened before a test begins, done through the service's own interface."""

import json
from typing import Any
from uuid import uuid4

import httpx

from chassis.store.database import Pool
from services.media.resources import MediaResources
from tests.support.sites import Site

FILM = b"\x00\x00\x00\x18ftypisom\x00\x00\x02\x00isomiso2" + bytes(600_000)
PNG = b"\x89PNG\r\n\x1a\n and the rest of a picture"
PHONE = (
    "Mozilla/5.0 (Linux; Android 13; SM-A135M) AppleWebKit/537.36 (KHTML, like Gecko) "
    "Chrome/122.0.6099.144 Mobile Safari/537.36"
)
DESCRIPTION = {
    "kind": "flyer",
    "title": "Presupuesto participativo",
    "language": "es",
    "alternative_text": "Un volante con las fechas de los talleres.",
}
CAMPAIGN = {"name": "Talleres de mayo", "objective": "Que más jóvenes lleguen.", "starts_on": "2025-05-01"}


async def made(answer: httpx.Response) -> dict[str, Any]:
    """The answer to what must succeed."""
    assert answer.status_code == 201, answer.text
    body: dict[str, Any] = answer.json()
    return body


async def a_link(site: Site[MediaResources], **more: Any) -> dict[str, Any]:
    body = {"target_url": "https://example.org/taller", "channel": "facebook", **more}
    return await made(await site.browser("communications").post("/api/links", json=body))


async def a_campaign(site: Site[MediaResources], **more: Any) -> str:
    answer = await made(await site.browser("communications").post("/api/campaigns", json={**CAMPAIGN, **more}))
    return str(answer["campaign_id"])


async def an_asset(site: Site[MediaResources], content: bytes = PNG, **more: Any) -> str:
    answer = await site.browser("communications").post(
        "/api/assets", data={**DESCRIPTION, **more}, files={"file": ("volante.png", content)}
    )
    return str((await made(answer))["asset_id"])


async def a_publication(site: Site[MediaResources], asset_id: str, **more: Any) -> str:
    publication_id = str(uuid4())
    await made(
        await site.browser("communications").post(
            "/api/publications",
            json={
                "publication_id": publication_id,
                "asset_id": asset_id,
                "channel": "facebook",
                "url": "https://example.org/p/1",
                "published_at": "2025-05-12T15:30:00-05:00",
                **more,
            },
        )
    )
    return publication_id


async def events(pool: Pool, name: str) -> list[dict[str, Any]]:
    """The bodies of the events of this name that are on record, in their order."""
    rows = await pool.fetch("SELECT payload FROM outbox WHERE type = $1 ORDER BY id", f"minka.media.{name}.v1")
    return [json.loads(row["payload"]) for row in rows]
