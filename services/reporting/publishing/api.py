"""The stream: changes of public figures as server-sent events, in order, resumed where the reader left."""

import json
from collections.abc import AsyncIterator
from typing import Annotated

from fastapi import APIRouter, Header, Query
from sse_starlette import EventSourceResponse, ServerSentEvent

from services.reporting.publishing.change_feed import Change, ChangeFeed
from services.reporting.publishing.publisher import cell_id
from services.reporting.visibility import Res

HEARTBEAT_SECONDS = 15
RETRY_MILLISECONDS = 2_000

router = APIRouter(tags=["figures"])


@router.get("/api/stream", response_class=EventSourceResponse)
async def stream(
    res: Res,
    last_event_id: Annotated[int | None, Header(description="The `sequence` that was read last.")] = None,
    since: Annotated[int | None, Query(description="The same, for a first connection.")] = None,
) -> EventSourceResponse:
    """Each event is one public figure as it became; its id is its `sequence`. Without a place it starts now."""
    latest = await res.feed.latest()
    given = since if last_event_id is None else last_event_id
    place = latest if given is None else max(0, min(given, latest))
    return EventSourceResponse(_events(res.feed, place), ping=HEARTBEAT_SECONDS, headers={"Cache-Control": "no-cache"})


async def _events(feed: ChangeFeed, place: int) -> AsyncIterator[ServerSentEvent]:
    yield ServerSentEvent(comment="following", retry=RETRY_MILLISECONDS)
    async for changes in feed.follow(place):
        for change in changes:
            yield ServerSentEvent(json.dumps(_described(change)), id=str(change.sequence))


def _described(change: Change) -> dict[str, object]:
    return {
        "key": cell_id(change.indicator, change.dimension, change.member),
        "sequence": change.sequence,
        "indicator": change.indicator,
        "dimension": change.dimension,
        "member": change.member,
        "value": change.figure.value,
        "status": change.figure.status,
        "as_of": change.published_at.isoformat(),
    }
