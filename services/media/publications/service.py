"""Publications: recorded, withdrawn and announced."""

from dataclasses import asdict, dataclass, replace
from datetime import datetime
from uuid import UUID

from chassis.messaging import outbox
from chassis.runtime.rejections import Kind, RejectedError, Rejection
from chassis.store.database import Connection, Pool
from chassis.store.queries import queries
from chassis.store.unit_of_work import UnitOfWork
from chassis.web.inputs import already_created
from chassis.web.pagination import Page, all_rows, fetch_page
from chassis.web.tables import Column, Table
from chassis.web.texts import N_
from chassis.web.views import View, first_rows
from contracts.days import day_of
from contracts.labels import ASSET_KINDS, CHANNELS
from contracts.media import AssetKind, Channel, PublicationRecorded, PublicationWithdrawn
from services.media.assets import service as assets
from services.media.campaigns import service as campaigns
from services.media.days import check_has_come
from services.media.publications.commands import RecordPublication
from services.media.publications.domain import Publication, PublicationStatus
from services.media.publications.labels import PUBLICATION_STATUSES

sql = queries(__package__)

PUBLICATIONS = Table(
    "publications",
    N_("Publications"),
    key="number",
    order="-number",
    columns=(
        Column("title", N_("Content"), link="/publications/{row.publication_id}", searched=True),
        Column("kind", N_("Kind"), labels=ASSET_KINDS, filtered=True),
        Column("channel", N_("Channel"), labels=CHANNELS, filtered=True),
        Column("published_at", N_("Published first"), "date"),
        Column("campaign", N_("Campaign"), searched=True),
        Column("status", N_("State"), labels=PUBLICATION_STATUSES, badges={"active": "good"}, filtered=True),
        Column("asset_id", N_("Content"), "identifier", filtered=True, shown=False),
        Column("campaign_id", N_("Campaign"), "identifier", filtered=True, shown=False),
        Column("number", N_("Order of entry"), "number", shown=False),
    ),
)


@dataclass(frozen=True, slots=True)
class PublicationRow:
    """A publication in a list; kind and title are its asset's."""

    publication_id: UUID
    asset_id: UUID
    campaign_id: UUID | None
    channel: Channel
    url: str
    published_at: datetime
    district: str | None
    number: int
    kind: AssetKind
    title: str
    campaign: str | None
    status: PublicationStatus


async def list_publications(pool: Pool, view: View) -> Page[PublicationRow]:
    """The publications, those withdrawn included."""
    return await fetch_page(pool, sql.publications, view, PublicationRow)


async def publications_of_asset(pool: Pool, asset_id: UUID) -> Page[PublicationRow]:
    """The newest publications of an asset."""
    return await _publications_with(pool, asset_id=asset_id)


async def publications_of_campaign(pool: Pool, campaign_id: UUID) -> Page[PublicationRow]:
    """The newest publications of a campaign."""
    return await _publications_with(pool, campaign_id=campaign_id)


async def get_publication(connection: Connection | Pool, publication_id: UUID) -> Publication:
    """The publication. Raises `RejectedError` if it does not exist."""
    if publication := await _find(connection, publication_id):
        return publication
    detail = N_("There is no such publication.")
    raise RejectedError(Rejection("publication_unknown", detail, Kind.MISSING, "publication_id"))


async def record(unit: UnitOfWork, command: RecordPublication) -> UUID:
    """Records that an asset was published on a channel, and returns the publication's id. Idempotent.

    Raises `RejectedError` for a day to come, and for an asset or a campaign that cannot be named.
    """
    if already_created(await _find(unit.connection, command.publication_id), command):
        return command.publication_id
    check_has_come(day_of(command.published_at), day_of(unit.now), "published_at")
    asset = await assets.get_shown_asset(unit.connection, command.asset_id)
    programme_id = await campaigns.programme_of(unit.connection, command.campaign_id)
    await sql.add_publication.execute(unit.connection, **command.model_dump())
    event = PublicationRecorded(
        **command.model_dump(exclude={"published_at"}),
        programme_id=programme_id,
        kind=asset.kind,
        content_sha256=asset.content_sha256,
        active=True,
        occurred_at=command.published_at,
    )
    await outbox.add(unit.connection, event)
    return command.publication_id


async def withdraw(unit: UnitOfWork, publication_id: UUID) -> UUID:
    """Records that a publication was taken down, and returns its id. Idempotent.

    The event still occurred at the first publication.
    """
    publication = await get_publication(unit.connection, publication_id)
    if publication.withdrawn_at is None:
        await sql.withdraw_publication.execute(unit.connection, publication_id=publication_id, withdrawn_at=unit.now)
        event = {**asdict(publication), "active": False, "occurred_at": publication.published_at}
        await outbox.add(unit.connection, PublicationWithdrawn.model_validate(event))
    return publication_id


async def _find(connection: Connection | Pool, publication_id: UUID) -> Publication | None:
    return await sql.publication.first(connection, Publication, publication_id=publication_id)


async def _publications_with(pool: Pool, **filters: UUID) -> Page[PublicationRow]:
    page = await list_publications(pool, replace(first_rows(PUBLICATIONS), filters=filters))
    return all_rows(PUBLICATIONS, page.rows)
