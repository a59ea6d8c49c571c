"""The HTTP client of the demonstration, signed in at the trial's issuer as its people."""

import asyncio
import time
from collections.abc import Coroutine, Iterable
from typing import Any
from uuid import UUID

import httpx

from deploy.trial.demo.visits import Visitor
from deploy.trial.layout import LOOPBACK

COORDINATOR = "coordinator"

CONCURRENT_REQUESTS = 4

TIMEOUT_SECONDS = 1_800.0
"""How long an import or a roster may take before the demonstration gives up; a busy machine takes minutes."""

LONGEST_PAUSE_SECONDS = 2.0
"""Between two polls: all the sheets that are followed at once stay below the rate of one coordinator."""


class DemonstrationError(RuntimeError):
    """An interface rejected a request of the demonstration, or an expected result did not appear in time."""


class Client:
    """Sends requests for several people, each with a token of their own."""

    def __init__(self, http: httpx.AsyncClient) -> None:
        self.http = http
        self._tokens: dict[str, tuple[str, float]] = {}
        self.tls = httpx.create_ssl_context()

    async def post(self, person: str, path: str, body: dict[str, Any], key: UUID | None = None) -> Any:
        """Posts JSON. With a `key` the request is idempotent."""
        return await self._answer(person, "POST", path, json=body, headers=_once(key))

    async def upload(self, person: str, path: str, fields: dict[str, str], name: str, content: bytes, key: UUID) -> Any:
        """Posts a file as a form does."""
        return await self._answer(
            person, "POST", path, data=fields, files={"file": (name, content)}, headers=_once(key)
        )

    async def get(self, person: str, path: str) -> Any:
        return await self._answer(person, "GET", path)

    async def visit(self, path: str, visitor: Visitor) -> None:
        """Opens a tracked link as a browser or a bot does, without following it.

        Where the trial is on this machine, the request comes from the visitor's address.
        """
        address = visitor.address if self.http.base_url.host == LOOPBACK else None
        transport = httpx.AsyncHTTPTransport(verify=self.tls, local_address=address)
        async with httpx.AsyncClient(transport=transport, base_url=self.http.base_url, timeout=120) as http:
            answer = await http.get(path, headers={"User-Agent": visitor.user_agent})
        if answer.status_code not in (302, 303, 307):
            raise DemonstrationError(f"GET {path}: {answer.status_code}")

    async def _answer(
        self, person: str, method: str, path: str, headers: dict[str, str] | None = None, **more: Any
    ) -> Any:
        headers = {"Authorization": f"Bearer {await self._token(person)}", **(headers or {})}
        while (answer := await self.http.request(method, path, headers=headers, **more)).status_code == 429:
            await asyncio.sleep(int(answer.headers["Retry-After"]))
        if answer.is_error:
            raise DemonstrationError(f"{method} {path}: {answer.status_code} {answer.text[:500]}")
        return answer.json() if answer.content else None

    async def _token(self, person: str) -> str:
        token, young_until = self._tokens.get(person, ("", 0.0))
        if time.monotonic() >= young_until:
            form = {"grant_type": "demonstration", "client_id": "minka", "person": person}
            answer = await self.http.post("/issuer/token", data=form)
            answer.raise_for_status()
            said = answer.json()
            token = said["access_token"]
            self._tokens[person] = token, time.monotonic() + said["expires_in"] / 2
        return token


def _once(key: UUID | None) -> dict[str, str]:
    return {"Idempotency-Key": str(key)} if key else {}


async def until(what: str, condition: Any) -> Any:
    """Polls the condition until it returns something true. Raises `DemonstrationError` when that takes too long."""
    pause = 0.2
    try:
        async with asyncio.timeout(TIMEOUT_SECONDS):
            while not (found := await condition()):
                await asyncio.sleep(pause)
                pause = min(1.5 * pause, LONGEST_PAUSE_SECONDS)
            return found
    except TimeoutError:
        raise DemonstrationError(f"gave up waiting for {what}") from None


async def run_all(work: Iterable[Coroutine[Any, Any, None]]) -> None:
    """Runs all coroutines, a few at a time."""
    turns = asyncio.Semaphore(CONCURRENT_REQUESTS)

    async def one(task: Coroutine[Any, Any, None]) -> None:
        async with turns:
            await task

    async with asyncio.TaskGroup() as group:
        for task in work:
            group.create_task(one(task))
