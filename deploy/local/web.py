"""One address for the whole trial: every service's HTTP side, and the issuer, in one process."""

from collections.abc import AsyncIterator, Mapping
from contextlib import AsyncExitStack, asynccontextmanager
from importlib import import_module
from pathlib import Path
from typing import Any

import httpx
import uvicorn
from fastapi import FastAPI
from pydantic import Field, SecretStr
from pydantic_settings import BaseSettings, SettingsConfigDict
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse
from starlette.routing import Mount, Route

from chassis.runtime.settings import HttpSettings
from chassis.runtime.telemetry import configure_logging
from chassis.service import Service, create_api
from deploy.local import issuer
from deploy.local.catalogue import SERVICES

NAVIGATION = Path(__file__).parent.parent / "navigation.json"


class WebSettings(BaseSettings):
    """What the runner tells this process beside the services' own settings."""

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
                "issuer_url": f"{address}{issuer.PREFIX}",
                "session_secret": self.issuer_secret,
                "navigation_file": NAVIGATION,
            }
        )


def service_of(name: str) -> Service[Any]:
    """A service by its name."""
    service: Service[Any] = import_module(f"services.{name}.app").service
    return service


def create_web(apps: Mapping[str, FastAPI]) -> Starlette:
    """The applications by name, each mounted at its prefix, in this order; `/health` sums them up."""

    @asynccontextmanager
    async def lifespan(_web: Starlette) -> AsyncIterator[None]:
        async with AsyncExitStack() as stack:
            for app in apps.values():  # a mounted application's lifespan does not run by itself
                await stack.enter_async_context(app.router.lifespan_context(app))
            yield

    async def health(_request: Request) -> JSONResponse:
        parts = {name: await _answers(app) for name, app in apps.items()}
        well = all(part["status"] == "ok" for answers in parts.values() for part in answers.values())
        return JSONResponse({"status": "ok" if well else "not ready", "services": parts}, 200 if well else 503)

    mounts = [Mount(app.state.prefix, app) for app in apps.values()]
    return Starlette(routes=[Route("/health", health), *mounts], lifespan=lifespan)


async def _answers(app: FastAPI) -> dict[str, Any]:
    """How a service's two processes say they are: this one, and its worker where it has a port."""
    answers = {"api": await _ready(httpx.ASGITransport(app), "http://127.0.0.1")}
    if port := getattr(app.state.settings, "worker_port", 0):
        answers["worker"] = await _ready(None, f"http://{app.state.settings.worker_host}:{port}")
    return answers


async def _ready(transport: httpx.AsyncBaseTransport | None, address: str) -> dict[str, Any]:
    try:
        async with httpx.AsyncClient(transport=transport, timeout=5) as client:
            return dict((await client.get(f"{address}/health/ready")).json())
    except (httpx.HTTPError, ValueError) as error:
        return {"status": type(error).__name__}


def main() -> None:
    """Serves until told to stop."""
    settings = WebSettings.model_validate({})
    own = settings.for_issuer()
    configure_logging("web", own.log_level)
    services = {name: service_of(name) for name in SERVICES}
    apps = {"issuer": issuer.create_issuer(own, settings.host)}
    apps |= {name: create_api(service, service.settings()) for name, service in services.items()}
    uvicorn.run(
        create_web(apps), host=settings.host, port=settings.port, loop="uvloop", log_config=None, access_log=False
    )


if __name__ == "__main__":
    main()
