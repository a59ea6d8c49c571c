"""People who agreed to be contacted are told what becomes of their enrollment, once, and nobody else is."""

from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import UTC, date, datetime
from typing import Any
from uuid import UUID

import pytest
from pydantic import SecretStr

from chassis.runtime.jobs import Job
from contracts.enrollment import Purpose
from services.enrollment.app import service
from services.enrollment.cohorts.domain import WaitingList
from services.enrollment.enrollments.domain import Accepted, Waitlisted
from services.enrollment.messages.domain import (
    PLACES,
    Channel,
    MessageKind,
    MessageTemplate,
    filled,
    named_in,
    unknown_places,
)
from services.enrollment.messages.gateways import (
    HttpGateway,
    OutgoingMessage,
    PostponedError,
    SmtpGateway,
    UnavailableError,
)
from services.enrollment.messages.jobs import give_up, send_messages
from services.enrollment.messages.service import SEND, current_template
from services.enrollment.people.domain import unseal
from services.enrollment.resources import EnrollmentResources
from services.enrollment.rights.commands import ErasePerson
from services.enrollment.rights.domain import ErasureReason
from services.enrollment.rights.service import erase_person
from services.enrollment.tests.mailboxes import MailServer, mail_server, telephone_gateway
from services.enrollment.tests.stories import (
    ADDRESS,
    LOOKING,
    NOW,
    REACHABLE,
    a_cohort,
    an_application,
    applies,
    closes_cohort,
    corrects_cohort,
    unit_of_work,
    withdraws,
    withdraws_consent,
)
from tests.support.sites import Site, serving


@pytest.fixture
async def mail() -> AsyncIterator[MailServer]:
    async with mail_server() as server:
        yield server


@pytest.fixture
def reaching(resources: EnrollmentResources, mail: MailServer) -> EnrollmentResources:
    """The service with a mail server."""
    gateway = SmtpGateway(SecretStr(mail.url), "Capacitación <capacitacion@example.org>")
    return replace(resources, gateways={Channel.EMAIL: gateway})


async def jobs_of(resources: EnrollmentResources) -> list[Job]:
    rows = await resources.pool.fetch("SELECT id, payload FROM jobs WHERE kind = $1 ORDER BY due_at", SEND)
    return [Job(row["id"], SEND, row["payload"], attempts=1) for row in rows]


async def send(resources: EnrollmentResources) -> None:
    for job in await jobs_of(resources):
        await send_messages(resources, job)


async def told(resources: EnrollmentResources) -> list[tuple[str, str]]:
    rows = await resources.pool.fetch("SELECT kind, state FROM messages ORDER BY queued_at, message_id")
    return [(row["kind"], row["state"]) for row in rows]


async def test_who_gets_a_seat_is_told_so_in_the_language_of_the_office(
    reaching: EnrollmentResources, mail: MailServer
) -> None:
    cohort = await a_cohort(reaching)
    await applies(reaching, an_application(cohort, **REACHABLE))

    await send(reaching)

    [email] = mail.received
    assert (email["To"], email["From"]) == (ADDRESS, "Capacitación <capacitacion@example.org>")
    assert email["Subject"].startswith("Tiene una vacante: Cohorte TEST-")
    text = email.get_content()
    assert "Rosa Elena, usted tiene una vacante en Programa TEST-" in text
    assert "Empieza el 1 de abril de 2025 y termina el 31 de diciembre de 2025." in text
    [message_id] = [row["message_id"] for row in await reaching.pool.fetch("SELECT message_id FROM messages")]
    assert email["Message-ID"] == f"<{message_id}@example.org>"
    assert (email["Auto-Submitted"], email["Content-Language"]) == ("auto-generated", "es")
    assert email["Date"].datetime.tzinfo is not None
    assert await told(reaching) == [("seat_given", "sent")]


@pytest.mark.parametrize(("chosen", "subject"), [("en", "You have a seat"), ("fr", "Tiene una vacante")])
async def test_a_message_is_in_the_language_that_the_person_chose(
    reaching: EnrollmentResources, mail: MailServer, chosen: str, subject: str
) -> None:
    """A language that is not offered any more is the office's."""
    cohort = await a_cohort(reaching)
    outcome = await applies(reaching, an_application(cohort, **REACHABLE))
    assert isinstance(outcome, Accepted)
    await reaching.pool.execute("UPDATE people SET language = $1", chosen)

    await send(reaching)

    [email] = mail.received
    assert email["Subject"].startswith(subject)
    assert "April 1, 2025" in email.get_content() or chosen == "fr"


async def test_a_job_that_is_run_again_sends_nothing_twice(reaching: EnrollmentResources, mail: MailServer) -> None:
    await applies(reaching, an_application(await a_cohort(reaching), **REACHABLE))

    for _ in range(2):
        await send(reaching)

    assert len(mail.received) == 1


async def test_nobody_is_told_without_having_agreed_to_be_contacted(reaching: EnrollmentResources) -> None:
    await applies(reaching, an_application(await a_cohort(reaching), email=ADDRESS))

    assert (await told(reaching), await jobs_of(reaching)) == ([], [])


@pytest.mark.parametrize(("day", "news"), [(date(2025, 12, 31), ["seat_given"]), (date(2026, 1, 1), [])])
async def test_a_cohort_that_is_over_is_no_news(reaching: EnrollmentResources, day: date, news: list[str]) -> None:
    cohort = await a_cohort(reaching)

    await applies(reaching, an_application(cohort, **REACHABLE), datetime(day.year, day.month, day.day, 15, tzinfo=UTC))

    assert [kind for kind, _ in await told(reaching)] == news


async def test_who_moves_up_is_told_and_so_is_who_left(reaching: EnrollmentResources, mail: MailServer) -> None:
    cohort = await a_cohort(reaching, capacity=1)
    await corrects_cohort(reaching, cohort, days_to_accept=0)
    holder = await applies(reaching, an_application(cohort, **REACHABLE))
    waiting = await applies(reaching, an_application(cohort, **REACHABLE | {"email": "juan@example.org"}))
    assert isinstance(holder, Accepted)
    assert isinstance(waiting, Waitlisted)

    await withdraws(reaching, holder.enrollment_id)
    await send(reaching)

    kinds = {(row["kind"], row["enrollment_id"]) for row in await reaching.pool.fetch("SELECT * FROM messages")}
    assert kinds == {
        ("seat_given", holder.enrollment_id),
        ("waiting", waiting.enrollment_id),
        ("withdrawn", holder.enrollment_id),
        ("moved_up", waiting.enrollment_id),
    }
    assert [email["Subject"].partition(":")[0] for email in mail.received if email["To"] == "juan@example.org"] == [
        "Está en la lista de espera",
        "Ahora tiene una vacante",
    ]


async def test_a_dissolved_list_and_new_dates_are_told_to_whom_they_concern(reaching: EnrollmentResources) -> None:
    cohort = await a_cohort(reaching, capacity=1)
    seated = await applies(reaching, an_application(cohort, **REACHABLE))
    waiting = await applies(reaching, an_application(cohort, **REACHABLE))
    assert isinstance(seated, Accepted)
    assert isinstance(waiting, Waitlisted)

    await corrects_cohort(reaching, cohort, starts_on=date(2025, 4, 2))
    await corrects_cohort(reaching, cohort, name="Con otro nombre")
    await closes_cohort(reaching, cohort, WaitingList.DISSOLVE)

    news = await reaching.pool.fetch("SELECT kind, enrollment_id FROM messages ORDER BY queued_at, message_id")
    assert [(row["kind"], row["enrollment_id"]) for row in news[2:]] == [
        ("cohort_changed", seated.enrollment_id),
        ("cohort_changed", waiting.enrollment_id),
        ("list_dissolved", waiting.enrollment_id),
    ]


async def test_consent_is_asked_again_when_a_message_is_sent(reaching: EnrollmentResources, mail: MailServer) -> None:
    outcome = await applies(reaching, an_application(await a_cohort(reaching), **REACHABLE))
    assert isinstance(outcome, Accepted)
    await reaching.pool.execute("UPDATE consents SET withdrawn_at = $1 WHERE purpose = 'contact'", NOW)

    await send(reaching)

    assert (mail.received, await told(reaching)) == ([], [("seat_given", "unreachable")])


async def test_who_withdrew_the_consent_or_was_erased_is_told_nothing_more(
    reaching: EnrollmentResources, mail: MailServer
) -> None:
    cohort = await a_cohort(reaching)
    silent, erased = [await applies(reaching, an_application(cohort, **REACHABLE)) for _ in range(2)]
    assert isinstance(silent, Accepted)
    assert isinstance(erased, Accepted)

    await withdraws_consent(reaching, silent.person_id, Purpose.CONTACT)
    await withdraws(reaching, silent.enrollment_id)
    await erases(reaching, erased.person_id)
    await send(reaching)

    assert mail.received == []
    assert await told(reaching) == [("seat_given", "unreachable")] * 2


async def erases(resources: EnrollmentResources, person_id: UUID) -> None:
    async with unit_of_work(resources, person_id) as unit:
        command = ErasePerson(reason=ErasureReason.PERSON_ASKED, confirmed=True)
        await erase_person(unit, command, resources, person_id)
    await resources.keyring.destroy(person_id)


async def stop_path(reaching: EnrollmentResources, mail: MailServer) -> str:
    """The path of the address by which the reader of a new message gets no more."""
    await applies(reaching, an_application(await a_cohort(reaching), **REACHABLE))
    await send(reaching)
    email = mail.received[-1]
    address = email["List-Unsubscribe"].strip("<>")
    assert address in email.get_content()
    return str(address.partition("/enrollment")[2])


async def standing_contacts(resources: EnrollmentResources) -> int:
    query = "SELECT count(*) FROM consents WHERE purpose = 'contact' AND withdrawn_at IS NULL"
    return int(await resources.pool.fetchval(query))


@pytest.mark.parametrize("body", [{}, {"List-Unsubscribe": "One-Click"}])
async def test_who_gets_a_message_can_stop_them_without_an_account(
    site: Site[EnrollmentResources], reaching: EnrollmentResources, mail: MailServer, body: dict[str, str]
) -> None:
    path = await stop_path(reaching, mail)
    async with site.browser() as browser:
        asked = await browser.get(path)
        assert (asked.status_code, await standing_contacts(reaching)) == (200, 1), "a link alone changes nothing"
        for _ in range(2):
            done = await browser.post(path, data=body, follow_redirects=True)
            assert done.status_code == 200, done.text

    assert await standing_contacts(reaching) == 0
    person = await reaching.pool.fetchrow("SELECT person_id, identity FROM people")
    assert person is not None
    keys = await reaching.keyring.fetch(LOOKING, [person["person_id"]])
    identity = unseal(keys[person["person_id"]], person["identity"])
    assert (identity.email, identity.phone) == (None, None)


@pytest.mark.parametrize("code", ["2222222222", "x", "a" * 500])
async def test_a_code_that_nobody_has_stops_nothing(
    site: Site[EnrollmentResources], reaching: EnrollmentResources, mail: MailServer, code: str
) -> None:
    await stop_path(reaching, mail)
    async with site.browser() as browser:
        assert (await browser.get(f"/stop/{code}")).status_code == 404
        assert (await browser.post(f"/stop/{code}")).status_code == 404

    assert await standing_contacts(reaching) == 1


async def test_a_refused_address_is_seen_by_its_code_and_holds_up_nobody(
    reaching: EnrollmentResources, mail: MailServer
) -> None:
    mail.refused = {ADDRESS: f"550 No such user {ADDRESS}"}
    cohort = await a_cohort(reaching)
    await applies(reaching, an_application(cohort, **REACHABLE))
    await applies(reaching, an_application(cohort, **REACHABLE | {"email": "juan@example.org"}))

    await send(reaching)

    rows = await reaching.pool.fetch("SELECT state, reply, to_jsonb(m)::text AS row FROM messages m ORDER BY queued_at")
    assert [(row["state"], row["reply"]) for row in rows] == [("refused", 550), ("sent", None)]
    assert not any("@" in row["row"] for row in rows)


@pytest.mark.parametrize("reply", ["450 Try again later", "421 Closing"])
async def test_an_address_that_is_busy_is_asked_again_and_holds_up_nobody(
    reaching: EnrollmentResources, mail: MailServer, reply: str
) -> None:
    mail.refused = {ADDRESS: reply}
    await changed_for(reaching, ADDRESS, "juan@example.org")
    with pytest.raises(PostponedError) as raised:
        await send(reaching)
    assert "@" not in str(raised.value)
    assert await states_of_changes(reaching) == ["queued", "sent"]

    mail.refused = {}
    await send(reaching)

    assert await states_of_changes(reaching) == ["sent", "sent"]
    assert sorted(email["To"] for email in mail.received) == ["juan@example.org", ADDRESS]


@pytest.mark.parametrize("address", ["[1]@example.org", "ñandú@example.org"])
async def test_an_address_that_cannot_be_written_to_is_refused_and_holds_up_nobody(
    reaching: EnrollmentResources, mail: MailServer, address: str
) -> None:
    """Such as one that was stored before its form was checked so closely."""
    await changed_for(reaching, address, "juan@example.org")

    assert await failure_of_sending(reaching) is None
    assert await states_of_changes(reaching) == ["refused", "sent"]
    assert [email["To"] for email in mail.received] == ["juan@example.org"]


async def changed_for(resources: EnrollmentResources, *addresses: str) -> None:
    """New dates of a cohort are to be told to people with these addresses, in one job."""
    cohort = await a_cohort(resources)
    for address in addresses:
        await applies(resources, an_application(cohort, **REACHABLE | {"email": address}))
    await resources.pool.execute("DELETE FROM jobs WHERE kind = $1", SEND)
    await corrects_cohort(resources, cohort, starts_on=date(2025, 4, 2))


async def failure_of_sending(resources: EnrollmentResources) -> Exception | None:
    try:
        await send(resources)
    except Exception as error:
        return error
    return None


async def states_of_changes(resources: EnrollmentResources) -> list[str]:
    return [state for kind, state in await told(resources) if kind == "cohort_changed"]


async def test_a_text_is_read_once_for_all_messages_of_a_job(
    reaching: EnrollmentResources, mail: MailServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    read = []

    async def counted(*asked: Any) -> Any:
        read.append(asked[1:])
        return await current_template(*asked)

    monkeypatch.setattr("services.enrollment.messages.jobs.current_template", counted)
    await changed_for(reaching, *(f"{number}@example.org" for number in range(3)))

    await send(reaching)

    assert (len(mail.received), read) == (3, [(MessageKind.COHORT_CHANGED, "es")])


async def test_what_nobody_takes_for_hours_is_shown_as_failed(reaching: EnrollmentResources) -> None:
    await applies(reaching, an_application(await a_cohort(reaching), **REACHABLE))
    away = replace(reaching, gateways={Channel.EMAIL: SmtpGateway(SecretStr("smtp://127.0.0.1:1"), "a@example.org")})
    with pytest.raises(UnavailableError):
        await send(away)

    [job] = await jobs_of(away)
    await give_up(away, job)

    assert await told(away) == [("seat_given", "failed")]


async def test_who_has_no_email_is_told_by_telephone(resources: EnrollmentResources) -> None:
    cohort = await a_cohort(resources)
    await applies(resources, an_application(cohort, **REACHABLE | {"email": None, "phone": "+51976123456"}))
    async with telephone_gateway() as gateway:
        await send(replace(resources, gateways={Channel.TELEPHONE: HttpGateway(gateway.url, SecretStr("t0ken"))}))

    [(headers, body)] = gateway.received
    assert (body["to"], headers["authorization"]) == ("+51976123456", "Bearer t0ken")
    assert body["id"] == headers["idempotency-key"]
    assert body["text"].startswith("Rosa Elena, usted tiene una vacante")
    assert await told(resources) == [("seat_given", "sent")]


async def test_what_a_gateway_answers_beyond_its_code_is_not_read(resources: EnrollmentResources) -> None:
    async with telephone_gateway() as gateway:
        gateway.body_bytes = 200_000_000
        await HttpGateway(gateway.url, SecretStr("")).send(a_text())

    assert gateway.body_sent < 50_000_000


async def test_a_gateway_that_never_ends_its_answer_is_left(
    resources: EnrollmentResources, monkeypatch: pytest.MonkeyPatch
) -> None:
    # Long enough to connect on a busy machine: a connection given up halfway leaves its socket to the collector.
    monkeypatch.setattr("services.enrollment.messages.gateways.SECONDS", 3.0)
    async with telephone_gateway() as gateway:
        gateway.slow = True
        with pytest.raises(PostponedError):
            await HttpGateway(gateway.url, SecretStr("")).send(a_text())

    assert gateway.received, "it was left while it answered"


def a_text() -> OutgoingMessage:
    return OutgoingMessage(UUID(int=1), "+51976123456", "", "Rosa Elena, …", "es", "http://127.0.0.1/stop/x")


@pytest.mark.parametrize(("status", "state"), [(422, "refused"), (410, "refused"), (503, "queued"), (401, "queued")])
async def test_a_gateway_refuses_a_number_for_good_or_for_now(
    resources: EnrollmentResources, status: int, state: str
) -> None:
    cohort = await a_cohort(resources)
    await applies(resources, an_application(cohort, **REACHABLE | {"email": None, "phone": "+51976123456"}))
    async with telephone_gateway() as gateway:
        gateway.status = status
        reaching = replace(resources, gateways={Channel.TELEPHONE: HttpGateway(gateway.url, SecretStr("t0ken"))})
        if state == "queued":
            with pytest.raises(UnavailableError if status == 401 else PostponedError):
                await send(reaching)
        else:
            await send(reaching)

    assert await told(resources) == [("seat_given", state)]


async def test_a_message_that_comes_back_is_seen_as_refused(environment: dict[str, str], mail: MailServer) -> None:
    environment |= {"MINKA_ENROLLMENT_REPORT_TOKEN": "s3cret"}
    gateway = SmtpGateway(SecretStr(mail.url), "Capacitación <capacitacion@example.org>", "vuelve@example.org")
    async with serving(service, environment) as site, site.browser() as carrier, site.browser("coordinator") as staff:
        resources = replace(site.resources, gateways={Channel.EMAIL: gateway})
        await applies(resources, an_application(await a_cohort(resources), **REACHABLE))
        await send(resources)
        [message_id] = [row["message_id"] for row in await resources.pool.fetch("SELECT message_id FROM messages")]
        report = {"message_id": str(message_id), "code": 550}
        tokens = ("", "Bearer", "Bearer other", "Bearer s3cret ñ")
        sent = [{b"Authorization": token.encode()} for token in tokens]
        answers = [await carrier.post("/api/messages/reports", json=report, headers=headers) for headers in sent]
        refused = [answer.status_code for answer in answers]
        assert await told(resources) == [("seat_given", "sent")]
        with_token = {"Authorization": "Bearer s3cret"}
        for code in (550, 421):
            answer = await carrier.post("/api/messages/reports", json=report | {"code": code}, headers=with_token)
            assert answer.status_code == 200, answer.text
        unknown = report | {"message_id": str(UUID(int=1))}
        assert (await carrier.post("/api/messages/reports", json=unknown, headers=with_token)).status_code == 404
        [listed] = (await staff.get("/api/messages")).json()["messages"]
        page = (await staff.get("/messages", headers={"Accept": "text/html"})).text
    assert (mail.senders, set(refused)) == ([f"vuelve+{message_id}@example.org"], {404})
    assert (listed["state"], listed["reply"]) == ("refused", 550)
    assert "corríjalos en su página. (550)" in page


async def test_nobody_reports_where_no_token_is_set(site: Site[EnrollmentResources]) -> None:
    report = {"message_id": str(UUID(int=1)), "code": 550}
    async with site.browser() as carrier:
        for token in ("Bearer ", "Bearer", ""):
            answer = await carrier.post("/api/messages/reports", json=report, headers={"Authorization": token})
            assert answer.status_code == 404


async def test_without_a_way_to_send_the_coordination_sees_that_nobody_was_told(
    site: Site[EnrollmentResources], resources: EnrollmentResources
) -> None:
    await applies(resources, an_application(await a_cohort(resources), **REACHABLE))
    await send(resources)

    async with site.browser("coordinator") as browser:
        listed = (await browser.get("/api/messages")).json()["messages"]
        page = await browser.get("/messages?lang=en")
    assert [(one["kind"], one["state"]) for one in listed] == [("seat_given", "unreachable")]
    assert "No way to send messages is set up" in page.text
    assert ADDRESS not in page.text + str(listed)


async def test_the_coordination_reads_whom_each_message_told(
    site: Site[EnrollmentResources], resources: EnrollmentResources
) -> None:
    """By name, which leaves an entry in the audit trail; somebody who was erased has none."""
    cohort = await a_cohort(resources)
    stays, leaves = [await applies(resources, an_application(cohort, **REACHABLE)) for _ in range(2)]
    assert isinstance(stays, Accepted) and isinstance(leaves, Accepted)
    async with unit_of_work(resources) as unit:
        await erase_person(
            unit, ErasePerson(reason=ErasureReason.PERSON_ASKED, confirmed=True), resources, leaves.person_id
        )
    async with site.browser("coordinator") as browser:
        listed = (await browser.get("/api/messages")).json()["messages"]
        page = (await browser.get("/messages", headers={"Accept": "text/html"})).text
        file = (await browser.get("/messages?format=csv")).text
    trail = await resources.pool.fetch("SELECT shown, people FROM audit_trail WHERE kind = 'read' ORDER BY entry_id")

    assert {UUID(one["person_id"]): one["names"] for one in listed} == {
        stays.person_id: "Quispe Huamán, Rosa Elena",
        leaves.person_id: None,
    }
    for shown in (page, file):
        assert "Quispe Huamán, Rosa Elena" in shown and "Persona borrada" in shown
    assert str(stays.person_id) not in file
    assert [(one["shown"], set(one["people"])) for one in trail] == [(2, {stays.person_id, leaves.person_id})] * 3


async def test_the_office_writes_a_text_and_the_next_message_has_it(
    site: Site[EnrollmentResources], reaching: EnrollmentResources, mail: MailServer
) -> None:
    written = {
        "subject": "Bienvenida a {cohort}",
        "body": "Hola {name}: {first_day}",
        "replaces": "0",
    }
    async with site.browser("coordinator") as browser:
        saved = await browser.post("/messages/texts/seat_given/es", data=written)
        assert saved.status_code == 303, saved.text
        shown = await browser.get("/messages/texts/seat_given/es")
    assert "Hola Rosa Elena: 1 de abril de 2026" in shown.text
    await applies(reaching, an_application(await a_cohort(reaching), **REACHABLE))

    await send(reaching)

    assert mail.received[0]["Subject"].startswith("Bienvenida a Cohorte TEST-")
    [first, _, last] = mail.received[0].get_content().splitlines()
    assert first == "Hola Rosa Elena: 1 de abril de 2025"
    assert last.startswith("Para no recibir más mensajes: http://")


async def test_a_text_that_somebody_else_wrote_meanwhile_is_not_replaced(site: Site[EnrollmentResources]) -> None:
    async with site.browser("coordinator") as browser:
        for subject, status in (("Primero", 303), ("Segundo", 412)):
            sent = {"subject": subject, "body": "Hola {name}", "replaces": "0"}
            answer = await browser.post("/messages/texts/waiting/es", data=sent)
            assert answer.status_code == status, answer.text
    assert "Segundo" in answer.text, "what was typed is kept"
    _number, text = await current_template(site.resources.pool, MessageKind.WAITING, "es")
    assert text == MessageTemplate("Primero", "Hola {name}")


@pytest.mark.parametrize("path", ["", "/preview"])
async def test_a_place_that_nothing_fills_is_refused(site: Site[EnrollmentResources], path: str) -> None:
    async with site.browser("coordinator") as browser:
        sent = {"subject": "Hola", "body": "{apodo}, venga", "replaces": "0"}
        answer = await browser.post(f"/messages/texts/waiting/es{path}?lang=en", data=sent)
    assert answer.status_code == 422
    assert "Something in braces is none of the places" in answer.text


async def test_an_example_is_shown_and_nothing_saved(site: Site[EnrollmentResources]) -> None:
    async with site.browser("coordinator") as browser:
        sent = {"subject": "Hola", "body": "{name}, empieza el {first_day}", "replaces": "0"}
        answer = await browser.post("/messages/texts/waiting/es/preview", data=sent)
    assert "Rosa Elena, empieza el 1 de abril de 2026" in answer.text
    assert await site.resources.pool.fetchval("SELECT count(*) FROM message_templates") == 0


async def test_a_language_that_is_not_offered_has_no_text(site: Site[EnrollmentResources]) -> None:
    async with site.browser("coordinator") as browser:
        assert (await browser.get("/messages/texts/waiting/fr")).status_code == 404


def test_a_text_in_spanish_has_places_in_spanish() -> None:
    values = {"name": "Rosa", "first_day": "1 de abril"}
    assert filled("{nombre}: {primer_dia}, {first_day}", values) == "Rosa: 1 de abril, 1 de abril"
    assert unknown_places("{nombre} {mis_datos} {apellido}", PLACES) == ["{apellido}"]
    assert list(named_in("es", PLACES))[:2] == ["nombre", "programa"]
    assert list(named_in("en", PLACES))[:2] == ["name", "programme"]


def test_places_are_filled_once() -> None:
    values = {"name": "{cohort}", "cohort": "Cajamarca"}
    assert filled("{name} en {cohort}", values) == "{cohort} en Cajamarca"


@pytest.mark.parametrize(
    ("text", "unknown"),
    [("{name} {cohort}", []), ("{apodo}", ["{apodo}"]), ("{}", ["{}"]), ("{name", ["{"]), ("a } b", ["}"])],
)
def test_a_place_that_is_not_known_is_named(text: str, unknown: list[str]) -> None:
    assert unknown_places(text, PLACES) == unknown
