"""The page with the privacy notice, for everybody."""

from fastapi import APIRouter, Request, Response

from chassis.web.access import Anybody
from chassis.web.pages import render
from chassis.web.pagination import all_rows
from services.enrollment.privacy_notice.service import DATA, STORED_DATA, answers
from services.enrollment.resources import Res

router = APIRouter(prefix="/privacy", include_in_schema=False)


@router.get("")
async def show_privacy_notice(request: Request, res: Res, principal: Anybody) -> Response:
    """What is stored of people, why and for how long, and what they can ask for. Staff is told what the office has not
    stated yet."""
    stated = answers(res.settings)
    return render(
        request,
        "privacy_notice/notice.html",
        answers=stated,
        missing=[one for one in stated if not one.text] if principal else [],
        data=all_rows(DATA, list(STORED_DATA)),
        answer_working_days=res.settings.answer_working_days,
    )
