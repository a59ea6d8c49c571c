"""Everything in an image works with the image's own files and libraries: an operator has no others."""

import json
import subprocess
from pathlib import Path

import asyncpg
import pytest

from deploy.operator.catalogue import SERVICES
from tests.operator.image_files import ImageFiles, image_files
from tests.support.databases import FreshDatabases

HELP = """
import json
from typer.main import get_command
from typer.testing import CliRunner
from deploy.operator.application import create_application

application = create_application()

def paths(command, path=()):
    yield path
    for name, child in getattr(command, "commands", {}).items():
        yield from paths(child, (*path, name))

found = {" ".join(path): [*path, "--help"] for path in paths(get_command(application))}
print(json.dumps({path: CliRunner().invoke(application, line).exit_code for path, line in found.items()}))
"""

ADD_FACT = "INSERT INTO live.facts SELECT uuidv7(), 'person', 1, uuidv7(), 't', uuidv7(), now(), now(), 't', 0, 0, '{}'"


@pytest.fixture(scope="module")
def operator(tmp_path_factory: pytest.TempPathFactory) -> ImageFiles:
    return image_files(tmp_path_factory.mktemp("operator"), "operator")


def test_the_operators_image_holds_no_service_and_no_trial(operator: ImageFiles) -> None:
    packages = {str(path.parent.relative_to(operator.folder)) for path in operator.folder.rglob("__init__.py")}

    assert {"contracts", "chassis", "deploy", "deploy/operator", "deploy/operator/broker"} <= packages
    assert not [name for name in packages if name.startswith(("services", "deploy/trial", "tests"))]


def test_every_module_of_the_operator_is_imported_with_the_images_files(operator: ImageFiles) -> None:
    assert "deploy.operator.projection" in operator.imported("deploy.operator")


def test_every_command_of_the_operator_explains_itself(operator: ImageFiles) -> None:
    result = operator.run(HELP)
    statuses: dict[str, int] = json.loads(result.stdout)

    assert set(statuses.values()) == {0}, statuses
    assert statuses.keys() >= {"", "status", "import", "topics apply", "users apply", "deadletters redrive"}
    assert not statuses.keys() & {"up", "down", "doctor", "demo", "migrate", "token"}


def test_the_image_of_the_demonstration_has_all_that_its_containers_run(tmp_path: Path) -> None:
    image = image_files(tmp_path, "demonstration")

    assert "deploy.trial.demo.load" in image.imported("deploy.trial.issuer_server", "deploy.trial.demo")


@pytest.mark.parametrize("service", SERVICES)
def test_every_module_of_a_service_is_imported_with_the_images_files(tmp_path: Path, service: str) -> None:
    image = image_files(tmp_path, "service", service)

    assert f"services.{service}.app" in image.imported(f"services.{service}", "chassis.command")


async def test_generations_are_compared_and_swapped_with_addresses_alone(
    operator: ImageFiles, fresh_databases: FreshDatabases
) -> None:
    database = fresh_databases.of_service("reporting")["reporting"]

    def projection(command: str, *options: str) -> subprocess.CompletedProcess[str]:
        address = {"MINKA_REPORTING_MIGRATOR_DATABASE_URL": database.migrator_url}
        return operator.minka("projection", command, "reporting", *options, **address)

    owner = await asyncpg.connect(database.migrator_url)
    await owner.execute(ADD_FACT)
    assert projection("rebuild").returncode == 0
    differing = projection("compare", "--json")
    await owner.execute("INSERT INTO candidate.facts TABLE live.facts; DELETE FROM live.facts")
    swapped = projection("swap")
    assert await owner.fetchval("SELECT count(*) FROM live.facts") == 1
    dropped = projection("drop")
    await owner.close()

    assert differing.returncode == 1
    assert {"what": "facts", "only_live": 1, "only_candidate": 0} in json.loads(differing.stdout)
    assert swapped.stdout.startswith("The generations of reporting are swapped")
    assert dropped.returncode == 0
