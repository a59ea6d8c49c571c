"""The health of the services' processes, each asked at an address of its own."""

import socket
from collections.abc import Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import httpx
import typer

from chassis.web.texts import N_, _
from deploy.operator.catalogue import SERVICES
from deploy.operator.errors import OperatorError
from deploy.operator.output import printable, show_table

ADDRESS = "MINKA_HEALTH_ADDRESS"
"""The variable with the address at which a process answers for its health: `http://{process}:8000`."""

PROCESSES = tuple(f"{service}-{kind}" for service in SERVICES for kind in ("api", "worker"))

PATIENCE_SECONDS = 10.0
"""For one answer. A frozen process takes a connection and never answers."""


def addresses_of_all(address: str) -> dict[str, str]:
    """Where each process is asked. Where several run under one name, each is asked at its own address.

    Raises `OperatorError` where it is no address.
    """
    try:
        asked = [(process, httpx.URL(address.format(process=process))) for process in PROCESSES]
    except (httpx.InvalidURL, ValueError, LookupError):
        raise OperatorError(_("%(name)s is no address; write it as http://{process}:8000.", name=ADDRESS)) from None
    return {name: url for process, found in asked for name, url in _replicas(process, found)}


def process_health(addresses: Mapping[str, str]) -> dict[str, Any]:
    """The answer of each process by name, and `ready`: whether all are ready and none of their consumers is halted."""
    with ThreadPoolExecutor(max_workers=max(len(addresses), 1)) as threads:
        health = dict(zip(addresses, threads.map(_ask, addresses.values()), strict=True))
    ready = all(answer["status"] == "ok" and not answer.get("halted") for answer in health.values())
    return {"ready": ready, "health": health}


def show(health: Mapping[str, Mapping[str, Any]]) -> None:
    """Shows the processes as a table, and why a consumer is halted."""
    rows = [(process, answer["status"], _checks(answer), _slowest_loop(answer)) for process, answer in health.items()]
    show_table([N_("process"), N_("status"), N_("checks"), N_("longest pause of a loop")], rows)
    for process, answer in health.items():
        for loop, reason in answer.get("halted", {}).items():
            halted = _("%(service)s: %(loop)s is halted: %(reason)s", service=process, loop=loop, reason=reason)
            typer.echo(printable(halted))


def _checks(answer: Mapping[str, Any]) -> str:
    return ", ".join(f"{name}: {result}" for name, result in answer.get("checks", {}).items())


def _slowest_loop(answer: Mapping[str, Any]) -> str:
    loops = answer.get("loops")
    if not loops:
        return ""
    slowest = max(loops, key=loops.__getitem__)
    return f"{slowest}: {loops[slowest]} s"


def _replicas(process: str, address: httpx.URL) -> Iterator[tuple[str, str]]:
    try:
        found = socket.getaddrinfo(address.host, address.port, type=socket.SOCK_STREAM)
    except OSError:  # nobody has the name, which the question itself will tell
        found = []
    hosts = sorted({str(each[4][0]) for each in found if each[0] == found[0][0]}) or [address.host]
    for host in hosts:
        name = process if len(hosts) == 1 else f"{process} {host}"
        yield name, f"{address.copy_with(host=host)}/health/ready"


def _ask(url: str) -> dict[str, Any]:
    try:
        answer = httpx.get(url, timeout=PATIENCE_SECONDS).json()
    except (httpx.HTTPError, ValueError) as error:
        return {"status": type(error).__name__}
    return answer if isinstance(answer, dict) and "status" in answer else {"status": "not understood"}
