"""A body of another kind is a 415, one that cannot be read a 400; tokens and keys as their standards write them."""

import httpx
import pytest

from chassis.store.database import Connection, Pool
from chassis.tests.serving import serve

KEY = "0197a000-0000-7000-8000-000000000001"


@pytest.fixture
async def gardener(pool: Pool, migrator: Connection) -> httpx.AsyncClient:
    await migrator.execute("CREATE TABLE trees (tree_id uuid PRIMARY KEY, kind text NOT NULL)")
    return serve(pool).gardener()


@pytest.mark.parametrize("kind", ["text/plain", "application/x-www-form-urlencoded", ""])
async def test_a_body_of_another_kind_is_refused_with_the_one_that_is_read(
    gardener: httpx.AsyncClient, kind: str
) -> None:
    answer = await gardener.post("/sample/api/trees", content='{"kind": "aliso"}', headers={"Content-Type": kind})
    assert (answer.status_code, answer.json()["code"]) == (415, "unsupported_media_type")
    assert "application/json" in answer.json()["remedy"]
    assert answer.headers["accept"] == "application/json"


@pytest.mark.parametrize("query", ["?color=red", "?lang=en&color=red"])
async def test_what_no_route_of_the_interface_would_obey_is_refused(gardener: httpx.AsyncClient, query: str) -> None:
    read = await gardener.get(f"/sample/api/whoami{query}")
    written = await gardener.post(f"/sample/api/trees{query}", json={"kind": "aliso"})
    assert [(one.status_code, one.json()["code"]) for one in (read, written)] == [(400, "unknown_parameter")] * 2
    assert (await gardener.get("/sample/api/whoami?lang=en")).status_code == 200


@pytest.mark.parametrize("kind", ["application/json; charset=utf-8", "application/ld+json", "APPLICATION/JSON"])
async def test_every_kind_of_json_is_read(gardener: httpx.AsyncClient, kind: str) -> None:
    answer = await gardener.post("/sample/api/trees", content='{"kind": "aliso"}', headers={"Content-Type": kind})
    assert answer.status_code == 201


async def test_broken_json_is_no_mistake_of_a_field(gardener: httpx.AsyncClient) -> None:
    answer = await gardener.post(
        "/sample/api/trees", content='{"kind": aliso}', headers={"Content-Type": "application/json"}
    )
    problem = answer.json()
    assert (answer.status_code, problem["code"], problem["field"]) == (400, "invalid_json", None)
    assert "10" in problem["remedy"]


async def test_a_key_in_quotes_is_the_key_without_them(gardener: httpx.AsyncClient) -> None:
    tree = {"kind": "aliso"}
    first = await gardener.post("/sample/api/trees", json=tree, headers={"Idempotency-Key": f'"{KEY}"'})
    again = await gardener.post("/sample/api/trees", json=tree, headers={"Idempotency-Key": KEY})
    assert again.headers["idempotency-replayed"] == "true"
    assert again.json() == first.json()


@pytest.mark.parametrize("key", ["", '"', '""', '"short"', f'"{KEY}', f'"{"k" * 129}"', "k" * 129, '"a key of words"'])
async def test_what_is_no_key_is_refused(gardener: httpx.AsyncClient, key: str) -> None:
    answer = await gardener.post("/sample/api/trees", json={"kind": "aliso"}, headers={"Idempotency-Key": key})
    assert (answer.status_code, answer.json()["code"]) == (400, "invalid_idempotency_key")


async def test_the_longest_key_is_taken(gardener: httpx.AsyncClient) -> None:
    answer = await gardener.post("/sample/api/trees", json={"kind": "aliso"}, headers={"Idempotency-Key": "k" * 128})
    assert answer.status_code == 201


async def test_a_refusal_says_why_as_bearer_tokens_have_it() -> None:
    site = serve()
    answers = {
        "Bearer": await site.browser().get("/sample/tools"),
        'Bearer error="invalid_token"': await site.browser(authorization="Bearer no.token").get("/sample/tools"),
        'Bearer error="insufficient_scope"': await site.gardener(roles=["visitor"]).get("/sample/tools"),
    }
    assert {answer.headers["www-authenticate"]: answer.status_code for answer in answers.values()} == {
        challenge: 403 if "scope" in challenge else 401 for challenge in answers
    }
