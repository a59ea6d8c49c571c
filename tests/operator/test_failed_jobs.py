"""`minka jobs`: what was given up, without its payload, and how it is tried again."""

import asyncio
import json
from collections.abc import Awaitable, Callable
from typing import Any
from uuid import UUID, uuid4

import pytest
from pydantic import SecretStr

from chassis.runtime.health import Progress
from chassis.runtime.jobs import Job, Jobs, add
from chassis.runtime.retry import Backoff
from chassis.store.database import Pool, open_pool
from deploy.operator.catalogue import SERVICES
from deploy.operator.errors import OperatorError
from tests.support.command_lines import minka
from tests.support.databases import FreshDatabases
from tests.support.waiting import wait_until

Work = Callable[[Pool], Awaitable[Any]]


@pytest.fixture
def media(fresh_databases: FreshDatabases, monkeypatch: pytest.MonkeyPatch) -> Callable[[Work], Any]:
    """Every service has a database with the rights of its application role; works in media's."""
    urls = {service: fresh_databases.of_chassis(service).url for service in SERVICES}
    for service, url in urls.items():
        monkeypatch.setenv(f"MINKA_{service.upper()}_DATABASE_URL", url)

    async def worked(work: Work) -> Any:
        pool = await open_pool(SecretStr(urls["media"]), "test")
        try:
            return await work(pool)
        finally:
            await pool.close()

    return lambda work: asyncio.run(worked(work))


async def add_failed(pool: Pool, kind: str = "letters.send", key: str | None = None) -> UUID:
    """A job that was given up; its payload names somebody."""
    async with pool.acquire() as connection:
        job = await add(connection, kind, {"name": "Rosa Quispe"}, key=key)
    await pool.execute(
        "UPDATE jobs SET state = 'failed', error = 'TimeoutError', attempts = 10, deaths = 1,"
        " settled_at = clock_timestamp() WHERE id = $1",
        job,
    )
    return job


async def states(pool: Pool) -> dict[UUID, str]:
    return {row["id"]: row["state"] for row in await pool.fetch("SELECT id, state FROM jobs")}


def told(*arguments: str) -> str:
    result = minka("jobs", *arguments)
    assert result.exception is None, result.exception
    return result.stdout


def test_what_failed_is_listed_without_its_payload(media: Callable[[Work], Any]) -> None:
    job = media(add_failed)

    [listed] = json.loads(told("list", "--json"))
    assert (listed["service"], listed["id"], listed["kind"]) == ("media", str(job), "letters.send")
    assert (listed["error"], listed["attempts"], listed["deaths"]) == ("TimeoutError", 10, 1)
    assert "Rosa" not in told("list") + told("list", "--json")


def test_nothing_failed(media: Callable[[Work], Any]) -> None:
    media(lambda pool: add(pool, "letters.send", {}))  # type: ignore[arg-type]  # a pool does as well
    assert told("list") == "No failed jobs.\n"
    assert json.loads(told("list", "--json")) == []
    assert told("retry", "media") == "No failed job of media can be tried again.\n"
    assert json.loads(told("retry", "media", "--json")) == {"service": "media", "retried": []}


def test_a_retried_job_is_done_with_all_its_attempts(media: Callable[[Work], Any]) -> None:
    first, second = media(add_failed), media(add_failed)
    tried: list[int] = []
    work: Jobs[None] = Jobs()

    @work.on("letters.send", retries=Backoff(attempts=10))
    async def send(_resources: None, job: Job) -> None:
        tried.append(job.attempts)

    async def until_done(pool: Pool) -> None:
        task = asyncio.create_task(work.work("media", None, pool, Progress()))
        await wait_until(lambda: pool.fetchval("SELECT true FROM jobs WHERE id = $1 AND state = 'done'", second))
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)

    assert json.loads(told("retry", "media", str(second), "--json"))["retried"] == [str(second)]
    media(until_done)
    assert tried == [1]
    assert media(states) == {first: "failed", second: "done"}


def test_all_are_retried_and_of_one_key_the_newest(media: Callable[[Work], Any]) -> None:
    older = media(lambda pool: add_failed(pool, key="one"))
    newer = media(lambda pool: add_failed(pool, key="one"))
    other = media(add_failed)

    assert told("retry", "media").startswith("2 jobs of media are tried again.")
    assert media(states) == {older: "failed", newer: "due", other: "due"}


def test_what_waits_already_is_not_retried_beside_it(media: Callable[[Work], Any]) -> None:
    failed = media(lambda pool: add_failed(pool, key="one"))
    media(lambda pool: add(pool, "letters.send", {}, key="one"))  # type: ignore[arg-type]  # a pool does as well

    assert media(states)[failed] == "failed"
    assert "no such failed job" in refused("retry", "media", str(failed))


def refused(*arguments: str) -> str:
    error = minka("jobs", *arguments).exception
    assert isinstance(error, OperatorError)
    return str(error)


def test_what_is_not_there_is_said_in_one_sentence(media: Callable[[Work], Any]) -> None:
    due = media(lambda pool: add(pool, "letters.send", {}))  # type: ignore[arg-type]  # a pool does as well
    for job in (uuid4(), due):
        assert refused("retry", "media", str(job)).endswith("see `minka jobs list`.")
    assert "there are enrollment, sessions, media, reporting" in refused("retry", "accounting")
    assert minka("jobs", "retry", "media", "one").exit_code == 2
