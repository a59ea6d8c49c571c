"""The projection of visits and the publisher of reach, on the migrated database."""

import base64
import random
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from uuid import UUID, uuid4

from chassis.store.database import Pool
from contracts.media import VisitorClass, VisitRecorded
from services.media.reach.domain import estimate
from services.media.reach.projection import MINIMUM_INTERVAL, fold, publish_pending_reach
from services.media.resources import MediaResources
from services.media.tests.stories import a_campaign, a_link, events
from services.media.tests.test_reach import a_visit, some_digests
from tests.support.sites import Site

NOON = datetime(2025, 5, 12, 17, tzinfo=UTC)


async def fold_batches(pool: Pool, *batches: Sequence[VisitRecorded]) -> None:
    for batch in batches:
        async with pool.acquire() as connection, connection.transaction():
            await fold(connection, batch)


async def publish_due(pool: Pool) -> int:
    """Publishes what is due, as if the interval had passed."""
    await pool.execute("UPDATE reach SET announced_at = announced_at - $1::interval", MINIMUM_INTERVAL)
    async with pool.acquire() as connection:
        return await publish_pending_reach(connection)


async def counts(pool: Pool) -> list[tuple[int, int, int, int]]:
    """People's visits, bots' and previews', and different people, by link and day."""
    rows = await pool.fetch("SELECT * FROM reach ORDER BY link_id, day")
    return [
        (row["people_visits"], row["bot_visits"], row["preview_visits"], estimate(row["people_sketch"])) for row in rows
    ]


def a_busy_day(link_id: UUID) -> list[VisitRecorded]:
    """60 visits by 20 people, 7 by bots, 5 previews."""
    people = some_digests(20)
    kinds = [VisitorClass.PERSON] * 60 + [VisitorClass.BOT] * 7 + [VisitorClass.PREVIEW] * 5
    return [
        a_visit(link_id, people[number % 20], kind, NOON + timedelta(seconds=number))
        for number, kind in enumerate(kinds)
    ]


async def test_the_same_visits_again_in_any_order_change_nothing(pool: Pool) -> None:
    visits = a_busy_day(uuid4())

    await fold_batches(pool, visits[:30], visits[20:], visits[::-1], [*visits, *visits])

    assert await counts(pool) == [(60, 7, 5, 20)]


async def test_any_order_and_any_cut_give_the_same_counts(pool: Pool) -> None:
    shuffler = random.Random(7)
    links = [uuid4() for _ in range(5)]
    for link_id in links:
        visits = a_busy_day(link_id)
        shuffler.shuffle(visits)
        cut = shuffler.randrange(len(visits))
        await fold_batches(pool, visits[:cut], visits[cut:])

    assert await counts(pool) == [(60, 7, 5, 20)] * 5


async def test_a_late_visit_falls_on_its_own_day(pool: Pool) -> None:
    link_id, [digest] = uuid4(), some_digests(1)

    await fold_batches(pool, [a_visit(link_id, digest, VisitorClass.PERSON)])
    await fold_batches(pool, [a_visit(link_id, digest, VisitorClass.PERSON, NOON - timedelta(days=1))])

    assert await counts(pool) == [(1, 0, 0, 1), (1, 0, 0, 1)]


async def test_reach_is_announced_with_its_full_state(site: Site[MediaResources], pool: Pool) -> None:
    programme_id = str(uuid4())
    campaign_id = await a_campaign(site, programme_id=programme_id)
    link = await a_link(site, campaign_id=campaign_id, district="060101")

    await fold_batches(pool, a_busy_day(UUID(link["link_id"])))
    await publish_due(pool)

    [reach] = await events(pool, "ReachMeasured")
    assert (reach["link_id"], reach["campaign_id"], reach["programme_id"]) == (
        link["link_id"],
        campaign_id,
        programme_id,
    )
    assert (reach["channel"], reach["district"], reach["day"]) == ("facebook", "060101", "2025-05-12")
    assert (reach["people_visits"], reach["bot_visits"], reach["preview_visits"]) == (60, 7, 5)
    assert estimate(base64.b64decode(reach["people_sketch"])) == 20
    assert datetime.fromisoformat(reach["occurred_at"]) == NOON + timedelta(seconds=71)


async def test_a_visit_that_comes_late_takes_the_announced_instant_not_back(
    site: Site[MediaResources], pool: Pool
) -> None:
    link_id, digests = UUID((await a_link(site))["link_id"]), some_digests(2)
    later = NOON + timedelta(hours=1)

    await fold_batches(pool, [a_visit(link_id, digests[0], VisitorClass.PERSON, later)])
    await fold_batches(pool, [a_visit(link_id, digests[1], VisitorClass.PERSON, NOON)])
    await publish_due(pool)

    [reach] = await events(pool, "ReachMeasured")
    assert (reach["people_visits"], datetime.fromisoformat(reach["occurred_at"])) == (2, later)


async def test_bots_and_previews_leave_an_address_its_visits(pool: Pool) -> None:
    """A school whose links are previewed all day still has its people counted."""
    link_id, digests = uuid4(), some_digests(3)
    address = {"address_digest": digests[2]}
    others = [VisitorClass.BOT, VisitorClass.PREVIEW] * 20
    visits = [a_visit(link_id, digests[0], kind).model_copy(update=address) for kind in others]
    person = a_visit(link_id, digests[1], VisitorClass.PERSON).model_copy(update=address)

    await fold_batches(pool, visits, [person])

    assert await counts(pool) == [(1, 20, 20, 1)]


async def test_each_link_and_day_is_announced_at_most_once_a_second(site: Site[MediaResources], pool: Pool) -> None:
    link_id = UUID((await a_link(site))["link_id"])
    visits = a_busy_day(link_id)

    await fold_batches(pool, visits[:10])
    async with pool.acquire() as connection:
        assert await publish_pending_reach(connection) == 1
        await fold_batches(pool, visits[10:])
        assert await publish_pending_reach(connection) == 0
    assert await publish_due(pool) == 1
    assert await publish_due(pool) == 0

    measured = await events(pool, "ReachMeasured")
    assert [each["people_visits"] for each in measured] == [10, 60]
    assert len({each["reach_id"] for each in measured}) == 1


async def test_a_visit_to_a_link_that_is_not_here_waits(pool: Pool) -> None:
    await fold_batches(pool, a_busy_day(uuid4()))

    assert await publish_due(pool) == 0
    assert await counts(pool) == [(60, 7, 5, 20)]
