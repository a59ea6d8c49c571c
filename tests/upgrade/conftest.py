"""A broker and a database of their own: a release reads the topics of the catalogue, in groups of its own names."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from threading import Thread

import pytest
import uvicorn
from pydantic import SecretStr

from chassis.runtime.settings import HttpSettings
from deploy.local.catalogue import SERVICES
from deploy.local.issuer import Issuer, create_issuer
from deploy.local.places import LOOPBACK, REPOSITORY, free_ports
from deploy.local.web import create_web
from tests.support.databases import FreshDatabases
from tests.support.infrastructure import Infrastructure, shared_infrastructure, tests_home
from tests.upgrade.releases import FORMER_RELEASE, Release, unpack


@pytest.fixture(scope="module")
def former_tree(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The former release's files."""
    return unpack(FORMER_RELEASE, tmp_path_factory.mktemp("former"))


@pytest.fixture(scope="module")
def own_infrastructure(infrastructure: Infrastructure, former_tree: Path) -> Iterator[Infrastructure]:
    """Beside that of the other tests, whose jars of Kafka it uses."""
    home = tests_home() / "upgrade"
    home.mkdir(exist_ok=True)
    if not (home / "jars").exists():
        (home / "jars").symlink_to(infrastructure.places.home / "jars")
    with shared_infrastructure(home) as running:
        yield running


@pytest.fixture(scope="module")
def issuer() -> Iterator[Issuer]:
    """The trial's issuer at an address of its own."""
    (port,) = free_ports(1)
    address = f"http://{LOOPBACK}:{port}"
    settings = HttpSettings(
        environment="trial",
        public_url=address,
        issuer_url=f"{address}/issuer",
        session_secret=SecretStr("the issuer of the tests, with a secret of its own"),
    )
    app = create_issuer(settings, LOOPBACK)
    config = uvicorn.Config(create_web({"issuer": app}), LOOPBACK, port, log_config=None, access_log=False)
    with _in_a_thread(uvicorn.Server(config)):
        yield app.state.issuer


@pytest.fixture
def environment(own_infrastructure: Infrastructure, issuer: Issuer) -> Iterator[dict[str, str]]:
    """What both releases are told: empty databases, the broker, the issuer."""
    databases = FreshDatabases(own_infrastructure)
    variables = own_infrastructure.variables()
    for role in (*SERVICES, "enrollment_keys"):
        database = databases.empty(role)
        variables[f"MINKA_{role.upper()}_DATABASE_URL"] = database.url
        variables[f"MINKA_{role.upper()}_MIGRATOR_DATABASE_URL"] = database.migrator_url
    for service in SERVICES:
        variables[f"MINKA_{service.upper()}_ISSUER_URL"] = issuer.settings.issuer_url
        del variables[f"MINKA_{service.upper()}_NAVIGATION_FILE"]
    yield variables
    databases.drop()


@pytest.fixture
def former(former_tree: Path, environment: dict[str, str], tmp_path: Path) -> Release:
    """The release that is replaced."""
    return Release(former_tree, environment, _folder(tmp_path / "former"))


@pytest.fixture
def current(environment: dict[str, str], tmp_path: Path) -> Release:
    """This checkout."""
    return Release(REPOSITORY, environment, _folder(tmp_path / "current"))


@contextmanager
def _in_a_thread(server: uvicorn.Server) -> Iterator[None]:
    thread = Thread(target=server.run)
    thread.start()
    try:
        while not server.started:
            assert thread.is_alive()
        yield
    finally:
        server.should_exit = True
        thread.join()


def _folder(path: Path) -> Path:
    path.mkdir()
    return path
