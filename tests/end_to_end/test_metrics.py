"""What the alerts and the dashboard ask for is shown by the processes that run."""

import re

import httpx

from deploy.trial.layout import LOOPBACK
from tests.operator.test_alerts import NAME, expressions
from tests.support.trials import Trial

TYPE = re.compile(r"^# TYPE (\w+) (\w+)$", re.MULTILINE)


def shown(trial: Trial) -> str:
    """The metrics of all processes."""
    workers = [port for name, port in trial.layout.inner_ports.items() if name.endswith("-worker")]
    addresses = [trial.url, *(f"http://{LOOPBACK}:{port}" for port in workers)]
    return "\n".join(httpx.get(f"{address}/metrics").text for address in addresses)


def test_running_processes_show_what_is_asked_for(trial: Trial) -> None:
    text = shown(trial)
    families = dict(TYPE.findall(text))
    asked = {name for expression in expressions() for name in NAME.findall(expression)} - {"up"}

    assert {re.sub(r"_(bucket|count)$", "", name) for name in asked} <= families.keys()
    for name in ("minka_outbox_age_seconds", "minka_consumer_lag_seconds", "minka_database_connections"):
        assert f"\n{name}{{" in text, "it has no series"
    assert len(text.splitlines()) < 20_000
