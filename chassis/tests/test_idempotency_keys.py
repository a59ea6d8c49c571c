"""A key is one request's: another address, query or route is another request, and the bounds are literal."""

import asyncio
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import httpx
import pytest
from pydantic import BaseModel

from chassis.messaging import outbox
from chassis.store.database import Connection, Pool, transaction
from chassis.tests.records import organization
from chassis.tests.serving import Site, serve
from chassis.tests.test_commands import KEY, NAMES, SUBJECT, gardener
from chassis.tests.test_commands import _events as events
from chassis.web.idempotency import IdempotentRequest, Replayed, forget_answers
from tests.support.waiting import wait_until

TREE = {"kind": "queñual"}
OTHER = str(SUBJECT).replace("a", "b")

__all__ = ["gardener"]


@pytest.fixture
async def site(pool: Pool, migrator: Connection) -> Site:
    await migrator.execute("CREATE TABLE trees (tree_id uuid PRIMARY KEY, kind text NOT NULL)")
    return serve(pool)


async def test_one_key_for_two_addresses_is_refused(gardener: httpx.AsyncClient, pool: Pool) -> None:
    """The first one's answer would otherwise be given for the second, which is not done."""
    first = await gardener.post(NAMES, json={"name": "aliso"}, headers=KEY)
    other = await gardener.post(NAMES.replace(str(SUBJECT), OTHER), json={"name": "aliso"}, headers=KEY)
    assert (first.status_code, other.status_code, other.json().get("code")) == (201, 422, "idempotency_key_reused")
    assert await events(pool) == 1


async def test_one_key_for_two_queries_is_refused(site: Site, pool: Pool) -> None:
    async with site.gardener() as gardener:
        statuses = [
            (await gardener.post("/sample/api/trees", json=TREE, params=asked, headers=KEY)).status_code
            for asked in ({"row": "1"}, {"row": "2"}, {"row": "1"})
        ]
    assert statuses == [201, 422, 201]
    assert await pool.fetchval("SELECT count(*) FROM trees") == 1


async def test_one_key_may_serve_two_routes(gardener: httpx.AsyncClient, pool: Pool) -> None:
    answers = [
        await gardener.post(address, json={"name": "aliso"}, headers=KEY) for address in (NAMES, "/sample/api/names")
    ]
    assert [answer.status_code for answer in answers] == [201, 201]
    assert await events(pool) == 2


@pytest.mark.parametrize(("characters", "status"), [(7, 400), (8, 201), (128, 201), (129, 400)])
async def test_a_key_has_eight_to_a_hundred_and_twenty_eight_characters(
    site: Site, characters: int, status: int
) -> None:
    async with site.gardener() as gardener:
        answer = await gardener.post("/sample/api/trees", json=TREE, headers={"Idempotency-Key": "k" * characters})
    assert answer.status_code == status


async def test_requests_of_two_keys_do_not_wait_for_each_other(pool: Pool) -> None:
    first = a_request("one")
    async with first.transaction(pool) as connection:
        await first.record_response(connection, Done(what="one"))
        other = asyncio.create_task(done(pool, "another"))
        assert await ends_without_waiting(pool, other)


async def test_a_repetition_waits_for_no_lock_of_its_subjects(pool: Pool) -> None:
    await done(pool, "one", SUBJECT)
    async with transaction(pool, SUBJECT):
        again = asyncio.create_task(done(pool, "one", SUBJECT))
        assert await ends_without_waiting(pool, again)
    with pytest.raises(Replayed):
        await again


async def test_the_version_is_compared_under_the_lock(gardener: httpx.AsyncClient, pool: Pool) -> None:
    await gardener.post(NAMES, json={"name": "aliso"})
    async with transaction(pool, SUBJECT) as connection:
        late = asyncio.create_task(gardener.post(NAMES, json={"name": "sauco"}, headers={"If-Match": '"1"'}))
        assert not await ends_without_waiting(pool, late)
        await outbox.add(connection, organization("capulí", SUBJECT))
    assert (await late).status_code == 412


def a_request(key: str) -> IdempotentRequest:
    return IdempotentRequest("ada", "POST /x", f"{key}-for-a-request", b"digest", 200)


class Done(BaseModel):
    what: str


async def done(pool: Pool, key: str, *subjects: UUID) -> None:
    request = a_request(key)
    async with request.transaction(pool, *subjects) as connection:
        await request.record_response(connection, Done(what=key))


async def ends_without_waiting(pool: Pool, task: "asyncio.Task[Any]") -> bool:
    """Whether the task ends before a session waits for a lock."""
    waiting = """
        SELECT count(*) FROM pg_locks l JOIN pg_database d ON d.oid = l.database
        WHERE d.datname = current_database() AND NOT l.granted
    """

    async def ended_or_waits() -> bool:
        return task.done() or bool(await pool.fetchval(waiting))

    await wait_until(ended_or_waits)
    return task.done()


@pytest.mark.parametrize(("days", "rest"), [(6, 1), (8, 0)])
async def test_an_answer_is_kept_for_a_week_and_no_longer(pool: Pool, days: int, rest: int) -> None:
    await done(pool, "one")
    await forget_answers(pool, datetime.now(UTC) + timedelta(days=days))
    assert await pool.fetchval("SELECT count(*) FROM idempotency_keys") == rest


async def test_a_key_of_one_service_is_another_than_that_of_another(site: Site, pool: Pool) -> None:
    async with site.gardener() as gardener:
        await gardener.post("/sample/api/trees", json=TREE, headers=KEY)
    assert await pool.fetchval("SELECT route FROM idempotency_keys") == "POST /sample/api/trees"
