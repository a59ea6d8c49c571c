"""A coordinator's story over HTTP: commands, repeated commands, and rejections with their fields."""

import io
from functools import partial
from typing import Any
from uuid import UUID

import httpx
import pytest
from python_calamine import CalamineWorkbook

from chassis.store.identifiers import new_id
from services.enrollment.identity.documents import DocumentType
from services.enrollment.resources import EnrollmentResources
from services.enrollment.tests.stories import a_cohort, event_names
from services.enrollment.tests.test_access import a_person
from tests.support.sites import Site

DATES = {"starts_on": "2025-04-01", "ends_on": "2025-12-31"}


async def made(browser: httpx.AsyncClient, path: str, **body: Any) -> dict[str, Any]:
    answer = await browser.post(path, json=body)
    assert answer.status_code in {200, 201}, answer.text
    reply: dict[str, Any] = answer.json()
    return reply


async def test_from_a_programme_to_a_full_cohort(site: Site[EnrollmentResources]) -> None:
    async with site.browser("coordinator") as coordinator:
        programme = await made(coordinator, "/api/programmes", code="PECJA0001", title="Capacitación", **DATES)
        here = f"/api/programmes/{programme['programme_id']}"
        await made(coordinator, f"{here}/modules", title="Presupuesto", mechanism="participatory_budget", hours=8)
        cohort = await made(
            coordinator, "/api/cohorts", **programme, name="Celendín 2025", province="0603", capacity=1, **DATES
        )
        cohort_id = UUID(cohort["cohort_id"])
        await made(coordinator, f"/api/cohorts/{cohort_id}/facilitators", facilitator_id="facilitator-0603")
        first = await made(coordinator, "/api/enrollments", **a_person(cohort_id, given_names="Rosa"))
        second = await made(coordinator, "/api/enrollments", **a_person(cohort_id, given_names="Áurea"))
        assert (first["status"], second["status"]) == ("accepted", "waitlisted")

        await made(coordinator, f"/api/enrollments/{first['enrollment_id']}/withdraw")
        listed = (await coordinator.get(f"/api/cohorts/{cohort_id}/enrollments")).json()["enrollments"]
        assert [(one["given_names"], one["status"]) for one in listed] == [("Áurea", "accepted"), ("Rosa", "withdrawn")]

        (seen,) = (await coordinator.get("/api/cohorts")).json()["cohorts"]
        assert (seen["taken"], seen["waiting"], seen["facilitators"]) == (1, 0, ["facilitator-0603"])
        assert [module["title"] for module in (await coordinator.get(here)).json()["modules"]] == ["Presupuesto"]

        await made(coordinator, f"/api/cohorts/{cohort_id}/close")
        closed = await coordinator.post("/api/enrollments", json=a_person(cohort_id))
        assert (closed.status_code, closed.json().get("code")) == (422, "cohort_closed")
    assert await event_names(site.resources) == [
        "ProgrammePublished",
        "ProgrammeAnnounced",
        "ModulePublished",
        "CohortOpened",
        "FacilitatorAssigned",
        *("PersonRegistered", "ConsentGiven", "EnrollmentAccepted"),
        *("PersonRegistered", "ConsentGiven", "EnrollmentWaitlisted"),
        *("EnrollmentWithdrawn", "EnrollmentAccepted"),
        "CohortClosed",
    ]


async def test_the_same_thing_under_the_same_id_is_made_once(site: Site[EnrollmentResources]) -> None:
    programme = {"programme_id": str(new_id()), "code": "ABC-1", "title": "Programa", **DATES}
    async with site.browser("coordinator") as coordinator:
        assert await made(coordinator, "/api/programmes", **programme) == await made(
            coordinator, "/api/programmes", **programme
        )
        other = await coordinator.post("/api/programmes", json=programme | {"title": "Otro programa"})
        assert (other.status_code, other.json().get("code")) == (409, "id_taken")
        taken = await coordinator.post("/api/programmes", json=programme | {"programme_id": str(new_id())})
        assert (taken.status_code, taken.json().get("code")) == (409, "code_taken")
    assert await event_names(site.resources) == ["ProgrammePublished", "ProgrammeAnnounced"]


async def test_a_cohort_is_closed_by_whoever_saw_its_newest_state(site: Site[EnrollmentResources]) -> None:
    async with site.browser("coordinator") as coordinator:
        programme = {"programme_id": str(new_id()), "code": "ABC-1", "title": "Programa", **DATES}
        await made(coordinator, "/api/programmes", **programme)
        cohort = {"cohort_id": str(new_id()), "programme_id": programme["programme_id"], "name": "Celendín"}
        here = f"/api/cohorts/{cohort['cohort_id']}"
        await made(coordinator, "/api/cohorts", **cohort, province="0603", capacity=1, **DATES)
        outdated = await coordinator.post(f"{here}/close", headers={"If-Match": '"9"'})
        assert (outdated.status_code, outdated.json().get("code")) == (412, "outdated")
        closed = await coordinator.post(f"{here}/close", headers={"If-Match": '"1"'})
        assert (closed.status_code, closed.headers["etag"]) == (200, '"2"')


async def test_a_cohort_is_taken_from_somebody_whom_the_issuer_names_by_a_uuid(site: Site[EnrollmentResources]) -> None:
    cohort_id, facilitator = await a_cohort(site.resources), str(new_id())
    here = f"/api/cohorts/{cohort_id}/facilitators"
    async with site.browser("coordinator") as coordinator:
        await made(coordinator, here, facilitator_id=facilitator)
        await made(coordinator, f"{here}", facilitator_id="facilitator-0608")
        current = {"If-Match": '"1"'}  # of the cohort; the assignment has versions of its own
        taken = await coordinator.delete(f"{here}/{facilitator}", headers=current)
        by_page = await coordinator.post(
            f"/cohorts/{cohort_id}/facilitators/facilitator-0608/remove", headers={"Origin": "http://localhost:8000"}
        )

    assert (taken.status_code, by_page.status_code) == (204, 303)
    rows = await site.resources.pool.fetch("SELECT subject FROM audit_trail WHERE action LIKE '%assign_facilitator'")
    assert [row["subject"] for row in rows] == [str(cohort_id)] * 4


async def test_a_module_of_another_programme_keeps_its_id(site: Site[EnrollmentResources]) -> None:
    first, other = str(new_id()), str(new_id())
    module = {"module_id": str(new_id()), "title": "Presupuesto", "mechanism": "participatory_budget", "hours": 8}
    async with site.browser("coordinator") as coordinator:
        for programme_id, code in ((first, "ABC-1"), (other, "ABC-2")):
            await made(coordinator, "/api/programmes", programme_id=programme_id, code=code, title=code, **DATES)
        for _ in range(2):
            await made(coordinator, f"/api/programmes/{first}/modules", **module)
        taken = await coordinator.post(f"/api/programmes/{other}/modules", json=module)
    assert (taken.status_code, taken.json().get("code")) == (409, "id_taken")


async def test_the_same_request_with_its_key_is_answered_again(site: Site[EnrollmentResources]) -> None:
    body = a_person(await a_cohort(site.resources))
    async with site.browser("coordinator", **{"Idempotency-Key": "the-same-request"}) as coordinator:
        first, again = [await coordinator.post("/api/enrollments", json=body) for _ in range(2)]
    assert first.json() == again.json()
    assert again.headers["idempotency-replayed"] == "true"
    assert (await event_names(site.resources)).count("EnrollmentAccepted") == 1


async def test_enrolled_again_is_said_and_changes_nothing(site: Site[EnrollmentResources]) -> None:
    body = a_person(await a_cohort(site.resources))
    async with site.browser("coordinator") as coordinator:
        first = await made(coordinator, "/api/enrollments", **body)
        again = await made(coordinator, "/api/enrollments", **body)
    assert again == first | {"outcome": "already_enrolled"}


@pytest.mark.parametrize(
    ("changed", "status", "field"),
    [
        ({"document": {"type": "dni", "number": "1234567"}}, 422, "document.number"),
        ({"district": {"scheme": "inei", "code": "150101"}}, 422, "district.code"),
        ({"consents": []}, 422, "consents"),
        ({"enrolled_on": "2019-05-01"}, 422, "enrolled_on"),
        ({"given_names": "12"}, 422, "given_names"),
        ({"phone": "abc"}, 422, "phone"),
        ({"phone": "363000"}, 422, "phone"),
        ({"phone": "9.87E+08"}, 422, "phone"),
        ({"email": "rosa"}, 422, "email"),
        ({"phone": "+51 976 543 210 123 456"}, 422, "phone"),
        ({"phone": "٩٧٦٥٤٣٢١٠"}, 422, "phone"),
        ({"cohort_id": str(new_id())}, 404, "cohort_id"),
    ],
)
async def test_a_refusal_names_the_field_in_spanish(
    site: Site[EnrollmentResources], changed: dict[str, Any], status: int, field: str
) -> None:
    body = a_person(await a_cohort(site.resources)) | changed
    async with site.browser("coordinator") as coordinator:
        answer = await coordinator.post("/api/enrollments", json=body)
    assert not answer.is_success, answer.text
    problem = answer.json()
    assert (answer.status_code, problem["field"]) == (status, field)
    assert problem["remedy"] or status == 404 or field in {"phone", "email"}
    assert problem["detail"] not in {"", problem["code"]}


async def test_a_known_document_with_another_name_waits_for_somebody_to_look(site: Site[EnrollmentResources]) -> None:
    cohort = await a_cohort(site.resources)
    body = a_person(cohort)
    async with site.browser("coordinator") as coordinator:
        await made(coordinator, "/api/enrollments", **body)
        answer = await coordinator.post("/api/enrollments", json=body | {"given_names": "Juan", "family_names": "Díaz"})
        assert (answer.status_code, answer.json()["outcome"]) == (201, "review")
        (entry,) = (await coordinator.get(f"/api/cohorts/{cohort}/enrollments")).json()["enrollments"]
    assert entry["family_names"] == "Quispe"


async def test_search_by_beginnings_of_names_or_by_document(site: Site[EnrollmentResources]) -> None:
    cohort = await a_cohort(site.resources)
    ñusta = a_person(cohort, given_names="Ñusta Isabel", family_names="Chuquimango")
    async with site.browser("coordinator") as coordinator:
        await made(coordinator, "/api/enrollments", **ñusta)
        await made(coordinator, "/api/enrollments", **a_person(cohort, given_names="Isabel", family_names="Chuquilín"))

        async def found(text: str) -> list[str]:
            answer = await coordinator.post("/api/people/search", json={"text": text})
            return [entry["given_names"] for entry in answer.json()["enrollments"]]

        assert await found("chuquim nus") == ["Ñusta Isabel"]
        assert await found("CHUQUI ISA") == ["Isabel", "Ñusta Isabel"]
        assert await found("chuquiz") == []
        assert await found("chuquim isa") == ["Ñusta Isabel"]
        assert await found(ñusta["document"]["number"]) == ["Ñusta Isabel"]
        too_wide = await coordinator.post("/api/people/search", json={"text": "a b c"})
    assert (too_wide.status_code, too_wide.json().get("code")) == (422, "search_too_wide")


@pytest.mark.parametrize("kind", DocumentType)
async def test_a_document_of_any_kind_is_found_by_its_number(
    site: Site[EnrollmentResources], kind: DocumentType
) -> None:
    number = {DocumentType.DNI: "40112233", DocumentType.FOREIGNER_CARD: "001122334"}.get(kind, "PA12345")
    cohort = await a_cohort(site.resources)
    async with site.browser("coordinator") as coordinator:
        await made(coordinator, "/api/enrollments", **a_person(cohort, document={"type": kind, "number": number}))
        found = (await coordinator.post("/api/people/search", json={"text": number.lower()})).json()["enrollments"]
    assert len(found) == 1


async def test_more_people_than_one_search_shows_are_not_shown_in_part(
    site: Site[EnrollmentResources], monkeypatch: pytest.MonkeyPatch
) -> None:
    cohort = await a_cohort(site.resources)
    monkeypatch.setattr("services.enrollment.people.service.MAXIMUM_CANDIDATES", 2)
    async with site.browser("coordinator") as coordinator:
        for _ in range(2):
            await made(coordinator, "/api/enrollments", **a_person(cohort))
        search = partial(coordinator.post, "/api/people/search", json={"text": "quispe"})
        assert len((await search()).json()["enrollments"]) == 2
        await made(coordinator, "/api/enrollments", **a_person(cohort))
        refused = await search()
    assert (refused.status_code, refused.json().get("code")) == (422, "search_too_wide")


async def test_taking_a_consent_back_over_http(site: Site[EnrollmentResources]) -> None:
    cohort = await a_cohort(site.resources)
    async with site.browser("coordinator") as coordinator:
        enrolled = await made(coordinator, "/api/enrollments", **a_person(cohort))
        await made(coordinator, f"/api/people/{enrolled['person_id']}/consents/training/withdraw")
        (entry,) = (await coordinator.get(f"/api/cohorts/{cohort}/enrollments")).json()["enrollments"]
        assert entry["status"] == "withdrawn"
        unknown = await coordinator.post(f"/api/people/{new_id()}/consents/training/withdraw")
    assert unknown.status_code == 404


async def test_who_was_erased_stays_as_a_nameless_entry(site: Site[EnrollmentResources]) -> None:
    cohort = await a_cohort(site.resources)
    async with site.browser("coordinator") as coordinator:
        enrolled = await made(coordinator, "/api/enrollments", **a_person(cohort))
        await site.resources.keyring.destroy(UUID(enrolled["person_id"]))
        (entry,) = (await coordinator.get(f"/api/cohorts/{cohort}/enrollments")).json()["enrollments"]
        assert (await coordinator.get(f"/cohorts/{cohort}")).status_code == 200
    assert (entry["given_names"], entry["status"]) == (None, "accepted")


@pytest.mark.parametrize(
    ("path", "field"), [("/api/programmes", "title"), ("/api/cohorts", "name"), ("/api/organizations", "name")]
)
@pytest.mark.parametrize("sign", ["\x01", "\x85", "\u2028", "\u202e", "\u2066"], ids=ascii)
async def test_control_signs_are_in_no_title(site: Site[EnrollmentResources], path: str, field: str, sign: str) -> None:
    async with site.browser("coordinator") as coordinator:
        answer = await coordinator.post(path, json={field: f"a{sign}b"})
    assert answer.status_code == 422
    assert (field, "string_pattern_mismatch") in {(one["field"], one["code"]) for one in answer.json()["errors"]}


@pytest.mark.parametrize("phone", ["976543210", "+51 976-543-210", "076 363000", "+1 212 555 2368"])
async def test_a_telephone_number_is_written_as_people_do(site: Site[EnrollmentResources], phone: str) -> None:
    body = a_person(await a_cohort(site.resources)) | {"phone": phone}
    async with site.browser("coordinator") as coordinator:
        assert (await made(coordinator, "/api/enrollments", **body))["status"] == "accepted"


COHORT = {"name": "Celendín", "province": "0603", "capacity": 1, **DATES}
MODULE = {"title": "Presupuesto", "mechanism": "participatory_budget", "hours": 8}


@pytest.mark.parametrize(
    ("path", "body"),
    [
        ("/api/programmes/{id}/modules", MODULE),
        ("/api/cohorts", COHORT | {"programme_id": str(new_id())}),
        ("/api/cohorts/{id}/correct", COHORT | {"reason": "mistake_found"}),
        ("/api/cohorts/{id}/close", {}),
        ("/api/cohorts/{id}/reopen", {}),
        ("/api/cohorts/{id}/facilitators", {"facilitator_id": "facilitator-0601"}),
        ("/api/enrollments/{id}/withdraw", {}),
        ("/api/enrollments/{id}/reinstate", {}),
        ("/api/people/{id}/consents/image/withdraw", {}),
        ("/api/people/{id}/erase", {"reason": "person_asked", "confirmed": True}),
    ],
)
async def test_nothing_is_made_of_what_does_not_exist(
    site: Site[EnrollmentResources], path: str, body: dict[str, Any]
) -> None:
    async with site.browser("coordinator") as coordinator:
        answer = await coordinator.post(path.format(id=new_id()), json=body)
    assert (answer.status_code, answer.json().get("code").endswith("_unknown")) == (404, True)
    assert await event_names(site.resources) == []


@pytest.mark.parametrize(
    ("dates", "field"),
    [
        ({"starts_on": "2025-03-31", "ends_on": "2025-12-31"}, "starts_on"),
        ({"starts_on": "2025-04-01", "ends_on": "2026-01-01"}, "ends_on"),
    ],
)
async def test_a_cohort_lies_within_its_programme(
    site: Site[EnrollmentResources], dates: dict[str, str], field: str
) -> None:
    async with site.browser("coordinator") as coordinator:
        programme = await made(coordinator, "/api/programmes", code="PECJA0001", title="Capacitación", **DATES)
        cohort = programme | {"name": "Celendín 2025", "province": "0603", "capacity": 1} | dates
        answer = await coordinator.post("/api/cohorts", json=cohort)
        page = await coordinator.post("/cohorts/new", data=cohort, headers={"Accept": "text/html"})
    assert not answer.is_success, answer.text
    problem = answer.json()
    assert (answer.status_code, problem["code"], problem["field"]) == (422, "outside_programme", field)
    assert "del 01/04/2025 al 31/12/2025" in problem["detail"] and problem["remedy"]
    assert page.status_code == 422 and f'<a href="#{field}">' in page.text
    assert "CohortOpened" not in await event_names(site.resources)


@pytest.mark.parametrize(
    ("language", "name", "heading"), [("es", "plantilla", "Apellidos"), ("en", "template", "Family names")]
)
async def test_a_template_is_in_the_language_that_was_asked_for(
    site: Site[EnrollmentResources], language: str, name: str, heading: str
) -> None:
    async with site.browser("coordinator") as coordinator:
        answer = await coordinator.get(f"/api/imports/template?lang={language}")
    assert f'filename="{name}.xlsx"' in answer.headers["content-disposition"]
    with CalamineWorkbook.from_filelike(io.BytesIO(answer.content)) as workbook:
        first = workbook.get_sheet_by_index(0).to_python(skip_empty_area=True)
    assert heading in first[0]
