"""What a running enrollment service holds open."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass

from pydantic import SecretStr

from chassis.service import Resources, open_service_pool
from chassis.store.database import open_pool
from chassis.store.migrations import Migration, migrations_of
from services.enrollment.encryption import BlindIndex, MasterKey
from services.enrollment.keyring import Keyring
from services.enrollment.settings import EnrollmentSettings


@dataclass(frozen=True)
class EnrollmentResources(Resources):
    """The database, the key database behind `keyring`, and the blind index."""

    keyring: Keyring
    blind: BlindIndex


@asynccontextmanager
async def open_resources(settings: EnrollmentSettings) -> AsyncIterator[EnrollmentResources]:
    """Both databases, until the block ends."""
    keys = await open_pool(settings.keys_database_url, "enrollment keys")
    try:
        async with open_service_pool("enrollment", settings) as pool:
            keyring = Keyring(keys, MasterKey(settings.master_key.get_secret_value()))
            yield EnrollmentResources(settings, pool, keyring, BlindIndex(settings.index_key.get_secret_value()))
    finally:
        await keys.close()


def key_migrations(settings: EnrollmentSettings) -> list[tuple[SecretStr, list[Migration]]]:
    """The key database has migrations of its own."""
    if settings.keys_migrator_database_url is None:
        raise SystemExit("migrate needs the key database's address: MINKA_ENROLLMENT_KEYS_MIGRATOR_DATABASE_URL")
    return [(settings.keys_migrator_database_url, migrations_of("services.enrollment", "keys_migrations"))]
