"""Texts of consents over JSON."""

from functools import partial
from typing import Self

from fastapi import APIRouter, Response
from pydantic import BaseModel

from chassis.web import locale
from chassis.web.commands import ReadTag, Write
from contracts.enrollment import Purpose
from services.enrollment.consent_texts import service
from services.enrollment.consent_texts.commands import DecideText, DraftText
from services.enrollment.consent_texts.service import WrittenText, version_of_texts
from services.enrollment.resources import Res

router = APIRouter(prefix="/api/consent-texts/{purpose}", tags=["consent texts"])


class ConsentTexts(BaseModel):
    """What the office wrote for a purpose, the newest first. Before the first approved text, the release's counts."""

    texts: list[WrittenText]

    @classmethod
    def of(cls, texts: list[WrittenText]) -> Self:
        return cls(texts=texts)


def _tag_of(purpose: Purpose) -> ReadTag:
    return partial(version_of_texts, purpose=purpose)


@router.get("")
async def list_texts(purpose: Purpose, res: Res, response: Response) -> ConsentTexts:
    """The texts of a purpose, with who wrote, approved or discarded each."""
    response.headers["ETag"] = await version_of_texts(res.pool, purpose)
    return ConsentTexts(texts=await service.written_texts(res.pool, purpose))


@router.post("", status_code=201)
async def draft_text(purpose: Purpose, body: DraftText, res: Res, write: Write) -> ConsentTexts:
    """Writes a text, which waits until somebody else approves it."""
    operation = partial(service.draft_text, purpose=purpose, languages=locale.offered(res.settings))
    return await write.run(operation, body, locks=[purpose], tag=_tag_of(purpose), reply=ConsentTexts.of)


@router.post("/approve")
async def approve_text(purpose: Purpose, body: DecideText, write: Write) -> ConsentTexts:
    """Lets people agree to the text from its first day."""
    operation = partial(service.approve_text, purpose=purpose)
    return await write.run(operation, body, locks=[purpose], tag=_tag_of(purpose), reply=ConsentTexts.of)


@router.post("/discard")
async def discard_text(purpose: Purpose, body: DecideText, write: Write) -> ConsentTexts:
    """Lets nobody agree to the text that waits."""
    operation = partial(service.discard_text, purpose=purpose)
    return await write.run(operation, body, locks=[purpose], tag=_tag_of(purpose), reply=ConsentTexts.of)
