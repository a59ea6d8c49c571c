"""What moves on the sample's pages: a stream and a piece of work, both led by the test."""

import asyncio
import json
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from datetime import UTC, datetime

from fastapi import APIRouter, Request, Response
from sse_starlette import EventSourceResponse

from chassis.web.pages import render

router = APIRouter(include_in_schema=False)


@dataclass
class Stage:
    """What the test says next."""

    changes: asyncio.Queue[dict[str, object]] = field(default_factory=asyncio.Queue)
    work: dict[str, object] = field(default_factory=lambda: {"status": "running", "done": 10, "total": 2500})


@router.get("/live")
async def live(request: Request) -> Response:
    return render(request, "live.html", work=_stage(request).work, started=datetime(2026, 5, 12, 20, 30, tzinfo=UTC))


@router.get("/api/stream")
async def stream(request: Request) -> EventSourceResponse:
    changes = _stage(request).changes

    async def events() -> AsyncIterator[dict[str, str]]:
        while True:
            yield {"data": json.dumps(await changes.get())}

    return EventSourceResponse(events())


@router.get("/api/work")
async def work(request: Request) -> dict[str, object]:
    return _stage(request).work


def _stage(request: Request) -> Stage:
    stage: Stage = request.app.state.resources.stage
    return stage
