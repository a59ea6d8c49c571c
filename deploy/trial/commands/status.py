"""`minka status` of the trial: its processes and their health."""

import os
from collections.abc import Iterator
from typing import Any

import httpx
import typer

from chassis.web.texts import N_, _, command
from deploy.operator import status as operator
from deploy.operator.output import AsJson, printable, show_json, show_table
from deploy.operator.process_health import ADDRESS
from deploy.trial import runner
from deploy.trial.layout import TrialLayout
from deploy.trial.trial_context import recorded_layout


@command
def status(as_json: AsJson = False) -> None:
    """Show what runs and its health. The exit status is 1 unless everything is ready and no consumer is halted."""
    if ADDRESS in os.environ:
        return operator.status(as_json)
    answer = _answer(recorded_layout())
    show_json(answer) if as_json else _show(answer)
    raise typer.Exit(0 if answer["ready"] and not list(_halted(answer["health"])) else 1)


def _answer(layout: TrialLayout) -> dict[str, Any]:
    state = runner.read_state(layout.home)
    return {
        "ready": runner.is_ready(layout.home),
        "running": runner.is_running(layout.home),
        "url": layout.public_url,
        "kafka": layout.open_bootstrap,
        "home": str(layout.home),
        "processes": state.get("processes", []),
        "health": _health(layout),
    }


def _health(layout: TrialLayout) -> Any:
    """The answer of `GET /health`; None when nothing answers."""
    try:
        return httpx.get(f"{layout.public_url}/health", timeout=10).json()
    except (httpx.HTTPError, ValueError):
        return None


def _show(answer: dict[str, Any]) -> None:
    if not answer["running"]:
        typer.echo(_("Minka is not running; `make up` starts it."))
        return
    where = {"url": answer["url"], "kafka": answer["kafka"]}
    if answer["ready"]:
        typer.echo(_("Minka is ready at %(url)s (Kafka: %(kafka)s)", **where))
    else:
        typer.echo(_("Minka is starting at %(url)s (Kafka: %(kafka)s)", **where))
    rows = [(process["name"], process["pid"] or _("ended"), process["restarts"]) for process in answer["processes"]]
    show_table([N_("process"), N_("pid"), N_("restarts")], rows)
    for service, loop, reason in _halted(answer["health"]):
        halted = _("%(service)s: %(loop)s is halted: %(reason)s", service=service, loop=loop, reason=reason)
        typer.echo(printable(halted))


def _halted(health: Any) -> Iterator[tuple[str, str, str]]:
    """Every halted loop: its service, its name, and why it halted."""
    for service, parts in (health or {}).get("services", {}).items():
        for part in parts.values():
            for loop, reason in part.get("halted", {}).items():
                yield service, loop, reason
