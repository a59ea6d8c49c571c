"""The services' databases and roles, and who may do what in them."""

from pathlib import Path

from deploy.local import postgres
from deploy.local.catalogue import DATABASES
from deploy.local.credentials import Credentials
from deploy.local.places import Places

FOLDER = Path(__file__).parent


def create_all(places: Places, credentials: Credentials) -> None:
    """Make every service's roles and database; what is there already is only brought into line."""
    for name in DATABASES:
        create_roles(places, credentials, name)
        create(places, credentials, name, database=name)


def create_roles(places: Places, credentials: Credentials, name: str) -> None:
    """Make the roles `<name>_owner`, `<name>_migrator` and `<name>`."""
    postgres.psql(
        FOLDER / "roles.sql",
        postgres.superuser_url(places, credentials),
        NAME=name,
        APPLICATION_PASSWORD=credentials[f"postgres.{name}"],
        MIGRATOR_PASSWORD=credentials[f"postgres.{name}_migrator"],
    )


def create(places: Places, credentials: Credentials, name: str, database: str, template: str = "template1") -> None:
    """Make one database for the roles of `name`, as a copy of `template`."""
    postgres.psql(
        FOLDER / "database.sql",
        postgres.superuser_url(places, credentials),
        NAME=name,
        DATABASE=database,
        TEMPLATE=template,
    )


def application_url(places: Places, credentials: Credentials, name: str, database: str | None = None) -> str:
    """The address for the service itself: rows only."""
    return postgres.url(places, name, credentials[f"postgres.{name}"], database or name)


def migrator_url(places: Places, credentials: Credentials, name: str, database: str | None = None) -> str:
    """The address for migrations: tables too."""
    return postgres.url(places, f"{name}_migrator", credentials[f"postgres.{name}_migrator"], database or name)
