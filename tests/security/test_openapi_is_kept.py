"""What the services describe of their interfaces is what they do: generated requests get no error of ours and no
answer that is not described."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from typing import Any

import httpx
import pytest
import requests
import schemathesis
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis.errors import Unsatisfiable
from schemathesis import Case, CheckFunction, GenerationMode, Response
from schemathesis.core.result import Ok
from schemathesis.schemas import APIOperation
from schemathesis.specs.openapi.checks import negative_data_rejection, positive_data_acceptance

from tests.support.sites import Site

PEOPLE = {"media": "communications"}
"""Who may do most in a service; a coordinator where it is not named."""

EXAMPLES = 4
"""Requests of each operation that keep to the description, and as many that do not. `make edges` sends others."""

ENDLESS = "/api/stream"

UNDECIDABLE: list[CheckFunction] = [positive_data_acceptance, negative_data_rejection]
"""A description does not say which districts exist, so that a described request may be refused; and an object without
properties, where a query has none, is sent as nothing at all. `make edges` runs these two as well, with the statuses of
such refusals (`tests/edges/test_described.py`)."""


@asynccontextmanager
async def signed_in(site: Site[Any]) -> AsyncIterator[httpx.AsyncClient]:
    """Somebody who reaches the service itself, without the gateway."""
    async with site.browser(PEOPLE.get(site.app.title, "coordinator")) as person:
        token = {"authorization": person.headers["authorization"]}
    address = site.app.state.settings.public_url
    transport = httpx.ASGITransport(site.app)
    async with httpx.AsyncClient(transport=transport, base_url=address, headers=token) as client:
        yield client


async def check(client: httpx.AsyncClient, operation: APIOperation[Any, Any, Any, Any], mode: GenerationMode) -> None:
    """Sends generated requests from a thread, because the library knows no event loop, and judges the answers."""
    loop = asyncio.get_running_loop()

    @settings(
        max_examples=EXAMPLES, deadline=None, database=None, derandomize=True, phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )  # fmt: skip
    @given(operation.as_strategy(generation_mode=mode))
    def answers_as_described(case: Case[Any]) -> None:
        sent = requests.Request(**case.as_transport_kwargs(base_url=str(client.base_url))).prepare()
        asked = client.request(
            str(sent.method), str(sent.url), headers=dict(sent.headers), content=sent.body, timeout=180
        )
        answer = asyncio.run_coroutine_threadsafe(asked, loop).result()
        case.validate_response(Response.from_any(answer), excluded_checks=UNDECIDABLE)

    with suppress(Unsatisfiable):  # an operation without parameters forbids nothing
        await asyncio.to_thread(answers_as_described)


@pytest.mark.parametrize("mode", list(GenerationMode), ids=lambda mode: mode.value)
async def test_every_answer_is_described(
    site: Site[Any], mode: GenerationMode, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("services.sessions.replicas.service.REPLICATION_TIMEOUT_SECONDS", 0)
    schema = schemathesis.openapi.from_dict(site.app.openapi())
    schema.config.generation.with_security_parameters = False
    async with signed_in(site) as client:
        for found in schema.get_all_operations():
            assert isinstance(found, Ok)
            operation = found.ok()
            if operation.path != ENDLESS:
                await check(client, operation, mode)
