"""The JSON Schemas of the events, at the addresses that `ce_dataschema` and `$id` name."""

import json
from typing import Annotated

from fastapi import APIRouter, Path, Response

from chassis.web.openapi import content_of
from chassis.web.problems import of_status
from contracts import golden
from contracts.catalogue import BY_TYPE
from services.reporting.resources import Res

router = APIRouter(tags=["contracts"])

MEDIA_TYPE = "application/schema+json"
HIGHEST_REVISION = 10_000

EventType = Annotated[str, Path(max_length=200, description="Such as `minka.enrollment.PersonErased.v1`.")]
Number = Annotated[int, Path(ge=1, le=HIGHEST_REVISION, description="The revision, from 1 on.")]


@router.get("/contracts/schemas/{event_type}/{number}.json", response_class=Response, responses=content_of(MEDIA_TYPE))
async def event_schema(res: Res, event_type: EventType, number: Number) -> Response:
    """One revision of an event type as JSON Schema. It stays as it is: a change of the type is the next revision."""
    revisions = golden.published(event_type) if event_type in BY_TYPE else ()
    if number > len(revisions):
        raise of_status(404)
    document = revisions[number - 1].document(res.settings.public_url)
    return Response(json.dumps(document, ensure_ascii=False), media_type=MEDIA_TYPE)
