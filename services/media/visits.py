"""Recording a visit: one statement, committed before the visitor is let through."""

from datetime import datetime

from chassis.messaging import outbox
from chassis.store.identifiers import new_id
from contracts.media import VisitRecorded
from services.media import visitors
from services.media.doors import Door
from services.media.resources import MediaResources


async def record(resources: MediaResources, door: Door, address: str, user_agent: str, now: datetime) -> None:
    """Writes the visit to the outbox. Of the visitor it keeps a class and the day's digest, nothing else.

    Nobody else can know the new visit's id, so there is no lock to take and the one statement is its own transaction.
    """
    visit = VisitRecorded(
        occurred_at=now,
        visit_id=new_id(),
        link_id=door.link_id,
        visitor_class=resources.visitors.class_of(user_agent),
        visitor_digest=visitors.digest(await resources.salts.at(now), address, user_agent),
    )
    async with resources.pool.acquire() as connection:
        await outbox.add(connection, visit)
