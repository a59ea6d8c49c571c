"""Alerts and the dashboard ask for metrics that there are, and each alert has a page that says what to do."""

import json
import re
import shutil
import subprocess
from collections.abc import Iterator
from typing import Any

import pytest
import yaml
from prometheus_client import REGISTRY

from deploy.operator.process_health import PROCESSES
from deploy.trial.layout import REPOSITORY
from deploy.trial.reference import metrics

PROMETHEUS = REPOSITORY / "deploy" / "prometheus"
DASHBOARD: dict[str, Any] = json.loads((REPOSITORY / "deploy/grafana/minka.json").read_text())
RULES: list[dict[str, Any]] = [
    rule for group in yaml.safe_load((PROMETHEUS / "alerts.yml").read_text())["groups"] for rule in group["rules"]
]
TESTS = REPOSITORY / "tests" / "operator" / "alerts.test.yml"
RUNBOOKS = REPOSITORY / "docs" / "runbooks"

LABELS_OF_PROMETHEUS = {"job", "instance"}
NAME = re.compile(r"\b(up|(?:minka|process)_\w+)\b")
LABELS = re.compile(r"\b(up|(?:minka|process)_\w+)\{([^}]*)\}")
GROUPING = re.compile(r"\b(?:by|on) \(([^)]*)\)")

needs_promtool = pytest.mark.skipif(
    shutil.which("promtool") is None,
    reason="promtool is not installed (Debian package prometheus; as root, `make test` installs it)",
)


def expressions() -> Iterator[str]:
    """What the alerts and the dashboard ask Prometheus."""
    yield from (rule["expr"] for rule in RULES)
    yield from (target["expr"] for panel in DASHBOARD["panels"] for target in panel["targets"])


def labels_by_metric() -> dict[str, set[str]]:
    """The labels of each series that our processes have, by its name; those of histograms have `le`."""
    of_process = {sample.name for family in REGISTRY.collect() for sample in family.samples}
    known: dict[str, set[str]] = {name: set() for name in ("up", *of_process) if not name.startswith("minka_")}
    for metric in metrics():
        for end in ("_bucket", "_count", "_sum") if metric.kind == "histogram" else ("",):
            known[metric.name + end] = {*metric.labels, *(["le"] if end == "_bucket" else [])}
    return known


@pytest.mark.parametrize("expression", list(expressions()))
def test_what_is_asked_for_is_there(expression: str) -> None:
    known = labels_by_metric()
    named = set(NAME.findall(expression))
    assert named and named <= known.keys()
    for name, filters in LABELS.findall(expression):
        assert set(re.findall(r"(\w+)[!=]", filters)) <= known[name] | LABELS_OF_PROMETHEUS
    grouped = {label.strip() for labels in GROUPING.findall(expression) for label in labels.split(",")}
    assert grouped <= set().union(*(known[name] for name in named)) | LABELS_OF_PROMETHEUS


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule["alert"])
def test_an_alert_has_a_page_that_says_when_it_is_over(rule: dict[str, Any]) -> None:
    page = (REPOSITORY / rule["annotations"]["runbook"]).read_text()

    assert f"(`{rule['alert']}`)" in page.splitlines()[0]
    assert all(f"**{part}" in page for part in ("It means**", "Look**", "Do", "It is over**"))
    assert f"| `{rule['alert']}` | {_how_soon(rule)} |" in (RUNBOOKS / "README.md").read_text()


def _how_soon(rule: dict[str, Any]) -> str:
    return {"critical": "this hour", "warning": "next working day"}[rule["labels"]["severity"]]


def test_each_page_is_of_an_alert() -> None:
    named = {rule["annotations"]["runbook"].rpartition("/")[2] for rule in RULES}
    assert {page.name for page in RUNBOOKS.glob("*.md")} == {*named, "README.md"}


def test_each_alert_is_tried() -> None:
    tests = yaml.safe_load(TESTS.read_text())["tests"]
    tried = {case["alertname"] for test in tests for case in test["alert_rule_test"]}
    assert tried == {rule["alert"] for rule in RULES}


def test_every_process_is_read() -> None:
    [job] = yaml.safe_load((PROMETHEUS / "prometheus.yml").read_text())["scrape_configs"]
    assert job["static_configs"] == [{"targets": [f"{process}:8000" for process in PROCESSES]}]


@needs_promtool
@pytest.mark.parametrize(
    "arguments",
    [("test", "rules", str(TESTS)), ("check", "config", str(PROMETHEUS / "prometheus.yml"))],
    ids=["alerts", "configuration"],
)
def test_prometheus_own_tool_agrees(arguments: tuple[str, ...]) -> None:
    result = subprocess.run(["promtool", *arguments], capture_output=True, text=True, cwd=REPOSITORY)
    assert result.returncode == 0, result.stdout + result.stderr
