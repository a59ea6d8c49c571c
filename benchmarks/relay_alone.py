"""The relay as a worker runs it, alone in a process, so that its processor time can be told from the other loops'."""

import asyncio

import uvloop
from pydantic import SecretStr

from benchmarks.peers.assignment import Assignment, say
from chassis.messaging.relay import relay
from chassis.runtime.health import Progress
from chassis.runtime.settings import ServiceSettings
from chassis.store.database import open_pool


async def main(assignment: Assignment) -> None:
    settings = ServiceSettings(
        environment="trial",
        database_url=SecretStr(assignment.database_url),
        kafka_bootstrap=assignment.bootstrap,
        kafka_username=assignment.username,
        kafka_password=SecretStr(assignment.password),
        public_url="http://127.0.0.1",
        issuer_url="http://127.0.0.1/issuer",
        session_secret=SecretStr("unused"),
    )
    pool = await open_pool(settings.database_url, "relay")
    say("ready")
    await relay("sessions", pool, settings, Progress())


if __name__ == "__main__":
    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        runner.run(main(Assignment.given()))
