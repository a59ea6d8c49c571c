"""Every named query fits the migrated databases, says why it is there, and is asked by somebody."""

import re

import pytest

from chassis.store.queries import Query, queries
from chassis.web.tables import Column, Table
from deploy.operator.catalogue import SERVICES
from deploy.trial.layout import REPOSITORY
from services.enrollment.cohorts.service import NamedCohort
from tests.support.databases import FreshDatabases
from tests.support.queries import create_candidate, ill_fitting, packages_with_queries, unexplained
from tests.support.readings import Reading, ill_fitting_readings, modules_of, readings_of

PACKAGES = packages_with_queries("chassis", "services")


@pytest.mark.parametrize("service", SERVICES)
async def test_every_query_of_a_service_fits(fresh_databases: FreshDatabases, service: str) -> None:
    made = fresh_databases.of_service(service)
    await create_candidate(made[service].migrator_url)
    urls = [database.url for database in made.values()]
    packages = packages_with_queries(f"services/{service}")
    found = {package: complaints for package in packages if (complaints := await ill_fitting(package, *urls))}
    assert packages
    assert found == {}


@pytest.mark.parametrize("service", SERVICES)
async def test_rows_and_tables_fit_their_queries(fresh_databases: FreshDatabases, service: str) -> None:
    made = fresh_databases.of_service(service)
    readings = [reading for module in modules_of(f"services/{service}") for reading in readings_of(module)]
    assert readings
    assert await ill_fitting_readings(readings, *(one.url for one in made.values())) == {}


async def test_rows_and_tables_of_the_chassis_fit_their_queries(fresh_databases: FreshDatabases) -> None:
    url = fresh_databases.of_chassis().url
    readings = [reading for module in modules_of("chassis") for reading in readings_of(module)]
    assert readings
    assert await ill_fitting_readings(readings, url) == {}


@pytest.mark.parametrize("package", PACKAGES)
def test_every_query_says_why(package: str) -> None:
    assert unexplained(package) == []


@pytest.mark.parametrize("package", PACKAGES)
def test_every_query_is_asked(package: str) -> None:
    code = [path for folder in ("chassis", "services", "deploy") for path in (REPOSITORY / folder).rglob("*.py")]
    text = "\n".join(path.read_text() for path in code if "tests" not in path.parts)
    asked = set(re.findall(r"(?:sql|queries\([^)]*\))\.(\w+)", text))
    assert sorted(queries(package).texts.keys() - asked) == []


def test_what_does_not_fit_is_named() -> None:
    """Seeded: a table with two columns too many, and a query with one too many and one too few."""
    columns = (
        Column("name", "Name", searched=True),
        Column("place", "Place", sortable=False),
        Column("go", "", "action"),
    )
    table = Table("cohorts", "Cohorts", columns, key="cohort_id", order="name")
    reading = Reading("here", Query(""), NamedCohort, (table,))
    assert list(reading.misfits({"cohort_id", "title"})) == [
        "NamedCohort: no field for title",
        "NamedCohort: fields without a column: is_past, name",
        "the table cohorts: columns that the query has not: name",
        "the table cohorts: columns without a field: place",
    ]
    assert list(Reading("here", Query(""), NamedCohort, ()).misfits({"cohort_id", "is_past", "name"})) == [
        "no table is named as the query"
    ]
