"""What a running enrollment service holds open."""

from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Annotated

from fastapi import Depends
from pydantic import SecretStr

from chassis.runtime.health import Check
from chassis.service import Resources, measured_pool, open_service_pool, resources
from chassis.store.migrations import Migration, migrations_of
from chassis.web.auth.principal import Principal
from services.enrollment.identity.blind_index import BlindIndex
from services.enrollment.identity.encryption import MasterKey
from services.enrollment.identity.kept_names import KeptNames
from services.enrollment.identity.keyring import Keyring
from services.enrollment.messages.domain import Channel
from services.enrollment.messages.gateways import Gateway, HttpGateway, SmtpGateway
from services.enrollment.settings import EnrollmentSettings


@dataclass(frozen=True)
class EnrollmentResources(Resources):
    """The pool of the database, the keyring with its own database, the blind index, and what carries messages.

    `kept_names` are those that lists need not decrypt again, and `noticed` when this process entered whose name last.
    """

    settings: EnrollmentSettings
    keyring: Keyring
    blind: BlindIndex
    gateways: Mapping[Channel, Gateway]
    kept_names: KeptNames = field(default_factory=KeptNames)
    noticed: dict[Principal, float] = field(default_factory=dict)

    def checks(self) -> dict[str, Check]:
        """Without the key database nobody is enrolled and no name is read."""
        return {**super().checks(), "keys": self.keyring.answers}


Res = Annotated[EnrollmentResources, Depends(resources)]


@asynccontextmanager
async def open_resources(settings: EnrollmentSettings) -> AsyncIterator[EnrollmentResources]:
    """Opens both databases until the block ends."""
    async with (
        measured_pool(settings.keys_database_url, "enrollment keys") as keys,
        open_service_pool("enrollment", settings) as pool,
    ):
        keyring = Keyring(keys, MasterKey(settings.master_key.get_secret_value()))
        blind = BlindIndex(await keyring.index_key())
        yield EnrollmentResources(settings, pool, keyring, blind, gateways_of(settings))


def gateways_of(settings: EnrollmentSettings) -> dict[Channel, Gateway]:
    """Returns what carries messages, as the settings name it."""
    gateways: dict[Channel, Gateway] = {}
    if settings.smtp_url:
        gateways[Channel.EMAIL] = SmtpGateway(settings.smtp_url, settings.mail_sender, settings.bounce_address)
    if settings.telephone_gateway_url:
        gateways[Channel.TELEPHONE] = HttpGateway(settings.telephone_gateway_url, settings.telephone_gateway_token)
    return gateways


def key_migrations(settings: EnrollmentSettings) -> list[tuple[SecretStr, list[Migration]]]:
    """Returns the migrations of the key database, with its address. Raises `SystemExit` without an address."""
    if settings.keys_migrator_database_url is None:
        raise SystemExit("migrate needs the key database's address: MINKA_ENROLLMENT_KEYS_MIGRATOR_DATABASE_URL")
    return [(settings.keys_migrator_database_url, migrations_of("services.enrollment", "identity/migrations"))]
