"""Creates the services' databases and their roles."""

from pathlib import Path

from deploy.operator.catalogue import DATABASES
from deploy.trial import postgres
from deploy.trial.credentials import Credentials
from deploy.trial.layout import TrialLayout

SCRIPTS = Path(__file__).parents[1] / "postgresql"
"""The same scripts as in docker-compose.yml."""


def create_all(layout: TrialLayout, credentials: Credentials) -> None:
    """Creates every service's roles and databases, and corrects those that exist. Idempotent."""
    for name in DATABASES:
        create_roles(layout, credentials, name)
        create(layout, credentials, name, database=name)


def create_roles(layout: TrialLayout, credentials: Credentials, name: str) -> None:
    """Creates the roles `<name>_owner`, `<name>_migrator` and `<name>`."""
    postgres.psql(
        SCRIPTS / "roles.sql",
        postgres.superuser_url(layout, credentials),
        NAME=name,
        APPLICATION_PASSWORD=credentials[f"postgres.{name}"],
        MIGRATOR_PASSWORD=credentials[f"postgres.{name}_migrator"],
    )


def create(
    layout: TrialLayout, credentials: Credentials, name: str, database: str, template: str = "template1"
) -> None:
    """Creates one database for the roles of `name`, as a copy of `template`."""
    postgres.psql(
        SCRIPTS / "database.sql",
        postgres.superuser_url(layout, credentials),
        NAME=name,
        DATABASE=database,
        TEMPLATE=template,
    )


def application_url(layout: TrialLayout, credentials: Credentials, name: str, database: str | None = None) -> str:
    """The address for the application role, which may only read and write rows."""
    return postgres.url(layout, name, credentials[f"postgres.{name}"], database or name)


def migrator_url(layout: TrialLayout, credentials: Credentials, name: str, database: str | None = None) -> str:
    """The address for the migrator role, which may also change tables."""
    return postgres.url(layout, f"{name}_migrator", credentials[f"postgres.{name}_migrator"], database or name)
