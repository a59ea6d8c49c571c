"""The privacy notice tells everybody the terms of the code and what the office says of itself, and invents nothing."""

from datetime import timedelta
from html import unescape

from chassis.web import idempotency
from contracts.topics import MEDIA_VISITS
from services.enrollment.applications.domain import KEPT_FOR
from services.enrollment.imports.service import KEPT_WHILE_WAITING, RETENTION
from services.enrollment.own_data.service import TRIES_KEPT
from services.enrollment.privacy_notice.service import STORED_DATA, answers
from services.enrollment.resources import EnrollmentResources
from services.enrollment.tests.stories import a_cohort
from tests.support.sites import Site

HTML = {"Accept": "text/html"}
NOT_STATED = "La oficina todavía no lo declaró."
FOR_THE_STAFF = "Esto lo ve solo el personal"


async def notice(site: Site[EnrollmentResources], person: str | None = None, language: str = "es") -> str:
    async with site.browser(person) as browser:
        answer = await browser.get("/privacy", params={"lang": language}, headers=HTML)
    assert answer.status_code == 200
    return answer.text


def states(site: Site[EnrollmentResources], **said: str) -> None:
    """The office states this, by its settings."""
    for name, text in said.items():
        setattr(site.app.state.settings, name, text)


async def test_the_terms_are_those_of_the_code(site: Site[EnrollmentResources]) -> None:
    page = await notice(site)
    terms = (RETENTION, KEPT_WHILE_WAITING, KEPT_FOR, TRIES_KEPT, idempotency.KEPT, MEDIA_VISITS.retention)
    assert {one.term for one in STORED_DATA if one.term} == set(terms)
    for one in STORED_DATA:
        assert one.term is None or _written(one.term) in page
    assert f"{site.resources.settings.answer_working_days} días hábiles" in page


async def test_what_the_office_has_not_stated_is_said_and_not_invented(site: Site[EnrollmentResources]) -> None:
    page = await notice(site)
    assert page.count(NOT_STATED) == len(answers(site.resources.settings)) == 5
    assert FOR_THE_STAFF not in page and "MINKA_ENROLLMENT_" not in page


async def test_the_staff_is_told_which_settings_are_missing(site: Site[EnrollmentResources]) -> None:
    states(site, controller_name="Gobierno Regional de ejemplo", controller_contact="Jr. de ejemplo 123, 9 a 13 h")
    page = await notice(site, "coordinator")
    assert FOR_THE_STAFF in page
    missing = {f"MINKA_ENROLLMENT_{name}" for name in ("CONTROLLER_ADDRESS", "DATA_BANK_CODE", "DATA_PROCESSORS")}
    assert {one.setting for one in answers(site.resources.settings) if one.setting in page} == missing


async def test_everybody_reads_what_the_office_states(site: Site[EnrollmentResources]) -> None:
    said = {name: f"{name} <de ejemplo>" for name in ("controller_name", "controller_address", "controller_contact")}
    states(site, **said, data_bank_code="RNPDP-1", data_processors="Correo, Perú")
    for person in (None, "coordinator"):
        page = await notice(site, person)
        assert all(f"{name} &lt;de ejemplo&gt;" in page for name in said)
        assert "RNPDP-1" in page and "Correo, Perú" in page
        assert NOT_STATED not in page and FOR_THE_STAFF not in page


async def test_the_notice_is_in_both_languages(site: Site[EnrollmentResources]) -> None:
    page = await notice(site, language="en")
    assert all(getattr(one, name) in unescape(page) for one in STORED_DATA for name in ("data", "purpose"))
    assert "30 days" in page and "Aviso" not in page


async def test_the_form_and_own_data_lead_to_the_notice(site: Site[EnrollmentResources]) -> None:
    async with site.browser("coordinator") as coordinator:
        cohort = await a_cohort(site.resources)
        opened = (await coordinator.post(f"/api/cohorts/{cohort}/self-enrollment/open")).json()["address"]
    async with site.browser() as nobody:
        for address in (opened.partition("/enrollment")[2], "/my-data"):
            assert '<a href="/enrollment/privacy">' in (await nobody.get(address, headers=HTML)).text


def _written(term: timedelta) -> str:
    return f"{term.days} día" if term.days == 1 else f"{term.days} días"
