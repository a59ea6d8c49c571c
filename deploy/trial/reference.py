"""`python -m deploy.trial.reference generate` writes the reference pages from the code; `check` compares them."""

import base64
import sys
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from operator import attrgetter
from pathlib import Path
from typing import Any

import typer
from prometheus_client.metrics import MetricWrapperBase
from typer.main import get_command

from chassis.runtime import telemetry
from chassis.runtime.settings import ServiceSettings
from chassis.service import Service, create_api
from chassis.web.rates import Rate
from deploy.operator import application as operator
from deploy.operator.command_line import EXIT_STATUSES
from deploy.trial.application import COMMANDS, create_application
from deploy.trial.layout import REPOSITORY
from deploy.trial.web import SERVICES
from services.enrollment.sheets import reference as wordings
from services.reporting.indicators import reference as indicators

FOLDER = REPOSITORY / "docs" / "reference"
METHODS = ("get", "post", "put", "patch", "delete")
A_KEY = base64.b64encode(bytes(32)).decode()
PLACEHOLDERS = {
    "database_url": "postgresql://",
    "kafka_bootstrap": "localhost:9092",
    "public_url": "http://localhost:8000",
    "issuer_url": "http://localhost:8000/issuer",
    "session_secret": "only to read the interface",
    "storage": "/nowhere",
}


def pages() -> dict[Path, str]:
    """Every generated page by its path."""
    return {
        FOLDER / "settings.md": "\n".join(_settings(SERVICES)),
        FOLDER / "http.md": "\n".join(_interfaces(SERVICES)),
        FOLDER / "cli.md": "\n".join(_commands()),
        FOLDER / "metrics.md": "\n".join(_metrics()),
        FOLDER / "indicators.md": indicators.page(),
        FOLDER / "sheet-wordings.md": wordings.page(),
    }


def _settings(services: dict[str, Service[Any]]) -> Iterator[str]:
    yield "# Settings\n\nGenerated from the code. Each service reads environment variables under its own prefix;"
    yield "what all are told alike may be said once, as `MINKA_…`.\n"
    common = set(ServiceSettings.model_fields)
    yield "## Every service: `MINKA_<SERVICE>_…`\n"
    yield from _fields(ServiceSettings, "", common)
    for name, service in services.items():
        own = set(service.settings.model_fields) - common
        if own:
            yield f"\n## {name}\n"
            yield from _fields(service.settings, f"MINKA_{name.upper()}_", own)
    yield ""


def _fields(settings: type[ServiceSettings], prefix: str, names: set[str]) -> Iterator[str]:
    yield "| variable | default | what it is |\n| --- | --- | --- |"
    for name, field in settings.model_fields.items():
        if name in names:
            value = ",".join(field.default) if isinstance(field.default, tuple) else field.default
            default = "required" if field.is_required() else f"`{value}`"
            yield f"| `{prefix}{name.upper()}` | {default} | {field.description} |"


def _interfaces(services: dict[str, Service[Any]]) -> Iterator[str]:
    yield "# HTTP interfaces\n\nGenerated from the code; the whole of it is OpenAPI 3.1 at each `openapi.json`.\n"
    yield f"Each may call {Rate.USUAL} where nothing else is said; routes of one rate and service are counted together."
    yield "What is for everybody is counted by address, the rest by person."
    yield "A call too many is answered with 429, and `Retry-After` in seconds."
    for name, service in services.items():
        yield f"\n## {name}: `{service.prefix}/openapi.json`\n"
        yield "| | path | who may | what it does |\n| --- | --- | --- | --- |"
        yield from _operations(service)
    yield ""


def settings_of(service: Service[Any]) -> ServiceSettings:
    """Settings with which the service's interface can be made, though nothing be reached."""
    fields = service.settings.model_fields.items()
    needed = [name for name, field in fields if field.is_required() or name in PLACEHOLDERS]
    return service.settings.model_validate({name: PLACEHOLDERS.get(name, A_KEY) for name in needed})


def _operations(service: Service[Any]) -> Iterator[str]:
    app = create_api(service, settings_of(service))
    for path, operations in app.openapi()["paths"].items():
        for method in METHODS:
            if method in operations:
                description = operations[method].get("description") or operations[method].get("summary", "")
                callers = ", ".join(_callers(app.state.access[f"{method.upper()} {path}"]))
                yield f"| {method.upper()} | `{service.prefix}{path}` | {callers} | {description.splitlines()[0]} |"


def _callers(rates: Mapping[str, Rate]) -> Iterator[str]:
    for role, rate in rates.items():
        yield role if rate is Rate.USUAL else f"{role} ({rate})"


@dataclass(frozen=True, slots=True)
class Metric:
    """A metric of ours, by the name of its series; those of a histogram end in `_bucket`, `_count` and `_sum`."""

    name: str
    kind: str
    labels: tuple[str, ...]
    description: str


ENDINGS = {"counter": "_total", "info": "_info"}


def metrics() -> list[Metric]:
    """The metrics that our code declares, in the order of their names."""
    declared: list[Any] = [one for one in vars(telemetry).values() if isinstance(one, MetricWrapperBase)]
    return sorted(map(_metric, declared), key=attrgetter("name"))


def _metric(declared: Any) -> Metric:
    kind = declared._type
    labels = declared._value if kind == "info" else declared._labelnames
    return Metric(declared._name + ENDINGS.get(kind, ""), kind, tuple(labels), declared._documentation)


def _metrics() -> Iterator[str]:
    yield "# Metrics\n\nGenerated from the code. Each process shows its own at `/metrics`, as Prometheus reads them."
    yield "There are those of the process (`process_…`), of Python (`python_…`) and of FastStream"
    yield "(`minka_reactions_received_…`), too.\n"
    yield "No label has a value that somebody outside can choose, and none is about a person.\n"
    yield "| metric | kind | labels | what it is |\n| --- | --- | --- | --- |"
    for metric in metrics():
        labels = ", ".join(f"`{label}`" for label in metric.labels)
        yield f"| `{metric.name}` | {metric.kind} | {labels} | {metric.description} |"
    yield ""


def _commands() -> Iterator[str]:
    yield "# The command `minka`\n\nGenerated from the code."
    yield "The operator's image has all commands but those that are only in the trial.\n"
    yield from _exit_statuses()
    command = get_command(create_application())
    yield from _command(typer.Context(command, info_name="minka"), command)


def _exit_statuses() -> Iterator[str]:
    yield "An error is one sentence on standard error, in the language of"
    yield "`MINKA_LANG`, `LC_ALL`, `LC_MESSAGES` or `LANG`: Spanish or English."
    yield 'With `--json` standard output has `{"error": {"exit_status": …, "message": …}}` too.\n'
    yield "| exit status | what it means |\n| --- | --- |"
    yield from (f"| {status} | {meaning} |" for status, meaning in EXIT_STATUSES.items())
    yield ""


def _command(context: Any, command: Any) -> Iterator[str]:
    path = context.command_path
    only = " Only in the trial." if context.info_name in COMMANDS.keys() - operator.COMMANDS.keys() else ""
    yield f"{'#' * (path.count(' ') + 2)} `{path}`\n\n{(command.help or '').strip()}{only}\n"
    for parameter in command.get_params(context):
        if parameter.name != "help":
            names = " / ".join((*getattr(parameter, "opts", ()), *getattr(parameter, "secondary_opts", ())))
            yield f"- `{names}` {getattr(parameter, 'help', None) or ''}".rstrip()
    yield ""
    for name, child in getattr(command, "commands", {}).items():
        yield from _command(typer.Context(child, info_name=name, parent=context), child)


def main(arguments: list[str]) -> int:
    """Exit status 0 when all pages are up to date; `generate` brings them up to date."""
    behind = {path: text for path, text in pages().items() if not path.exists() or path.read_text() != text}
    if arguments == ["generate"]:
        FOLDER.mkdir(parents=True, exist_ok=True)
        for path, text in behind.items():
            path.write_text(text)
        return 0
    for path in behind:
        print(f"{path.relative_to(REPOSITORY)} is behind the code; run `python -m deploy.trial.reference generate`.")
    return 1 if behind else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
