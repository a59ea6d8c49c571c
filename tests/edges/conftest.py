"""What the chassis' own tests work on, for the edges that are tried with a broker of the test's own."""

from chassis.tests.conftest import database, migrator, pool, settings
from tests.security.conftest import site

__all__ = ["database", "migrator", "pool", "settings", "site"]
