"""The trial's own OpenID Connect issuer: one chooses a demonstration person instead of typing a password."""

import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager

from fastapi import FastAPI

from chassis.runtime import health
from chassis.runtime.health import Progress
from chassis.runtime.settings import HttpSettings
from chassis.web.access import HEALTH
from chassis.web.app import create_app
from deploy.trial.issuer import Issuer
from deploy.trial.issuer_routes import ACCESS, is_loopback, router

PREFIX = "/issuer"


def create_issuer(settings: HttpSettings, host: str, clock: Callable[[], float] = time.time) -> FastAPI:
    """The issuer, to be mounted at `/issuer`. Raises `ValueError` anywhere but in a trial on the loopback address."""
    if settings.environment != "trial":
        raise ValueError("the demonstration issuer runs only in the trial: anybody can be anyone there")
    if not is_loopback(host):
        raise ValueError(f"the demonstration issuer listens only on the loopback address, not on {host}")
    app = create_app(
        "issuer",
        PREFIX,
        [router, health.router(Progress(), dict)],
        _nothing_to_open,
        settings,
        __package__,
        {**ACCESS, **HEALTH},
    )
    app.state.issuer = Issuer(settings, clock)
    return app


@asynccontextmanager
async def _nothing_to_open(_app: FastAPI) -> AsyncIterator[None]:
    yield
