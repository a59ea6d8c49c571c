"""How the services' processes are, where each has an address of its own: in containers."""

from typing import Any

import httpx

from deploy.cli.output import show_table
from deploy.local.catalogue import SERVICES

ADDRESS = "MINKA_HEALTH_ADDRESS"
"""The variable that says where a process answers for its health: `http://{process}:8000`."""

PROCESSES = tuple(f"{service}-{kind}" for service in SERVICES for kind in ("api", "worker"))


def answer(address: str) -> dict[str, Any]:
    """What each process says of itself, by name, and whether all are ready and none of their consumers is halted."""
    health = {process: _ask(address.format(process=process)) for process in PROCESSES}
    ready = all(said["status"] == "ok" and not said.get("halted") for said in health.values())
    return {"ready": ready, "health": health}


def show(answer: dict[str, Any]) -> None:
    """The same as a table."""
    rows = [
        (process, said["status"], ", ".join(f"{what}: {how}" for what, how in _details(said)))
        for process, said in answer["health"].items()
    ]
    show_table(["process", "status", "checks"], rows)


def _details(said: dict[str, Any]) -> list[tuple[str, str]]:
    return [*said.get("checks", {}).items(), *((loop, "halted") for loop in said.get("halted", {}))]


def _ask(address: str) -> dict[str, Any]:
    try:
        return dict(httpx.get(f"{address}/health/ready", timeout=10).json())
    except (httpx.HTTPError, ValueError) as error:
        return {"status": type(error).__name__}
