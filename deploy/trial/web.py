"""The HTTP side of all services, and the issuer, in one process at one address."""

from pathlib import Path
from typing import Any

import uvicorn
from pydantic import Field, SecretStr
from pydantic_settings import BaseSettings, SettingsConfigDict

from chassis.command import serve
from chassis.runtime import traces
from chassis.runtime.settings import HttpSettings
from chassis.runtime.telemetry import configure_logging
from chassis.service import Service, create_api
from deploy.trial import issuer_app
from deploy.trial.gateway import create_gateway
from services.enrollment.app import service as enrollment
from services.media.app import service as media
from services.reporting.app import service as reporting
from services.sessions.app import service as sessions

SERVICES: dict[str, Service[Any]] = {service.name: service for service in (enrollment, sessions, media, reporting)}
"""Reporting comes last, because its prefix is empty: it answers every address that no other service answers."""

NAVIGATION = Path(__file__).parent.parent / "navigation.json"


class WebSettings(BaseSettings):
    """The settings of this process, beside those of the services."""

    model_config = SettingsConfigDict(env_prefix="MINKA_")

    environment: str = "production"
    host: str = "127.0.0.1"
    port: int = Field(8000, ge=1, le=65535)
    issuer_secret: SecretStr

    def for_issuer(self) -> HttpSettings:
        """The issuer's settings, at this process's own address."""
        address = f"http://{self.host}:{self.port}"
        return HttpSettings.model_validate(
            {
                "environment": self.environment,
                "public_url": address,
                "issuer_url": f"{address}{issuer_app.PREFIX}",
                "session_secret": self.issuer_secret,
                "navigation_file": NAVIGATION,
            }
        )


def main() -> None:
    """Serves until SIGTERM."""
    settings = WebSettings.model_validate({})
    own = settings.for_issuer()
    configure_logging("web", own.log_level)
    traces.export("web", own.traces_url, own.traces_share)
    apps = {"issuer": issuer_app.create_issuer(own, settings.host)}
    apps |= {name: create_api(service, service.settings()) for name, service in SERVICES.items()}
    serve(
        uvicorn.Config(
            create_gateway(apps),
            host=settings.host,
            port=settings.port,
            log_config=None,
            access_log=False,
            proxy_headers=False,
        )
    )


if __name__ == "__main__":
    main()
