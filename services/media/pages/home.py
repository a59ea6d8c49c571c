"""Where the console starts."""

from datetime import UTC, datetime

from fastapi import APIRouter, Request, Response

from contracts.days import day_of
from services.media.api.dependencies import Reader, Res
from services.media.api.lists import part
from services.media.pages.words import page, sql

router = APIRouter(include_in_schema=False)

LATEST = 10


@router.get("/")
async def home(request: Request, res: Res, _: Reader) -> Response:
    overview = await res.pool.fetchrow(sql.overview.text, day_of(datetime.now(UTC)))
    links, _following = await part(res.pool, sql.links.text, None, None, size=LATEST)
    return page(request, "home.html", overview=overview, links=links)
