"""A contact that somebody gives who is known already: what is missing is added, and what is stored stays."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest

from chassis.store.identifiers import new_id
from contracts.enrollment import Purpose
from services.enrollment.cohorts.service import named_cohorts
from services.enrollment.consent.domain import Agreement
from services.enrollment.enrollments.domain import Accepted, Application
from services.enrollment.identity.documents import Document, DocumentType
from services.enrollment.identity.names import Names
from services.enrollment.people.domain import (
    EVERYBODY,
    PUBLIC,
    Identity,
    Visibility,
    with_missing_contact,
    without_contact_of,
)
from services.enrollment.resources import EnrollmentResources
from services.enrollment.rights.service import PersonRecord, record_of_person
from services.enrollment.tests.previewed_sheets import previewed, shown, works
from services.enrollment.tests.sheets import a_row, csv_of, table
from services.enrollment.tests.stories import (
    ADDRESS,
    AGREES,
    LOOKING,
    NOW,
    REACHABLE,
    a_cohort,
    an_application,
    applies,
    withdraws_consent,
)
from services.enrollment.tests.test_access import PATRIA, a_person, organizations
from services.enrollment.tests.test_imports import a_sheet, imported
from services.enrollment.tests.undone_imports import an_applicant, undone
from tests.support.sites import Site

Resources = EnrollmentResources
PHONE, OTHER_PHONE = "+51987654321", "+51976543210"
LATER = NOW + timedelta(days=30)
CONTACT_OF_ROW = {"Celular": "987654321", "Consentimiento de contacto": "Sí"}
OTHERS = {
    "a facilitator of another cohort": Visibility(facilitator="facilitator-0602"),
    "somebody who enrolls themselves": PUBLIC,
}


async def is_known(resources: Resources, **stated: Any) -> tuple[Application, UUID]:
    """Somebody who was enrolled, and their id."""
    application = an_application(await a_cohort(resources), **stated)
    outcome = await applies(resources, application)
    assert isinstance(outcome, Accepted)
    return application, outcome.person_id


async def applies_elsewhere(
    resources: Resources, application: Application, visibility: Visibility = EVERYBODY, **stated: Any
) -> Accepted:
    """What became of an application of the same person for another cohort."""
    cohort = await a_cohort(resources)
    again = replace(application, enrollment_id=new_id(), cohort_id=cohort, **REACHABLE | {"phone": PHONE} | stated)
    outcome = await applies(resources, again, LATER, visibility)
    assert isinstance(outcome, Accepted)
    return outcome


async def record(resources: Resources, person_id: UUID) -> PersonRecord:
    return await record_of_person(LOOKING, resources, person_id)


async def contact(resources: Resources, person_id: UUID) -> tuple[str | None, str | None]:
    identity = (await record(resources, person_id)).identity
    assert identity
    return identity.phone, identity.email


async def test_a_contact_that_was_missing_is_added_with_its_history(resources: Resources) -> None:
    application, person_id = await is_known(resources)

    outcome = await applies_elsewhere(resources, application)

    assert (outcome.person_id, outcome.contact_differs) == (person_id, ())
    assert await contact(resources, person_id) == (PHONE, ADDRESS)
    told = (await record(resources, person_id)).corrections
    assert [(one.field, one.former, one.corrected, one.reason, one.changed_by) for one in told] == [
        ("phone", None, PHONE, "contact_given", "coordinator"),
        ("email", None, ADDRESS, "contact_given", "coordinator"),
    ]


async def test_a_contact_that_differs_stays_and_is_told(resources: Resources) -> None:
    application, person_id = await is_known(resources, **REACHABLE)

    outcome = await applies_elsewhere(resources, application, email="otra@example.org")

    assert outcome.contact_differs == ("email",)
    assert await contact(resources, person_id) == (PHONE, ADDRESS)


async def test_without_consent_to_be_contacted_nothing_is_added(resources: Resources) -> None:
    application, person_id = await is_known(resources)
    outcome = await applies_elsewhere(resources, application, consents=AGREES)
    assert (await contact(resources, person_id), outcome.contact_differs) == ((None, None), ())


async def test_a_consent_of_before_the_withdrawal_adds_nothing(resources: Resources) -> None:
    application, person_id = await is_known(resources, **REACHABLE)
    await withdraws_consent(resources, person_id, Purpose.CONTACT)
    before = (*AGREES, Agreement(Purpose.CONTACT, "2025-04", date(2025, 5, 2)))

    await applies_elsewhere(resources, application, consents=before)

    assert await contact(resources, person_id) == (None, None)


@pytest.mark.parametrize("visibility", OTHERS.values(), ids=OTHERS)
async def test_nobody_gives_or_changes_the_contact_of_somebody_whom_they_cannot_see(
    resources: Resources, visibility: Visibility
) -> None:
    """For a facilitator of other cohorts the person is registered apart, with a contact of their own."""
    for known in ({}, REACHABLE):
        application, person_id = await is_known(resources, **known)
        before = await contact(resources, person_id)
        outcome = await applies_elsewhere(resources, application, visibility, email="otra@example.org")
        assert (await contact(resources, person_id), outcome.contact_differs) == (before, ())


async def test_a_delegate_gives_a_missing_contact_and_is_told_of_none(resources: Resources) -> None:
    application, person_id = await is_known(resources)
    await organizations(resources)
    outcome = await applies_elsewhere(resources, application, PUBLIC, is_nominated=True, organization_id=PATRIA)
    assert (outcome.person_id, await contact(resources, person_id)) == (person_id, (PHONE, ADDRESS))


async def test_a_sheet_adds_what_was_missing_and_undone_takes_it_back(resources: Resources) -> None:
    row = a_row(Cohorte="", **CONTACT_OF_ROW)
    application = an_applicant(row, await a_cohort(resources))
    application = replace(application, **REACHABLE)
    outcome = await applies(resources, application)
    assert isinstance(outcome, Accepted)
    sheet = await imported(resources, a_sheet(row), await a_cohort(resources))
    assert await contact(resources, outcome.person_id) == (PHONE, ADDRESS)

    await undone(resources, sheet.import_id)

    assert await contact(resources, outcome.person_id) == (None, ADDRESS)
    told = (await record(resources, outcome.person_id)).corrections
    assert [(one.field, one.corrected, one.reason) for one in told] == [
        ("phone", None, "import_undone"), ("phone", PHONE, "contact_given"),
    ]  # fmt: skip


async def test_a_sheet_tells_which_contact_was_not_kept(site: Site[Resources]) -> None:
    """Its preview tells the same, also of the second of two rows of somebody to whom the first gives a contact."""
    differing, twice = (a_row(Cohorte="", **CONTACT_OF_ROW) for _ in range(2))
    cohorts = [await a_cohort(site.resources) for _ in range(3)]
    for row, phone in ((differing, OTHER_PHONE), (twice, None)):
        known = replace(an_applicant(row, cohorts[0]), **REACHABLE | {"phone": phone})
        await applies(site.resources, known, datetime.now(UTC) - timedelta(days=1))
    first, second = (one.name for one in await named_cohorts(site.resources.pool) if one.cohort_id in cohorts[1:])
    rows = [differing, twice, twice | {"Celular": OTHER_PHONE}]
    rows = [row | {"Cohorte": name} for row, name in zip(rows, (first, first, second), strict=True)]
    async with site.browser("coordinator") as coordinator:
        address = await previewed(coordinator, site.resources, csv_of(table(rows)))
        foreseen = await shown(coordinator, address)
        await coordinator.post(f"{address}/commit")
        await works(site.resources)
        found = (await coordinator.get(address)).json()
    told = [(one["code"], one["field"], one["rows"], one["places"]) for one in found["not_kept"]]
    assert told == [("contact_differs", "phone", 2, [[1, 2], [1, 4]])]
    assert (foreseen["not_kept"], foreseen["rows"]["accepted"]) == (found["not_kept"], found["accepted"])


@pytest.mark.parametrize(
    ("person", "leads_to", "told"),
    [("coordinator", "/people/", "corríjalo aquí"), ("facilitator-0601", "/cohorts/", "pida a la coordinación")],
)
async def test_the_form_tells_of_a_contact_that_differs(
    site: Site[Resources], person: str, leads_to: str, told: str
) -> None:
    cohorts = [await a_cohort(site.resources) for _ in range(2)]
    known = a_person(cohorts[0], consents=[{"purpose": one} for one in ("training", "contact")], email=ADDRESS)
    async with site.browser(person) as browser:
        assert (await browser.post("/api/enrollments", json=known)).json()["contact_differs"] == []
        answer = await browser.post(f"/cohorts/{cohorts[1]}/enroll", data=typed(known), follow_redirects=False)
        assert leads_to in answer.headers["location"]
        page = await browser.get(answer.headers["location"].removeprefix("/enrollment"))
        assert told in page.text
        again = {**known, "cohort_id": str(await a_cohort(site.resources)), "email": "otra@example.org"}
        assert (await browser.post("/api/enrollments", json=again)).json()["contact_differs"] == ["email"]


def typed(person: Mapping[str, Any]) -> dict[str, Any]:
    """The form of an application as JSON has it, with another address."""
    return {
        "cohort_id": person["cohort_id"],
        "document.type": "dni",
        "document.number": person["document"]["number"],
        "given_names": person["given_names"],
        "family_names": person["family_names"],
        "birth_date": person.get("birth_date", ""),
        "district.scheme": "inei",
        "district.code": "060101",
        "email": "otra@example.org",
        "consents": ["training", "contact"],
    }


NOBODYS = Identity(Document(DocumentType.DNI, "40000000"), Names("Rosa", "Quispe"))


def test_what_an_import_added_is_taken_back_unless_it_was_changed_since() -> None:
    mine, other = new_id(), new_id()
    with_phone = replace(NOBODYS, phone=PHONE)
    both = with_missing_contact(with_phone, replace(NOBODYS, phone=OTHER_PHONE, email=ADDRESS))
    assert (both.phone, both.email) == (PHONE, ADDRESS)
    assert without_contact_of(mine, [(mine, NOBODYS), (other, with_phone)], both) == replace(NOBODYS, email=ADDRESS)
    assert without_contact_of(other, [(mine, NOBODYS), (other, with_phone)], both) == with_phone
    corrected = replace(both, phone=OTHER_PHONE)
    assert without_contact_of(mine, [(mine, NOBODYS), (None, with_phone)], corrected) == corrected
