"""How the services' processes are, where each has an address of its own: in containers."""

from typing import Any

import httpx

from deploy.cli.output import show_table
from deploy.local.catalogue import SERVICES

ADDRESS = "MINKA_HEALTH_ADDRESS"
"""The variable that says where a process answers for its health: `http://{process}:8000`."""

PROCESSES = tuple(f"{service}-{kind}" for service in SERVICES for kind in ("api", "worker"))


def answer(address: str) -> dict[str, Any]:
    """What each process says of itself: `ready`, and `health` by name."""
    health = {process: _ask(address.format(process=process)) for process in PROCESSES}
    return {"ready": all(said["status"] == "ok" for said in health.values()), "health": health}


def show(answer: dict[str, Any]) -> None:
    """The same as a table."""
    rows = [
        (process, said["status"], ", ".join(f"{what}: {how}" for what, how in said.get("checks", {}).items()))
        for process, said in answer["health"].items()
    ]
    show_table(["process", "status", "checks"], rows)


def _ask(address: str) -> dict[str, Any]:
    try:
        return dict(httpx.get(f"{address}/health/ready", timeout=10).json())
    except (httpx.HTTPError, ValueError) as error:
        return {"status": type(error).__name__}
