"""`minka republish`: send a service's whole outbox to Kafka again, after a broker lost its topics."""

from chassis.messaging.admin import restart_relay
from chassis.web.texts import _, command
from deploy.operator.output import AsJson, show_answer
from deploy.operator.service_databases import ServiceName, run_with_databases, service_change


@command
def republish(
    service: ServiceName,
    as_json: AsJson = False,
) -> None:
    """Send all events of a service again, in order. Readers recognize what they have handled: nothing counts twice."""
    run_with_databases(_restart(service))
    sentence = _("The relay of %(service)s sends everything again from the beginning.", service=service)
    show_answer({"service": service, "done": "republish"}, sentence, as_json)


async def _restart(service: str) -> None:
    async with service_change(service, "republish") as connection:
        await restart_relay(connection)
