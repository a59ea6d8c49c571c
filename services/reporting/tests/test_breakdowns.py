"""The decision of the breakdowns of people: what moves, what is held, and what is withheld."""

from collections import defaultdict
from collections.abc import Mapping
from typing import Any
from uuid import UUID

from hypothesis import given
from hypothesis import strategies as st

from contracts.disclosure import THRESHOLD
from contracts.reporting import CellStatus
from services.reporting.counting.margins import Margin
from services.reporting.indicators.registry import PEOPLE
from services.reporting.indicators.slices import PROGRAMME, TOTAL
from services.reporting.publishing.breakdowns import Breakdown, decide, withheld_in
from services.reporting.publishing.disclosure import WITHHELD, Figure
from services.reporting.publishing.domain import Lists
from services.reporting.publishing.people import People, decide_lists
from services.reporting.tests.stories import an_id

ENROLLED, ATTENDEES, _ATTENDED, TRAINED, TRAINED_BEFORE, _ORGANIZATIONS = PEOPLE


def published(**counts: int | None) -> dict[str, Figure]:
    """Public figures; None is withheld."""
    return {
        member: WITHHELD if count is None else Figure(count, CellStatus.PUBLISHED) for member, count in counts.items()
    }


def changed(**numbers: int) -> dict[str, dict[UUID, int]]:
    """So many people who came in each place, all of them others."""
    first = 0x1000
    people = {}
    for place, number in numbers.items():
        people[place] = {an_id(first + n): 1 for n in range(number)}
        first += number
    return people


def values(one: Breakdown) -> dict[str, int | None]:
    """What the public sees of one list alone."""
    return {member: figure.value for member, figure in decide({"enrolled": one})["enrolled"].figures.items()}


def test_a_figure_moves_when_ten_people_changed_in_it() -> None:
    public = published(a=100, b=100)
    nine = Breakdown(counts={"a": 109, "b": 120}, public=public, changed=changed(a=9, b=20))
    assert values(nine) == {"a": 100, "b": 100}, "b is held too: it would tell what changed in a"
    ten = Breakdown(counts={"a": 110, "b": 120}, public=public, changed=changed(a=10, b=20))
    assert values(ten) == {"a": 110, "b": 120}


def test_people_in_and_out_are_counted_not_their_difference() -> None:
    both = {an_id(n): 1 if n % 2 else -1 for n in range(0x100, 0x10A)}
    public = published(a=100, b=100)
    assert values(Breakdown(counts={"a": 100, "b": 112}, public=public, changed={"a": both} | changed(b=12))) == {
        "a": 100,
        "b": 112,
    }
    one_more = {"a": both | {an_id(0x200): 1}} | changed(b=12)
    assert values(Breakdown(counts={"a": 101, "b": 112}, public=public, changed=one_more)) == {"a": 101, "b": 112}


def test_few_in_several_places_hide_each_other_while_others_move() -> None:
    one = Breakdown(
        counts={"a": 105, "b": 106, "c": 140, "d": 50}, public=published(a=100, b=100, c=100, d=50),
        changed=changed(a=5, b=6, c=40),
    )  # fmt: skip
    assert values(one) == {"a": 100, "b": 100, "c": 140, "d": 50}


def test_what_all_of_them_are_is_not_told() -> None:
    one = Breakdown(counts={"a": 130, "b": 100}, public=published(a=100, b=100), changed=changed(a=30))
    assert values(one) == {"a": 100, "b": 100}
    known_anyway = Breakdown(
        counts={"a": 130, "b": 100}, public=published(a=100, b=100), changed=changed(a=30), secret=False
    )
    assert values(known_anyway) == {"a": 130, "b": 100}


def test_a_sheet_of_one_province_is_told_when_it_is_a_crowd() -> None:
    public = published(a=100, b=0)
    few = Breakdown(counts={"a": 100, "b": 49}, public=public, changed=changed(b=49))
    assert values(few) == {"a": 100, "b": None}, "what has people is withheld, not zero"
    many = Breakdown(counts={"a": 100, "b": 50}, public=public, changed=changed(b=50))
    assert values(many) == {"a": 100, "b": 50}


def test_an_indicator_that_is_not_due_moves_nothing() -> None:
    one = Breakdown(counts={"a": 115, "b": 115}, public=published(a=100, b=100), changed=changed(a=15, b=15), due=False)
    assert values(one) == {"a": 100, "b": 100}


def test_the_first_people_of_a_member_are_withheld_not_zero() -> None:
    one = Breakdown(
        counts={"a": 115, "b": 104, "c": 7}, public=published(a=100, b=100, c=0), changed=changed(a=15, b=4, c=7)
    )
    assert values(one) == {"a": 115, "b": None, "c": None}, "b hides c: their sum is known"


def test_what_was_withheld_is_shown_when_it_is_clearly_large_enough() -> None:
    public = published(a=100, b=100, c=None, d=None)
    people = {"a": 15, "b": 15, "c": 19}
    below = Breakdown(counts={"a": 115, "b": 115, "c": 19, "d": 15}, public=public, changed=changed(**people))
    assert values(below)["c"] is None
    people["c"] = 20
    above = Breakdown(counts={"a": 115, "b": 115, "c": 20, "d": 15}, public=public, changed=changed(**people))
    assert values(above) == {"a": 115, "b": 115, "c": 20, "d": None}


def test_what_was_shown_is_withheld_when_it_becomes_small() -> None:
    public, changes = published(a=100, b=25, c=100), changed(a=20, b=16, c=12)
    assert values(Breakdown(counts={"a": 80, "b": 9, "c": 112}, public=public, changed=changes)) == {
        "a": None,
        "b": None,
        "c": 112,
    }


def test_the_sum_of_what_is_withheld_moves_by_ten_people_too() -> None:
    public = published(a=100, b=100, c=None, d=None)
    one = Breakdown(
        counts={"a": 115, "b": 112, "c": 6, "d": 7}, public=public,
        changed=changed(a=15, b=12, c=6, d=7) | {withheld_in(""): {an_id(0x2000): 1}},
    )  # fmt: skip
    assert values(one) == {"a": 115, "b": 100, "c": None, "d": None}


def test_a_withheld_member_is_withheld_by_all_indicators() -> None:
    enrolled = Breakdown(counts={"a": 60, "b": 40, "c": 30}, is_new=True, changed=changed(a=60, b=40, c=30))
    trained = Breakdown(counts={"a": 50, "b": 35, "c": 3}, is_new=True, changed=changed(a=50, b=35, c=3))
    decided = decide({"enrolled": enrolled, "trained": trained})
    assert {name: [m for m, f in one.figures.items() if f == WITHHELD] for name, one in decided.items()} == {
        "enrolled": ["b", "c"],
        "trained": ["b", "c"],
    }


def test_lists_by_one_dimension_move_together_or_not_at_all() -> None:
    still = Breakdown(counts={"a": 103, "b": 100}, public=published(a=100, b=100), changed=changed(a=3))
    assert {one.settled for one in decide({"enrolled": still, "trained": still}).values()} == {frozenset()}


def test_a_small_newcomer_does_not_take_the_number_that_readers_came_for() -> None:
    """Five people in 2026 neither withhold a month of the plan nor are told themselves."""
    public = published(may=300, june=200)
    changes = changed(may=30, june=12, january=5)
    months = Breakdown(counts={"may": 330, "june": 212, "january": 5}, public=public, changed=changes, secret=False)
    assert values(months) == {"may": 330, "june": 200}, "january is no month of the list yet, and june is held"
    programmes = Breakdown(
        counts={"ours": 330, "pilot": 5}, public=published(ours=300, pilot=0), changed=changed(ours=30, pilot=5),
        secret=False, still={"ours"},
    )  # fmt: skip
    assert values(programmes) == {"ours": 300, "pilot": 0}


@given(st.lists(st.dictionaries(st.sampled_from("abcd"), st.integers(0, 25), min_size=1), min_size=1, max_size=8))
def test_whatever_comes_every_move_is_of_ten_people_and_nothing_small_is_shown(days: list[dict[str, int]]) -> None:
    counts: dict[str, int] = dict.fromkeys("abcd", 0)
    public: Mapping[str, Figure] = published(a=0, b=0, c=0, d=0)
    changes: defaultdict[str, dict[UUID, int]] = defaultdict(dict)
    shown: dict[str, int | None] = {}
    number = 0x1000
    for day in days:
        for member, people in day.items():
            counts[member] += people
            for _ in range(people):
                number += 1
                changes[member][an_id(number)] = 1
        one = Breakdown(counts=dict(counts), public=public, changed=changes)
        decided = decide({"enrolled": one})["enrolled"]
        for member, figure in decided.figures.items():
            assert figure.value is None or figure.value == 0 or figure.value >= THRESHOLD
            if figure != public[member] and figure.value:  # a zero that was hidden beside others may return
                assert len(changes[member]) >= THRESHOLD or figure.value == shown[member]
            if figure.value is not None:
                shown[member] = figure.value
        public = decided.figures
        for place in decided.settled:
            changes.pop(place, None)


def a_family() -> People:
    """An office with three provinces and two programmes, of which nobody knows yet."""
    return People(defaultdict(dict), defaultdict(dict), defaultdict(dict), {"c1": "0601", "c2": "0602", "c3": "0602"})


def enroll(people: People, first: int, number: int, indicator: str = "enrolled", **members: str) -> None:
    """So many people, each in these members."""
    cells = {"sex": "female", "programme": "p1"} | members
    for n in range(first, first + number):
        cell_of_each = {Margin(indicator, dimension, member): 1 for dimension, member in cells.items()}
        people.add(an_id(0x1000 + n), {Margin(indicator, TOTAL, TOTAL): 1, **cell_of_each})


def of(lists: Mapping[str, Lists], indicator: Any, dimension: str) -> dict[str, int | None]:
    """The list without its zeros."""
    return {
        member: figure.value
        for (by, member), figure in lists[indicator.id].items()
        if by == dimension and figure.value != 0
    }


def test_a_change_that_was_undone_is_none() -> None:
    people = a_family()
    decide_lists(people, PEOPLE, {})
    enroll(people, 0, 12)
    for n in range(3):
        people.add(an_id(0x1000 + n), {Margin("enrolled", "sex", "female"): -1, Margin("enrolled", TOTAL, TOTAL): -1,
                                       Margin("enrolled", PROGRAMME, "p1"): -1})  # fmt: skip
    assert not people.is_due(ENROLLED)
    enroll(people, 20, 1)
    assert people.is_due(ENROLLED)


def test_people_who_come_to_a_second_programme_are_people_who_changed() -> None:
    people = a_family()
    enroll(people, 0, 40)
    decide_lists(people, PEOPLE, {})
    for n in range(10):
        people.add(an_id(0x1000 + n), {Margin("enrolled", PROGRAMME, "p2"): 1})
    assert people.is_due(ENROLLED)


def test_an_indicator_has_lists_from_half_of_its_container_on() -> None:
    people = a_family()
    enroll(people, 0, 60)
    enroll(people, 100, 40, sex="male")
    enroll(people, 0, 49, "attendees")
    lists = decide_lists(people, PEOPLE, {})
    assert of(lists, ENROLLED, "sex") == {"female": 60, "male": 40}
    assert set(of(lists, ATTENDEES, "sex").values()) == {None}
    assert of(lists, ATTENDEES, PROGRAMME) == {"p1": 49}
    enroll(people, 100, 20, "attendees", sex="male")
    assert of(decide_lists(people, PEOPLE, {}), ATTENDEES, "sex") == {"female": 49, "male": 20}
    assert of(decide_lists(people, PEOPLE, {}), TRAINED, "sex") == {}


def test_what_lists_of_before_withhold_is_shown_of_those_who_enroll_now() -> None:
    people = a_family()
    enroll(people, 0, 300, province="0601")
    enroll(people, 300, 200, province="0602")
    enroll(people, 600, 90, "trained_before", province="0601")
    enroll(people, 700, 4, "trained_before", province="0602")
    lists = decide_lists(people, PEOPLE, {})
    assert of(lists, ENROLLED, "province") == {"0601": 300, "0602": 200}
    assert set(of(lists, TRAINED_BEFORE, "province").values()) == {None}


def test_a_province_that_was_withheld_returns_though_nobody_enrolls_there_any_more() -> None:
    """Few are trained at first, so that all indicators withhold the province; later only the trained change."""
    people = a_family()
    for indicator in ("enrolled", "attendees", "attended"):
        enroll(people, 0, 300, indicator, province="0601")
        enroll(people, 300, 200, indicator, province="0602")
    enroll(people, 0, 280, "trained", province="0601")
    assert of(decide_lists(people, PEOPLE, {}), ENROLLED, "province") == {"0601": 300, "0602": 200}
    enroll(people, 300, 5, "trained", province="0602")
    enroll(people, 280, 10, "trained", province="0601")
    enroll(people, 600, 1, province="0602")
    lists = decide_lists(people, PEOPLE, {})
    assert of(lists, ENROLLED, "province")["0602"] is None
    assert of(lists, TRAINED, "province")["0602"] is None
    enroll(people, 305, 150, "trained", province="0602")
    lists = decide_lists(people, PEOPLE, {})
    assert of(lists, TRAINED, "province")["0602"] == 155
    assert of(lists, ENROLLED, "province")["0602"] == 200, "one person is no move"
    place = people.changes["enrolled", "province"]["withheld"]
    assert sum(place.values()) == 0 or set(place.values()) == {-1}, "nor may the sum of the withheld tell of one"


def test_few_people_in_two_programmes_are_not_told_by_the_sum() -> None:
    people = a_family()
    enroll(people, 0, 100)
    enroll(people, 100, 44, programme="p2")
    for n in range(6):
        people.add(an_id(0x1000 + n), {Margin("enrolled", PROGRAMME, "p2"): 1})
    assert of(decide_lists(people, PEOPLE, {}), ENROLLED, PROGRAMME) == {"p1": 100, "p2": None}


def test_few_people_who_live_elsewhere_are_not_told_by_cohort_and_province() -> None:
    people = a_family()
    for first, province, cohort in ((0, "0601", "c1"), (100, "0602", "c2"), (200, "0602", "c3")):
        enroll(people, first, 50, province=province, cohort=cohort)
    enroll(people, 300, 4, province="0602", cohort="c1")
    found = of(decide_lists(people, PEOPLE, {}), ENROLLED, "cohort")
    assert [cohort for cohort, count in found.items() if count is None] == ["c1", "c2"]


def test_districts_of_a_withheld_province_are_withheld() -> None:
    people = a_family()
    enroll(people, 0, 50, province="0601", district="060101")
    enroll(people, 100, 14, province="0602", district="060201")
    enroll(people, 200, 3, province="0603", district="060301")
    lists = decide_lists(people, PEOPLE, {})
    assert of(lists, ENROLLED, "province") == {"0601": 50, "0602": None, "0603": None}
    shown = {member: count for member, count in of(lists, ENROLLED, "district").items() if count}
    assert shown == {"060101": 50}


def test_a_district_of_a_withheld_province_is_not_shown_for_being_large() -> None:
    people = a_family()
    enroll(people, 0, 38, province="0601", district="060101")
    enroll(people, 50, 12, province="0601", district="060102")
    enroll(people, 100, 14, province="0602", district="060201")
    enroll(people, 200, 3, province="0603", district="060301")
    lists = decide_lists(people, PEOPLE, {})
    assert of(lists, ENROLLED, "province") == {"0601": 50, "0602": None, "0603": None}
    shown = {member: count for member, count in of(lists, ENROLLED, "district").items() if count}
    assert shown == {"060101": 38}, "060102 hides who changed in 060301"
