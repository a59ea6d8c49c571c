"""Every named query fits the migrated database and says why it is there."""

from tests.support.databases import FreshDatabases
from tests.support.queries import ill_fitting, unexplained

PACKAGE = "services.media"


async def test_every_query_fits(fresh_databases: FreshDatabases) -> None:
    assert await ill_fitting(PACKAGE, fresh_databases.of_service("media")["media"].url) == {}


def test_every_query_says_why() -> None:
    assert unexplained(PACKAGE) == []
