"""The decision on an application: what is refused, and the profile that is carried."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from chassis.runtime.rejections import Rejection
from chassis.store.identifiers import new_id
from contracts.days import day_of
from contracts.enrollment import EnrollmentStatus, Purpose
from contracts.event import AgeBand, MotherTongue, OrganizationType, Profile, Sex
from services.enrollment.consent.domain import Agreement, ConsentHistory
from services.enrollment.enrollments.dates import age_band, age_on, moment
from services.enrollment.enrollments.domain import (
    Admission,
    AlreadyEnrolled,
    Application,
    CohortSeats,
    KnownEnrollment,
    KnownPerson,
    Review,
    Situation,
    decide,
)
from services.enrollment.identity.names import Names
from services.enrollment.tests.stories import AGREES, NOW, an_application

COHORT = CohortSeats(new_id(), capacity=2, occupied=0, is_open=True)
PROFILE = Profile(
    district="060101",
    sex=Sex.NOT_STATED,
    age_band=AgeBand.FROM_30_TO_44,
    mother_tongue=MotherTongue.NOT_STATED,
    ethnicity="not_stated",
    organization_type=OrganizationType.NOT_STATED,
)
NOBODY = Situation(COHORT, people=(), id_is_taken=False, organization_type=None, asks_consent_anew=False)

BORN = date(1987, 5, 12)

A_FACILITATORS = replace(NOBODY, asks_consent_anew=True)


def somebody(application: Application, **changed: Any) -> KnownPerson:
    """The coordination sees somebody who made this application and has no enrollment in the cohort."""
    person_id = new_id()
    person = KnownPerson(
        person_id=person_id,
        counted_as=person_id,
        identity=application.identity,
        profile=PROFILE,
        consents=ConsentHistory(),
        enrollment=None,
        has_seat=False,
        is_visible=True,
    )
    return replace(person, **changed)


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
    assert decided(replace(NOBODY, cohort=replace(COHORT, occupied=2))).status is EnrollmentStatus.WAITLISTED


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
    person = somebody(before, profile=known)
    decision = decided(replace(NOBODY, people=(person,)), birth_date=None, district="060301", mother_tongue="spanish")

    assert decision.profile.sex is Sex.FEMALE
    assert decision.profile.mother_tongue == MotherTongue.SPANISH
    assert decision.profile.age_band is AgeBand.FROM_30_TO_44
    assert decision.profile.district == "060301"
    assert decision.profile.organization_type is OrganizationType.NOT_STATED


@pytest.mark.parametrize(
    ("known", "stated", "decision"),
    [
        ({}, {"birth_date": date(1987, 5, 13)}, Review),
        ({}, {"birth_date": None}, AlreadyEnrolled),
        ({}, {"sex": Sex.MALE}, AlreadyEnrolled),
        ({"profile": PROFILE.model_copy(update={"sex": Sex.FEMALE})}, {"sex": Sex.MALE}, Review),
        ({"profile": PROFILE.model_copy(update={"sex": Sex.FEMALE})}, {}, AlreadyEnrolled),
        ({}, {"names": Names("R.", "Q.")}, Review),
    ],
)
def test_who_is_the_same_person(known: dict[str, Any], stated: dict[str, Any], decision: type) -> None:
    enrollment = KnownEnrollment(new_id(), EnrollmentStatus.ACCEPTED)
    person = somebody(an_application(new_id()), enrollment=enrollment, **known)
    assert isinstance(decided(replace(NOBODY, people=(person,)), **stated), decision)


@pytest.mark.parametrize(
    ("birth_dates", "decision"),
    [((BORN, BORN), AlreadyEnrolled), ((BORN, None), Review), ((None, BORN), Review), ((None, None), Review)],
)
def test_a_slip_is_one_only_where_the_birth_date_agrees(
    birth_dates: tuple[date | None, date | None], decision: type
) -> None:
    known = an_application(new_id(), names=Names("Rosa Elena", "Chuquimango"), birth_date=birth_dates[0])
    person = somebody(known, enrollment=KnownEnrollment(new_id(), EnrollmentStatus.ACCEPTED))
    slip = Names("Rosa Elena", "Chuquimnago")
    found = decided(replace(NOBODY, people=(person,)), names=slip, birth_date=birth_dates[1])
    assert isinstance(found, decision)


@pytest.mark.parametrize("birth_date", [None, BORN])
def test_one_document_of_brother_and_sister_is_to_be_compared(birth_date: date | None) -> None:
    brother = an_application(new_id(), names=Names("Juan", "Quispe Huamán"), birth_date=birth_date)
    person = somebody(brother, enrollment=KnownEnrollment(new_id(), EnrollmentStatus.ACCEPTED))
    sister = Names("Juana", "Quispe Huamán")
    assert isinstance(decided(replace(NOBODY, people=(person,)), names=sister, birth_date=birth_date), Review)


WITHDREW = KnownEnrollment(new_id(), EnrollmentStatus.WITHDRAWN, NOW - timedelta(days=3))
EARLIER, LATER = date(2025, 5, 16), date(2025, 5, 18)


def decided_again(situation: Situation = NOBODY, **changed: Any) -> Any:
    """Of somebody who withdrew on the 17th, and whose consent stands."""
    standing = ConsentHistory(frozenset({(Purpose.TRAINING, "2025-04")}))
    person = somebody(an_application(new_id()), enrollment=WITHDREW, consents=standing)
    return decided(replace(situation, people=(person,)), **changed)


@pytest.mark.parametrize(
    "changed",
    [
        {},
        {"enrolled_on": LATER},
        {"consents": (Agreement(Purpose.TRAINING, "2025-04", LATER),)},
        {"consents": (Agreement(Purpose.TRAINING, "2025-05", LATER),), "enrolled_on": LATER},
    ],
)
def test_whoever_withdrew_and_agrees_again_has_the_same_enrollment(changed: dict[str, Any]) -> None:
    decision = decided_again(**changed)
    assert isinstance(decision, Admission)
    assert decision.enrollment_id == WITHDREW.enrollment_id
    assert decision.at > NOW - timedelta(days=3)


@pytest.mark.parametrize(
    ("changed", "code"),
    [
        ({"consents": ()}, "consent_missing"),
        ({"consents": (Agreement(Purpose.TRAINING, "2025-04", EARLIER),)}, "consent_withdrawn"),
        ({"enrolled_on": EARLIER}, "withdrawn_since"),
        ({"enrolled_on": EARLIER, "consents": (Agreement(Purpose.TRAINING, "2025-04", LATER),)}, "withdrawn_since"),
    ],
)
def test_what_is_older_than_the_withdrawal_enrolls_nobody_again(changed: dict[str, Any], code: str) -> None:
    decision = decided_again(**changed)
    assert isinstance(decision, Rejection)
    assert decision.code == code


def test_an_application_that_was_answered_before_the_withdrawal_enrolls_nobody_again() -> None:
    decision = decided_again(replace(NOBODY, id_is_taken=True))
    assert isinstance(decision, AlreadyEnrolled)
    assert decision.status is EnrollmentStatus.WITHDRAWN


def test_whoever_withdrew_from_a_cohort_that_is_full_or_closed_has_no_seat_there() -> None:
    assert decided_again(replace(NOBODY, cohort=replace(COHORT, occupied=2))).status is EnrollmentStatus.WAITLISTED
    assert decided_again(replace(NOBODY, cohort=replace(COHORT, is_open=False))).code == "cohort_closed"


def test_the_answer_is_the_same_whoever_is_out_of_sight() -> None:
    """Consents, names and enrollments of people whom the caller must not see decide nothing that the caller is told."""
    application = an_application(new_id())
    unseen = somebody(application, is_visible=False)
    for changed in ({}, {"consents": ()}, {"names": Names("Juan", "Díaz")}, {"birth_date": date(2012, 5, 21)}):
        guess = replace(application, **changed)
        told = [decide(guess, replace(A_FACILITATORS, people=people), NOW) for people in ((), (unseen,))]
        without_what_is_kept = [
            replace(one, is_apart=False, counted_as=None) if isinstance(one, Admission) else one for one in told
        ]
        assert without_what_is_kept[0] == without_what_is_kept[1]


@pytest.mark.parametrize(
    ("changed", "is_counted_with_them"),
    [
        ({}, True),
        ({"names": Names("Rosa", "Quispe")}, True),
        ({"names": Names("R", "Q")}, False),
        ({"names": Names("Juan", "Díaz")}, False),
        ({"birth_date": date(1990, 1, 1)}, False),
    ],
)
def test_who_is_registered_apart_is_counted_with_whom_they_match(
    changed: dict[str, Any], is_counted_with_them: bool
) -> None:
    unseen = somebody(an_application(new_id()), is_visible=False)
    decision = decided(replace(A_FACILITATORS, people=(unseen,)), **changed)
    assert decision.person is None
    assert decision.is_apart
    assert decision.counted_as == (unseen.person_id if is_counted_with_them else None)


def test_who_took_their_consent_back_since_is_to_be_compared() -> None:
    history = ConsentHistory(withdrawn_at={Purpose.TRAINING: NOW})
    unseen = somebody(an_application(new_id()), is_visible=False, consents=history)
    assert decided(replace(A_FACILITATORS, people=(unseen,))).counted_as is None


def test_a_facilitator_joins_somebody_to_a_second_cohort_with_a_fresh_consent_only() -> None:
    standing = ConsentHistory(standing=frozenset({(Purpose.TRAINING, "2025-04")}))
    person = somebody(an_application(new_id()), consents=standing)
    facilitators, coordinators = (replace(one, people=(person,)) for one in (A_FACILITATORS, NOBODY))
    assert getattr(decided(facilitators, consents=()), "code", None) == "consent_missing"
    assert isinstance(decided(facilitators), Admission)
    assert isinstance(decided(coordinators, consents=()), Admission)


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
