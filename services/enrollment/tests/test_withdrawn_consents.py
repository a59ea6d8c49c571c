"""A consent that was withdrawn is shown with by whom, when, and what ended by it: to the office and to the person."""

from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from contracts.enrollment import Purpose
from contracts.reporting import WithdrawalAppliedInReporting
from contracts.sessions import WithdrawalAppliedInSessions
from services.enrollment.consent.domain import Agreement
from services.enrollment.enrollments.domain import Accepted
from services.enrollment.messages.domain import MessageState
from services.enrollment.replicas.reactions import reactions
from services.enrollment.resources import EnrollmentResources
from services.enrollment.tests.stories import AGREES, a_cohort, an_application, applies, seats
from tests.support.reactions import deliver
from tests.support.records import record_of
from tests.support.sites import Site

HTML = {"Accept": "text/html"}
CONFIRMED = datetime(2026, 5, 12, 15, 30, tzinfo=UTC)
AGREED = (*AGREES, Agreement(Purpose.CONTACT, "2025-04"), Agreement(Purpose.IMAGE, "2025-04"))


async def somebody(site: Site[EnrollmentResources]) -> tuple[UUID, str]:
    """The id and the document of somebody with a seat, whose message about it is on its way."""
    application = an_application(await a_cohort(site.resources), consents=AGREED, phone="+51976543210")
    outcome = await applies(site.resources, application)
    assert isinstance(outcome, Accepted)
    return outcome.person_id, application.document.number


async def withdrawn_at_the_office(site: Site[EnrollmentResources], person_id: UUID, purpose: str) -> str:
    """The person's page after a coordinator withdrew the consent on it."""
    async with site.browser("coordinator") as coordinator:
        answer = await coordinator.post(f"/people/{person_id}/consents/{purpose}/withdraw", headers=HTML)
        assert (answer.status_code, answer.headers["location"]) == (303, f"/enrollment/people/{person_id}")
    return await page_of(site, person_id)


async def page_of(site: Site[EnrollmentResources], person_id: UUID) -> str:
    """The person's page as the office reads it."""
    async with site.browser("coordinator") as coordinator:
        return (await coordinator.get(f"/people/{person_id}", headers=HTML)).text


async def own_page(site: Site[EnrollmentResources], number: str, withdraws: str | None = None) -> str:
    """What the person reads in *My data*, maybe after withdrawing a consent there."""
    async with site.browser() as person:
        found = {"document.type": "dni", "document.number": number, "birth_date": "12/05/1987"}
        await person.post("/my-data", data=found, headers=HTML)
        if withdraws:
            await person.post(f"/my-data/consents/{withdraws}/withdraw", headers=HTML)
        return (await person.get("/my-data/shown", headers=HTML)).text


async def consent(site: Site[EnrollmentResources], person_id: UUID, purpose: str) -> dict[str, Any]:
    """What the person's record says of the consent."""
    async with site.browser("coordinator") as coordinator:
        record = (await coordinator.get(f"/api/people/{person_id}/record")).json()
    [found] = [one for one in record["consents"] if one["purpose"] == purpose]
    return dict(found)


async def settles(site: Site[EnrollmentResources], state: MessageState) -> None:
    """The job that sends messages has run."""
    await site.resources.pool.execute("UPDATE messages SET state = $1, settled_at = clock_timestamp()", state)


async def test_the_office_withdraws_a_consent_and_is_shown_who_did_and_what_ended(
    site: Site[EnrollmentResources],
) -> None:
    person_id, _ = await somebody(site)

    page = await withdrawn_at_the_office(site, person_id, "training")

    found = await consent(site, person_id, "training")
    assert found["withdrawn_at"] is not None
    assert (found["withdrawn_by"], found["ended_enrollments"]) == ("coordinator", 1)
    assert "Inscripciones que terminaron: 1" in page
    assert f"/people/{person_id}/consents/contact/withdraw" in page, "the others still stand"
    assert f"/people/{person_id}/consents/training/withdraw" not in page
    entries = await site.resources.pool.fetch("SELECT author, people FROM audit_trail WHERE kind = 'write'")
    assert [(entry["author"], entry["people"]) for entry in entries] == [("coordinator", [person_id])]


async def test_what_ended_stays_shown_once_the_person_has_a_seat_again(site: Site[EnrollmentResources]) -> None:
    application = an_application(await a_cohort(site.resources))
    outcome = await applies(site.resources, application)
    assert isinstance(outcome, Accepted)
    await withdrawn_at_the_office(site, outcome.person_id, "training")
    async with site.browser("coordinator") as coordinator:
        again = {
            "cohort_id": str(application.cohort_id),
            "document": {"number": application.document.number},
            "given_names": application.names.given,
            "family_names": application.names.family,
            "birth_date": "1987-05-12",
            "district": {"scheme": "inei", "code": application.district},
            "consents": [{"purpose": "training"}],
        }
        assert (await coordinator.post("/api/enrollments", json=again)).status_code == 201
        record = (await coordinator.get(f"/api/people/{outcome.person_id}/record")).json()
    assert await seats(site.resources, application.cohort_id) == {"accepted": 1}
    assert [one["ended_enrollments"] for one in record["consents"]] == [1, None]


async def test_messages_on_their_way_are_shown_as_stopped(site: Site[EnrollmentResources]) -> None:
    person_id, _ = await somebody(site)
    page = await withdrawn_at_the_office(site, person_id, "contact")
    assert "Mensajes que ya no salieron: 1" in page
    await settles(site, MessageState.UNREACHABLE)
    assert (await consent(site, person_id, "contact"))["stopped_messages"] == 1
    await settles(site, MessageState.SENT)
    assert (await consent(site, person_id, "contact"))["stopped_messages"] == 0


async def test_a_message_that_was_settled_before_the_withdrawal_was_not_stopped(
    site: Site[EnrollmentResources],
) -> None:
    person_id, _ = await somebody(site)
    await settles(site, MessageState.UNREACHABLE)
    page = await withdrawn_at_the_office(site, person_id, "contact")
    assert "Mensajes que ya no salieron: 0" in page


async def test_a_withdrawal_by_the_person_is_shown_as_theirs(site: Site[EnrollmentResources]) -> None:
    person_id, number = await somebody(site)
    own = await own_page(site, number, withdraws="contact")
    assert "Mensajes que ya no salieron: 1" in own
    assert "Inscripciones que terminaron" not in own
    assert (await consent(site, person_id, "contact"))["withdrawn_by"] == "public"
    assert "La persona" in await page_of(site, person_id)


async def test_the_end_of_a_consent_to_photographs_says_that_somebody_must_look_for_them(
    site: Site[EnrollmentResources],
) -> None:
    person_id, _ = await somebody(site)
    page = await withdrawn_at_the_office(site, person_id, "image")
    assert "Nada por sí solo: las fotos y los videos no llevan nombres." in page


async def test_each_service_is_shown_to_wait_until_it_has_confirmed_the_withdrawal(
    site: Site[EnrollmentResources],
) -> None:
    person_id, number = await somebody(site)
    waiting = await withdrawn_at_the_office(site, person_id, "training")
    assert waiting.count("Espera desde el ") == 2, "Sessions and Reporting have not heard of it yet"
    found = await consent(site, person_id, "training")
    assert (found["applied_in_sessions_at"], found["applied_in_reporting_at"]) == (None, None)

    consent_id = await site.resources.pool.fetchval("SELECT consent_id FROM consents WHERE purpose = 'training'")
    for event in (WithdrawalAppliedInSessions, WithdrawalAppliedInReporting):
        confirmation = event(occurred_at=CONFIRMED, consent_id=consent_id, person_id=person_id)
        assert await deliver(reactions, site.resources.pool, record_of(confirmation)) == "handled"

    found = await consent(site, person_id, "training")
    assert found["applied_in_sessions_at"] == found["applied_in_reporting_at"] == "2026-05-12T15:30:00Z"
    for page in (await page_of(site, person_id), await own_page(site, number)):
        assert page.count("12 may. 2026".replace(" ", "\N{NO-BREAK SPACE}")) == 2
        assert "Espera desde el " not in page
        assert "Nada que terminar: no guarda a nadie que participa." in page


async def test_a_withdrawal_is_announced_after_the_enrollments_that_end_by_it(
    site: Site[EnrollmentResources],
) -> None:
    person_id, _ = await somebody(site)
    await withdrawn_at_the_office(site, person_id, "training")
    rows = await site.resources.pool.fetch(
        "SELECT split_part(type, '.', 3) AS name FROM outbox WHERE partitionkey = $1 ORDER BY id", str(person_id)
    )
    assert [row["name"] for row in rows][-2:] == ["EnrollmentWithdrawn", "ConsentWithdrawn"]


async def test_nothing_is_withdrawn_from_somebody_who_was_erased(site: Site[EnrollmentResources]) -> None:
    person_id, _ = await somebody(site)
    async with site.browser("coordinator") as coordinator:
        await coordinator.post(f"/api/people/{person_id}/erase", json={"reason": "person_asked", "confirmed": True})
        page = await coordinator.get(f"/people/{person_id}", headers=HTML)
        answer = await coordinator.post(f"/people/{person_id}/consents/training/withdraw", headers=HTML)
    assert "/consents/" not in page.text
    assert answer.status_code == 410
    assert "Los datos de esta persona se borraron." in answer.text


async def test_both_pages_say_before_what_will_end(site: Site[EnrollmentResources]) -> None:
    person_id, number = await somebody(site)
    own, office = await own_page(site, number), await page_of(site, person_id)
    assert 'data-label="Retirado"' not in own and 'data-label="Retirado"' not in office, "nothing was withdrawn yet"
    for words in ("Se borran su teléfono y su correo", "diga a la oficina en cuáles aparece", "No se puede deshacer"):
        assert words in own
    for words in ("Se borran el teléfono y el correo", "pregunte a la persona en qué fotos", "No se puede deshacer"):
        assert words in office
    assert 'data-label="Retirado"' in await own_page(site, number, withdraws="contact")
    assert 'data-label="Retirado"' in await page_of(site, person_id)


async def test_nobody_chooses_the_language_of_messages_that_nobody_writes(site: Site[EnrollmentResources]) -> None:
    _, number = await somebody(site)
    assert "En qué idioma le escribimos" in await own_page(site, number)
    assert "En qué idioma le escribimos" not in await own_page(site, number, withdraws="contact")
