"""The boundaries over HTTP."""

from fastapi import APIRouter, Response
from fastapi.responses import JSONResponse

from services.reporting.boundaries.domain import boundaries

router = APIRouter(tags=["figures"])

MEDIA_TYPE = "application/geo+json"


class GeoJson(JSONResponse):
    """GeoJSON with its own media type."""

    media_type = MEDIA_TYPE


@router.get("/api/districts.geojson", response_class=GeoJson)
async def districts_geojson() -> Response:
    """The boundaries of the 127 districts, with the codes and names that figures have."""
    return GeoJson(boundaries())
