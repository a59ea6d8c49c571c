"""HTTP as RFC 9110 and 9111 say it, over every route of every service, by curl and by a page of another site."""

import subprocess
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import Any

import pytest
from playwright.async_api import Browser, Page

from chassis.web.access import read_paths
from deploy.trial.web import SERVICES
from tests.support.trials import Trial

PERSON = "coordinator"


def curl(trial: Trial, path: str, *options: str) -> tuple[int, dict[str, str]]:
    """The status and the headers that curl received; a stream is left after five seconds."""
    command = ["curl", "--silent", "--max-time", "5", "--output", "/dev/null", "--dump-header", "-", *options]
    said = subprocess.run([*command, f"{trial.url}{path}"], capture_output=True, text=True).stdout
    lines = said.replace("\r", "").strip().split("\n")
    headers = dict(line.lower().split(": ", 1) for line in lines[1:] if ": " in line)
    return int(lines[0].split()[1]), headers


def readable() -> Iterator[str]:
    """The paths of all lists, pages and files without a parameter, with the prefix of their service."""
    for service in SERVICES.values():
        yield from (f"{service.prefix}{path}" for path in read_paths(service.access) if "{" not in path)


@pytest.mark.parametrize("path", sorted({*readable(), "/openapi.json", "/health"}))
def test_head_has_the_status_of_get(trial: Trial, path: str) -> None:
    token = ("--header", f"Authorization: Bearer {trial.token(PERSON)}")
    got, of_get = curl(trial, path, *token)
    status, of_head = curl(trial, path, "--head", *token)
    assert (status, of_head.get("content-type")) == (got, of_get.get("content-type"))
    assert status != 405


@pytest.mark.parametrize("path", ["/", "/api/indicators", "/api/indicators/enrolled", "/openapi.json"])
def test_what_curl_has_it_is_not_sent_again(trial: Trial, path: str) -> None:
    _status, headers = curl(trial, path)
    status, _headers = curl(trial, path, "--header", f"If-None-Match: {headers['etag'].replace('w/', 'W/')}")
    assert status == 304


def test_what_was_created_is_found_at_its_location(trial: Trial) -> None:
    programme = {"code": "LOC-1", "title": "Location", "starts_on": "2026-01-10", "ends_on": "2026-12-10"}
    answer = trial.post("/enrollment/api/programmes", json=programme)
    assert answer.status_code == 201
    assert answer.headers["location"].startswith("/enrollment/api/programmes/"), "not where it is published"
    found = trial.get(answer.headers["location"], PERSON).json()
    assert found["code"] == "LOC-1"


def test_links_lead_from_a_creation_to_reading_and_changing_it(trial: Trial) -> None:
    paths = trial.get("/enrollment/openapi.json").json()["paths"]
    links = paths["/api/programmes"]["post"]["responses"]["201"]["links"]
    addresses: dict[str, str] = {
        one["operationId"]: path for path, of_path in paths.items() for one in of_path.values()
    }
    programme = {"code": "LNK-1", "title": "Links", "starts_on": "2026-01-10", "ends_on": "2026-12-10"}
    created = trial.make("/enrollment/api/programmes", programme)

    def linked(operation: str) -> str:
        names = {name.removeprefix("path."): said for name, said in links[operation]["parameters"].items()}
        values = {name: created[said.removeprefix("$response.body#/")] for name, said in names.items()}
        return "/enrollment" + addresses[operation].format_map(values)

    trial.make(linked("correct_programme"), {**programme, "title": "Followed", "reason": "mistake_found"})
    assert trial.get(linked("show_programme"), PERSON).json()["title"] == "Followed"
    assert trial.get(linked("list_programme_changes"), PERSON).json()["changes"]


class Newspaper(BaseHTTPRequestHandler):
    """A site of somebody else, with an empty page."""

    def do_GET(self) -> None:
        self.send_response(200)
        self.send_header("Content-Type", "text/html")
        self.end_headers()
        self.wfile.write(b"<!doctype html><title>Newspaper</title>")

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002  # the name of the base class
        """Says nothing."""


@pytest.fixture
def newspaper() -> Iterator[str]:
    server = ThreadingHTTPServer(("127.0.0.1", 0), Newspaper)
    thread = Thread(target=server.serve_forever)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}/"
    server.shutdown()
    thread.join()
    server.server_close()


FETCHES = """async address => {
    const answer = await fetch(address)
    return [answer.status, await answer.json()]
}"""

OPENS_STREAM = """address => new Promise(resolve => {
    const source = new EventSource(address)
    source.onopen = () => { source.close(); resolve("open") }
    source.onerror = () => { source.close(); resolve("error") }
})"""


async def test_a_page_of_another_site_reads_figures_and_the_stream(
    trial: Trial, chromium: Browser, newspaper: str
) -> None:
    page = await (await chromium.new_context()).new_page()
    await page.goto(newspaper)
    status, answer = await page.evaluate(FETCHES, f"{trial.url}/api/indicators/enrolled?by=district")
    assert (status, answer["indicator"]) == (200, "enrolled")
    assert await page.evaluate(OPENS_STREAM, f"{trial.url}/api/stream") == "open"


async def test_a_page_of_another_site_reads_nothing_else(trial: Trial, chromium: Browser, newspaper: str) -> None:
    page = await (await chromium.new_context()).new_page()
    await page.goto(newspaper)
    for path in ("/enrollment/api/programmes", "/my-data", "/sign-in"):
        assert await refused(page, f"{trial.url}{path}"), path


async def refused(page: Page, address: str) -> bool:
    said = await page.evaluate("address => fetch(address).then(() => 'read', error => error.name)", address)
    return bool(said == "TypeError")
