"""Every error has one shape, in Spanish, and repeats nothing of what was sent."""

import json
import logging
from collections.abc import AsyncIterator
from typing import Annotated, Any
from zoneinfo import ZoneInfo

import pytest
from pydantic import Field, TypeAdapter, ValidationError

from chassis.runtime.telemetry import configure_logging
from chassis.tests.serving import Site, serve
from chassis.web.bodies import LARGEST_BODY
from chassis.web.locale import Locale, using
from chassis.web.middleware import LONGEST_ADDRESS, LONGEST_HEADERS
from chassis.web.problems import field_errors
from contracts.event import Day

TRACE = "4bf92f3577b34da6a3ce929d0e0e4736"


@pytest.fixture
def site() -> Site:
    return serve()


async def test_what_is_not_there_is_a_problem_with_a_reference(site: Site) -> None:
    async with site.browser() as browser:
        answer = await browser.get("/sample/nowhere")
    assert answer.status_code == 404
    assert answer.headers["content-type"] == "application/problem+json"
    problem = answer.json()
    assert problem["type"].endswith("/sample/docs#problem-404")
    assert (problem["title"], problem["status"], problem["code"]) == ("No se encontró", 404, "not_found")
    assert problem["reference"] == answer.headers["x-correlation-id"]


async def test_a_wrong_method_is_a_problem_that_names_the_right_ones(site: Site) -> None:
    async with site.browser() as browser:
        answer = await browser.delete("/sample/api/whoami")
    assert (answer.status_code, answer.json()["code"]) == (405, "method_not_allowed")
    assert answer.headers["allow"] == "GET, HEAD"


async def test_each_invalid_field_is_named_and_none_repeated(site: Site) -> None:
    async with site.gardener() as gardener:
        answer = await gardener.post("/sample/api/trees", json={"kind": "x", "height": "4455 x", "place": {"row": 0}})
    assert answer.status_code == 422
    assert {error["field"]: error["detail"] for error in answer.json()["errors"]} == {
        "kind": "Escriba al menos 3 caracteres.",
        "height": "Escriba un número entero.",
        "place.row": "El número debe ser mayor que 0.",
    }
    assert "4455" not in answer.text


@pytest.mark.parametrize(
    ("kind", "said"), [("sequoia", "Hay datos por corregir"), ("baobab", "Este valor no es válido.")]
)
async def test_a_validators_words_are_shown_only_if_they_are_ours(site: Site, kind: str, said: str) -> None:
    async with site.gardener() as gardener:
        answer = await gardener.post("/sample/api/trees", json={"kind": kind})
    assert answer.json()["detail"] == said
    assert kind not in answer.text


async def test_broken_json_is_a_problem(site: Site) -> None:
    async with site.gardener() as gardener:
        answer = await gardener.post(
            "/sample/api/trees", content=b'{"kind": 12345678', headers={"content-type": "application/json"}
        )
    assert (answer.status_code, answer.json()["detail"]) == (400, "Esto no es JSON válido.")


async def test_the_unexpected_is_found_by_its_reference_and_tells_no_values(
    site: Site, capsys: pytest.CaptureFixture[str]
) -> None:
    root = logging.getLogger()
    handlers, level = root.handlers[:], root.level
    configure_logging("sample", "INFO")
    try:
        async with site.browser(x_correlation_id="visit-1", traceparent=f"00-{TRACE}-00f067aa0ba902b7-01") as browser:
            answer = await browser.get("/sample/api/broken", params={"secret": "44556677"})
    finally:
        root.handlers[:], root.level = handlers, level
    assert (answer.status_code, answer.json()["reference"]) == (500, "visit-1")
    written = capsys.readouterr().err
    entries = [json.loads(line) for line in written.splitlines()]
    failed = next(entry for entry in entries if entry["message"] == "request failed")
    assert (failed["correlation_id"], failed["error"]) == ("visit-1", "RuntimeError")
    assert failed["trace_id"] == TRACE
    assert "44556677" not in written + answer.text


@pytest.mark.parametrize("unfit", ["", "a b", "x" * 65, "línea", "a\tb"])
async def test_an_unfit_correlation_id_is_replaced(site: Site, unfit: str) -> None:
    async with site.browser() as browser:
        answer = await browser.get("/sample/api/whoami", headers={b"x-correlation-id": unfit.encode()})
    assert answer.headers["x-correlation-id"] not in {"", unfit}


async def test_a_body_too_large_is_told_the_limit(site: Site) -> None:
    async with site.gardener() as gardener:
        answer = await gardener.post(
            "/sample/api/trees", content=b" " * (LARGEST_BODY + 1), headers={"content-type": "application/json"}
        )
    assert (answer.status_code, answer.json()["code"]) == (413, "too_large")
    assert "1 MB" in answer.json()["detail"]


async def test_an_address_and_headers_are_bounded(site: Site) -> None:
    async with site.browser() as browser:
        address = await browser.get("/sample/api/whoami", params={"q": "x" * LONGEST_ADDRESS})
        headers = await browser.get("/sample/api/whoami", headers={"User-Agent": "x" * LONGEST_HEADERS})
    assert (address.status_code, address.json()["title"]) == (414, "La dirección es demasiado larga")
    assert (headers.status_code, headers.json()["title"]) == (431, "Las cabeceras de la solicitud son demasiado largas")


async def test_a_body_that_hides_its_length_is_measured(site: Site) -> None:
    async def endless() -> AsyncIterator[bytes]:
        for _ in range(LARGEST_BODY // 1_000_000 + 2):
            yield b" " * 1_000_000

    async with site.gardener() as gardener:
        answer = await gardener.post(
            "/sample/api/trees", content=endless(), headers={"content-type": "application/json"}
        )
    assert answer.status_code == 413


@pytest.mark.parametrize(
    ("field", "value", "said"),
    [
        (Day, "1999-12-31", "La fecha debe ser el 1 de enero de 2000 o una posterior."),
        (Day, "2100-01-01", "La fecha debe ser anterior al 1 de enero de 2100."),
        (Annotated[int, Field(ge=1)], 0, "El número debe ser 1 o más."),
    ],
)
def test_a_date_is_not_called_a_number(field: Any, value: object, said: str) -> None:
    with pytest.raises(ValidationError) as caught:
        TypeAdapter(field).validate_python(value)
    with using(Locale("es-PE", ZoneInfo("America/Lima"))):
        assert [error.detail for error in field_errors(caught.value.errors())] == [said]


async def test_a_browser_that_navigates_gets_a_page(site: Site) -> None:
    async with site.browser(accept="text/html,*/*") as browser:
        answer = await browser.get("/sample/nowhere")
    assert answer.status_code == 404
    assert answer.headers["content-type"] == "text/html; charset=utf-8"
    assert "No se encontró" in answer.text and answer.headers["x-correlation-id"] in answer.text


async def test_the_interface_is_described_as_openapi_3_1(site: Site) -> None:
    async with site.browser() as browser:
        described = (await browser.get("/sample/openapi.json")).json()
    assert described["openapi"].startswith("3.1")
    assert described["servers"] == [{"url": "/sample"}]
    answers = described["paths"]["/api/trees"]["post"]["responses"]
    assert answers.keys() >= {"201", "401", "403", "409", "422"} and "default" not in answers
    assert answers["422"]["content"].keys() == {"application/problem+json"}
    assert described["info"]["license"] == {"name": "Apache 2.0", "identifier": "Apache-2.0"}
    operations = [one for of_path in described["paths"].values() for one in of_path.values()]
    assert {tag["name"] for tag in described["tags"]} == {tag for one in operations for tag in one.get("tags", ())}
