"""The door that everybody uses: `/r/{code}` counts the visit and leads on. Public, without cookies."""

from datetime import UTC, datetime

from fastapi import APIRouter, Request, Response
from fastapi.responses import RedirectResponse

from chassis.web.pages import render
from services.media import codes, visits
from services.media.api.dependencies import Res
from services.media.visitors import is_opening

router = APIRouter(tags=["redirect"])

NOT_KEPT = {"Cache-Control": "no-store", "X-Robots-Tag": "noindex"}
"""Every opening comes back here, and no search engine lists the code."""


@router.get("/r/{code}", status_code=302, response_class=RedirectResponse)
@router.head("/r/{code}", include_in_schema=False)
async def follow(code: str, request: Request, res: Res) -> Response:
    """Leads to the link's target; the visit is on record before the answer leaves."""
    door = await res.doors.find(codes.as_typed(code))
    if door is None:
        return render(request, "unknown_link.html", 404)
    if is_opening(request.method, request.headers):
        address = request.client.host if request.client else ""
        await visits.record(res, door, address, request.headers.get("user-agent", ""), datetime.now(UTC))
    return RedirectResponse(door.target_url, 302, NOT_KEPT)
