"""From a record to the schema of its body, as a stranger goes: by the address that the record names."""

import json

import pytest
from jsonschema import Draft202012Validator

from contracts import examples, golden
from contracts.catalogue import EVENTS
from services.reporting.resources import ReportingResources
from tests.support.sites import Site

TYPE = "minka.enrollment.EnrollmentAccepted.v1"


async def test_every_schema_is_served_at_its_own_id(site: Site[ReportingResources]) -> None:
    public_url = site.resources.settings.public_url
    async with site.browser() as stranger:
        for event in EVENTS:
            for revision in golden.read(event.type):
                address = revision.address(public_url)
                answer = await stranger.get(address.removeprefix(public_url))
                schema = answer.json()
                assert (answer.status_code, schema["$id"]) == (200, address)
                assert answer.headers["content-type"] == "application/schema+json"
                for message in examples.messages(event):
                    Draft202012Validator(schema).validate(json.loads(message.record_value()))


async def test_a_page_of_another_site_may_read_a_schema(site: Site[ReportingResources]) -> None:
    async with site.browser() as stranger:
        answer = await stranger.get(
            f"/contracts/schemas/{TYPE}/1.json", headers={"Origin": "https://elsewhere.example"}
        )
    assert answer.headers["access-control-allow-origin"] == "*"
    assert answer.headers["etag"]


@pytest.mark.parametrize(
    ("name", "status"),
    [
        ("minka.enrollment.Unheard.v1/1.json", 404),
        (f"{TYPE}/10000.json", 404),
        (f"{TYPE}/0.json", 422),
        (f"{TYPE}/10001.json", 422),
        (f"{TYPE}/newest.json", 422),
        (f"{'a' * 201}/1.json", 422),
        ("..%2f..%2fpyproject/1.json", 404),
    ],
)
async def test_what_is_no_schema_is_not_found(site: Site[ReportingResources], name: str, status: int) -> None:
    async with site.browser() as stranger:
        answer = await stranger.get(f"/contracts/schemas/{name}")
    assert answer.status_code == status
