"""The public redirect: `/r/{code}` records the visit and leads to the link's target, without cookies."""

from datetime import UTC, datetime

from fastapi import APIRouter, Request, Response
from fastapi.responses import RedirectResponse

from chassis.web.heads import ASKED_METHOD
from chassis.web.pages import render
from chassis.web.problems import PROBLEM_JSON
from chassis.web.short_codes import normalize
from services.media.resources import Res
from services.media.visits import service
from services.media.visits.domain import is_opening

router = APIRouter(tags=["redirect"])

HEADERS = {"Cache-Control": "no-store", "X-Robots-Tag": "noindex"}
"""No browser caches the redirect, so that every opening is counted, and no search engine lists the code."""

ABOUT_UNKNOWN = "A page that says so; where the address has a line break, a problem."


@router.get(
    "/r/{code:path}",
    status_code=302,
    response_class=RedirectResponse,
    responses={404: {"description": ABOUT_UNKNOWN, "content": {"text/html": {}, PROBLEM_JSON: {}}}},
)
async def follow_link(code: str, request: Request, res: Res) -> Response:
    """Redirects to the link's target; the visit is recorded before the answer is sent."""
    target = await res.links.find(written) if (written := normalize(code)) else None
    if target is None:
        return render(request, "visits/unknown_link.html", 404)
    if is_opening(request.scope.get(ASKED_METHOD, request.method), request.headers):
        address = request.client.host if request.client else ""
        user_agent = request.headers.get("user-agent", "")
        await service.record(res, target.link_id, address, user_agent, datetime.now(UTC))
    return RedirectResponse(target.target_url, 302, HEADERS)
