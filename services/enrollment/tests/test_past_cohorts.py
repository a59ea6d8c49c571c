"""A list of people who were trained before becomes a closed cohort. What it states is told apart from enrollments."""

from typing import Any
from uuid import UUID

import httpx
import pytest

from chassis.store.identifiers import new_id
from contracts.enrollment import Purpose
from contracts.event import Ethnicity
from services.enrollment.enrollments.domain import Accepted, Admission, CohortSeats, Situation, decide
from services.enrollment.enrollments.stated import ListedTraining, PastDays
from services.enrollment.imports.service import existing_import
from services.enrollment.resources import EnrollmentResources
from services.enrollment.tests.past_cohorts import (
    FIRST,
    LAST,
    a_list,
    a_listed_row,
    a_past_cohort,
    a_past_programme,
    a_statement,
)
from services.enrollment.tests.previewed_sheets import id_of, previewed, sent, shown
from services.enrollment.tests.stories import (
    NOW,
    REACHABLE,
    a_cohort,
    an_application,
    applies,
    event_bodies,
    event_names,
    seats,
    withdraws,
    withdraws_consent,
)
from services.enrollment.tests.test_access import PATRIA, organizations
from services.enrollment.tests.test_imports import counts
from services.enrollment.tests.undone_imports import undone
from tests.support.sites import Site


@pytest.fixture
async def cohort(resources: EnrollmentResources) -> UUID:
    return await a_past_cohort(resources)


async def imports(site: Site[EnrollmentResources], cohort: UUID, *rows: dict[str, Any], **said: Any) -> UUID:
    """The id of a list that was imported into the past cohort."""
    async with site.browser("coordinator") as coordinator:
        return id_of(await sent(coordinator, site.resources, a_list(*rows), cohort_id=str(cohort), **said))


async def became_of(resources: EnrollmentResources, import_id: UUID) -> dict[str, int]:
    return counts(await existing_import(resources.pool, import_id))


async def faults(resources: EnrollmentResources, import_id: UUID) -> list[str]:
    rows = await resources.pool.fetch("SELECT faults FROM import_rows WHERE import_id = $1 ORDER BY line", import_id)
    return [fault["code"] for row in rows for fault in row["faults"]]


async def test_a_list_is_stated_and_nobody_is_enrolled_or_agrees(site: Site[EnrollmentResources], cohort: UUID) -> None:
    completed = a_listed_row(**{"Fecha de culminación": "15/06/2023", "Fecha de inscripción": "10/03/2023"})
    only_began = a_listed_row(Completó="No")

    import_id = await imports(site, cohort, completed, only_began, a_listed_row(), date_order="day_first")

    assert await became_of(site.resources, import_id) == {"done": 3, "accepted": 3}
    stated = await event_bodies(site.resources, "TrainingStated")
    assert [one["completed_on"] for one in stated] == ["2023-06-15", None, "2023-06-30"]
    assert [one["occurred_at"][:10] for one in stated] == ["2023-06-15", "2023-03-06", "2023-06-30"]
    assert [one["row"] for one in stated] == [
        {"import_id": str(import_id), "tab": 1, "line": line} for line in (2, 3, 4)
    ]
    others = {"EnrollmentAccepted", "EnrollmentWaitlisted", "ConsentGiven"}
    assert others.isdisjoint(await event_names(site.resources))


async def test_nobody_of_a_list_is_written_to(site: Site[EnrollmentResources], cohort: UUID) -> None:
    reachable = {"Celular": "987654321", "Consentimiento de contacto": "Sí"}

    await imports(site, cohort, a_listed_row(**reachable, Etnia="Quechua", **{"Lengua materna": "Quechua"}))

    assert await site.resources.pool.fetchval("SELECT count(*) FROM messages") == 0
    assert await site.resources.pool.fetchval("SELECT count(*) FROM consents") == 0
    async with site.browser("coordinator") as coordinator:
        person = await site.resources.pool.fetchval("SELECT person_id FROM people")
        record = (await coordinator.get(f"/api/people/{person}/record")).json()
    assert record["identity"]["phone"] is None
    [stated] = await event_bodies(site.resources, "TrainingStated")
    assert (stated["profile"]["ethnicity"], stated["profile"]["mother_tongue"]) == ("not_stated", "not_stated")


def test_a_list_gives_no_consent_and_tells_nothing_sensitive_whatever_its_row_says() -> None:
    listed = ListedTraining(completed=True, completed_on=None, tab=1, line=2)
    application = an_application(new_id(), import_id=new_id(), listed=listed, ethnicity=Ethnicity.QUECHUA)
    cohort = CohortSeats(new_id(), 1, 0, is_open=False, past=PastDays(FIRST, LAST))

    decision = decide(application, Situation(cohort, (), False, None, asks_consent_anew=False), NOW)

    assert isinstance(decision, Admission)
    assert (decision.consents, decision.profile.ethnicity) == ([], "not_stated")


async def test_somebody_who_agreed_elsewhere_is_told_nothing_of_a_list(
    site: Site[EnrollmentResources], cohort: UUID
) -> None:
    resources = site.resources
    application = an_application(await a_cohort(resources), **REACHABLE)
    assert isinstance(await applies(resources, application), Accepted)
    told = await resources.pool.fetchval("SELECT count(*) FROM messages")
    await resources.pool.execute("DELETE FROM jobs")
    row = a_listed_row(
        DNI=application.document.number, **{"Fecha de nacimiento": "12/05/1987"}, Apellidos="Quispe Huamán"
    )

    import_id = await imports(site, cohort, row, date_order="day_first")

    assert (await became_of(resources, import_id))["accepted"] == 1
    assert await resources.pool.fetchval("SELECT count(*) FROM messages") == told
    assert await resources.pool.fetchval("SELECT count(DISTINCT person_id) FROM enrollments") == 1


async def test_what_is_stated_rests_on_no_consent(site: Site[EnrollmentResources], cohort: UUID) -> None:
    resources = site.resources
    await imports(site, cohort, a_listed_row())
    person = await resources.pool.fetchval("SELECT person_id FROM people")

    await withdraws_consent(resources, person, Purpose.TRAINING)

    assert await seats(resources, cohort) == {"accepted": 1}


async def test_an_import_of_a_list_is_undone_as_if_it_had_never_been(
    site: Site[EnrollmentResources], cohort: UUID
) -> None:
    row = a_listed_row()
    import_id = await imports(site, cohort, row)

    found = await undone(site.resources, import_id)

    assert found.undone == 1
    [stated] = await event_bodies(site.resources, "TrainingStated")
    [retracted] = await event_bodies(site.resources, "TrainingRetracted")
    assert retracted == stated | {"stands": False}, "it is taken back as of the day that it told of"
    await site.resources.pool.execute("DELETE FROM jobs")
    again = await imports(site, cohort, row)
    assert (await became_of(site.resources, again))["accepted"] == 1


async def test_a_later_enrollment_does_not_stand_in_the_way_of_undoing_a_list(
    site: Site[EnrollmentResources], cohort: UUID
) -> None:
    row = a_listed_row(**{"Fecha de nacimiento": "25/12/1987"})
    import_id = await imports(site, cohort, row)
    async with site.browser("coordinator") as coordinator:
        body = {
            "cohort_id": str(await a_cohort(site.resources)),
            "document": {"type": "dni", "number": row["DNI"]},
            "given_names": row["Nombres"],
            "family_names": row["Apellidos"],
            "district": {"scheme": "inei", "code": "060101"},
            "consents": [{"purpose": "training"}],
        }
        answer = await coordinator.post("/api/enrollments", json=body)
    assert answer.status_code == 201, answer.text

    assert (await undone(site.resources, import_id)).undone == 1


async def test_one_statement_is_taken_back_and_put_back(site: Site[EnrollmentResources], cohort: UUID) -> None:
    await imports(site, cohort, a_listed_row())
    enrollment = await site.resources.pool.fetchval("SELECT enrollment_id FROM enrollments")

    await withdraws(site.resources, enrollment)
    async with site.browser("coordinator") as coordinator:
        answer = await coordinator.post(f"/api/enrollments/{enrollment}/reinstate")

    assert answer.status_code == 200, answer.text
    names = await event_names(site.resources, enrollment)
    assert names == ["TrainingStated", "TrainingRetracted", "TrainingStated"]


async def test_a_row_that_was_wrong_is_taken_back_and_sent_again(site: Site[EnrollmentResources], cohort: UUID) -> None:
    row = a_listed_row()
    await imports(site, cohort, row)
    await withdraws(site.resources, await site.resources.pool.fetchval("SELECT enrollment_id FROM enrollments"))

    again = await imports(site, cohort, row | {"Completó": "No"})

    assert await became_of(site.resources, again) == {"done": 1, "accepted": 1}
    assert [one["completed_on"] for one in await event_bodies(site.resources, "TrainingStated")] == ["2023-06-30", None]


async def test_nobody_is_transferred_enrolled_or_assigned_there_and_it_stays_closed(
    site: Site[EnrollmentResources], cohort: UUID
) -> None:
    resources = site.resources
    await imports(site, cohort, a_listed_row())
    enrollment = await resources.pool.fetchval("SELECT enrollment_id FROM enrollments")
    to = {"cohort_id": str(await a_cohort(resources))}
    async with site.browser("coordinator") as coordinator:
        transfer = await coordinator.post(f"/api/enrollments/{enrollment}/transfer", json=to)
        reopened = await coordinator.post(f"/api/cohorts/{cohort}/reopen")
        facilitator = {"facilitator_id": "facilitator-0601"}
        assigned = await coordinator.post(f"/api/cohorts/{cohort}/facilitators", json=facilitator)
    enrolled = await applies(resources, an_application(cohort))

    assert transfer.json()["code"] == "past_cohort"
    for refused in (reopened, assigned):
        assert (refused.status_code, refused.json()["code"]) == (409, "past_cohort")
    assert getattr(enrolled, "code", None) == "cohort_closed"


async def test_no_delegate_reads_a_name_of_the_list(site: Site[EnrollmentResources], cohort: UUID) -> None:
    """Nobody of it agreed to anything, whatever somebody enters afterwards."""
    await organizations(site.resources)
    await imports(site, cohort, a_listed_row())
    row = await site.resources.pool.fetchrow("SELECT enrollment_id, person_id FROM enrollments")
    assert row is not None
    shown = {"organization_id": str(PATRIA), "shown_to_organization": True, "reason": "mistake_found"}
    correct = f"/api/enrollments/{row['enrollment_id']}/correct"
    async with site.browser("coordinator") as coordinator:
        refused = await coordinator.post(correct, json=shown)
        allowed = await coordinator.post(correct, json=shown | {"shown_to_organization": False})
        page = await coordinator.get(f"/cohorts/{cohort}/enrollments/{row['enrollment_id']}/correct")
    await site.resources.pool.execute("UPDATE enrollments SET shown_to_organization = true")
    async with site.browser("delegate-patria-c") as delegate:
        [member] = (await delegate.get(f"/api/organizations/{PATRIA}/members")).json()["enrollments"]

    assert (refused.status_code, refused.json()["code"]) == (409, "nobody_agreed")
    assert allowed.status_code == 200
    assert "shown_to_organization" not in page.text
    assert (member["person_id"], member["family_names"]) == (None, None)
    assert not await site.resources.pool.fetchval("SELECT consents_stand($1)", row["person_id"])


async def test_what_cannot_be_is_refused_with_its_column(site: Site[EnrollmentResources]) -> None:
    cohort = await a_past_cohort(site.resources, capacity=1)
    late = a_listed_row(**{"Fecha de culminación": "15/08/2023"})

    import_id = await imports(site, cohort, late, a_listed_row(), a_listed_row(), date_order="day_first")

    assert await became_of(site.resources, import_id) == {"done": 3, "accepted": 1, "refused": 2}
    assert await faults(site.resources, import_id) == ["completed_outside_cohort", "list_full"]


async def test_whether_everybody_completed_is_asked_where_no_column_says_it(
    site: Site[EnrollmentResources], cohort: UUID
) -> None:
    row = a_listed_row()
    del row["Completó"]
    async with site.browser("coordinator") as coordinator:
        address = await previewed(coordinator, site.resources, a_list(row), cohort_id=str(cohort))
        asked = [one["kind"] for one in (await shown(coordinator, address))["questions"]]
        notes = [one["code"] for one in (await shown(coordinator, address))["notes"]]

    assert asked == ["completed"], "nobody is asked for a consent"
    assert notes == ["past_day_not_stated", "past_consents_not_kept"]
    await imports(site, cohort, row, completed="true")
    assert [one["completed_on"] for one in await event_bodies(site.resources, "TrainingStated")] == ["2023-06-30"]


async def test_completion_is_not_read_into_a_cohort_of_now(site: Site[EnrollmentResources]) -> None:
    cohort = await a_cohort(site.resources)
    row = a_listed_row(Consentimiento="Sí")
    async with site.browser("coordinator") as coordinator:
        address = await previewed(coordinator, site.resources, a_list(row), cohort_id=str(cohort))
        notes = [one["code"] for one in (await shown(coordinator, address))["notes"]]
    assert "completion_not_kept" in notes


@pytest.mark.parametrize(
    ("changed", "code"),
    [
        ({"ends_on": "2026-11-30"}, "not_over"),
        ({"starts_on": "2021-12-31"}, "outside_programme"),
        ({"vouched_on": "2099-12-31"}, "vouched_in_future"),
        ({"vouched_on": "2023-03-05"}, "vouched_before"),
    ],
)
async def test_a_past_cohort_that_cannot_be_is_refused(
    site: Site[EnrollmentResources], changed: dict[str, str], code: str
) -> None:
    programme = await a_past_programme(site.resources)
    answer = await _states(site, programme, **changed)
    assert answer.json().get("code") == code, answer.text


async def test_a_past_cohort_is_stated_once(site: Site[EnrollmentResources]) -> None:
    programme = await a_past_programme(site.resources)
    first = await _states(site, programme)
    other = await _states(site, programme)

    assert first.status_code == 201, first.text
    assert (other.status_code, other.json()["code"]) == (409, "name_taken")
    assert await event_names(site.resources, UUID(first.json()["cohort_id"])) == ["CohortStated"]


async def test_the_auditor_follows_the_rows_to_whoever_vouches_for_the_list(
    site: Site[EnrollmentResources], cohort: UUID
) -> None:
    import_id = await imports(site, cohort, a_listed_row(), a_listed_row(Completó="No"))
    async with site.browser("coordinator") as coordinator:
        corrected = {
            "list_name": "Padrón 2023 firmado.pdf",
            "kept_at": "Archivo central",
            "vouched_by": "Subgerencia de Planeamiento",
            "vouched_on": "2025-05-02",
            "reason": "mistake_found",
        }
        answer = await coordinator.post(f"/api/past-cohorts/{cohort}/correct", json=corrected)
        assert answer.status_code == 200, answer.text
    async with site.browser("auditor") as auditor:
        evidence = (await auditor.get(f"/api/past-cohorts/{cohort}/evidence")).json()
        page = await auditor.get(f"/past-cohorts/{cohort}/evidence")

    assert evidence["past_cohort"]["list_name"] == "Padrón 2023 firmado.pdf"
    assert [(one["import_id"], one["line"], one["completed_on"]) for one in evidence["rows"]] == [
        (str(import_id), 2, "2023-06-30"),
        (str(import_id), 3, None),
    ]
    assert "Archivo de Planeamiento, caja 12" in page.text, "what was said before stays"
    assert "Quispe" not in page.text


async def _states(site: Site[EnrollmentResources], programme: UUID, **changed: str) -> httpx.Response:
    said = {name: str(value) for name, value in a_statement(programme).items()}
    async with site.browser("coordinator") as coordinator:
        return await coordinator.post("/api/past-cohorts", json=said | changed)
