"""The public page, and its charts as files."""

from fastapi import APIRouter, Request, Response

from chassis.web.access import Anybody
from chassis.web.pages import render
from chassis.web.problems import of_status
from services.reporting.indicators.registry import INDICATORS
from services.reporting.public_page.dataset import dataset
from services.reporting.public_page.service import CHARTED_INDICATOR, CHARTS, chart, overview
from services.reporting.resources import Res

router = APIRouter(include_in_schema=False)


@router.get("/")
async def public_page(request: Request, res: Res, _principal: Anybody) -> Response:
    """The totals, and who is enrolled by district, month, sex and age; the same for everybody."""
    return render(
        request,
        "public_page/overview.html",
        overview=await overview(res),
        indicators=INDICATORS,
        charted=CHARTED_INDICATOR,
        dataset=dataset(res.settings),
        licence={"name": res.settings.data_licence, "url": res.settings.data_licence_url},
        is_trial=res.settings.environment == "trial",
    )


@router.get("/charts/{indicator}-by-{dimension}.svg")
async def picture(indicator: str, dimension: str, res: Res) -> Response:
    """One chart of the page with the figures of now, to be stored or shown elsewhere."""
    if indicator != CHARTED_INDICATOR.id or dimension not in CHARTS:
        raise of_status(404)
    drawn = (await chart(res, dimension)).picture
    if drawn is None:
        raise of_status(503)
    return Response(str(drawn), media_type="image/svg+xml", headers={"Cache-Control": "no-cache"})
