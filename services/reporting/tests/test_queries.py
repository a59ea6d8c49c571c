"""Every named query fits the migrated database and says why it is there."""

from tests.support.databases import FreshDatabases
from tests.support.queries import ill_fitting, unexplained

PACKAGE = "services.reporting"


async def test_every_query_fits_the_database(fresh_databases: FreshDatabases) -> None:
    assert await ill_fitting(PACKAGE, fresh_databases.of_service("reporting")["reporting"].url) == {}


def test_every_query_says_why() -> None:
    assert unexplained(PACKAGE) == []
