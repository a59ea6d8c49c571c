"""The decision on an application: what is refused, and the profile that is carried."""

from dataclasses import replace
from datetime import UTC, date, datetime
from typing import Any

import pytest

from chassis.runtime.rejections import Rejection
from chassis.store.identifiers import new_id
from contracts.days import day_of
from contracts.enrollment import EnrollmentStatus, Purpose
from contracts.event import AgeBand, MotherTongue, OrganizationType, Profile, Sex
from services.enrollment.consent.domain import Agreement, ConsentHistory
from services.enrollment.enrollments.domain import (
    Admission,
    CohortSeats,
    KnownPerson,
    Situation,
    age_band,
    age_on,
    decide,
    moment,
)
from services.enrollment.tests.stories import AGREES, NOW, an_application

COHORT = CohortSeats(new_id(), capacity=2, taken=0, is_open=True)
NOBODY = Situation(COHORT, person=None, enrollment=None, id_is_taken=False, organization_type=None)


def decided(situation: Situation = NOBODY, now: datetime = NOW, **changed: Any) -> Any:
    return decide(an_application(new_id(), **changed), situation, now)


@pytest.mark.parametrize(
    ("changed", "code"),
    [
        ({"enrolled_on": date(2025, 5, 21)}, "date_implausible"),
        ({"enrolled_on": date(2021, 12, 31)}, "date_implausible"),
        ({"birth_date": date(2025, 5, 21)}, "birth_date_implausible"),
        ({"birth_date": date(1899, 1, 1)}, "birth_date_implausible"),
        ({"district": "150101"}, "district_unknown"),
        ({"organization_id": new_id()}, "organization_unknown"),
        ({"consents": ()}, "consent_missing"),
        ({"consents": (Agreement(Purpose.TRAINING, "2025-04", date(2025, 6, 1)),)}, "consent_date_implausible"),
        ({"birth_date": date(2012, 5, 21)}, "guardian_consent_missing"),
    ],
)
def test_refused(changed: dict[str, Any], code: str) -> None:
    decision = decided(**changed)
    assert isinstance(decision, Rejection)
    assert decision.code == code


@pytest.mark.parametrize(
    ("situation", "code"),
    [
        (replace(NOBODY, cohort=None), "cohort_unknown"),
        (replace(NOBODY, cohort=replace(COHORT, is_open=False)), "cohort_closed"),
        (replace(NOBODY, id_is_taken=True), "enrollment_id_taken"),
    ],
)
def test_refused_for_what_is_on_record(situation: Situation, code: str) -> None:
    decision = decided(situation)
    assert isinstance(decision, Rejection)
    assert decision.code == code


def test_a_child_with_a_guardians_consent_is_admitted() -> None:
    consents = (*AGREES, Agreement(Purpose.GUARDIAN, "2025-04"))
    assert isinstance(decided(birth_date=date(2012, 5, 21), consents=consents), Admission)


def test_at_fourteen_one_consents_alone() -> None:
    assert isinstance(decided(birth_date=date(2011, 5, 20)), Admission)


def test_the_day_on_the_sheet_is_when_it_happened() -> None:
    assert decided(enrolled_on=date(2025, 4, 30)).at == datetime(2025, 4, 30, 17, 0, tzinfo=UTC)


def test_a_sheet_of_this_morning_does_not_happen_at_noon_yet() -> None:
    assert moment(date(2025, 5, 20), NOW) == NOW


def test_the_evening_is_still_today_in_cajamarca() -> None:
    assert day_of(datetime(2025, 5, 21, 4, 30, tzinfo=UTC)) == date(2025, 5, 20)


def test_no_seat_left_means_waiting() -> None:
    assert decided(replace(NOBODY, cohort=replace(COHORT, taken=2))).status is EnrollmentStatus.WAITLISTED


def test_the_organizations_type_counts_before_the_forms() -> None:
    decision = decided(
        replace(NOBODY, organization_type=OrganizationType.YOUTH),
        organization_id=new_id(),
        organization_type=OrganizationType.OTHER,
    )
    assert decision.profile.organization_type is OrganizationType.YOUTH


def test_what_was_not_asked_again_is_taken_from_before() -> None:
    before = an_application(new_id())
    known = Profile(
        district="060101",
        sex=Sex.FEMALE,
        age_band=AgeBand.FROM_30_TO_44,
        mother_tongue=MotherTongue.QUECHUA,
        ethnicity="quechua",
        organization_type=OrganizationType.WOMEN,
    )
    person = KnownPerson(new_id(), before.identity, known, ConsentHistory(), has_seat=False)
    decision = decided(replace(NOBODY, person=person), birth_date=None, district="060301", mother_tongue="spanish")

    assert decision.profile.sex is Sex.FEMALE
    assert decision.profile.mother_tongue == MotherTongue.SPANISH
    assert decision.profile.age_band is AgeBand.FROM_30_TO_44
    assert decision.profile.district == "060301"
    assert decision.profile.organization_type is OrganizationType.NOT_STATED


@pytest.mark.parametrize(
    ("born", "age"), [(date(2010, 5, 20), 15), (date(2010, 5, 21), 14), (date(2004, 2, 29), 21), (None, None)]
)
def test_age_is_in_completed_years(born: date | None, age: int | None) -> None:
    assert age_on(date(2025, 5, 20), born) == age


@pytest.mark.parametrize(
    ("age", "band"), [(14, "under_15"), (15, "15_29"), (29, "15_29"), (30, "30_44"), (59, "45_59"), (60, "60_plus")]
)
def test_bands(age: int, band: str) -> None:
    assert age_band(age) == band
