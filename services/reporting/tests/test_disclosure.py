"""Properties of the gate."""

from hypothesis import given
from hypothesis import strategies as st

from contracts.disclosure import THRESHOLD
from contracts.reporting import CellStatus
from services.reporting.publishing.disclosure import WITHHELD, Figure, gate, over_months, withheld

counts = st.dictionaries(st.text("abcdefgh", min_size=1, max_size=3), st.integers(0, 60), min_size=1, max_size=20)
months = st.dictionaries(st.integers(1, 12).map(lambda n: f"2025-{n:02}"), st.integers(0, 40), min_size=1)


def test_one_to_nine_are_withheld_and_ten_are_shown() -> None:
    """By number, for the constant is what could be wrong."""
    lists = [gate({"a": count, "b": 31, "c": 40}, of_people=True) for count in range(12)]
    assert [figures["a"].value for figures in lists] == [0, *[None] * 9, 10, 11]
    assert {figures["b"].value for figures in lists[1:10]} == {None}, "the total less c would tell a"
    assert [gate({"total": count}, of_people=True)["total"].value for count in (9, 10)] == [None, 10]


@given(counts)
def test_no_small_count_of_people_is_seen(values: dict[str, int]) -> None:
    for figure in gate(values, of_people=True).values():
        assert figure.value is None or figure.value == 0 or figure.value >= THRESHOLD


@given(counts)
def test_what_is_withheld_cannot_be_had_by_subtraction(values: dict[str, int]) -> None:
    hidden = withheld(values)
    rest = [values[member] for member in values if member not in hidden]
    if hidden and any(rest):
        assert len(hidden) > 1
        assert sum(values[member] for member in hidden) >= THRESHOLD
    if len(values) > 1:
        assert len(hidden) != 1


@given(counts)
def test_nothing_is_withheld_without_need(values: dict[str, int]) -> None:
    small = {member for member, count in values.items() if 0 < count < THRESHOLD}
    hidden = withheld(values)
    assert small <= hidden
    assert not hidden if not small else len(hidden - small) <= max(0, 2 - len(small)) + 1


@given(counts)
def test_shown_counts_are_true_and_zero_stays_zero(values: dict[str, int]) -> None:
    for member, figure in gate(values, of_people=True).items():
        if figure.status is CellStatus.PUBLISHED:
            assert figure.value == values[member]


def test_the_next_smallest_goes_with_a_single_small_count() -> None:
    assert withheld({"a": 4, "b": 31, "c": 12, "d": 0}) == {"a", "c"}


def test_a_zero_keeps_company_only_where_nothing_else_can() -> None:
    assert withheld({"a": 4, "b": 0, "c": 0}) == {"a", "b"}


@given(st.dictionaries(st.from_regex("[ABC][a-d]", fullmatch=True), st.integers(0, 60), min_size=1))
def test_what_a_part_withholds_cannot_be_had_from_the_coarser_member(values: dict[str, int]) -> None:
    figures = gate(values, of_people=True, part_of=lambda member: member[0])
    hidden = {member for member, figure in figures.items() if figure.value is None}
    for coarser in {member[0] for member in values}:
        of_coarser = sum(values[member] for member in hidden if member[0] == coarser)
        assert (
            not 0 < of_coarser < THRESHOLD or sum(n for member, n in values.items() if member[0] == coarser) < THRESHOLD
        )
    small = {member for member, count in values.items() if 0 < count < THRESHOLD}
    assert small <= hidden
    assert not 0 < sum(values[member] for member in hidden) < THRESHOLD or sum(values.values()) < THRESHOLD


def test_a_small_district_is_not_alone_in_its_province() -> None:
    districts = {"060101": 4, "060102": 31, "060103": 12, "060201": 5, "060202": 7, "060203": 40}
    figures = gate(districts, of_people=True, part_of=lambda district: district[:4])
    assert {district for district, figure in figures.items() if figure.value is None} == {
        *("060101", "060103"),
        *("060201", "060202"),
    }


def test_what_is_no_count_of_people_is_not_withheld() -> None:
    assert gate({"a": 4}, of_people=False) == {"a": Figure(4, CellStatus.PUBLISHED)}


def public(values: dict[str, int]) -> tuple[Figure, dict[str, Figure]]:
    total = gate({"total": sum(values.values())}, of_people=True)["total"]
    return total, gate(values, of_people=True)


@given(months, st.integers(1, 12), st.integers(1, 12))
def test_a_range_of_months_tells_no_withheld_month_from_another(values: dict[str, int], a: int, b: int) -> None:
    first, last = f"2025-{min(a, b):02}", f"2025-{max(a, b):02}"
    total, lists = public(values)
    figure = over_months(total, lists, first, last)
    inside = {month for month in values if first <= month <= last}
    hidden = {month for month in values if lists[month].value is None}
    if figure.value is not None:
        assert figure.value == sum(values[month] for month in inside)
        assert not hidden & inside or hidden <= inside
        assert figure.value == 0 or figure.value >= THRESHOLD
    elif total.value is not None:
        assert hidden & inside


def test_a_range_that_holds_all_withheld_months_is_the_total_less_the_others() -> None:
    total, lists = public({"2025-04": 4, "2025-05": 12, "2025-06": 30})
    assert over_months(total, lists, "2025-04", "2025-05").value == 16
    assert over_months(total, lists, "2025-05", "2025-06") == WITHHELD
    assert over_months(total, lists, "2025-06", "2025-12").value == 30


def test_a_range_of_few_people_is_withheld_whatever_else_is_public() -> None:
    """Public lists are older than what is counted, so withheld months may add up to fewer than ten."""
    months = {"2025-04": WITHHELD, "2025-05": WITHHELD, "2025-06": Figure(31, CellStatus.PUBLISHED)}
    totals = [Figure(total, CellStatus.PUBLISHED) for total in (40, 41)]
    assert [over_months(total, months, "2025-04", "2025-05").value for total in totals] == [None, 10]
