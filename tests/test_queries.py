"""Every named query fits the migrated databases, says why it is there, and is asked by somebody."""

import re

import pytest

from chassis.store.queries import queries
from deploy.operator.catalogue import SERVICES
from deploy.trial.layout import REPOSITORY
from tests.support.databases import FreshDatabases
from tests.support.queries import create_candidate, ill_fitting, packages_with_queries, unexplained

PACKAGES = packages_with_queries("chassis", "services")


@pytest.mark.parametrize("service", SERVICES)
async def test_every_query_of_a_service_fits(fresh_databases: FreshDatabases, service: str) -> None:
    made = fresh_databases.of_service(service)
    await create_candidate(made[service].migrator_url)
    urls = [database.url for database in made.values()]
    complaints = {
        package: await ill_fitting(package, *urls) for package in packages_with_queries(f"services/{service}")
    }
    assert complaints and not any(complaints.values()), complaints


@pytest.mark.parametrize("package", PACKAGES)
def test_every_query_says_why(package: str) -> None:
    assert unexplained(package) == []


@pytest.mark.parametrize("package", PACKAGES)
def test_every_query_is_asked(package: str) -> None:
    code = [path for folder in ("chassis", "services", "deploy") for path in (REPOSITORY / folder).rglob("*.py")]
    text = "\n".join(path.read_text() for path in code if "tests" not in path.parts)
    asked = set(re.findall(r"(?:sql|queries\([^)]*\))\.(\w+)", text))
    assert sorted(queries(package).texts.keys() - asked) == []
