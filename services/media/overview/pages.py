"""The first page of the communications office."""

from fastapi import APIRouter, Request, Response

from chassis.web.pages import render
from services.media.days import today
from services.media.links import service as links
from services.media.overview import service
from services.media.resources import Res

router = APIRouter(include_in_schema=False)

NEWEST_LINKS = 10


@router.get("/")
async def home(request: Request, res: Res) -> Response:
    return render(
        request,
        "overview/home.html",
        overview=await service.get_overview(res.pool, today()),
        links=await links.newest_links(res.pool, NEWEST_LINKS),
    )
