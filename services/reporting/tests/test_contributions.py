"""The amounts that one owner's facts add to the cells."""

from datetime import UTC, date, datetime, timedelta
from uuid import UUID

from contracts.enrollment import Purpose
from contracts.event import Event, OrganizationType, Sex
from contracts.media import Channel
from contracts.sessions import AttendanceState, SessionKind
from services.reporting.counting.domain import Cell, contributions
from services.reporting.indicators.slices import ALL, NOT_STATED, Slice
from services.reporting.tests import stories
from services.reporting.tests.stories import COHORT, MORNING, OTHER_COHORT, OTHER_PROGRAMME, PROGRAMME, an_id

PERSON = an_id(0x100)
LATER = MORNING + timedelta(days=40)


def counted(*facts: Event, measure: str, scope: str | UUID = ALL) -> dict[Slice, int]:
    cells = contributions(facts)
    return {cell.slice: amount for cell, amount in cells.items() if (cell.measure, cell.scope) == (measure, str(scope))}


def test_an_accepted_enrollment_with_consent_counts_in_its_slice() -> None:
    facts = [stories.a_consent(PERSON), stories.an_enrollment(PERSON)]
    assert contributions(facts) == {
        Cell("enrolled", scope, slice_): 1
        for scope in (ALL, str(PROGRAMME))
        for slice_ in [
            Slice(
                month="2025-05",
                cohort=str(COHORT),
                province="0601",
                district="060101",
                sex="female",
                age_band="15_29",
                mother_tongue="spanish",
                ethnicity="mestizo",
                organization_type="youth",
            )
        ]
    }


def test_without_consent_or_after_a_withdrawal_nobody_is_enrolled() -> None:
    consent, enrollment = stories.a_consent(PERSON), stories.an_enrollment(PERSON)
    assert contributions([enrollment]) == {}
    for purpose in set(Purpose) - {Purpose.TRAINING}:
        assert contributions([enrollment, stories.a_consent(PERSON, purpose)]) == {}, purpose
    assert contributions([enrollment, consent.model_copy(update={"given": False})]) == {}
    assert contributions([consent, stories.withdrawn(enrollment)]) == {}


def test_a_person_counts_once_in_each_scope_by_the_first_acceptance() -> None:
    first = stories.an_enrollment(PERSON, enrollment=an_id(1))
    again = stories.an_enrollment(PERSON, LATER, cohort=OTHER_COHORT, enrollment=an_id(2), sex=Sex.OTHER)
    elsewhere = stories.an_enrollment(PERSON, LATER, programme=OTHER_PROGRAMME, enrollment=an_id(3))
    facts = [elsewhere, again, first, stories.a_consent(PERSON)]
    assert [(s.month, s.sex) for s in counted(*facts, measure="enrolled")] == [("2025-05", "female")]
    assert [s.cohort for s in counted(*facts, measure="enrolled", scope=PROGRAMME)] == [str(COHORT)]
    assert [s.month for s in counted(*facts, measure="enrolled", scope=OTHER_PROGRAMME)] == ["2025-06"]


def test_months_are_those_of_cajamarca() -> None:
    last_evening_of_may = datetime(2025, 6, 1, 4, 59, tzinfo=UTC)
    facts = [stories.a_consent(PERSON), stories.an_enrollment(PERSON, last_evening_of_may)]
    assert [s.month for s in counted(*facts, measure="enrolled")] == ["2025-05"]


def test_only_verified_attendance_counts() -> None:
    facts = [stories.an_attendance(PERSON, an_id(0x300 + n), state=state) for n, state in enumerate(AttendanceState)]
    assert sum(counted(*facts, measure="attended", scope=PROGRAMME).values()) == 3
    assert sum(counted(*facts, measure="attendees").values()) == 1


def test_sessions_of_one_kind_and_month_are_added_up_in_their_cell() -> None:
    facts = [stories.an_attendance(PERSON, an_id(0x300 + number)) for number in range(4)]

    assert list(counted(*facts, measure="attended", scope=PROGRAMME).values()) == [4]


def test_attendance_counts_in_the_month_of_its_session() -> None:
    """Somebody excuses themselves in advance, or a tablet has a wrong clock."""
    fact = stories.an_attendance(PERSON, an_id(0x300), MORNING, checked_in_at=LATER)

    for measure in ("attended", "attendees"):
        assert [s.month for s in counted(fact, measure=measure, scope=PROGRAMME)] == ["2025-05"]


def test_a_session_recorded_twice_is_one_person_session() -> None:
    session = an_id(0x300)
    twice = [stories.an_attendance(PERSON, session, attendance=an_id(number)) for number in (7, 8)]
    assert sum(counted(*twice, measure="attended", scope=PROGRAMME).values()) == 1


def test_attendances_carry_their_kind_of_session_and_attendees_do_not() -> None:
    facts = [
        stories.an_attendance(PERSON, an_id(0x300)),
        stories.an_attendance(PERSON, an_id(0x301), LATER, kind=SessionKind.HEARING),
    ]
    assert {(s.month, s.kind) for s in counted(*facts, measure="attended", scope=PROGRAMME)} == {
        ("2025-05", "training"),
        ("2025-06", "hearing"),
    }
    assert [(s.month, s.kind) for s in counted(*facts, measure="attendees")] == [("2025-05", None)]


def test_a_revoked_completion_does_not_count() -> None:
    achieved = stories.a_completion(PERSON)
    assert sum(counted(achieved, measure="trained").values()) == 1
    assert contributions([achieved.model_copy(update={"achieved": False})]) == {}


ORGANIZATION = an_id(0x900)


def test_an_organization_counts_once_by_the_first_completion_of_a_member() -> None:
    first = stories.a_completion(
        PERSON, organization=ORGANIZATION, district="060201", organization_type=OrganizationType.WOMEN
    )
    later = stories.a_completion(an_id(0x101), LATER, OTHER_PROGRAMME, ORGANIZATION)
    facts = [stories.an_organization(ORGANIZATION, "060102"), *map(stories.of_organization, (later, first))]
    assert counted(*facts, measure="organizations_trained") == {
        Slice("2025-05", str(COHORT), "0601", "060102", organization_type="women"): 1
    }, "with its kind at the time, and its seat instead of where the member lives"
    assert [s.month for s in counted(*facts, measure="organizations_trained", scope=OTHER_PROGRAMME)] == ["2025-06"]
    assert not counted(*facts, measure="trained"), "the organization's facts count nobody"


def test_an_organization_whose_only_completion_was_revoked_does_not_count() -> None:
    achieved = stories.a_completion(PERSON, organization=ORGANIZATION)
    assert contributions([stories.of_organization(achieved.model_copy(update={"achieved": False}))]) == {}


def test_an_organization_whose_seat_is_not_known_counts_without_a_place() -> None:
    """Its registration may come after the completion, and may name no district."""
    completion = stories.of_organization(stories.a_completion(PERSON, organization=ORGANIZATION))
    for known in ([], [stories.an_organization(ORGANIZATION, None)]):
        (place,) = counted(completion, *known, measure="organizations_trained")
        assert (place.province, place.district) == (NOT_STATED, NOT_STATED)


def test_what_a_list_states_is_counted_apart_from_what_was_observed() -> None:
    observed = [stories.a_consent(PERSON), stories.an_enrollment(PERSON), stories.a_completion(PERSON)]
    stated = stories.a_stated_training(PERSON)
    for measure in ("enrolled", "trained"):
        assert counted(*observed, stated, measure=measure) == counted(*observed, measure=measure)
    assert [s.month for s in counted(*observed, stated, measure="trained_before")] == ["2023-06"]


def test_a_statement_counts_while_it_stands_and_says_that_somebody_completed() -> None:
    assert contributions([stories.a_stated_training(PERSON, stands=False)]) == {}
    assert contributions([stories.a_stated_training(PERSON, completed_on=None)]) == {}


def test_modules_count_with_their_hours() -> None:
    module = stories.a_module(an_id(0x20), hours=12)
    place = Slice("2025-05", mechanism="participatory_budget")
    assert counted(module, measure="programme_content", scope=PROGRAMME) == {place: 1}
    assert counted(module, measure="programme_hours", scope=PROGRAMME) == {place: 12}


def test_an_asset_on_a_channel_counts_once_by_its_first_publication() -> None:
    asset = an_id(0x30)
    facts = [
        stories.a_publication(an_id(0x31), asset, LATER),
        stories.a_publication(an_id(0x32), asset, district="060102"),
        stories.a_publication(an_id(0x33), asset, channel=Channel.RADIO),
        stories.a_publication(an_id(0x34), asset, channel=Channel.WEB, active=False),
    ]
    places = counted(*facts, measure="content_published")
    assert {(s.month, s.channel, s.district) for s in places} == {
        ("2025-05", "facebook", "060102"),
        ("2025-05", "radio", NOT_STATED),
    }


def test_an_asset_counts_for_its_programme_and_in_all() -> None:
    asset = an_id(0x30)
    facts = [
        stories.a_publication(an_id(0x31), asset),
        stories.a_publication(an_id(0x32), asset, LATER, programme_id=OTHER_PROGRAMME),
        stories.a_publication(an_id(0x33), asset, programme_id=None, channel=Channel.RADIO),
    ]
    numbers = [sum(counted(*facts, measure="content_published", scope=scope).values()) for scope in (ALL, PROGRAMME)]
    assert [*numbers, sum(counted(*facts, measure="content_published", scope=OTHER_PROGRAMME).values())] == [2, 1, 1]


def test_visits_count_people_only() -> None:
    fact = stories.a_day_of_reach(1, date(2025, 5, 12), ["a", "b"])
    assert sum(counted(fact, measure="visits").values()) == 2


def test_visitors_of_two_links_on_one_day_are_counted_once() -> None:
    day = date(2025, 5, 12)
    facts = [
        stories.a_day_of_reach(1, day, range(100)),
        stories.a_day_of_reach(2, day, range(50, 150), channel=Channel.RADIO),
    ]
    reach = counted(*facts, measure="first_party_reach")
    assert reach[Slice("2025-05")] == 150
    assert (reach[Slice("2025-05", channel="facebook")], reach[Slice("2025-05", channel="radio")]) == (100, 100)


def test_an_estimate_lies_between_its_bounds() -> None:
    fact = stories.a_day_of_reach(1, date(2025, 5, 12), range(20_000))
    value, lower, upper = (
        counted(fact, measure=f"first_party_reach{bound}")[Slice("2025-05")] for bound in ("", ".lower", ".upper")
    )
    assert lower < value < upper
    assert lower <= 20_000 <= upper
