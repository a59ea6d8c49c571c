"""One PostgreSQL and one Kafka for a whole test run, shared by all its processes, beside a running trial."""

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from deploy.operator.broker.access import Access
from deploy.trial import databases, postgres
from deploy.trial.credentials import Credentials, credentials
from deploy.trial.layout import LAYOUT_FILE, REPOSITORY, TrialLayout, free_ports
from deploy.trial.variables import variables
from tests.support import container_provider, runner_provider

# The module that starts them, by the value of MINKA_TEST_PROVIDER.
PROVIDERS = {"runner": runner_provider, "containers": container_provider}
PROVIDER = os.environ.get("MINKA_TEST_PROVIDER", "runner")

STARTED_BY_TESTS = "started-by-tests"


@dataclass(frozen=True, slots=True)
class Infrastructure:
    """The broker and the database of the tests."""

    layout: TrialLayout
    credentials: Credentials

    @property
    def open_bootstrap(self) -> str:
        """Kafka without a password, which may read and write all topics."""
        return self.layout.open_bootstrap

    def access(self, principal: str) -> Access:
        """Kafka as this service, or as the `administrator`, signs in."""
        return Access(self.layout.services_bootstrap, principal, self.credentials[f"kafka.{principal}"])

    def superuser_url(self, database: str = "postgres") -> str:
        return postgres.superuser_url(self.layout, self.credentials, database)

    def application_url(self, role: str, database: str | None = None) -> str:
        """A database for the role of a service: rows only."""
        return databases.application_url(self.layout, self.credentials, role, database)

    def migrator_url(self, role: str, database: str | None = None) -> str:
        return databases.migrator_url(self.layout, self.credentials, role, database)

    def variables(self) -> dict[str, str]:
        """The services' variables, with the databases and topics that always exist."""
        return variables(self.layout, self.credentials)

    @contextmanager
    def alone(self, name: str) -> Iterator[None]:
        """Lets one process of the test run enter at a time."""
        with (self.layout.home / f"{name}.lock").open("w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            yield


def tests_home() -> Path:
    """The folder of the tests' broker and database: MINKA_TEST_HOME, or one for each provider."""
    own = {"runner": ".minka-test", "containers": ".minka-test-containers"}[PROVIDER]
    return Path(os.environ.get("MINKA_TEST_HOME") or REPOSITORY / own).resolve()


@contextmanager
def shared_infrastructure(home: Path) -> Iterator[Infrastructure]:
    """The running infrastructure of this folder. The first process starts it and the last one stops it.

    One that was running before (`python -m deploy.trial infrastructure`) is used and left alone.
    """
    home.mkdir(parents=True, exist_ok=True)
    with (home / "users.lock").open("w") as users:
        with _one_at_a_time(home):
            fcntl.flock(users, fcntl.LOCK_SH)
            layout = _running(home) or _start(home)
        try:
            yield Infrastructure(layout, credentials(home))
        finally:
            with _one_at_a_time(home):
                fcntl.flock(users, fcntl.LOCK_UN)
                if _is_last(users.fileno()) and (home / STARTED_BY_TESTS).exists():
                    _end(home)


def free_layout(home: Path) -> TrialLayout:
    """Places in this folder whose ports are all free."""
    port, kafka_port, postgres_port = free_ports(3)
    return TrialLayout(home, port, kafka_port, postgres_port)


@contextmanager
def _one_at_a_time(home: Path) -> Iterator[None]:
    with (home / "starting.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def _running(home: Path) -> TrialLayout | None:
    return TrialLayout.recorded(home) if PROVIDERS[PROVIDER].is_running(home) else None


def _start(home: Path) -> TrialLayout:
    """Starts anew, without the data of a killed test run. Data of others is never deleted."""
    if (home / STARTED_BY_TESTS).exists():
        _end(home)
    assert not (home / LAYOUT_FILE).exists(), f"{home} has somebody's data: start it, or name another MINKA_TEST_HOME"
    (home / STARTED_BY_TESTS).touch()
    PROVIDERS[PROVIDER].start(free_layout(home))
    recorded = TrialLayout.recorded(home)
    assert recorded is not None
    return recorded


def _end(home: Path) -> None:
    """Stops both and deletes their data."""
    PROVIDERS[PROVIDER].end(home)
    (home / LAYOUT_FILE).unlink(missing_ok=True)
    (home / STARTED_BY_TESTS).unlink()


def _is_last(users: int) -> bool:
    try:
        fcntl.flock(users, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True
