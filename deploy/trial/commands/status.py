"""`minka status` of the trial: its processes and their health."""

import os
from typing import Any

import typer

from chassis.web.texts import N_, _, command
from deploy.operator import status as operator
from deploy.operator.output import AsJson, show_json, show_table
from deploy.operator.process_health import ADDRESS, process_health, show
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
    raise typer.Exit(0 if answer["ready"] else 1)


def _answer(layout: TrialLayout) -> dict[str, Any]:
    """What the supervisor reported of its programs, and what the services' processes among them tell now."""
    processes = runner.read_state(layout.home).get("processes", [])
    names = {process["name"] for process in processes}
    found = process_health({name: url for name, url in layout.health_addresses.items() if name in names})
    return {
        "ready": runner.is_ready(layout.home) and found["ready"] and all(process["pid"] for process in processes),
        "running": runner.is_running(layout.home),
        "url": layout.public_url,
        "kafka": layout.open_bootstrap,
        "home": str(layout.home),
        "processes": processes,
        "health": found["health"],
    }


def _show(answer: dict[str, Any]) -> None:
    if not answer["running"]:
        typer.echo(_("Minka is not running; `make up` starts it."))
        return
    where = {"url": answer["url"], "kafka": answer["kafka"]}
    if answer["ready"]:
        typer.echo(_("Minka is ready at %(url)s (Kafka: %(kafka)s)", **where))
    else:
        typer.echo(_("Minka is not ready at %(url)s (Kafka: %(kafka)s)", **where))
    rows = [(process["name"], process["pid"] or _("ended"), process["restarts"]) for process in answer["processes"]]
    show_table([N_("process"), N_("pid"), N_("restarts")], rows)
    if answer["health"]:
        show(answer["health"])
