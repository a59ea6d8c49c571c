"""A request sent twice is done once, also at the same time, and its answer is kept with its work or not at all."""

import asyncio
import hmac
from datetime import timedelta
from types import SimpleNamespace
from typing import Any
from uuid import uuid4

import asyncpg
import httpx
import pytest

from chassis.runtime.jobs import Job
from chassis.service import Service
from chassis.store.database import Connection, Pool
from chassis.tests.serving import Site, serve
from chassis.web.idempotency import FORGET, KEPT, forget_answers
from chassis.worker import jobs_of
from deploy.trial.web import SERVICES
from tests.support.waiting import wait_until

KEY = {"Idempotency-Key": "0197a000-0000-7000-8000-000000000001"}
TREE = {"kind": "queñual"}
AN_ANSWER = """
    INSERT INTO idempotency_keys (subject, route, key, fingerprint, status, answered_at)
    VALUES ('ada', 'POST /sample/trees', $1, '', 303, now() - $2::interval)
"""


@pytest.fixture
async def site(pool: Pool, migrator: Connection) -> Site:
    await migrator.execute("CREATE TABLE trees (tree_id uuid PRIMARY KEY, kind text NOT NULL)")
    return serve(pool)


async def test_the_same_request_again_gets_the_same_answer_and_does_nothing(site: Site, pool: Pool) -> None:
    async with site.gardener() as gardener:
        first = await gardener.post("/sample/api/trees", json=TREE, headers=KEY)
        again = await gardener.post("/sample/api/trees", json=TREE, headers=KEY)
    assert (again.status_code, again.json()) == (first.status_code, first.json()) == (201, first.json())
    assert "idempotency-replayed" not in first.headers
    assert again.headers["idempotency-replayed"] == "true"
    assert await _trees(pool) == 1


async def test_a_sign_that_the_database_cannot_keep_is_the_senders_mistake(site: Site, pool: Pool) -> None:
    async with site.gardener() as gardener:
        answer = await gardener.post("/sample/api/trees", json={"kind": "a\x00b"})
    assert (answer.status_code, answer.json().get("code")) == (422, "not_storable")
    assert await _trees(pool) == 0


async def test_without_a_key_each_request_is_done(site: Site, pool: Pool) -> None:
    async with site.gardener() as gardener:
        for _ in range(2):
            assert (await gardener.post("/sample/api/trees", json=TREE)).status_code == 201
    assert await _trees(pool) == 2


async def test_another_request_with_the_key_is_refused(site: Site, pool: Pool) -> None:
    async with site.gardener() as gardener:
        await gardener.post("/sample/api/trees", json=TREE, headers=KEY)
        other = await gardener.post("/sample/api/trees", json={"kind": "aliso"}, headers=KEY)
    assert (other.status_code, other.json().get("code")) == (422, "idempotency_key_reused")
    assert await _trees(pool) == 1


async def test_a_key_is_its_senders_own(site: Site, pool: Pool) -> None:
    for subject in ("ada", "blas"):
        async with site.gardener(sub=subject) as gardener:
            assert (await gardener.post("/sample/api/trees", json=TREE, headers=KEY)).status_code == 201
    assert await _trees(pool) == 2


async def test_a_refused_request_may_come_again(site: Site, pool: Pool) -> None:
    async with site.gardener() as gardener:
        refused = await gardener.post("/sample/api/trees", json={"kind": "weed"}, headers=KEY)
        accepted = await gardener.post("/sample/api/trees", json=TREE, headers=KEY)
    assert (refused.status_code, accepted.status_code) == (409, 201)
    assert await _trees(pool) == 1


@pytest.mark.parametrize("unfit", ["short", "with space in it", "x" * 129])
async def test_an_unfit_key_is_refused(site: Site, unfit: str) -> None:
    async with site.gardener() as gardener:
        answer = await gardener.post("/sample/api/trees", json=TREE, headers={"Idempotency-Key": unfit})
    assert (answer.status_code, answer.json().get("code")) == (400, "invalid_idempotency_key")


async def test_a_second_request_at_the_same_time_waits_for_the_first_ones_answer(
    site: Site, pool: Pool, migrator: Connection
) -> None:
    async with site.gardener() as gardener, asyncio.TaskGroup() as group:

        def send() -> asyncio.Task[httpx.Response]:
            return group.create_task(gardener.post("/sample/api/trees", json=TREE, headers=KEY))

        async with migrator.transaction():
            await migrator.execute("LOCK TABLE trees")  # the first request gets as far as its insert
            sent = [send() for _ in range(4)]
            await wait_until(lambda: _waiting(pool, 4))
    answers = [task.result() for task in sent]
    assert {answer.status_code for answer in answers} == {201}
    assert len({answer.json()["tree_id"] for answer in answers}) == 1
    assert sum("idempotency-replayed" in answer.headers for answer in answers) == 3
    assert await _trees(pool) == 1


async def test_a_form_sent_twice_leads_to_the_same_page(site: Site, pool: Pool) -> None:
    form = {"kind": "queñual", "idempotency_key": "0197a000-0000-7000-8000-000000000002"}
    async with site.gardener() as gardener:
        first, again = [await gardener.post("/sample/trees", data=form) for _ in range(2)]
    assert first.status_code == again.status_code == 303
    assert first.headers["location"] == again.headers["location"]
    assert await _trees(pool) == 1


async def test_a_file_is_told_from_another_by_its_content_not_its_boundary(site: Site, pool: Pool) -> None:
    form = {"kind": "queñual", "idempotency_key": "0197a000-0000-7000-8000-000000000003"}
    async with site.gardener() as gardener:
        statuses = [
            (await gardener.post("/sample/trees", data=form, files={"picture": ("a.png", content)})).status_code
            for content in (b"one", b"one", b"two")
        ]
    assert statuses == [303, 303, 422]


async def test_what_is_kept_holds_nothing_of_the_request_and_cannot_be_changed(site: Site, pool: Pool) -> None:
    async with site.gardener() as gardener:
        await gardener.post("/sample/api/trees", json={"kind": "44556677"}, headers=KEY)
    row = await pool.fetchrow("SELECT * FROM idempotency_keys")
    assert row is not None and "44556677" not in str(dict(row))
    with pytest.raises(asyncpg.InsufficientPrivilegeError):
        await pool.execute("UPDATE idempotency_keys SET status = 200")


async def test_the_table_and_the_secret_do_not_tell_what_was_sent(site: Site, pool: Pool) -> None:
    async with site.gardener() as gardener:
        await gardener.post("/sample/api/trees", json=TREE, headers=KEY)
        sent = gardener.build_request("POST", "/sample/api/trees", json=TREE).content
    [row] = await pool.fetch("SELECT * FROM idempotency_keys")
    secret = site.app.state.settings.session_secret.get_secret_value()

    def guesses(key: str) -> set[bytes]:
        asked = b"/sample/api/trees?\n" + sent
        return {
            hmac.digest(f"{key}\n{secret}".encode(), b"idempotency\n" + asked, "sha256"),
            hmac.digest(secret.encode(), b"idempotency\n" + asked, "sha256"),
        }

    assert row["fingerprint"] in guesses(KEY["Idempotency-Key"]), "the guess is another than what is computed"
    for stored in ("", *(str(value) for value in row.values())):
        assert row["fingerprint"] not in guesses(stored)


async def test_answers_are_forgotten_after_a_week(site: Site, pool: Pool) -> None:
    async with site.gardener() as gardener:
        await gardener.post("/sample/api/trees", json=TREE, headers=KEY)
        [answered_at] = [row["answered_at"] for row in await pool.fetch("SELECT answered_at FROM idempotency_keys")]
        await forget_answers(pool, answered_at + KEPT)
        within = await gardener.post("/sample/api/trees", json=TREE, headers=KEY)
        await forget_answers(pool, answered_at + KEPT + timedelta(seconds=1))
        kept = await pool.fetchval("SELECT count(*) FROM idempotency_keys")
        after = await gardener.post("/sample/api/trees", json=TREE, headers=KEY)

    assert ("idempotency-replayed" in within.headers, "idempotency-replayed" in after.headers) == (True, False)
    assert (kept, await _trees(pool)) == (0, 2)


@pytest.mark.parametrize("service", SERVICES.values(), ids=SERVICES)
async def test_every_service_forgets_answers(service: Service[Any], pool: Pool, migrator: Connection) -> None:
    for number, age in enumerate((KEPT - timedelta(hours=1), KEPT + timedelta(hours=1))):
        await migrator.execute(AN_ANSWER, f"{number}", age)

    lane = jobs_of(service).lanes.get(FORGET)
    assert lane
    await lane.run(SimpleNamespace(pool=pool), Job(uuid4(), FORGET, {}, 1))

    assert [row["key"] for row in await pool.fetch("SELECT key FROM idempotency_keys")] == ["0"]


async def _trees(pool: Pool) -> int:
    count: int = await pool.fetchval("SELECT count(*) FROM trees")
    return count


async def _waiting(pool: Pool, number: int) -> bool:
    sql = "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'"
    found: int = await pool.fetchval(sql)
    return found == number
