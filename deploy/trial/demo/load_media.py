"""Loads what communications enters: assets, campaigns, publications, links, and the visits of the links."""

import io
from collections.abc import Mapping, Sequence
from datetime import timedelta
from typing import Any

import segno

from deploy.trial.demo.campaigns import ASSETS, Asset, Campaign
from deploy.trial.demo.client import Client, run_all
from deploy.trial.demo.course import Course
from deploy.trial.demo.ids import demo_id
from deploy.trial.demo.visits import visitors

COMMUNICATIONS = "communications"


async def load_media(client: Client, courses: Mapping[Course, Sequence[Campaign]], public_url: str) -> None:
    """Uploads the assets, runs the campaigns of each course, and opens their links."""
    for asset in ASSETS:
        await _upload_asset(client, asset, public_url)
    for course, campaigns in courses.items():
        for campaign in campaigns:
            await _run_campaign(client, campaign, course)


async def _upload_asset(client: Client, asset: Asset, public_url: str) -> None:
    fields = {
        "asset_id": str(asset.id),
        "kind": asset.kind,
        "title": asset.title,
        "language": asset.language,
        "alternative_text": asset.alternative_text,
    }
    name, content = ("reel.mp4", _reel(asset)) if asset.kind == "reel" else ("flyer.png", _flyer(public_url))
    await client.upload(COMMUNICATIONS, "/media/api/assets", fields, name, content, demo_id("upload", asset.title))


def _flyer(public_url: str) -> bytes:
    """A flyer that consists only of a QR code."""
    picture = io.BytesIO()
    segno.make(public_url, error="h").save(picture, kind="png", scale=8)
    return picture.getvalue()


def _reel(asset: Asset) -> bytes:
    """An MP4 file without a film; the asset's title fills its free space."""
    title = asset.title.encode()
    return b"\x00\x00\x00\x18ftypisom\x00\x00\x02\x00isomiso2" + (8 + len(title)).to_bytes(4) + b"free" + title


async def _run_campaign(client: Client, campaign: Campaign, course: Course) -> None:
    body = {
        "campaign_id": str(campaign.id),
        "programme_id": str(course.programme_id),
        "name": campaign.name,
        "objective": campaign.objective,
        "starts_on": campaign.starts_on.isoformat(),
        "ends_on": campaign.ends_on.isoformat() if campaign.ends_on else None,
    }
    await client.post(COMMUNICATIONS, "/media/api/campaigns", body)
    for channel in campaign.channels:
        link = await _publish(client, campaign, channel)
        all_visitors = list(visitors(f"{campaign.name}/{channel}", campaign.visits // len(campaign.channels)))
        still_to_come = all_visitors[await _visits(client, campaign, link["link_id"]) :]
        await run_all(client.visit(f"/media/r/{link['code']}", visitor) for visitor in still_to_come)


async def _visits(client: Client, campaign: Campaign, link_id: str) -> int:
    """How often a link was opened. An earlier loading may have been interrupted between two visits."""
    answer = await client.get(COMMUNICATIONS, f"/media/api/links?campaign_id={campaign.id}")
    (link,) = [one for one in answer["links"] if one["link_id"] == link_id]
    return sum(link[f"{kind}_visits"] for kind in ("people", "bot", "preview", "suspected"))


async def _publish(client: Client, campaign: Campaign, channel: str) -> Any:
    publication = demo_id("publication", campaign.name, channel)
    asset = demo_id("asset", campaign.asset)
    await client.post(COMMUNICATIONS, "/media/api/publications", {
        "publication_id": str(publication),
        "asset_id": str(asset),
        "campaign_id": str(campaign.id),
        "channel": channel,
        "url": f"https://demo.example/{channel}/{publication}",
        "published_at": f"{campaign.starts_on}T15:00:00Z",
    })  # fmt: skip
    await client.post(COMMUNICATIONS, "/media/api/platform-figures", {
        "figure_id": str(demo_id("figure", campaign.name, channel)),
        "publication_id": str(publication),
        "period_start": campaign.starts_on.isoformat(),
        "period_end": (campaign.starts_on + timedelta(days=27)).isoformat(),
        "reach": campaign.visits * 11,
        "impressions": campaign.visits * 17,
        "grade": "declared" if channel == "notice_board" else "platform_estimated",
    })  # fmt: skip
    return await client.post(COMMUNICATIONS, "/media/api/links", {
        "link_id": str(demo_id("link", campaign.name, channel)),
        "target_url": "https://www.gob.pe/regioncajamarca",
        "channel": channel,
        "asset_id": str(asset),
        "campaign_id": str(campaign.id),
    })  # fmt: skip
