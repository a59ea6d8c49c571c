"""A broker and a database of their own: a release reads the topics of the catalogue, in groups of its own names."""

import base64
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from threading import Thread

import pytest
import uvicorn
from pydantic import SecretStr

from chassis.runtime.settings import HttpSettings
from contracts.topics import TOPICS
from deploy.operator.broker import topics
from deploy.operator.catalogue import SERVICES
from deploy.trial.gateway import create_gateway
from deploy.trial.issuer import Issuer
from deploy.trial.issuer_app import create_issuer
from deploy.trial.layout import LOOPBACK, REPOSITORY, free_ports
from tests.support.databases import Database, FreshDatabases
from tests.support.infrastructure import Infrastructure, shared_infrastructure, tests_home
from tests.upgrade.releases import FORMER_RELEASE, Release, topics_of, unpack

ROLES = (*SERVICES, "enrollment_keys")

FORMER_SETTINGS = {"MINKA_ENROLLMENT_INDEX_KEY": base64.b64encode(b"the former release's index key, 32"[:32]).decode()}
"""What the former release needs, and this checkout does not read."""

Databases = Mapping[str, Database]
"""By role."""

VariablesFor = Callable[[Databases], dict[str, str]]

Paths = pytest.TempPathFactory


@pytest.fixture(scope="module")
def former_tree(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The former release's files."""
    return unpack(FORMER_RELEASE, tmp_path_factory.mktemp("former"))


@pytest.fixture(scope="module")
def own_infrastructure(infrastructure: Infrastructure, former_tree: Path) -> Iterator[Infrastructure]:
    """Beside that of the other tests, whose jars of Kafka it uses. Who reads what is as the upgrade leaves it."""
    home = tests_home() / "upgrade"
    home.mkdir(exist_ok=True)
    if not (home / "jars").exists():
        (home / "jars").symlink_to(infrastructure.layout.home / "jars")
    with shared_infrastructure(home) as running:
        access = running.access("administrator")
        topics.apply(access, topics_of(former_tree))
        topics.apply(access, TOPICS.values(), revokes=False)
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
    config = uvicorn.Config(create_gateway({"issuer": app}), LOOPBACK, port, log_config=None, access_log=False)
    with _in_a_thread(uvicorn.Server(config)):
        yield app.state.issuer


@pytest.fixture(scope="module")
def databases(own_infrastructure: Infrastructure) -> Iterator[FreshDatabases]:
    """Makes databases that live as long as the test module."""
    databases = FreshDatabases(own_infrastructure)
    yield databases
    databases.drop()


@pytest.fixture(scope="module")
def former_databases(
    databases: FreshDatabases, variables_for: VariablesFor, former_tree: Path, tmp_path_factory: Paths
) -> Databases:
    """As the former release migrated them."""
    made = {role: databases.empty(role) for role in ROLES}
    Release(former_tree, variables_for(made), tmp_path_factory.mktemp("former")).migrate()
    return made


@pytest.fixture(scope="module")
def before_databases(
    databases: FreshDatabases, variables_for: VariablesFor, former_databases: Databases, tmp_path_factory: Paths
) -> Databases:
    """The same, with this checkout's before halves."""
    made = {role: databases.copy(database, role) for role, database in former_databases.items()}
    Release(REPOSITORY, variables_for(made), tmp_path_factory.mktemp("before")).migrate("--before")
    return made


@pytest.fixture(scope="module")
def variables_for(own_infrastructure: Infrastructure, issuer: Issuer) -> VariablesFor:
    """The environment of both releases: these databases, the broker, the issuer."""

    def variables(databases: Databases) -> dict[str, str]:
        variables = own_infrastructure.variables() | FORMER_SETTINGS
        for role, database in databases.items():
            variables[f"MINKA_{role.upper()}_DATABASE_URL"] = database.url
            variables[f"MINKA_{role.upper()}_MIGRATOR_DATABASE_URL"] = database.migrator_url
        for service in SERVICES:
            variables[f"MINKA_{service.upper()}_ISSUER_URL"] = issuer.settings.issuer_url
            del variables[f"MINKA_{service.upper()}_NAVIGATION_FILE"]
        return variables

    return variables


@pytest.fixture
def environment(databases: FreshDatabases, variables_for: VariablesFor, before_databases: Databases) -> dict[str, str]:
    """Databases of the test's own, with the before halves."""
    return variables_for({role: databases.copy(database, role) for role, database in before_databases.items()})


@pytest.fixture
def former(former_tree: Path, environment: dict[str, str], tmp_path_factory: Paths) -> Release:
    """The release that is replaced."""
    return Release(former_tree, environment, tmp_path_factory.mktemp("former"))


@pytest.fixture
def current(environment: dict[str, str], tmp_path_factory: Paths) -> Release:
    """This checkout."""
    return Release(REPOSITORY, environment, tmp_path_factory.mktemp("current"))


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
