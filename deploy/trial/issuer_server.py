"""The trial's issuer as a process of its own, behind a front door that only this machine can reach."""

import uvicorn
from pydantic import Field
from pydantic_settings import SettingsConfigDict

from chassis.runtime.settings import HttpSettings
from chassis.runtime.telemetry import configure_logging
from deploy.trial.gateway import create_gateway
from deploy.trial.issuer_app import create_issuer
from deploy.trial.layout import LOOPBACK

PORT = 8001


class IssuerSettings(HttpSettings):
    """The settings of every page, and the address of the front door."""

    model_config = SettingsConfigDict(env_prefix="MINKA_")

    listen: str = Field(LOOPBACK, description="The address at which the front door listens.")


def main() -> None:
    """Serves until SIGTERM."""
    settings = IssuerSettings.model_validate({})
    configure_logging("issuer", settings.log_level)
    issuer = create_issuer(settings, settings.listen)
    uvicorn.run(create_gateway({"issuer": issuer}), host=LOOPBACK, port=PORT, log_config=None, access_log=False,
                proxy_headers=False)  # fmt: skip


if __name__ == "__main__":
    main()
