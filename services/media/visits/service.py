"""Records a visit in one statement, which commits before the visitor is redirected."""

from datetime import datetime
from uuid import UUID

from chassis.messaging import outbox
from chassis.store.identifiers import new_id
from chassis.web.addresses import network_of
from contracts.media import VisitRecorded
from services.media.resources import MediaResources
from services.media.visits.domain import digest


async def record(resources: MediaResources, link_id: UUID, address: str, user_agent: str, now: datetime) -> None:
    """Writes the visit to the outbox. Of the visitor it stores a class and the day's digests, nothing else.

    No lock is needed, because nobody else knows the new visit's id. The one statement is its own transaction.
    """
    salt = await resources.salts.at(now)
    visit = VisitRecorded(
        occurred_at=now,
        visit_id=new_id(),
        link_id=link_id,
        visitor_class=resources.visitors.class_of(user_agent),
        visitor_digest=digest(salt, address, user_agent),
        address_digest=digest(salt, network_of(address)),
    )
    async with resources.pool.acquire() as connection:
        await outbox.add(connection, visit)
