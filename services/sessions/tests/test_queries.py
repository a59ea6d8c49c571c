"""Every named query fits the migrated database and says why it is there."""

from tests.support.databases import FreshDatabases
from tests.support.queries import ill_fitting, unexplained

PACKAGE = "services.sessions"


async def test_every_query_fits(fresh_databases: FreshDatabases) -> None:
    assert await ill_fitting(PACKAGE, fresh_databases.of_service("sessions")["sessions"].url) == {}


def test_every_query_says_why() -> None:
    assert unexplained(PACKAGE) == []
