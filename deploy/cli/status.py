"""`minka status`."""

import os
from collections.abc import Iterator
from typing import Any

import httpx
import typer

from deploy.cli import processes
from deploy.cli.here import recorded_places
from deploy.cli.output import AsJson, show_json, show_table
from deploy.local import runner
from deploy.local.places import Places


def status(as_json: AsJson = False) -> None:
    """Say what runs, and how it feels. The exit status is 1 unless everything is ready and no consumer is halted."""
    address = os.environ.get(processes.ADDRESS)
    answer, show = (processes.answer(address), processes.show) if address else (_of_trial(), _show)
    show_json(answer) if as_json else show(answer)
    raise typer.Exit(0 if answer["ready"] and not list(_halted(answer["health"])) else 1)


def _of_trial() -> dict[str, Any]:
    places = recorded_places()
    state = runner.read_state(places.home)
    return {
        "ready": runner.is_ready(places.home),
        "running": runner.is_running(places.home),
        "url": places.public_url,
        "kafka": places.open_bootstrap,
        "home": str(places.home),
        "processes": state.get("processes", []),
        "health": _health(places),
    }


def _health(places: Places) -> Any:
    """What `GET /health` says; nothing where nobody answers."""
    try:
        return httpx.get(f"{places.public_url}/health", timeout=10).json()
    except (httpx.HTTPError, ValueError):
        return None


def _show(answer: dict[str, Any]) -> None:
    if not answer["running"]:
        typer.echo("Minka is not running; `make up` starts it.")
        return
    typer.echo(f"Minka is {'ready' if answer['ready'] else 'starting'} at {answer['url']} (Kafka: {answer['kafka']})")
    rows = [(process["name"], process["pid"] or "ended", process["restarts"]) for process in answer["processes"]]
    show_table(["process", "pid", "restarts"], rows)
    for where, loop, reason in _halted(answer["health"]):
        typer.echo(f"{where}: {loop} is halted: {reason}")


def _halted(health: Any) -> Iterator[tuple[str, str, str]]:
    """Every loop that stands still: its service, its name, and why."""
    for service, parts in (health or {}).get("services", {}).items():
        for part in parts.values():
            for loop, reason in part.get("halted", {}).items():
                yield service, loop, reason
