"""A person is told what is stored about them, has it corrected, and has it erased."""

import asyncio
from collections.abc import Iterable
from dataclasses import replace
from datetime import date, timedelta
from typing import Any
from uuid import UUID

import pytest
from cryptography.exceptions import InvalidTag

from chassis.runtime.jobs import Job
from chassis.runtime.rejections import RejectedError
from chassis.store.identifiers import new_id
from chassis.web.reads import Reader
from chassis.web.views import first_rows
from contracts.enrollment import Purpose
from services.enrollment.app import service
from services.enrollment.consent.domain import Agreement
from services.enrollment.enrollments.domain import Accepted, AlreadyEnrolled, Application, Waitlisted
from services.enrollment.identity.documents import Document, DocumentType
from services.enrollment.identity.encryption import KEY_BYTES, SubjectKey
from services.enrollment.identity.keyring import Keyring
from services.enrollment.identity.names import Names
from services.enrollment.imports.domain import file_name_names_person, names_person
from services.enrollment.imports.service import ERASE_IMPORT
from services.enrollment.people.domain import EVERYBODY, Identity, Visibility, unseal
from services.enrollment.people.service import find_entries
from services.enrollment.resources import EnrollmentResources
from services.enrollment.reviews.comparisons import OPEN_REVIEWS, open_reviews
from services.enrollment.rights import jobs
from services.enrollment.rights.commands import ErasePerson, RectifyPerson
from services.enrollment.rights.domain import ErasureReason
from services.enrollment.rights.service import (
    DESTROY_KEYS,
    Erasure,
    PersonRecord,
    erase_person,
    record_of_person,
    rectify_person,
)
from services.enrollment.tests.sheets import a_row
from services.enrollment.tests.stories import (
    AGREES,
    LOOKING,
    NOW,
    a_cohort,
    an_application,
    applies,
    event_bodies,
    event_names,
    seats,
    unit_of_work,
    withdraws_consent,
)
from services.enrollment.tests.test_access import a_person
from services.enrollment.tests.test_imports import a_sheet, imported
from tests.support.page_forms import read_page
from tests.support.sites import Site

CONTACT = (*AGREES, Agreement(Purpose.CONTACT, "2025-04"))
RIGHT: dict[str, Any] = {
    "document": {"number": "47110815"},
    "given_names": "Rosalinda",
    "family_names": "Chuquimango Ñontol",
    "birth_date": date(1990, 1, 2),
    "sex": "female",
    "reason": "mistake_found",
}
SOMEBODY_ELSE = {"DNI": "12", "Apellidos": "Díaz", "Nombres": "Juan"}
ASKED = ErasePerson(reason=ErasureReason.PERSON_ASKED, confirmed=True)


async def enrolled(resources: EnrollmentResources, application: Application) -> UUID:
    """The id of the person whose application was accepted."""
    outcome = await applies(resources, application)
    assert isinstance(outcome, Accepted | Waitlisted)
    return outcome.person_id


async def rectified(resources: EnrollmentResources, person_id: UUID, **changed: Any) -> PersonRecord:
    command = RectifyPerson.model_validate(RIGHT | changed)
    async with unit_of_work(resources) as unit:
        await rectify_person(unit, command, resources, person_id)
    return await record_of_person(LOOKING, resources, person_id)


async def erased(resources: EnrollmentResources, person_id: UUID) -> Erasure:
    async with unit_of_work(resources) as unit:
        return await erase_person(unit, ASKED, resources, person_id)


async def finished(resources: EnrollmentResources) -> None:
    """The jobs that destroy keys have run, each twice, as after a worker's death."""
    for row in await resources.pool.fetch("SELECT payload FROM jobs WHERE kind = $1", DESTROY_KEYS):
        for _ in range(2):
            await jobs.destroy_keys(resources, Job(new_id(), DESTROY_KEYS, row["payload"], 1))


async def refused(resources: EnrollmentResources, person_id: UUID, **changed: Any) -> str:
    with pytest.raises(RejectedError) as caught:
        await rectified(resources, person_id, **changed)
    return caught.value.rejection.code


async def test_a_person_is_told_all_that_is_stored(site: Site[EnrollmentResources]) -> None:
    cohort = await a_cohort(site.resources)
    application = an_application(cohort, consents=CONTACT, phone="976 543 210", email="rosa@example.org")
    person_id = await enrolled(site.resources, application)

    async with site.browser("coordinator") as coordinator:
        answer = await coordinator.get(f"/api/people/{person_id}/record")
        page = (await coordinator.get(f"/people/{person_id}")).text

    record = answer.json()
    assert answer.headers["content-disposition"] == f'attachment; filename="{person_id}.json"'
    assert answer.headers["cache-control"] == "no-store"
    assert record["identity"] == {
        "document_type": "dni",
        "document_number": application.document.number,
        "given_names": "Rosa Elena",
        "family_names": "Quispe Huamán",
        "birth_date": "1987-05-12",
        "phone": "976 543 210",
        "email": "rosa@example.org",
    }
    assert [(one["purpose"], one["text_version"]) for one in record["consents"]] == [
        ("training", "2025-04"),
        ("contact", "2025-04"),
    ]
    assert [(one["cohort_id"], one["status"]) for one in record["enrollments"]] == [(str(cohort), "accepted")]
    assert record["erasure"] is None
    for told in ("Rosa Elena", application.document.number, "976 543 210", "rosa@example.org"):
        assert told in page


@pytest.mark.parametrize("person", ["facilitator-0601", "auditor", "delegate-patria-c"])
async def test_only_the_coordination_reads_and_changes_it(site: Site[EnrollmentResources], person: str) -> None:
    person_id = await enrolled(site.resources, an_application(await a_cohort(site.resources)))
    async with site.browser(person) as other:
        answers = [
            await other.get(f"/api/people/{person_id}/record"),
            await other.get(f"/people/{person_id}"),
            await other.post(f"/api/people/{person_id}/erase", json={"reason": "person_asked", "confirmed": True}),
        ]
    assert [answer.status_code for answer in answers] == [403, 403, 403]


async def test_an_entry_leads_the_coordination_to_the_person(site: Site[EnrollmentResources]) -> None:
    cohort = await a_cohort(site.resources)
    person_id = await enrolled(site.resources, an_application(cohort))
    pages = {}
    for person in ("coordinator", "facilitator-0601"):
        async with site.browser(person) as browser:
            pages[person] = (await browser.get(f"/cohorts/{cohort}")).text
    assert f'href="/enrollment/people/{person_id}"' in pages["coordinator"]
    assert str(person_id) not in pages["facilitator-0601"]


async def test_a_correction_replaces_what_was_wrong(resources: EnrollmentResources) -> None:
    wrong = an_application(await a_cohort(resources))
    person_id = await enrolled(resources, wrong)

    record = await rectified(resources, person_id, phone="976543210")

    assert record.identity == Identity(
        Document(DocumentType.DNI, "47110815"), Names("Rosalinda", "Chuquimango Ñontol"), date(1990, 1, 2)
    ), "without consent to be contacted no telephone is stored"
    assert (record.profile.sex, record.profile.age_band) == ("female", "30_44")
    assert [one.profile.sex for one in record.enrollments] == ["not_stated"], "an enrollment has its day's profile"
    assert await found(resources, "47110815") == await found(resources, "chuquimango") == [person_id]
    assert await found(resources, wrong.document.number) == await found(resources, "quispe") == []


async def found(resources: EnrollmentResources, text: str) -> list[UUID]:
    return [entry.person_id for entry in await find_entries(LOOKING, resources, text, EVERYBODY)]


async def test_a_corrected_person_is_known_by_the_right_document(resources: EnrollmentResources) -> None:
    cohort = await a_cohort(resources)
    wrong = an_application(cohort, birth_date=None)
    person_id = await enrolled(resources, wrong)
    record = await rectified(resources, person_id)
    assert record.identity is not None

    again = await applies(
        resources,
        replace(wrong, document=record.identity.document, names=record.identity.names, enrollment_id=new_id()),
    )
    somebody = await applies(resources, replace(wrong, enrollment_id=new_id()))

    assert isinstance(again, AlreadyEnrolled)
    assert again.person_id == person_id
    assert isinstance(somebody, Accepted)
    assert somebody.person_id != person_id


async def test_a_correction_tells_nobody(resources: EnrollmentResources) -> None:
    person_id = await enrolled(resources, an_application(await a_cohort(resources)))
    before = await event_names(resources)
    await rectified(resources, person_id)
    assert await event_names(resources) == before


async def test_the_document_of_somebody_else_is_refused(resources: EnrollmentResources) -> None:
    cohort = await a_cohort(resources)
    other = an_application(cohort)
    person_id, other_id = [await enrolled(resources, one) for one in (an_application(cohort), other)]
    taken = {"document": {"number": other.document.number}}

    assert await refused(resources, person_id, **taken) == "document_taken"
    assert (await rectified(resources, other_id, **taken)).person_id == other_id


async def test_the_interface_tells_that_somebody_else_has_the_document(site: Site[EnrollmentResources]) -> None:
    resources = site.resources
    first, person_id, apart = await a_person_and_one_apart(resources, Names("Juan", "Cotrina"))
    somebody = await enrolled(resources, an_application(await a_cohort(resources)))
    taken = RIGHT | {"birth_date": "1990-01-02", "document": {"number": first.document.number}}
    async with site.browser("coordinator") as coordinator:
        answer = await coordinator.post(f"/api/people/{somebody}/rectify", json=taken)
    assert (answer.status_code, answer.json().get("code")) == (409, "document_taken")
    assert set(await found(resources, first.document.number)) == {person_id, apart}


async def test_a_person_is_told_only_what_is_their_own(resources: EnrollmentResources) -> None:
    cohort = await a_cohort(resources)
    applications = [an_application(cohort, consents=CONTACT), an_application(cohort)]
    people = [await enrolled(resources, one) for one in applications]
    for application, person_id, consents in zip(applications, people, (CONTACT, AGREES), strict=True):
        record = await record_of_person(LOOKING, resources, person_id)
        assert [one.enrollment_id for one in record.enrollments] == [application.enrollment_id]
        assert len(record.consents) == len(consents)


@pytest.mark.parametrize(
    ("changed", "code"),
    [
        ({"document": {"number": "123"}}, "document_malformed"),
        ({"given_names": "4711"}, "name_malformed"),
        ({"birth_date": date(2999, 1, 1)}, "birth_date_implausible"),
    ],
)
async def test_a_correction_is_checked_as_an_application(
    resources: EnrollmentResources, changed: dict[str, Any], code: str
) -> None:
    person_id = await enrolled(resources, an_application(await a_cohort(resources)))
    assert await refused(resources, person_id, **changed) == code


async def a_person_and_one_apart(resources: EnrollmentResources, apart: Names) -> tuple[Application, UUID, UUID]:
    """Somebody, and whom a facilitator registered apart by the same document."""
    first = an_application(await a_cohort(resources))
    person_id = await enrolled(resources, first)
    again = replace(
        first, cohort_id=await a_cohort(resources, facilitator="facilitator-0602"), names=apart, enrollment_id=new_id()
    )
    outcome = await applies(resources, again, visibility=Visibility(facilitator="facilitator-0602"))
    assert isinstance(outcome, Accepted)
    assert outcome.person_id != person_id
    return first, person_id, outcome.person_id


async def test_a_corrected_document_is_that_of_all_records_of_the_person(resources: EnrollmentResources) -> None:
    _, person_id, apart = await a_person_and_one_apart(resources, Names("Rosa", "Quispe"))

    await rectified(resources, person_id)
    record = await record_of_person(LOOKING, resources, apart)

    assert record.counted_together == [person_id]
    assert record.identity is not None
    assert record.identity.document.number == "47110815"
    assert record.identity.names == Names("Rosa", "Quispe"), "a facilitator reads what a facilitator wrote"
    assert set(await found(resources, "47110815")) == {person_id, apart}


async def test_a_released_document_is_that_of_the_person_who_was_registered_apart(
    resources: EnrollmentResources,
) -> None:
    first, _, apart = await a_person_and_one_apart(resources, Names("Juan", "Cotrina"))
    await rectified(resources, (await found(resources, "quispe"))[0])
    assert await found(resources, first.document.number) == [apart]
    assert await resources.pool.fetchval("SELECT document_digest IS NOT NULL FROM people WHERE person_id = $1", apart)


async def test_nothing_identifies_an_erased_person(resources: EnrollmentResources) -> None:
    cohort = await a_cohort(resources)
    application = an_application(cohort)
    person_id = await enrolled(resources, application)
    sealed = await resources.pool.fetchval("SELECT identity FROM people")

    erasure = await erased(resources, person_id)
    again = await erased(resources, person_id)
    assert again == erasure
    assert (await record_of_person(LOOKING, resources, person_id)).identity is None, "before its key is destroyed"
    await finished(resources)

    record = await record_of_person(LOOKING, resources, person_id)
    assert record.identity is None
    assert record.erasure is not None
    assert record.erasure.reason is ErasureReason.PERSON_ASKED
    assert record.erasure.keys_destroyed_at is not None
    row = await resources.pool.fetchrow("SELECT * FROM people")
    assert row is not None
    assert (row["identity"], row["document_digest"], row["shared_document_digest"], row["name_digests"]) == (
        None,
        None,
        None,
        [],
    )
    assert await found(resources, application.document.number) == await found(resources, "quispe") == []
    assert await resources.keyring.fetch(LOOKING, [person_id]) == {}
    with pytest.raises(InvalidTag):
        unseal(SubjectKey(person_id, bytes(KEY_BYTES)), sealed)


async def test_an_erased_person_stays_counted(resources: EnrollmentResources) -> None:
    cohort = await a_cohort(resources, capacity=1)
    with_seat = await enrolled(resources, an_application(cohort))
    waiting = await enrolled(resources, an_application(cohort))

    for person_id in (with_seat, waiting):
        await erased(resources, person_id)

    assert await seats(resources, cohort) == {"accepted": 1, "withdrawn": 1}
    assert [body["person_id"] for body in await event_bodies(resources, "PersonErased")] == [
        str(with_seat),
        str(waiting),
    ]
    assert await event_names(resources, with_seat) == ["PersonRegistered", "PersonErased"]
    assert len(await event_bodies(resources, "EnrollmentWithdrawn")) == 1


async def test_all_records_of_a_person_are_erased(resources: EnrollmentResources) -> None:
    _, person_id, apart = await a_person_and_one_apart(resources, Names("Rosa", "Quispe"))
    await rectified(resources, person_id)
    await erased(resources, apart)
    await finished(resources)
    told = {body["person_id"] for body in await event_bodies(resources, "PersonErased")}
    assert told == {str(person_id), str(apart)}
    for one in (person_id, apart):
        erasure = (await record_of_person(LOOKING, resources, one)).erasure
        assert erasure is not None and erasure.keys_destroyed_at is not None
    assert {one for one in (person_id, apart) if (await record_of_person(LOOKING, resources, one)).identity} == set()
    assert await resources.keyring.fetch(LOOKING, [person_id, apart]) == {}


async def test_the_document_of_an_erased_person_is_that_of_who_was_registered_apart(
    resources: EnrollmentResources,
) -> None:
    first, person_id, apart = await a_person_and_one_apart(resources, Names("Juan", "Cotrina"))
    await erased(resources, person_id)
    assert await found(resources, first.document.number) == [apart]
    waiting = await open_reviews(LOOKING, resources, first_rows(OPEN_REVIEWS))
    assert waiting.rows == [], "there is nobody to be compared with"
    again = await applies(resources, replace(first, names=Names("Juan", "Cotrina"), enrollment_id=new_id()))
    assert isinstance(again, Accepted)
    assert again.person_id == apart


async def test_an_erasure_is_finished_once_all_keys_are_destroyed(
    resources: EnrollmentResources, monkeypatch: pytest.MonkeyPatch
) -> None:
    _, person_id, apart = await a_person_and_one_apart(resources, Names("Rosa", "Quispe"))
    await erased(resources, person_id)
    destroy, lost = Keyring.destroy, [True]

    async def loses_its_database(keyring: Keyring, subject: UUID) -> None:
        if subject == apart and lost:
            lost.clear()
            raise ConnectionError
        await destroy(keyring, subject)

    monkeypatch.setattr(Keyring, "destroy", loses_its_database)
    for is_finished in (False, True):
        await asyncio.gather(finished(resources), return_exceptions=True)
        assert (set(await resources.keyring.fetch(LOOKING, [person_id, apart])) == set()) == is_finished
        for one in (person_id, apart):
            erasure = (await record_of_person(LOOKING, resources, one)).erasure
            assert erasure is not None and (erasure.keys_destroyed_at is not None) == is_finished


@pytest.mark.parametrize("kind", [DESTROY_KEYS, ERASE_IMPORT])
def test_what_has_to_be_deleted_is_never_given_up(kind: str) -> None:
    assert not service.jobs.lanes[kind].retries.is_last(1_000_000)


async def test_no_telephone_is_stored_once_the_consent_to_be_contacted_is_withdrawn(
    resources: EnrollmentResources,
) -> None:
    application = an_application(await a_cohort(resources), consents=CONTACT, phone="976 543 210")
    person_id = await enrolled(resources, application)
    stated = {"document": {"number": application.document.number}, "phone": "976 543 211", "email": "rosa@example.org"}
    stored = (await rectified(resources, person_id, **stated)).identity
    assert stored is not None and (stored.phone, stored.email) == ("+51976543211", "rosa@example.org")

    await withdraws_consent(resources, person_id, Purpose.CONTACT)

    stored = (await rectified(resources, person_id, **stated)).identity
    assert stored is not None and (stored.phone, stored.email) == (None, None)


async def test_the_corrected_age_is_that_of_the_day_of_registration(resources: EnrollmentResources) -> None:
    """Somebody who was 29 on that day stays so, when the correction is made a year later."""
    person_id = await enrolled(resources, an_application(await a_cohort(resources)))
    command = RectifyPerson.model_validate(RIGHT | {"birth_date": date(1995, 5, 21)})
    async with unit_of_work(resources, now=NOW + timedelta(days=365)) as unit:
        await rectify_person(unit, command, resources, person_id)
    assert (await record_of_person(LOOKING, resources, person_id)).profile.age_band == "15_29"


async def test_who_comes_back_after_an_erasure_is_somebody_new(resources: EnrollmentResources) -> None:
    cohort = await a_cohort(resources)
    application = an_application(cohort)
    person_id = await enrolled(resources, application)
    await erased(resources, person_id)
    again = await applies(resources, replace(application, enrollment_id=new_id()))
    assert isinstance(again, Accepted)
    assert again.person_id != person_id


async def test_an_erased_person_is_not_corrected(resources: EnrollmentResources) -> None:
    person_id = await enrolled(resources, an_application(await a_cohort(resources)))
    await erased(resources, person_id)
    assert await refused(resources, person_id) == "person_erased"
    assert await refused(resources, new_id()) == "person_unknown"


@pytest.mark.parametrize("confirmed", [{}, {"confirmed": "no"}])
async def test_an_erasure_is_confirmed_by_its_page(site: Site[EnrollmentResources], confirmed: dict[str, str]) -> None:
    cohort = await a_cohort(site.resources)
    person_id = await enrolled(site.resources, an_application(cohort))
    address = f"/people/{person_id}"
    async with site.browser("coordinator", Origin="http://localhost:8000", Accept="text/html") as coordinator:
        form = {"reason": "person_asked"}
        mistaken = await coordinator.post(f"{address}/erase", data=form | confirmed)
        right = await coordinator.post(f"{address}/erase", data=form | {"confirmed": "yes"})
        after = await coordinator.get(address)
        listed = await coordinator.get(f"/cohorts/{cohort}")
        again = await coordinator.get(f"{address}/erase")
    assert (mistaken.status_code, right.status_code, after.status_code) == (422, 303, 200)
    assert 'href="#confirmed"' in mistaken.text
    assert "Rosa Elena" in mistaken.text
    assert "Rosa Elena" not in after.text + listed.text
    assert (again.status_code, again.headers["location"]) == (303, f"/enrollment{address}")


async def test_the_form_of_a_correction_has_what_is_stored(site: Site[EnrollmentResources]) -> None:
    person_id = await enrolled(site.resources, an_application(await a_cohort(site.resources)))
    address = f"/people/{person_id}"
    async with site.browser("coordinator", Origin="http://localhost:8000", Accept="text/html") as coordinator:
        page = (await coordinator.get(f"{address}/rectify")).text
        form = {
            "document.type": "dni",
            "document.number": "47110815",
            "given_names": "Rosalinda",
            "family_names": "Quispe",
            "reason": "person_asked",
        }
        answer = await coordinator.post(f"{address}/rectify", data=form)
        after = (await coordinator.get(address)).text
    for stored in ("Rosa Elena", "Quispe Huamán", "1987-05-12"):
        assert f'value="{stored}"' in page
    assert answer.status_code == 303
    assert "Rosalinda Quispe" in after


async def test_a_correction_that_was_decided_on_older_data_is_refused(site: Site[EnrollmentResources]) -> None:
    person_id = await enrolled(site.resources, an_application(await a_cohort(site.resources)))
    body = RectifyPerson.model_validate(RIGHT).model_dump(mode="json")
    api, page = f"/api/people/{person_id}", f"/people/{person_id}/rectify"
    headers = {"Origin": "http://localhost:8000", "Accept": "text/html"}
    async with site.browser("coordinator") as first, site.browser("coordinator", **headers) as second:
        seen = (await first.get(f"{api}/record")).headers["etag"]
        forms, _links = read_page((await second.get(page)).text)
        [form] = [one.values for one in forms if "if_match" in one.values]
        accepted = await first.post(f"{api}/rectify", json=body, headers={"If-Match": seen})
        chosen = {"document.type": "dni", "sex": "female", "reason": "person_asked"}
        late = await second.post(page, data=form | chosen)
        outdated = await first.post(f"{api}/rectify", json=body, headers={"If-Match": seen})
        now = await first.get(f"{api}/record")

    assert (accepted.status_code, late.status_code, outdated.status_code) == (200, 412, 412)
    assert (outdated.json().get("code"), now.headers["etag"]) == ("outdated", accepted.headers["etag"])
    assert now.json()["identity"]["given_names"] == "Rosalinda"


async def test_one_of_two_corrections_at_a_time_is_refused(site: Site[EnrollmentResources]) -> None:
    person_id = await enrolled(site.resources, an_application(await a_cohort(site.resources)))
    body = RectifyPerson.model_validate(RIGHT).model_dump(mode="json")
    async with site.browser("coordinator") as coordinator, asyncio.TaskGroup() as group:
        sent = [
            group.create_task(
                coordinator.post(f"/api/people/{person_id}/rectify", json=body, headers={"If-Match": '"1"'})
            )
            for _ in range(2)
        ]
    assert sorted(one.result().status_code for one in sent) == [200, 412]


async def test_a_correction_reads_the_keys_once(
    resources: EnrollmentResources, monkeypatch: pytest.MonkeyPatch
) -> None:
    person_id = await enrolled(resources, an_application(await a_cohort(resources)))
    fetch, fetched = Keyring.fetch, 0

    async def counted(keyring: Keyring, reader: Reader, subjects: Iterable[UUID]) -> dict[UUID, SubjectKey]:
        nonlocal fetched
        fetched += 1
        return await fetch(keyring, reader, subjects)

    monkeypatch.setattr(Keyring, "fetch", counted)
    command = RectifyPerson.model_validate(RIGHT)
    async with unit_of_work(resources) as unit:
        await rectify_person(unit, command, resources, person_id)
    assert fetched == 1


async def test_sheets_that_name_the_person_are_erased_with_them(
    resources: EnrollmentResources,
) -> None:
    """An accepted row, a refused one with the number, and one with the names; another office's sheet stays."""
    await a_cohort(resources)
    cohort = await resources.pool.fetchval("SELECT name FROM cohorts")
    own = {"Cohorte": cohort, "Apellidos": "Zzyzx Chuqui", "Nombres": "Ñusta", "DNI": "47110815"}
    accepted = await imported(resources, a_sheet(a_row(**own)))
    by_number = await imported(resources, a_sheet(a_row(**own | {"Apellidos": "9", "Consentimiento": "No"})))
    by_names = await imported(resources, a_sheet(a_row(**own | {"DNI": "12"})))
    other = await imported(resources, a_sheet(a_row(DNI="12", Cohorte=cohort)))
    (person_id,) = await found(resources, "47110815")
    naming = [accepted.import_id, by_number.import_id, by_names.import_id]
    assert [sheet.import_id for sheet in (await record_of_person(LOOKING, resources, person_id)).sheets] == naming

    await erased(resources, person_id)
    await finished(resources)

    assert await resources.keyring.fetch(LOOKING, naming) == {}
    assert set(await resources.keyring.fetch(LOOKING, [other.import_id])) == {other.import_id}
    rows = await resources.pool.fetch("SELECT import_id FROM import_rows WHERE cells IS NOT NULL")
    assert [row["import_id"] for row in rows] == [other.import_id]
    assert await resources.pool.fetchval("SELECT count(*) FROM import_files") == 0


async def test_sheets_that_name_the_person_as_before_a_correction_are_erased_with_them(
    resources: EnrollmentResources,
) -> None:
    """Refused rows with the former number and with the former names; of a further record too."""
    await a_cohort(resources)
    cohort = await resources.pool.fetchval("SELECT name FROM cohorts")
    first, person_id, apart = await a_person_and_one_apart(resources, Names("Elena", "Huamán"))
    by_names = await imported(resources, a_sheet(a_row(DNI="12", Cohorte=cohort)))
    refused_row = {"Apellidos": "9", "DNI": first.document.number, "Consentimiento": "No"}
    by_number = await imported(resources, a_sheet(a_row(**refused_row)))
    by_names_apart = await imported(resources, a_sheet(a_row(DNI="12", Apellidos="Huamán", Nombres="Elena")))
    other = await imported(resources, a_sheet(a_row(**SOMEBODY_ELSE)))
    await rectified(resources, person_id)
    await rectified(resources, apart, given_names="Ñusta")
    record = await record_of_person(LOOKING, resources, person_id)
    naming = [by_names.import_id, by_number.import_id, by_names_apart.import_id]
    assert [one.document for one in record.former_identities] == [first.document]
    assert [sheet.import_id for sheet in record.sheets] == naming

    await erased(resources, person_id)
    await finished(resources)

    assert await resources.keyring.fetch(LOOKING, naming) == {}
    assert set(await resources.keyring.fetch(LOOKING, [other.import_id])) == {other.import_id}
    assert await resources.pool.fetchval("SELECT count(*) FROM former_identities") == 0


async def test_a_withdrawn_consent_to_contact_takes_the_former_telephone_too(resources: EnrollmentResources) -> None:
    cohort = await a_cohort(resources)
    application = an_application(cohort, consents=CONTACT, phone="976543210")
    person_id = await enrolled(resources, application)
    document = {"number": application.document.number}
    before = await rectified(resources, person_id, document=document, phone="999888777")
    assert [one.phone for one in before.former_identities] == ["976543210"]
    await withdraws_consent(resources, person_id, Purpose.CONTACT)
    after = await record_of_person(LOOKING, resources, person_id)
    assert [one.phone for one in [after.identity, *after.former_identities] if one] == [None, None]


async def test_a_correction_that_changes_nothing_leaves_nothing_former(resources: EnrollmentResources) -> None:
    person_id = await enrolled(resources, an_application(await a_cohort(resources)))
    await rectified(resources, person_id)
    assert len((await rectified(resources, person_id)).former_identities) == 1


@pytest.mark.parametrize(
    ("name", "column"),
    [
        ("inscripcion_rosa_quispe.csv", {}),
        ("04711081.csv", {}),
        ("lista.csv", {"Rosa Elena Quispe Huamán": "1"}),
    ],
)
async def test_a_sheet_that_names_the_person_outside_of_its_rows_is_erased_with_them(
    resources: EnrollmentResources, name: str, column: dict[str, str]
) -> None:
    cohort = await a_cohort(resources)
    person_id = await enrolled(resources, an_application(cohort, document=ROSA.document, names=ROSA.names))
    naming = await imported(resources, a_sheet(a_row(**SOMEBODY_ELSE, **column)), name=name)
    other = await imported(resources, a_sheet(a_row(**SOMEBODY_ELSE)), name="inscripcion_rosa_diaz.csv")
    await erased(resources, person_id)
    await finished(resources)
    keys = await resources.keyring.fetch(LOOKING, [naming.import_id, other.import_id])
    assert set(keys) == {other.import_id}


@pytest.mark.parametrize("state", ["queued", "reading", "previewed", "running"])
async def test_nobody_is_erased_while_a_sheet_is_read(resources: EnrollmentResources, state: str) -> None:
    person_id = await enrolled(resources, an_application(await a_cohort(resources)))
    await imported(resources, a_sheet(a_row()))
    await resources.pool.execute("UPDATE imports SET state = $1, finished_at = NULL", state)
    with pytest.raises(RejectedError, match="import_under_way"):
        await erased(resources, person_id)
    assert (await record_of_person(LOOKING, resources, person_id)).identity is not None


ROSA = Identity(
    Document(DocumentType.DNI, "04711081"),
    Names("Rosa Elena", "Quispe Huamán"),
    phone="976 543 210",
    email="rosa@example.org",
)


@pytest.mark.parametrize(
    "cells",
    [
        ["x", "04711081"],
        ["x", 4711081],
        ["DNI 0471-1081"],
        ["Huamán QUISPE", "rosa"],
        ["976543210"],
        ["tel. (51) 976 543 210"],
        ["Rosa@Example.org; otra@example.org"],
    ],
)
def test_a_row_names_a_person(cells: list[object]) -> None:
    assert names_person(cells, ROSA)


@pytest.mark.parametrize("cells", [[], ["Rosa", "Quispe"], ["Quispe Huamán", "Elisa"], ["4711"], [12.5, "04711082"]])
def test_a_row_names_somebody_else(cells: list[object]) -> None:
    assert not names_person(cells, ROSA)


@pytest.mark.parametrize(
    "name", ["rosa-quispe.xlsx", "Padrón HUAMÁN, Elena.csv", "dni 4711081.csv", "rosa@example.org.csv"]
)
def test_the_name_of_a_file_names_a_person(name: str) -> None:
    assert file_name_names_person(name, ROSA)


@pytest.mark.parametrize("name", ["quispe.xlsx", "rosa diaz.csv", "2025-04.csv", "", "lista de la cohorte 1.xlsx"])
def test_the_name_of_a_file_names_nobody(name: str) -> None:
    assert not file_name_names_person(name, ROSA)


async def test_the_interface_corrects_and_erases(site: Site[EnrollmentResources]) -> None:
    cohort = await a_cohort(site.resources)
    async with site.browser("coordinator") as coordinator:
        person_id = (await coordinator.post("/api/enrollments", json=a_person(cohort))).json()["person_id"]
        right = RIGHT | {"birth_date": "1990-01-02"}
        corrected = await coordinator.post(f"/api/people/{person_id}/rectify", json=right)
        asked = {"reason": "person_asked", "confirmed": True}
        erasure, again = [await coordinator.post(f"/api/people/{person_id}/erase", json=asked) for _ in range(2)]
        entries = (await coordinator.get(f"/api/cohorts/{cohort}/enrollments")).json()["enrollments"]
    assert (corrected.status_code, corrected.json()) == (200, {"person_id": person_id})
    assert erasure.json()["keys_destroyed_at"] is None
    assert (again.status_code, again.json()) == (200, erasure.json())
    assert [(one["given_names"], one["status"]) for one in entries] == [(None, "accepted")]


async def test_each_is_in_the_audit_trail(site: Site[EnrollmentResources]) -> None:
    person_id = await enrolled(site.resources, an_application(await a_cohort(site.resources)))
    address = f"/api/people/{person_id}"
    async with site.browser("coordinator") as coordinator:
        await coordinator.get(f"{address}/record")
        await coordinator.post(f"{address}/rectify", json=RIGHT | {"birth_date": "1990-01-02"})
        await coordinator.post(f"{address}/erase", json={"reason": "no_longer_needed", "confirmed": True})
    entries = await site.resources.pool.fetch("SELECT action, subject, reason FROM audit_trail ORDER BY at")
    assert [tuple(entry) for entry in entries] == [
        ("show_person", str(person_id), None),
        ("rectify_person", str(person_id), "mistake_found"),
        ("erase_person", str(person_id), "no_longer_needed"),
    ]
