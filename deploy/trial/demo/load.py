"""Loads the demonstration, from the programme to the visits. All ids are fixed, so that loading is idempotent."""

import asyncio
import io
from collections.abc import Callable, Coroutine, Iterable
from contextlib import AbstractContextManager
from dataclasses import asdict
from datetime import timedelta
from pathlib import Path
from typing import Any

import segno

from chassis.web.texts import _
from deploy.trial.demo import plan
from deploy.trial.demo.client import Client, until
from deploy.trial.demo.plan import Asset, Campaign, Cohort, Session, demo_id
from deploy.trial.demo.sheets import demo_sheets
from deploy.trial.demo.turnout import arrival
from deploy.trial.demo.visits import visitors

COORDINATOR = "coordinator"
COMMUNICATIONS = "communications"

CONCURRENT_REQUESTS = 4

Step = Callable[[str], AbstractContextManager[None]]
"""Shows a step while it runs, and its duration."""


async def load(client: Client, folder: Path, public_url: str, step: Step) -> None:
    """Enters the whole year. The sheets are written into `folder` first."""
    with step(_("Demo: programme, organizations and cohorts")):
        await _programme(client)
    with step(_("Demo: enrollment sheets of %(number)d provinces", number=len(plan.cohorts()))):
        await _run_all(_import_sheet(client, sheet) for sheet in await asyncio.to_thread(demo_sheets, folder))
    with step(_("Demo: sessions and attendance")):
        await _run_all(_hold_cohort(client, cohort) for cohort in plan.cohorts())
    with step(_("Demo: campaigns, links and visits")):
        await _media(client, public_url)


async def _programme(client: Client) -> None:
    programme = plan.PROGRAMME["programme_id"]
    await client.post(COORDINATOR, "/enrollment/api/programmes", plan.PROGRAMME)
    for module in plan.MODULES:
        body = {**asdict(module), "module_id": str(module.id), "edition": 1}
        await client.post(COORDINATOR, f"/enrollment/api/programmes/{programme}/modules", body)
    for organization in plan.ORGANIZATIONS:
        body = {**asdict(organization), "organization_id": str(organization.organization_id)}
        await client.post(COORDINATOR, "/enrollment/api/organizations", body)
    for cohort in plan.cohorts():
        await _open_cohort(client, cohort)
    rules = f"/sessions/api/programmes/{programme}/completion-rules"
    await client.post(COORDINATOR, rules, {"minimum_percent": plan.MINIMUM_PERCENT}, demo_id("rule"))


async def _open_cohort(client: Client, cohort: Cohort) -> None:
    body = {
        "cohort_id": str(cohort.id),
        "programme_id": plan.PROGRAMME["programme_id"],
        "name": cohort.name,
        "province": cohort.province,
        "capacity": cohort.capacity,
        "starts_on": cohort.starts_on.isoformat(),
        "ends_on": cohort.ends_on.isoformat(),
    }
    await client.post(COORDINATOR, "/enrollment/api/cohorts", body)
    facilitators = f"/enrollment/api/cohorts/{cohort.id}/facilitators"
    await client.post(
        COORDINATOR, facilitators, {"facilitator_id": cohort.facilitator}, demo_id("assigned", cohort.province)
    )


async def _import_sheet(client: Client, sheet: Path) -> None:
    key = demo_id("sheet", sheet.name)
    content = await asyncio.to_thread(sheet.read_bytes)
    accepted = await client.upload(COORDINATOR, "/enrollment/api/imports", {}, sheet.name, content, key)
    path = f"/enrollment/api/imports/{accepted['import_id']}"

    async def finished() -> Any:
        job = await client.get(COORDINATOR, path)
        return job if job["state"] in ("done", "failed") else None

    await until(sheet.name, finished)


async def _hold_cohort(client: Client, cohort: Cohort) -> None:
    sessions = plan.sessions(cohort)
    for session in sessions:
        await client.post(COORDINATOR, "/sessions/api/sessions", _session(session))
    plan_of_cohort = f"/sessions/api/cohorts/{cohort.id}/plan/declare-complete"
    await client.post(COORDINATOR, plan_of_cohort, {"accept_missing": True}, demo_id("plan", cohort.id))
    roster = await _whole_roster(client, cohort, sessions[0])
    for session in sessions:
        if session.cancelled:
            await client.post(
                COORDINATOR, f"/sessions/api/sessions/{session.id}/cancel", {}, demo_id("cancel", session.id)
            )
        else:
            await _take_attendance(client, session, roster)


def _session(session: Session) -> dict[str, Any]:
    return {
        "session_id": str(session.id),
        "cohort_id": str(session.cohort.id),
        "kind": session.kind,
        "title": session.title,
        "module_id": str(session.module.id) if session.module else None,
        "district": session.district.inei,
        "place": f"Local comunal de {session.district.capital}",
        "starts_at": session.starts_at.isoformat(),
        "ends_at": session.ends_at.isoformat(),
        "required": session.required,
    }


async def _whole_roster(client: Client, cohort: Cohort, session: Session) -> list[str]:
    """The enrollments on the session's roster, once it has all that enrollment has accepted."""
    answer = await client.get(COORDINATOR, f"/enrollment/api/cohorts/{cohort.id}/enrollments")
    seated = {row["enrollment_id"] for row in answer["enrollments"] if row["status"] == "accepted"}

    async def complete_roster() -> list[str] | None:
        answer = await client.get(cohort.facilitator, f"/sessions/api/sessions/{session.id}/roster")
        known = {row["enrollment_id"] for row in answer["roster"]}
        return sorted(seated) if seated <= known else None

    roster: list[str] = await until(f"the roster of {cohort.name}", complete_roster) if seated else []
    return roster


async def _take_attendance(client: Client, session: Session, roster: list[str]) -> None:
    await client.post(
        session.cohort.facilitator, f"/sessions/api/sessions/{session.id}/hold", {}, demo_id("hold", session.id)
    )
    scans = [scan for number, enrollment in enumerate(roster, 1) if (scan := _scan(session, enrollment, number))]
    if scans:
        await client.post(
            session.cohort.facilitator, f"/sessions/api/sessions/{session.id}/attendance", {"scans": scans}
        )


def _scan(session: Session, enrollment: str, number: int) -> dict[str, Any] | None:
    came = arrival(session, enrollment)
    if came is None:
        return None
    return {
        "scan_id": str(demo_id("scan", session.id, enrollment)),
        "enrollment_id": enrollment,
        "state": came.state,
        "scanned_at": (session.starts_at + timedelta(minutes=came.minutes)).isoformat(),
        "device_id": str(demo_id("device", session.cohort.facilitator)),
        "device_sequence": session.number * 10_000 + number,
        "clock_offset_ms": 0,
    }


async def _media(client: Client, public_url: str) -> None:
    for asset in plan.ASSETS:
        await _upload_asset(client, asset, public_url)
    for campaign in plan.CAMPAIGNS:
        await _run_campaign(client, campaign)


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


async def _run_campaign(client: Client, campaign: Campaign) -> None:
    body = {
        "campaign_id": str(campaign.id),
        "programme_id": plan.PROGRAMME["programme_id"],
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
        await _run_all(client.visit(f"/media/r/{link['code']}", visitor) for visitor in still_to_come)


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


async def _run_all(work: Iterable[Coroutine[Any, Any, None]]) -> None:
    """Runs all coroutines, a few at a time."""
    turns = asyncio.Semaphore(CONCURRENT_REQUESTS)

    async def one(task: Coroutine[Any, Any, None]) -> None:
        async with turns:
            await task

    async with asyncio.TaskGroup() as group:
        for task in work:
            group.create_task(one(task))
