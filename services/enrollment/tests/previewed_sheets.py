"""Sheets that are sent, previewed and imported over HTTP, for tests."""

from typing import Any
from uuid import UUID

import httpx

from chassis.runtime.jobs import Job
from services.enrollment.imports import jobs
from services.enrollment.imports.service import DISCARD_IMPORT, ERASE_IMPORT, PREVIEW_IMPORT, RUN_IMPORT
from services.enrollment.resources import EnrollmentResources

JOBS = {PREVIEW_IMPORT: jobs.preview, RUN_IMPORT: jobs.run, DISCARD_IMPORT: jobs.discard, ERASE_IMPORT: jobs.erase}


async def works(resources: EnrollmentResources) -> None:
    """Does the jobs that are due, one after the other."""
    while True:
        due = await resources.pool.fetchrow(
            "DELETE FROM jobs WHERE id = (SELECT id FROM jobs WHERE due_at <= clock_timestamp() ORDER BY id LIMIT 1)"
            " RETURNING id, kind, payload"
        )
        if due is None:
            return
        await JOBS[due["kind"]](resources, Job(due["id"], due["kind"], due["payload"], 1))


async def sent(coordinator: httpx.AsyncClient, resources: EnrollmentResources, content: bytes, **said: Any) -> str:
    """The address of a sheet that was sent without a preview, and imported."""
    answer = await coordinator.post("/api/imports", files={"file": ("hoja.csv", content)}, data=said)
    assert (answer.status_code, answer.json()["status"]) == (202, "queued"), answer.text
    await works(resources)
    return address_of(answer)


async def previewed(coordinator: httpx.AsyncClient, resources: EnrollmentResources, content: bytes, **said: Any) -> str:
    """The address of a sheet that was sent and read."""
    data = {"preview": "true", **said}
    answer = await coordinator.post("/api/imports", files={"file": ("hoja.csv", content)}, data=data)
    assert (answer.status_code, answer.json()["status"]) == (202, "reading"), answer.text
    await works(resources)
    return address_of(answer)


async def shown(coordinator: httpx.AsyncClient, address: str) -> dict[str, Any]:
    preview: dict[str, Any] = (await coordinator.get(f"{address}/preview")).json()
    return preview


async def state(coordinator: httpx.AsyncClient, address: str) -> str:
    return str((await coordinator.get(address)).json()["state"])


def address_of(answer: httpx.Response) -> str:
    address: str = answer.headers["Location"].removeprefix("/enrollment")
    return address


def id_of(address: str) -> UUID:
    return UUID(address.rsplit("/", 1)[1])
