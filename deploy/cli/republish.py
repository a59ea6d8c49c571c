"""`minka republish`: send a service's whole outbox to Kafka again, after a broker lost its topics."""

from typing import Annotated

import typer

from chassis.messaging.relay import RELAY
from chassis.store.queries import queries
from deploy.cli.stores import checked, run, store


def republish(service: Annotated[str, typer.Argument(help="enrollment, sessions, media or reporting.")]) -> None:
    """Send everything a service ever said again, in order. Readers keep what they have: nothing counts twice."""
    run(_restart(checked(service)))
    print(f"The relay of {service} sends everything again from the beginning.")


async def _restart(service: str) -> None:
    async with store(service) as pool:
        await pool.execute(queries("chassis.messaging").restart_relay.text, RELAY)
