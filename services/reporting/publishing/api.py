"""The stream: changes of public figures as server-sent events, in order, resumed where a reader disconnected."""

import json
from collections.abc import AsyncIterator
from typing import Annotated

from fastapi import APIRouter, Header, Query
from pydantic import Field
from sse_starlette import EventSourceResponse, ServerSentEvent

from chassis.web.openapi import content_of
from chassis.web.parameters import DIGITS, EMPTY_IS_NONE
from services.reporting.publishing.change_feed import ChangeFeed
from services.reporting.publishing.domain import cell_id
from services.reporting.publishing.service import Change
from services.reporting.resources import Res

HEARTBEAT_SECONDS = 15
RETRY_MILLISECONDS = 2_000

HIGHEST = 2**63 - 1

Sequence = Annotated[Annotated[int, Field(ge=0, le=HIGHEST), DIGITS] | None, EMPTY_IS_NONE]
"""The position of a change; an empty one, as some readers send it first, is none."""

router = APIRouter(tags=["figures"])


@router.get(
    "/api/stream",
    response_class=EventSourceResponse,
    responses=content_of("text/event-stream"),
)
async def stream_changes(
    res: Res,
    last_event_id: Annotated[Sequence, Header(description="The `sequence` that was read last.")] = None,
    since: Annotated[Sequence, Query(description="The same, for a first connection.")] = None,
) -> EventSourceResponse:
    """Each event is one changed public figure; its id is its `sequence`. Without a `sequence` the stream starts now.

    An event `reset` comes first where the `sequence` is not known here: the reader reads all figures anew.
    """
    latest = await res.feed.latest()
    requested = since if last_event_id is None else last_event_id
    sequence = latest if requested is None else min(requested, latest)
    events = _events(res.feed, sequence, is_unknown=requested is not None and requested > latest)
    return EventSourceResponse(events, ping=HEARTBEAT_SECONDS, headers={"Cache-Control": "no-cache"})


async def _events(feed: ChangeFeed, sequence: int, is_unknown: bool) -> AsyncIterator[ServerSentEvent]:
    yield ServerSentEvent(comment="following", retry=RETRY_MILLISECONDS)
    if is_unknown:  # the service was restored from an older state
        yield ServerSentEvent("{}", event="reset", id=str(sequence))
    async for changes in feed.follow(sequence):
        for change in changes:
            yield ServerSentEvent(json.dumps(_body(change)), id=str(change.sequence))


def _body(change: Change) -> dict[str, object]:
    return {
        "key": cell_id(change.indicator, change.dimension, change.member),
        "sequence": change.sequence,
        "indicator": change.indicator,
        "dimension": change.dimension,
        "member": change.member,
        "value": change.value,
        "status": change.status,
        "as_of": change.published_at.isoformat(),
    }
