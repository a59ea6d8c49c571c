"""`minka doctor`: looks for the usual misconfigurations of a trial and says what to do about each."""

import asyncio
import shutil
import stat
import sys
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

import asyncpg
import typer
from confluent_kafka import KafkaException

from chassis.store.migrations import chassis_migrations, migrations_of
from chassis.web.texts import N_, _, command
from contracts.topics import TOPICS
from deploy.operator.broker import topics
from deploy.operator.catalogue import DATABASES
from deploy.operator.output import AsJson, show_json, show_table
from deploy.trial import databases, jars, kafka, postgres, runner
from deploy.trial.credentials import Credentials
from deploy.trial.layout import TrialLayout, is_free
from deploy.trial.startup import DISK_NEEDED
from deploy.trial.trial_context import recorded_credentials, recorded_layout
from services import enrollment, media, reporting, sessions

PYTHONS = ((3, 11), (3, 12), (3, 13))
CLOCK_TOLERANCE = timedelta(seconds=2)

SERVICE_PACKAGES = {
    package.__name__.rpartition(".")[2]: package for package in (enrollment, sessions, media, reporting)
}


@dataclass(frozen=True, slots=True)
class Finding:
    """The result of one check: a `problem` and what to do about it, or else the `state`."""

    name: str
    state: str
    problem: str = ""


@dataclass(frozen=True, slots=True)
class Installation:
    """The trial that is checked."""

    layout: TrialLayout
    credentials: Credentials


Check = Callable[[Installation], Iterator[Finding]]


@command
def doctor(as_json: AsJson = False) -> None:
    """Look for the usual misconfigurations. The exit status is 1 when there is a problem."""
    installation = Installation(recorded_layout(), recorded_credentials())
    findings = [finding for check in CHECKS for finding in check(installation)]
    if as_json:
        show_json([asdict(finding) for finding in findings])
    else:
        rows = (("✗" if f.problem else "✓", f.name, f.problem or f.state) for f in findings)
        show_table(["", N_("what"), N_("finding")], rows)
    raise typer.Exit(any(finding.problem for finding in findings))


def _python(installation: Installation) -> Iterator[Finding]:
    problem = "" if sys.version_info[:2] in PYTHONS else _("install Python 3.11, 3.12 or 3.13")
    yield Finding("Python", sys.version.split()[0], problem)


def _disk(installation: Installation) -> Iterator[Finding]:
    free = shutil.disk_usage(installation.layout.home).free
    problem = "" if free >= DISK_NEEDED else _("make room at %(folder)s", folder=installation.layout.home)
    yield Finding(_("Disk"), _("%(number)d MB free", number=free // 1024**2), problem)


def _secrets(installation: Installation) -> Iterator[Finding]:
    path = installation.layout.home / "credentials.json"
    private = not path.stat().st_mode & (stat.S_IRWXG | stat.S_IRWXO)
    problem = "" if private else _("others can read them: chmod 600 %(file)s", file=path)
    yield Finding(_("Credentials"), _("only you can read them"), problem)


def _jars(installation: Installation) -> Iterator[Finding]:
    wrong = ", ".join(jar.file for jar in jars.missing(installation.layout.home / "jars"))
    problem = wrong and _("missing or changed; `make up` fetches %(jars)s", jars=wrong)
    yield Finding(_("Kafka's jars"), _("complete and unchanged"), problem)


def _ports(installation: Installation) -> Iterator[Finding]:
    """While Minka runs, its ports should be in use; otherwise they should be free."""
    running = runner.is_running(installation.layout.home)
    taken = _("taken by another program; end it, or choose another port")
    unexpected = _("nobody listens") if running else taken
    for variable, port in installation.layout.configurable_ports().items():
        state = _("%(port)d as it should be", port=port)
        yield Finding(variable, state, unexpected if is_free(port) == running else "")


def _broker(installation: Installation) -> Iterator[Finding]:
    access = kafka.administrator(installation.layout, installation.credentials)
    try:
        changes = "; ".join(topics.compare(access, TOPICS.values()).sentences())
    except KafkaException as error:
        problem = _(
            "does not answer at %(address)s (%(reason)s); is Minka running?",
            address=access.bootstrap,
            reason=error.args[0].str(),
        )
        yield Finding("Kafka", "", problem)
    else:
        yield Finding("Kafka", _("answers at %(address)s", address=access.bootstrap))
        problem = changes and _("run `minka topics apply`: %(changes)s", changes=changes)
        yield Finding(_("Topics and rules"), _("as the catalogue says"), problem)


def _databases(installation: Installation) -> Iterator[Finding]:
    yield from asyncio.run(_check_databases(installation))


async def _check_databases(installation: Installation) -> list[Finding]:
    try:
        clock = await _clock(postgres.superuser_url(installation.layout, installation.credentials))
        return [clock, *[await _migrations(installation, database) for database in DATABASES]]
    except (OSError, TimeoutError, asyncpg.PostgresError) as error:
        port = installation.layout.postgres_port
        problem = _("port %(port)d: %(reason)s; is Minka running?", port=port, reason=error)
        return [Finding("PostgreSQL", "", problem)]


async def _clock(url: str) -> Finding:
    now: datetime = await _value(url, "SELECT clock_timestamp()")
    apart = abs(now - datetime.now(UTC))
    problem = "" if apart < CLOCK_TOLERANCE else _("database and services disagree: set this machine's clock")
    return Finding(_("Clocks"), _("%(seconds).2f s apart", seconds=apart.total_seconds()), problem)


async def _migrations(installation: Installation, database: str) -> Finding:
    url = databases.application_url(installation.layout, installation.credentials, database)
    has_table = await _value(url, "SELECT to_regclass('migrations') IS NOT NULL")
    applied = await _value(url, "SELECT array_agg(name) FROM migrations") if has_table else None
    missing = ", ".join(sorted(_migrations_in_code(database) - set(applied or ())))
    problem = missing and _("run `minka migrate`: %(migrations)s", migrations=missing)
    return Finding(_("Database %(name)s", name=database), _("migrated"), problem)


def _migrations_in_code(database: str) -> set[str]:
    """The names of this version's migrations, as in the database's table `migrations`."""
    if database == "enrollment_keys":
        found = migrations_of(enrollment.__name__, "identity/migrations")
    else:
        found = [*chassis_migrations(), *migrations_of(SERVICE_PACKAGES[database].__name__)]
    return {migration.name for migration in found}


async def _value(url: str, query: str) -> Any:
    connection = await asyncpg.connect(url, timeout=10)
    try:
        return await connection.fetchval(query)
    finally:
        await connection.close()


CHECKS: tuple[Check, ...] = (_python, _disk, _secrets, _jars, _ports, _broker, _databases)
