"""The one way to write: locks, key, author, clock and version, and a rejection that comes back to its field."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from enum import StrEnum
from functools import partial
from types import SimpleNamespace
from typing import Any
from uuid import UUID, uuid4

import httpx
import pytest
from fastapi import APIRouter, FastAPI, Request, Response
from fastapi.routing import APIRoute
from pydantic import BaseModel, Field
from starlette.applications import Starlette
from starlette.routing import Mount

from chassis.messaging import outbox
from chassis.runtime.rejections import Kind, RejectedError, Rejection
from chassis.store.database import Pool
from chassis.store.unit_of_work import UnitOfWork
from chassis.tests.records import organization
from chassis.tests.serving import ADDRESS, Vouching, settings
from chassis.web.access import Access
from chassis.web.app import create_app
from chassis.web.audit_trail.store import subject_of
from chassis.web.auth.openid import Provider
from chassis.web.commands import Write
from chassis.web.forms import Form
from chassis.web.idempotency import IdempotentRequest
from chassis.web.rates import Rate

KEY = {"Idempotency-Key": "0197a000-0000-7000-8000-000000000001"}
SUBJECT = UUID("0197a000-0000-7000-8000-00000000000a")

NAMES = f"/sample/api/names/{SUBJECT}"
PAGE = f"/sample/names/{SUBJECT}"

router = APIRouter()

ACCESS: Access = {
    "POST /api/names/{name_id}": {"gardener": Rate.USUAL},
    "POST /api/names": {"gardener": Rate.USUAL},
    "POST /api/names/{name_id}/rub-out": {"gardener": Rate.USUAL},
    "POST /names/{name_id}": {"gardener": Rate.USUAL},
    "POST /weeds": {"gardener": Rate.USUAL},
}

units: list[UnitOfWork] = []


class Slip(StrEnum):
    OF_THE_PEN = "of_the_pen"


class Rename(BaseModel):
    name: str = Field(min_length=3)
    reason: Slip | str | None = Field(None, union_mode="left_to_right")


class Renamed(BaseModel):
    version: int


@dataclass
class Seedling:
    kind: str
    seedling_id: UUID


async def rename(unit: UnitOfWork, command: Rename) -> int:
    if command.name == "weed":
        raise RejectedError(Rejection("weed", "Fill in this field.", Kind.CONFLICT, field="name"))
    if command.name == "gone":
        raise RejectedError(Rejection("gone", "Not found", Kind.GONE))
    held = await unit.connection.fetchval("SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND granted")
    assert held, "the subject's lock is held before the first write"
    units.append(unit)
    return await outbox.add(unit.connection, organization(command.name, SUBJECT))


@router.post("/api/names/{name_id}", status_code=201)
async def rename_over_http(name_id: UUID, body: Rename, write: Write) -> Renamed:
    return await write.run(rename, body, locks=[SUBJECT], reply=lambda version: Renamed(version=version))


@router.post("/api/names", status_code=201)
async def name_over_http(body: Rename, write: Write) -> Renamed:
    return await write.run(rename, body, locks=[SUBJECT], reply=lambda version: Renamed(version=version))


@router.post("/api/names/{name_id}/rub-out", status_code=204)
async def rub_name_out(name_id: UUID, write: Write) -> Response:
    return await write.run(
        rename, Rename(name="rubbed out"), locks=[SUBJECT], reply=lambda version: Response(status_code=204)
    )


@router.post("/names/{name_id}", include_in_schema=False)
async def rename_by_form(name_id: UUID, write: Write) -> Response:
    return await write.submit(
        Rename,
        rename,
        locks=lambda command: [SUBJECT],
        form=partial(show, write.request),
        done=lambda version: (f"/names/{version}", "Done"),
    )


@router.post("/weeds", include_in_schema=False)
async def press_weed(write: Write) -> Response:
    return await write.press(
        rename, Rename(name="weed"), form=partial(show, write.request), done=lambda version: ("/", "Done")
    )


async def show(request: Request, form: Form[Any]) -> Response:
    return Response(f"{form.values}|{form.errors}", form.status)


@asynccontextmanager
async def _no_lifespan(_app: FastAPI) -> AsyncIterator[None]:
    yield


@pytest.fixture
async def gardener(pool: Pool) -> AsyncIterator[httpx.AsyncClient]:
    units.clear()
    app = create_app("sample", "/sample", [router], _no_lifespan, settings(), "chassis.tests.sample", ACCESS)
    app.state.resources = SimpleNamespace(pool=pool)
    vouching = Vouching()
    web = Starlette(routes=[Mount("/issuer", vouching.app()), Mount("/sample", app)])
    app.state.provider = Provider(settings().issuer_url, "minka", httpx.ASGITransport(web))
    headers = {"authorization": f"Bearer {vouching.token()}"}
    async with httpx.AsyncClient(transport=httpx.ASGITransport(web), base_url=ADDRESS, headers=headers) as client:
        yield client


async def _events(pool: Pool) -> int:
    return int(await pool.fetchval("SELECT count(*) FROM outbox"))


async def _entries(pool: Pool) -> list[tuple[str | None, ...]]:
    rows = await pool.fetch("SELECT kind, author, action, subject, reason FROM audit_trail ORDER BY entry_id")
    return [tuple(row) for row in rows]


async def test_the_author_the_reason_and_the_instant_reach_the_work(gardener: httpx.AsyncClient) -> None:
    answer = await gardener.post(NAMES, json={"name": "aliso", "reason": "of_the_pen"})
    assert (answer.status_code, answer.json()) == (201, {"version": 1})
    (unit,) = units
    assert (unit.author, unit.reason) == ("ada", Slip.OF_THE_PEN)
    assert unit.now.tzinfo is not None


async def test_a_write_leaves_one_entry_in_the_audit_trail(gardener: httpx.AsyncClient, pool: Pool) -> None:
    await gardener.post(NAMES, json={"name": "aliso", "reason": "of_the_pen"}, headers=KEY)
    await gardener.post(NAMES, json={"name": "aliso", "reason": "of_the_pen"}, headers=KEY)  # is not done again
    await gardener.post("/sample/api/names", json={"name": "sauco", "reason": "Rosa said so"})
    await gardener.post(PAGE, data={"name": "capulí"})
    assert await _entries(pool) == [
        ("write", "ada", "rename_over_http", str(SUBJECT), "of_the_pen"),
        ("write", "ada", "name_over_http", None, None),  # free text is no reason of the trail
        ("write", "ada", "rename_by_form", str(SUBJECT), None),
    ]


async def test_what_was_rejected_leaves_no_entry(gardener: httpx.AsyncClient, pool: Pool) -> None:
    await gardener.post(NAMES, json={"name": "weed"})
    await gardener.post(NAMES, json={"name": "x"})
    await gardener.post(NAMES, json={"name": "aliso"}, headers={"If-Match": '"7"'})
    await gardener.post(PAGE, data={"name": "weed"})
    await gardener.post("/sample/weeds")
    assert await _entries(pool) == []


def test_the_subject_of_an_entry_is_the_first_identifier_of_what_is_described() -> None:
    other = uuid4()
    request = addressed(name_id=str(SUBJECT), issuers_subject=str(other))
    numbered, nowhere = addressed(number="7"), addressed()
    assert subject_of(request, None, Rename(name="aliso")) == str(SUBJECT)
    assert subject_of(request, Seedling("aliso", other)) == subject_of(request, None, other) == str(other)
    assert (subject_of(numbered), subject_of(nowhere)) == ("7", None)


def addressed(**path: str) -> Request:
    """A request to a route that declares one identifier, `name_id`."""
    [route] = [one for one in router.routes if isinstance(one, APIRoute) and one.endpoint is rename_over_http]
    return Request({"type": "http", "path_params": path, "route": route})


async def test_a_repeated_request_is_done_once(gardener: httpx.AsyncClient, pool: Pool) -> None:
    first = await gardener.post(NAMES, json={"name": "aliso"}, headers=KEY)
    second = await gardener.post(NAMES, json={"name": "aliso"}, headers=KEY)
    assert first.json() == second.json() == {"version": 1}
    assert second.headers["idempotency-replayed"] == "true"
    assert await _events(pool) == 1


async def test_a_rejection_is_a_problem_with_its_field_and_writes_nothing(
    gardener: httpx.AsyncClient, pool: Pool
) -> None:
    answer = await gardener.post(NAMES, json={"name": "weed"}, headers=KEY)
    assert (answer.status_code, answer.json().get("code"), answer.json()["field"]) == (409, "weed", "name")
    assert await _events(pool) == 0
    accepted = await gardener.post(NAMES, json={"name": "aliso"}, headers=KEY)
    assert accepted.status_code == 201, "a rejected request leaves its key free"


async def test_the_version_that_somebody_decided_on_must_be_the_current_one(
    gardener: httpx.AsyncClient, pool: Pool
) -> None:
    opened = await gardener.post(NAMES, json={"name": "aliso"})
    tag = opened.headers["etag"]
    assert tag == '"1"'
    changed = await gardener.post(NAMES, json={"name": "capulí"}, headers={"If-Match": tag})
    assert (changed.status_code, changed.headers["etag"]) == (201, '"2"')
    late = await gardener.post(NAMES, json={"name": "sauco"}, headers={"If-Match": tag})
    assert (late.status_code, late.json().get("code")) == (412, "outdated")
    assert await _events(pool) == 2


@pytest.mark.parametrize(
    ("sent", "status"),
    [
        *(('"1"', 201), ('"7", "1"', 201), ("*", 201), ('W/"1"', 412), ('"7","8"', 412)),
        *(("", 422), ("nonsense", 422), ("1", 422), ('"1', 422), ('"1" "7"', 422), ("*, *", 422)),
    ],
)
async def test_if_match_is_read_as_http_says(gardener: httpx.AsyncClient, sent: str, status: int) -> None:
    await gardener.post(NAMES, json={"name": "aliso"})
    answer = await gardener.post(NAMES, json={"name": "sauco"}, headers={"If-Match": sent})
    assert answer.status_code == status, answer.text
    assert answer.json().get("field") == ("if-match" if status == 422 else None)


async def test_an_answer_without_content_tells_the_version_too(gardener: httpx.AsyncClient) -> None:
    answer = await gardener.post(f"{NAMES}/rub-out")
    assert (answer.status_code, answer.headers.get("etag")) == (204, '"1"')


@pytest.mark.parametrize("sent", ["*", '"1"'])
async def test_what_does_not_exist_has_no_version(gardener: httpx.AsyncClient, pool: Pool, sent: str) -> None:
    answer = await gardener.post(NAMES, json={"name": "aliso"}, headers={"If-Match": sent})
    added = await gardener.post("/sample/api/names", json={"name": "aliso"}, headers={"If-Match": sent})
    assert (answer.status_code, answer.json().get("code")) == (412, "outdated")
    assert (added.status_code, added.json().get("code")) == (412, "no_version")
    assert await _events(pool) == 0


async def test_a_form_says_its_version_in_a_hidden_field(gardener: httpx.AsyncClient, pool: Pool) -> None:
    await gardener.post(NAMES, json={"name": "aliso"})
    late = await gardener.post(PAGE, data={"name": "sauco", "if_match": '"0"'})
    assert late.status_code == 412
    current = await gardener.post(PAGE, data={"name": "sauco", "if_match": '"1"'})
    assert (current.status_code, current.headers["location"]) == (303, "/sample/names/2")
    assert await _events(pool) == 2


@pytest.mark.parametrize(
    ("sent", "status", "field"),
    [({"name": "x"}, 422, "name"), ({"name": "weed"}, 409, "name"), ({"name": "gone"}, 410, "")],
)
async def test_a_form_comes_back_with_what_was_typed(
    gardener: httpx.AsyncClient, pool: Pool, sent: dict[str, str], status: int, field: str
) -> None:
    answer = await gardener.post(PAGE, data=sent)
    values, _, errors = answer.text.partition("|")
    assert answer.status_code == status
    assert sent["name"] in values and f"'{field}'" in errors
    assert await _events(pool) == 0


async def test_a_form_sent_twice_is_done_once(gardener: httpx.AsyncClient, pool: Pool) -> None:
    form = {"name": "aliso", "idempotency_key": str(uuid4())}
    answers = [await gardener.post(PAGE, data=form) for _ in range(2)]
    assert [answer.headers["location"] for answer in answers] == ["/sample/names/1"] * 2
    assert await _events(pool) == 1


async def test_a_rejected_button_shows_its_page(gardener: httpx.AsyncClient) -> None:
    answer = await gardener.post("/sample/weeds")
    assert answer.status_code == 409 and "name" in answer.text


async def test_a_handler_that_records_no_response_fails_with_and_without_a_key(pool: Pool) -> None:
    for key in (None, "0197a000-0000-7000-8000-000000000001"):
        once = IdempotentRequest("ada", "POST /x", key, b"digest", 200)
        with pytest.raises(RuntimeError, match="recording"):
            async with once.transaction(pool):
                pass
