"""`minka doctor`: the usual misconfigurations, each with what to do about it."""

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

from chassis.store.migrations import Migration, chassis_migrations, migrations_of
from contracts.topics import TOPICS
from deploy.broker import topics
from deploy.cli.here import recorded_credentials, recorded_places
from deploy.cli.output import AsJson, show_json, show_table
from deploy.local import databases, jars, kafka, postgres, runner
from deploy.local.catalogue import DATABASES
from deploy.local.credentials import Credentials
from deploy.local.places import Places, is_free
from deploy.local.trial import DISK_NEEDED

OLDEST_PYTHON = (3, 11)
CLOCK_TOLERANCE = timedelta(seconds=2)


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing looked at: a `problem` and what to do about it, or the `state` it is in."""

    name: str
    state: str
    problem: str = ""


@dataclass(frozen=True, slots=True)
class Patient:
    """The trial that is looked at."""

    places: Places
    credentials: Credentials


Check = Callable[[Patient], Iterator[Finding]]


def doctor(as_json: AsJson = False) -> None:
    """Look for the usual misconfigurations. The exit status is 1 where something is not well."""
    patient = Patient(recorded_places(), recorded_credentials())
    findings = [finding for check in CHECKS for finding in check(patient)]
    if as_json:
        show_json([asdict(finding) for finding in findings])
    else:
        rows = (("✗" if f.problem else "✓", f.name, f.problem or f.state) for f in findings)
        show_table(["", "what", "finding"], rows)
    raise typer.Exit(any(finding.problem for finding in findings))


def _python(patient: Patient) -> Iterator[Finding]:
    problem = "" if sys.version_info >= OLDEST_PYTHON else "install Python 3.11 or newer"
    yield Finding("Python", sys.version.split()[0], problem)


def _disk(patient: Patient) -> Iterator[Finding]:
    free = shutil.disk_usage(patient.places.home).free
    problem = "" if free >= DISK_NEEDED else f"make room at {patient.places.home}"
    yield Finding("Disk", f"{free // 1024**2} MB free", problem)


def _secrets(patient: Patient) -> Iterator[Finding]:
    path = patient.places.home / "credentials.json"
    private = not path.stat().st_mode & (stat.S_IRWXG | stat.S_IRWXO)
    yield Finding("Credentials", "only you can read them", "" if private else f"others can read them: chmod 600 {path}")


def _jars(patient: Patient) -> Iterator[Finding]:
    wrong = ", ".join(jar.file for jar in jars.missing(patient.places.home / "jars"))
    yield Finding("Kafka's jars", "complete and unchanged", wrong and f"missing or changed; `make up` fetches {wrong}")


def _ports(patient: Patient) -> Iterator[Finding]:
    """While Minka runs its ports are its own; while it does not, they should be free."""
    running = runner.is_running(patient.places.home)
    unexpected = "nobody listens" if running else "taken by another program; end it, or choose another port"
    for variable, port in patient.places.asked_ports().items():
        yield Finding(variable, f"{port} as it should be", unexpected if is_free(port) == running else "")


def _broker(patient: Patient) -> Iterator[Finding]:
    access = kafka.administrator(patient.places, patient.credentials)
    try:
        wanting = "; ".join(topics.compare(access, TOPICS.values()).sentences())
    except KafkaException as error:
        yield Finding("Kafka", "", f"does not answer at {access.bootstrap} ({error.args[0].str()}); is Minka running?")
    else:
        yield Finding("Kafka", f"answers at {access.bootstrap}")
        yield Finding("Topics and rules", "as the catalogue says", wanting and f"run `minka topics apply`: {wanting}")


def _databases(patient: Patient) -> Iterator[Finding]:
    yield from asyncio.run(_look_into_databases(patient))


async def _look_into_databases(patient: Patient) -> list[Finding]:
    try:
        clock = await _clock(postgres.superuser_url(patient.places, patient.credentials))
        return [clock, *[await _migrations(patient, database) for database in DATABASES]]
    except (OSError, TimeoutError, asyncpg.PostgresError) as error:
        return [Finding("PostgreSQL", "", f"port {patient.places.postgres_port}: {error}; is Minka running?")]


async def _clock(url: str) -> Finding:
    now: datetime = await _value(url, "SELECT clock_timestamp()")
    apart = abs(now - datetime.now(UTC))
    problem = "" if apart < CLOCK_TOLERANCE else "database and services disagree: set this machine's clock"
    return Finding("Clocks", f"{apart.total_seconds():.2f} s apart", problem)


async def _migrations(patient: Patient, database: str) -> Finding:
    url = databases.application_url(patient.places, patient.credentials, database)
    has_list = await _value(url, "SELECT to_regclass('migrations') IS NOT NULL")
    applied = await _value(url, "SELECT array_agg(name) FROM migrations") if has_list else None
    missing = ", ".join(sorted(_written(database) - set(applied or ())))
    return Finding(f"Database {database}", "migrated", missing and f"run `minka migrate`: {missing}")


def _written(database: str) -> set[str]:
    """The migrations which this version brings, as the database's own list names them."""
    return {migration.name for migration in _migrations_of(database)}


def _migrations_of(database: str) -> list[Migration]:
    if database == "enrollment_keys":
        return migrations_of("services.enrollment", "identity/migrations")
    return [*chassis_migrations(), *migrations_of(f"services.{database}")]


async def _value(url: str, query: str) -> Any:
    connection = await asyncpg.connect(url, timeout=10)
    try:
        return await connection.fetchval(query)
    finally:
        await connection.close()


CHECKS: tuple[Check, ...] = (_python, _disk, _secrets, _jars, _ports, _broker, _databases)
