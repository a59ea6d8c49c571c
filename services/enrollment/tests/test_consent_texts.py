"""Texts of consents: one person writes, another approves, and a consent is to the text that was in force on its day."""

from datetime import date, timedelta
from typing import Any

import pytest

from chassis.runtime.rejections import RejectedError
from contracts.enrollment import Purpose
from services.enrollment.consent.domain import Agreement
from services.enrollment.consent_texts.domain import (
    FIRST_VERSION,
    ApprovedText,
    check_approval,
    check_first_day,
    in_force,
    version_in_force,
)
from services.enrollment.consent_texts.service import text_in_force, texts_in_force
from services.enrollment.days import today
from services.enrollment.resources import EnrollmentResources
from services.enrollment.tests.stories import a_cohort, an_application, applies, event_bodies
from tests.support.sites import Site

WRITER, READER = "coordinator", "coordinator-deputy"
TEXTS = {
    "es": "Estoy de acuerdo en participar y en que se usen mis datos.",
    "en": "I agree to take part, and to the use of my data.",
}
PATH = "/api/consent-texts/training"
PAGE = "/consent-texts/training"

MAY, JUNE = date(2025, 5, 1), date(2025, 6, 1)
APPROVED = (
    ApprovedText(Purpose.TRAINING, JUNE, {}),
    ApprovedText(Purpose.TRAINING, MAY, {}),
    ApprovedText(Purpose.IMAGE, MAY, {}),
)


@pytest.mark.parametrize(
    ("purpose", "day", "version"),
    [
        (Purpose.TRAINING, MAY - timedelta(days=1), FIRST_VERSION),
        (Purpose.TRAINING, MAY, "2025-05-01"),
        (Purpose.TRAINING, JUNE - timedelta(days=1), "2025-05-01"),
        (Purpose.TRAINING, JUNE, "2025-06-01"),
        (Purpose.IMAGE, JUNE, "2025-05-01"),
        (Purpose.CONTACT, JUNE, FIRST_VERSION),
    ],
)
def test_the_last_text_that_has_begun_is_in_force(purpose: Purpose, day: date, version: str) -> None:
    assert version_in_force(APPROVED, purpose, day) == version


def test_the_text_of_the_release_is_in_force_where_the_office_wrote_none() -> None:
    assert in_force(APPROVED, Purpose.GUARDIAN, JUNE) is None


@pytest.mark.parametrize(("language", "shown"), [("en", TEXTS["en"]), ("qu", TEXTS["es"])])
def test_a_text_from_before_a_language_was_offered_is_shown_in_one_that_it_has(language: str, shown: str) -> None:
    written = [ApprovedText(Purpose.IMAGE, MAY, TEXTS)]
    assert text_in_force(written, Purpose.IMAGE, language, JUNE) == shown


def test_a_text_begins_on_a_day_to_come() -> None:
    check_first_day(MAY + timedelta(days=1), MAY)
    with pytest.raises(RejectedError):
        check_first_day(MAY, MAY)


def test_nobody_approves_their_own_text() -> None:
    check_approval(WRITER, READER)
    with pytest.raises(RejectedError):
        check_approval(WRITER, WRITER)


async def test_a_text_counts_once_another_person_approved_it(site: Site[EnrollmentResources]) -> None:
    first_day = today() + timedelta(days=1)
    number = await drafted(site, first_day)
    async with site.browser(WRITER) as writer, site.browser(READER) as reader:
        own = await writer.post(f"{PATH}/approve", json={"number": number})
        assert (own.status_code, own.json()["code"]) == (409, "own_text")
        assert await in_force_on(site, first_day) != TEXTS["es"], "nobody approved it yet"
        approved = await reader.post(f"{PATH}/approve", json={"number": number})
        assert [one["approved_by"] for one in approved.json()["texts"]] == [READER]
        again = await reader.post(f"{PATH}/approve", json={"number": number})
        assert again.status_code == 412
    assert await in_force_on(site, first_day) == TEXTS["es"]
    assert await in_force_on(site, today()) != TEXTS["es"]


async def test_a_consent_is_to_the_text_of_its_day(
    site: Site[EnrollmentResources], resources: EnrollmentResources
) -> None:
    await approved_on(resources, MAY)
    cohort_id = await a_cohort(resources)
    consents = (Agreement(Purpose.TRAINING, given_on=MAY - timedelta(days=1)), Agreement(Purpose.CONTACT, given_on=MAY))
    await applies(resources, an_application(cohort_id, consents=consents))
    await applies(resources, an_application(cohort_id, consents=(Agreement(Purpose.TRAINING, given_on=MAY),)))
    await applies(resources, an_application(cohort_id, consents=(Agreement(Purpose.TRAINING, "2024-paper"),)))

    given = [(one["purpose"], one["text_version"]) for one in await event_bodies(resources, "ConsentGiven")]
    assert sorted(given) == [
        ("contact", FIRST_VERSION), ("training", "2024-paper"), ("training", FIRST_VERSION), ("training", "2025-05-01"),
    ]  # fmt: skip


async def test_a_second_text_waits_until_the_first_is_decided(site: Site[EnrollmentResources]) -> None:
    number = await drafted(site, today() + timedelta(days=1))
    async with site.browser(WRITER) as writer, site.browser(READER) as reader:
        assert await drafted(site, today() + timedelta(days=1)) == number, "the same again"
        other = await writer.post(PATH, json=draft(today() + timedelta(days=2)))
        assert (other.status_code, other.json()["code"]) == (409, "text_waits")
        await reader.post(f"{PATH}/discard", json={"number": number})
        later = await writer.post(PATH, json=draft(today() + timedelta(days=2)))
        waiting, discarded = later.json()["texts"]
        assert (waiting["discarded_by"], discarded["discarded_by"]) == (None, READER)
        await reader.post(f"{PATH}/approve", json={"number": waiting["number"]})
        taken = await writer.post(
            PATH,
            json=draft(today() + timedelta(days=2)) | {"texts": {**TEXTS, "en": "I agree to take part in all of it."}},
        )
        assert (taken.status_code, taken.json()["code"]) == (409, "first_day_taken")


@pytest.mark.parametrize(
    ("changed", "field"),
    [
        ({"texts": {"es": TEXTS["es"]}}, "texts.en"),
        ({"texts": {**TEXTS, "qu": TEXTS["es"]}}, "texts.qu"),
        ({"texts": {**TEXTS, "en": "Too short."}}, "texts.en"),
        ({"first_day": "2025-05-01"}, "first_day"),
    ],
)
async def test_what_cannot_be_used_is_named(site: Site[EnrollmentResources], changed: Any, field: str) -> None:
    async with site.browser(WRITER) as writer:
        refused = await writer.post(PATH, json=draft(today() + timedelta(days=1)) | changed)
    assert refused.status_code in {409, 422}
    assert field in refused.text


async def test_two_people_change_the_text_by_pages(site: Site[EnrollmentResources]) -> None:
    form = {"first_day": f"{today() + timedelta(days=1)}", **{f"texts.{name}": text for name, text in TEXTS.items()}}
    async with site.browser(WRITER) as writer, site.browser(READER) as reader:
        short = await writer.post(PAGE, data=form | {"texts.en": ""})
        assert short.status_code == 422 and "falta el texto en este idioma" in short.text and TEXTS["es"] in short.text
        assert (await writer.post(PAGE, data=form)).status_code == 303
        assert "Aprobar el texto" not in (await writer.get(PAGE)).text
        assert "Aprobar el texto" in (await reader.get(PAGE)).text
        assert "409" in str((await writer.post(f"{PAGE}/approve", data={"number": "1"})).status_code)
        assert (await reader.post(f"{PAGE}/approve", data={"number": "1"})).status_code == 303
        settled = (await reader.get(PAGE)).text
    assert "por Coordinación (demostración), aprobado por Coordinación adjunta (demostración)" in settled


def draft(first_day: date) -> dict[str, Any]:
    return {"first_day": first_day.isoformat(), "texts": TEXTS}


async def drafted(site: Site[EnrollmentResources], first_day: date) -> int:
    """The number of a text that waits."""
    async with site.browser(WRITER) as writer:
        answer = await writer.post(PATH, json=draft(first_day))
    assert answer.status_code == 201, answer.text
    number: int = answer.json()["texts"][0]["number"]
    return number


async def in_force_on(site: Site[EnrollmentResources], day: date) -> str:
    return (await texts_in_force(site.resources.pool, "es", day))[Purpose.TRAINING]


async def approved_on(resources: EnrollmentResources, first_day: date) -> None:
    """A text that is in force since a day that is past, as if it had been written before."""
    await resources.pool.execute(
        "INSERT INTO consent_texts (purpose, first_day, texts, drafted_by, drafted_at, approved_by, approved_at)"
        " VALUES ('training', $1, $2, $3, now(), $4, now())",
        first_day,
        TEXTS,
        WRITER,
        READER,
    )
