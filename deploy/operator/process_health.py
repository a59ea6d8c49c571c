"""The health of the services' processes where each answers at an address of its own: in containers."""

from typing import Any

import httpx

from chassis.web.texts import N_, _
from deploy.operator.catalogue import SERVICES
from deploy.operator.output import show_table

ADDRESS = "MINKA_HEALTH_ADDRESS"
"""The variable with the address at which a process answers for its health: `http://{process}:8000`."""

PROCESSES = tuple(f"{service}-{kind}" for service in SERVICES for kind in ("api", "worker"))


def process_health(address: str) -> dict[str, Any]:
    """The answer of each process by name, and `ready`: whether all are ready and none of their consumers is halted."""
    health = {process: _ask(address.format(process=process)) for process in PROCESSES}
    ready = all(answer["status"] == "ok" and not answer.get("halted") for answer in health.values())
    return {"ready": ready, "health": health}


def show(answer: dict[str, Any]) -> None:
    """Shows the same as a table."""
    rows = [
        (process, found["status"], ", ".join(f"{name}: {state}" for name, state in _details(found)))
        for process, found in answer["health"].items()
    ]
    show_table([N_("process"), N_("status"), N_("checks")], rows)


def _details(answer: dict[str, Any]) -> list[tuple[str, str]]:
    return [*answer.get("checks", {}).items(), *((loop, _("halted")) for loop in answer.get("halted", {}))]


def _ask(address: str) -> dict[str, Any]:
    try:
        return dict(httpx.get(f"{address}/health/ready", timeout=10).json())
    except (httpx.HTTPError, ValueError) as error:
        return {"status": type(error).__name__}
