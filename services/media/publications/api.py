"""Publications over HTTP."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends
from pydantic import AwareDatetime, BaseModel, ConfigDict

from chassis.web.commands import Write
from chassis.web.pagination import Listing
from chassis.web.views import View, view_of
from contracts.media import AssetKind, Channel
from services.media.publications import service
from services.media.publications.commands import RecordPublication
from services.media.publications.domain import PublicationStatus
from services.media.publications.service import PUBLICATIONS
from services.media.resources import Res

router = APIRouter(prefix="/api/publications", tags=["publications"])


class PublicationReply(BaseModel):
    """Whether a publication can still be seen."""

    publication_id: UUID
    status: PublicationStatus


class PublicationView(PublicationReply):
    """A publication; kind and title are its asset's."""

    model_config = ConfigDict(from_attributes=True)

    asset_id: UUID
    campaign_id: UUID | None
    kind: AssetKind
    title: str
    channel: Channel
    url: str
    published_at: AwareDatetime
    district: str | None


class Publications(Listing):
    """Newest first."""

    publications: list[PublicationView]


@router.post("", status_code=201)
async def record_publication(body: RecordPublication, write: Write) -> PublicationReply:
    """Record that an asset was published on a channel."""
    return await write.run(
        service.record,
        body,
        locks=[body.publication_id, body.asset_id],
        reply=lambda recorded: PublicationReply(publication_id=recorded, status=PublicationStatus.ACTIVE),
    )


@router.get("")
async def list_publications(res: Res, view: Annotated[View, Depends(view_of(PUBLICATIONS))]) -> Publications:
    """The publications, those withdrawn included; of one asset or campaign if given."""
    page = await service.list_publications(res.pool, view)
    return Publications(publications=[PublicationView.model_validate(row) for row in page.rows], next=page.next)


@router.post("/{publication_id}/withdraw")
async def withdraw_publication(publication_id: UUID, write: Write) -> PublicationReply:
    """Record that a publication was taken down."""
    return await write.run(
        service.withdraw,
        publication_id,
        locks=[publication_id],
        reply=lambda withdrawn: PublicationReply(publication_id=withdrawn, status=PublicationStatus.WITHDRAWN),
    )
