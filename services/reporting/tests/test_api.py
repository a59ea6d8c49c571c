"""Figures over HTTP: for the public, and for those who may see finer slices."""

from datetime import date
from typing import Any

import httpx
import pytest

from contracts.media import Channel
from contracts.territory import districts, provinces
from services.reporting.answers.representations import Answer, tag_of
from services.reporting.facts.service import SourceFreshness
from services.reporting.indicators.registry import INDICATORS
from services.reporting.resources import ReportingResources
from services.reporting.tests import stories
from services.reporting.tests.stories import JUNE, MORNING, OTHER_PROGRAMME, PROGRAMME, an_id, enrolled_people
from services.reporting.tests.worker_steps import fold_count_publish
from tests.support.sites import Site


async def rows(browser: httpx.AsyncClient, address: str) -> list[dict[str, Any]]:
    response = await browser.get(f"/api/indicators/{address}")
    assert response.status_code == 200, response.text
    found: list[dict[str, Any]] = response.json()["rows"]
    return found


async def problem(browser: httpx.AsyncClient, address: str, status: int = 400) -> dict[str, Any]:
    response = await browser.get(f"/api/indicators/{address}")
    assert response.status_code == status, response.text
    assert response.headers["content-type"] == "application/problem+json"
    body: dict[str, Any] = response.json()
    return body


async def test_the_registry_is_listed(site: Site[ReportingResources]) -> None:
    async with site.browser() as browser:
        listed = (await browser.get("/api/indicators")).json()
    assert [one["id"] for one in listed] == list(INDICATORS)
    assert all(one["description"] and one["unit"] and one["dimensions"] for one in listed)


async def test_the_total_is_one_row_with_its_definition_and_freshness(public: httpx.AsyncClient) -> None:
    answer = (await public.get("/api/indicators/enrolled")).json()
    assert answer["rows"] == [{"value": 42, "status": "published"}]
    assert (answer["indicator"], answer["definition_version"], answer["unit"]) == ("enrolled", 1, "people")
    assert answer["as_of"]
    assert answer["freshness"].keys() == {"enrollment.events"}
    assert answer["freshness"]["enrollment.events"]["caught_up_at"]


async def test_before_anything_is_read_there_is_no_data(site: Site[ReportingResources]) -> None:
    async with site.browser() as browser:
        assert await rows(browser, "enrolled") == [{"value": None, "status": "no_data"}]
        by_province = await rows(browser, "enrolled?by=province")
    assert [row["province"] for row in by_province] == list(provinces())
    assert {row["status"] for row in by_province} == {"no_data"}


async def test_a_list_is_complete_and_withholds_small_counts(public: httpx.AsyncClient) -> None:
    by_district = {row["district"]: row for row in await rows(public, "enrolled?by=district")}
    assert by_district.keys() == districts().keys()
    assert by_district["060102"] == {"district": "060102", "value": None, "status": "suppressed"}
    assert by_district["060101"]["status"] == "suppressed", "its province's total would tell the other"
    assert by_district["060201"] == {"district": "060201", "value": 14, "status": "published"}
    assert by_district["060301"] == {"district": "060301", "value": 0, "status": "published"}


async def test_a_breakdown_keeps_its_instant_while_the_total_goes_on(
    public: httpx.AsyncClient, site: Site[ReportingResources]
) -> None:
    before = (await public.get("/api/indicators/enrolled?by=sex")).json()
    await fold_count_publish(site.resources.pool, *enrolled_people(300, 5))
    assert await rows(public, "enrolled") == [{"value": 47, "status": "published"}]
    after = (await public.get("/api/indicators/enrolled?by=sex")).json()
    assert (after["rows"], after["as_of"]) == (before["rows"], before["as_of"])
    assert await rows(public, "enrolled?from=2025-04&to=2025-12") == [{"value": 42, "status": "published"}]
    async with site.browser("auditor") as auditor:
        live = await rows(auditor, "enrolled?by=sex")
    assert {row["sex"]: row["value"] for row in live if row["value"]} == {"female": 30, "male": 17}


async def test_a_period_of_withheld_months_does_not_follow_the_total(site: Site[ReportingResources]) -> None:
    """Or each month of whoever enrolls could be read from it."""
    pool, july = site.resources.pool, MORNING.replace(month=7)
    months = [*enrolled_people(0, 40), *enrolled_people(100, 4, JUNE), *enrolled_people(200, 30, july)]
    await fold_count_publish(pool, stories.a_programme(), stories.a_cohort(), *months)
    async with site.browser() as browser:
        assert await rows(browser, "enrolled?from=2025-06&to=2025-07") == [{"value": 34, "status": "published"}]
        await fold_count_publish(pool, *enrolled_people(300, 5, JUNE))
        assert await rows(browser, "enrolled") == [{"value": 79, "status": "published"}]
        assert await rows(browser, "enrolled?from=2025-06&to=2025-07") == [{"value": 34, "status": "published"}]


async def test_a_pilot_course_does_not_take_the_commitments_number(
    public: httpx.AsyncClient, site: Site[ReportingResources]
) -> None:
    pilot = stories.a_programme(OTHER_PROGRAMME, "PILOT")
    people = [an_id(0x9000 + n) for n in range(5)]
    later = MORNING.replace(year=2026, month=1)
    enrollments = [stories.an_enrollment(one, later, OTHER_PROGRAMME) for one in people]
    await fold_count_publish(
        site.resources.pool, pilot, *map(stories.a_consent, people), *enrollments, *enrolled_people(400, 12)
    )
    assert await rows(public, "enrolled") == [{"value": 59, "status": "published"}]
    assert await rows(public, "enrolled?from=2025-04&to=2025-12") == [{"value": 42, "status": "published"}]
    assert await rows(public, "enrolled?programme=PECJA0001") == [{"value": 42, "status": "published"}]


async def test_members_are_named(public: httpx.AsyncClient) -> None:
    answer = (await public.get("/api/indicators/enrolled?by=cohort")).json()
    assert list(answer["labels"]["cohort"].values()) == ["Cajamarca 1"]


async def test_the_public_may_have_one_filter(public: httpx.AsyncClient) -> None:
    assert await rows(public, f"enrolled?programme={PROGRAMME}") == [{"value": 42, "status": "published"}]
    assert await rows(public, "enrolled?programme=PECJA0001") == [{"value": 42, "status": "published"}]
    assert await rows(public, "enrolled?from=2025-06") == [{"value": 14, "status": "published"}]
    assert await rows(public, "enrolled?from=2025-05-01&to=2025-05-31") == [{"value": 28, "status": "published"}]
    assert [row["month"] for row in await rows(public, "enrolled?by=month&to=2025-05")] == ["2025-05"]


@pytest.mark.parametrize(
    "address",
    [
        "enrolled?by=district,sex",
        "enrolled?by=district&from=2025-05",
        "enrolled?by=sex&programme=PECJA0001",
        "enrolled?programme=PECJA0001&from=2025-05",
        "enrolled?by=month&programme=PECJA0001",
    ],
)
async def test_finer_slices_need_a_role(
    address: str, public: httpx.AsyncClient, site: Site[ReportingResources]
) -> None:
    assert (await problem(public, address, 401))["code"] == "finer_than_public"
    async with site.browser("facilitator-0601") as facilitator:
        assert (await problem(facilitator, address, 403))["code"] == "wrong_role"
        refused = await facilitator.get(f"/api/indicators/{address}")
        assert refused.headers["www-authenticate"] == 'Bearer error="insufficient_scope"'
    async with site.browser("coordinator") as coordinator:
        assert {row["status"] for row in await rows(coordinator, address)} == {"published"}


async def test_a_coordinator_sees_exact_slices(public: httpx.AsyncClient, site: Site[ReportingResources]) -> None:
    async with site.browser("coordinator") as coordinator:
        found = await rows(coordinator, "enrolled?by=district,sex")
        in_june = await rows(coordinator, "enrolled?by=district&from=2025-06")
        each_programme = await rows(coordinator, "enrolled?by=programme,month")
    assert [(row["district"], row["sex"], row["value"]) for row in found] == [
        ("060101", "female", 25), ("060102", "male", 3), ("060201", "male", 14),
    ]  # fmt: skip
    assert len(in_june) == len(districts())
    assert {row["district"]: row["value"] for row in in_june if row["value"]} == {"060201": 14}
    assert [(row["programme"], row["month"], row["value"]) for row in each_programme] == [
        (str(PROGRAMME), "2025-05", 28), (str(PROGRAMME), "2025-06", 14),
    ]  # fmt: skip
    entries = await site.resources.pool.fetch("SELECT kind, subject, shown FROM audit_trail ORDER BY entry_id")
    assert [tuple(entry) for entry in entries] == [
        ("read", "enrolled", 3), ("read", "enrolled", len(districts())), ("read", "enrolled", 2)
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("address", "code", "known"),
    [
        ("inscritos", "unknown_indicator", "trained"),
        ("enrolled?by=channel", "unknown_dimension", "mother_tongue"),
        ("enrolled?by=district,planet", "unknown_dimension", "district"),
        ("enrolled?province=0601", "unknown_parameter", "programme"),
        ("enrolled?by=sex&by=district", "repeated_parameter", ""),
        ("enrolled?format=xml", "unknown_format", "csv"),
        ("enrolled?programme=PECJA0009", "unknown_programme", "PECJA0001"),
        ("enrolled?from=2025-05-02", "not_a_month", "2025-04"),
        ("enrolled?to=2025-05-30", "not_a_month", "2025-04"),
        ("enrolled?from=mayo", "not_a_month", "2025-04"),
        ("first_party_reach?by=channel,district", "not_additive", ""),
    ],
)
async def test_what_is_not_known_is_refused_with_what_is(
    address: str, code: str, known: str, public: httpx.AsyncClient
) -> None:
    refusal = await problem(public, address)
    assert refusal["code"] == code
    assert known in refusal["remedy"]


async def test_a_period_that_ends_before_it_begins_is_refused(public: httpx.AsyncClient) -> None:
    assert (await problem(public, "enrolled?from=2025-06&to=2025-05"))["code"] == "empty_period"


async def test_no_name_is_a_formula_in_a_csv(site: Site[ReportingResources]) -> None:
    await fold_count_publish(site.resources.pool, stories.a_programme(), stories.a_cohort(name="=HYPERLINK(1)"))
    async with site.browser() as browser:
        response = await browser.get("/api/indicators/enrolled?by=cohort&format=csv")
    assert ""","'=HYPERLINK(1)",""" in response.text


async def test_figures_that_did_not_move_are_not_sent_again(public: httpx.AsyncClient) -> None:
    for address in ("enrolled?by=district", "enrolled?by=district&format=csv"):
        first = await public.get(f"/api/indicators/{address}")
        again = await public.get(f"/api/indicators/{address}", headers={"If-None-Match": first.headers["etag"]})
        assert (again.status_code, again.content) == (304, b"")


def test_the_tag_of_figures_is_of_their_rows_whenever_they_were_asked_for() -> None:
    answer = Answer(
        indicator="enrolled",
        definition_version=1,
        unit="people",
        as_of=MORNING,
        freshness={"enrollment.events": SourceFreshness(read_up_to=MORNING, caught_up_at=MORNING)},
        rows=[{"value": 12, "status": "published"}],
        labels={},
        licence="https://creativecommons.org/licenses/by/4.0/",
    )
    read = {"enrollment.events": SourceFreshness(read_up_to=MORNING, caught_up_at=JUNE)}
    later = answer.model_copy(update={"as_of": JUNE, "freshness": read})
    moved = answer.model_copy(update={"rows": [{"value": 13, "status": "published"}]})
    assert tag_of(answer, "json") == tag_of(later, "json") != tag_of(moved, "json")
    assert tag_of(answer, "json") != tag_of(answer, "csv")


async def test_figures_that_moved_are_sent_again(public: httpx.AsyncClient, site: Site[ReportingResources]) -> None:
    tag = (await public.get("/api/indicators/enrolled")).headers["etag"]
    await fold_count_publish(site.resources.pool, *enrolled_people(300, 1))
    again = await public.get("/api/indicators/enrolled", headers={"If-None-Match": tag})
    assert (again.status_code, again.json()["rows"][0]["value"]) == (200, 43)


async def test_estimates_have_bounds(site: Site[ReportingResources]) -> None:
    await fold_count_publish(site.resources.pool, stories.a_day_of_reach(1, date(2025, 5, 12), range(60)))
    async with site.browser() as browser:
        assert await rows(browser, "first_party_reach") == [
            {"value": 60, "status": "published", "lower": 60, "upper": 60}
        ]
        by_channel = await rows(browser, "first_party_reach?by=channel")
    assert by_channel[0] == {"channel": "facebook", "value": 60, "status": "published", "lower": 60, "upper": 60}


async def test_a_withheld_estimate_has_no_bounds(site: Site[ReportingResources]) -> None:
    few, many = (stories.a_day_of_reach(n, date(2025, 5, 12 + n), range(7 * n * n)) for n in (1, 2))
    await fold_count_publish(site.resources.pool, few, many.model_copy(update={"channel": Channel.RADIO}))
    async with site.browser() as browser:
        answer = await rows(browser, "first_party_reach?by=channel")
        text = (await browser.get("/api/indicators/first_party_reach?by=channel&format=csv")).text
    withheld = {row["channel"]: row for row in answer if row["status"] == "suppressed"}
    assert withheld == {
        channel: {"channel": channel, "value": None, "status": "suppressed"} for channel in ("facebook", "radio")
    }
    assert ',"","suppressed",' in text
    stored = await site.resources.pool.fetch("SELECT lower, upper FROM changes WHERE status = 'suppressed'")
    assert {tuple(row) for row in stored} == {(None, None)}


async def test_no_public_address_reveals_a_small_count(public: httpx.AsyncClient) -> None:
    for indicator in INDICATORS.values():
        for by in ("", *(f"?by={dimension}" for dimension in indicator.dimensions)):
            found = await rows(public, f"{indicator.id}{by}")
            assert not [row for row in found if indicator.of_people and 0 < (row["value"] or 0) < 10]
            assert sum(row["status"] == "suppressed" for row in found) != 1


async def test_the_description_is_openapi_3_1(public: httpx.AsyncClient) -> None:
    description = (await public.get("/openapi.json")).json()
    assert description["openapi"].startswith("3.1")
    assert "/api/indicators/{indicator}" in description["paths"]
