"""Fresh databases, each a copy of a template that was migrated once per service and text of its SQL."""

import asyncio
import hashlib
import os
import subprocess
import sys
import uuid
from collections.abc import Callable, Coroutine, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, TypeVar

import asyncpg
from pydantic import SecretStr

from chassis.store.migrations import chassis_migrations, migrate
from deploy.trial import databases, postgres
from deploy.trial.layout import REPOSITORY
from tests.support.infrastructure import Infrastructure

T = TypeVar("T")

# Enrollment keeps its keys in a database of their own.
DATABASES_OF = {"enrollment": ("enrollment", "enrollment_keys")}

OUTBOX_LOCKS = Path(__file__).with_name("outbox_locks.sql")


@dataclass(frozen=True, slots=True)
class Database:
    """A fresh database: its addresses for the service, for its migrator and for the superuser."""

    name: str
    url: str
    migrator_url: str
    superuser_url: str


class FreshDatabases:
    """Creates databases and drops them all at the end."""

    def __init__(self, infrastructure: Infrastructure) -> None:
        self._infrastructure = infrastructure
        self._made: list[str] = []

    def empty(self, role: str) -> Database:
        """A database without tables, for the roles of one service."""
        name = self._new_name(role)
        self._create(role, name)
        return self._database(role, name)

    def copy(self, database: Database, role: str) -> Database:
        """A copy of a database to which nobody is connected, for the roles of one service."""
        return self._copies({role: database.name})[role]

    def of_chassis(self, role: str = "sessions") -> Database:
        """A database with the chassis' tables alone, for the roles of one service."""
        return self._copies({role: self._chassis_template(role)})[role]

    def of_service(self, service: str) -> dict[str, Database]:
        """A service's databases, by name: `of_service("sessions")["sessions"]`. Enrollment has two."""
        return self._copies(self._service_templates(service))

    def variables(self, *services: str) -> dict[str, str]:
        """The variables for these services, each with fresh databases. Those of other services are not migrated."""
        environment = self._infrastructure.variables()
        for service in services:
            environment |= _addresses(self.of_service(service))
        return environment

    def drop(self) -> None:
        """Drops all of them, even with open connections."""
        self._as_superuser(*(f'DROP DATABASE "{name}" WITH (FORCE)' for name in self._made))
        self._made.clear()

    def _copies(self, templates: dict[str, str]) -> dict[str, Database]:
        """Copies of these templates (role → name)."""
        names = {role: self._new_name(role) for role in templates}
        self._as_superuser(*(text for role, name in names.items() for text in _copying(role, templates[role], name)))
        return {role: self._database(role, name) for role, name in names.items()}

    def _new_name(self, role: str) -> str:
        name = f"test_{role}_{uuid.uuid4().hex[:12]}"
        self._made.append(name)
        return name

    def _database(self, role: str, name: str) -> Database:
        return Database(
            name=name,
            url=self._infrastructure.application_url(role, name),
            migrator_url=self._infrastructure.migrator_url(role, name),
            superuser_url=self._infrastructure.superuser_url(name),
        )

    def _chassis_template(self, role: str) -> str:
        name = f"template_chassis_{role}_{_checksum('chassis')}"

        def migrated(drafts: dict[str, Database]) -> None:
            _run(migrate(SecretStr(drafts[role].migrator_url), chassis_migrations()))

        self._make_templates({role: name}, migrated)
        return name

    def _service_templates(self, service: str) -> dict[str, str]:
        checksum = _checksum("chassis/store", f"services/{service}", "tests/support")
        names = {role: f"template_{role}_{checksum}" for role in DATABASES_OF.get(service, (service,))}

        def migrated(drafts: dict[str, Database]) -> None:
            _migrate(service, self._infrastructure.variables() | _addresses(drafts))
            postgres.psql(OUTBOX_LOCKS, drafts[service].superuser_url)

        self._make_templates(names, migrated)
        return names

    def _make_templates(self, names: dict[str, str], migrated: Callable[[dict[str, Database]], None]) -> None:
        """Creates and migrates these templates (role → name) unless another process of the test run has."""
        if self._exist(names):
            return
        with self._infrastructure.alone("templates"):
            if self._exist(names):
                return
            for role, name in names.items():
                self._as_superuser(f'DROP DATABASE IF EXISTS "{name}_draft" WITH (FORCE)')
                self._create(role, f"{name}_draft")
            migrated({role: self._database(role, f"{name}_draft") for role, name in names.items()})
            self._as_superuser(*(f'ALTER DATABASE "{name}_draft" RENAME TO "{name}"' for name in names.values()))

    def _create(self, role: str, name: str) -> None:
        databases.create(self._infrastructure.layout, self._infrastructure.credentials, role, name)

    def _exist(self, names: dict[str, str]) -> bool:
        listed = ", ".join(f"'{name}'" for name in names.values())
        found = self._as_superuser(f"SELECT count(*) FROM pg_database WHERE datname IN ({listed})")
        return bool(found == len(names))

    def _as_superuser(self, *statements: str) -> Any:
        """Runs the statements, each in a transaction of its own, and returns the value of the last."""

        async def run() -> Any:
            connection = await asyncpg.connect(self._infrastructure.superuser_url())
            try:
                return [await connection.fetchval(statement) for statement in statements][-1]
            finally:
                await connection.close()

        return _run(run()) if statements else None


def _copying(role: str, template: str, name: str) -> Iterator[str]:
    """Copies a template with its grants. A process of psql for each copy would take longer than the copy."""
    yield f'CREATE DATABASE "{name}" OWNER {role}_owner TEMPLATE "{template}"'
    yield f"""UPDATE pg_database SET datacl = template.datacl FROM pg_database AS template
        WHERE pg_database.datname = '{name}' AND template.datname = '{template}'"""


def _addresses(made: dict[str, Database]) -> dict[str, str]:
    """The environment variables with the addresses of these databases."""
    kinds = {"DATABASE_URL": "url", "MIGRATOR_DATABASE_URL": "migrator_url"}
    return {
        f"MINKA_{role.upper()}_{variable}": getattr(database, attribute)
        for role, database in made.items()
        for variable, attribute in kinds.items()
    }


@cache
def _checksum(*folders: str) -> str:
    """Over all SQL below these folders of the repository: migrations, queries that `migrate` keeps as functions, and
    what the tests add."""
    files = [path for folder in folders for path in sorted((REPOSITORY / folder).rglob("*.sql"))]
    return hashlib.sha256(b"".join(_named_text(path) for path in files)).hexdigest()[:12]


def _named_text(path: Path) -> bytes:
    return path.name.encode() + path.read_bytes()


def _migrate(service: str, environment: dict[str, str]) -> None:
    command = [sys.executable, "-m", f"services.{service}", "migrate"]
    result = subprocess.run(command, cwd=REPOSITORY, env={**os.environ, **environment}, capture_output=True, text=True)
    assert result.returncode == 0, result.stdout + result.stderr


def _run(work: Coroutine[Any, Any, T]) -> T:
    """Runs a coroutine from a synchronous fixture, in a thread of its own because the test may have a loop."""
    with ThreadPoolExecutor(1) as thread:
        return thread.submit(asyncio.run, work).result()
