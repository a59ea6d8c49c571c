"""The boundaries over HTTP."""

import json
from functools import cache

from fastapi import APIRouter, Response

from chassis.web.openapi import content_of
from services.reporting.boundaries.domain import boundaries

router = APIRouter(tags=["figures"])

MEDIA_TYPE = "application/geo+json"


@router.get("/api/districts.geojson", response_class=Response, responses=content_of(MEDIA_TYPE))
async def districts_geojson() -> Response:
    """The boundaries of the 127 districts, with the codes and names that figures have."""
    return Response(_written(), media_type=MEDIA_TYPE)


@cache
def _written() -> bytes:
    return json.dumps(boundaries(), ensure_ascii=False, separators=(",", ":")).encode()
