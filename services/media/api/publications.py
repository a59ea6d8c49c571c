"""Publications over HTTP."""

from datetime import UTC, datetime
from uuid import UUID

from fastapi import APIRouter
from pydantic import AwareDatetime, BaseModel

from chassis.web.idempotency import Idempotent
from chassis.web.pagination import Listing
from contracts.media import AssetKind, Channel
from services.media import publications
from services.media.api.dependencies import After, Reader, Res, Writer
from services.media.api.lists import part
from services.media.publications import RecordPublication, sql

router = APIRouter(prefix="/api/publications", tags=["publications"])


class PublicationReply(BaseModel):
    """Whether a publication can still be seen."""

    publication_id: UUID
    status: str


class PublicationView(PublicationReply):
    """A publication; kind and title are its asset's."""

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
async def record_publication(body: RecordPublication, res: Res, once: Idempotent, _: Writer) -> PublicationReply:
    """Record that an asset was published on a channel."""
    async with once.transaction(res.pool, body.publication_id, body.asset_id) as connection:
        await publications.record(connection, body)
        return await once.keep(connection, PublicationReply(publication_id=body.publication_id, status="active"))


@router.get("")
async def list_publications(
    res: Res, _: Reader, after: After = None, asset_id: UUID | None = None, campaign_id: UUID | None = None
) -> Publications:
    """The publications, those withdrawn among them; of one asset or campaign where asked."""
    rows, following = await part(res.pool, sql.publications.text, after, asset_id, campaign_id)
    views = [PublicationView(**row, status="withdrawn" if row["withdrawn_at"] else "active") for row in rows]
    return Publications(publications=views, next=following)


@router.post("/{publication_id}/withdraw")
async def withdraw_publication(publication_id: UUID, res: Res, once: Idempotent, _: Writer) -> PublicationReply:
    """Record that a publication was taken down."""
    async with once.transaction(res.pool, publication_id) as connection:
        await publications.withdraw(connection, publication_id, datetime.now(UTC))
        return await once.keep(connection, PublicationReply(publication_id=publication_id, status="withdrawn"))
