"""Every named query fits the migrated databases and says why it is there."""

from tests.support.databases import FreshDatabases
from tests.support.queries import ill_fitting, unexplained

PACKAGE = "services.enrollment"


async def test_every_query_fits(fresh_databases: FreshDatabases) -> None:
    databases = fresh_databases.of_service("enrollment")
    assert await ill_fitting(PACKAGE, *(database.url for database in databases.values())) == {}


def test_every_query_says_why() -> None:
    assert unexplained(PACKAGE) == []
