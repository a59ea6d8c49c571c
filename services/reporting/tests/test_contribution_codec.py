"""How an owner's amounts are kept."""

from hypothesis import given
from hypothesis import strategies as st

from services.reporting.counting.contribution_codec import EMPTY, Amounts, decode, encode
from services.reporting.counting.domain import Cell
from services.reporting.indicators.slices import ALL, Slice

months = st.dates().map(lambda day: f"{day:%Y-%m}")
members = st.none() | st.sampled_from(["060101", "female", "not_stated", "Ñ"])
slices = st.builds(Slice, months, cohort=members, district=members, sex=members, campaign=members)
cells = st.builds(Cell, st.sampled_from(["enrolled", "first_party_reach.lower"]), st.sampled_from([ALL, "p"]), slices)


@given(st.dictionaries(cells, st.integers(1, 2**31)), st.randoms(use_true_random=False))
def test_it_reads_as_it_was_written_and_order_means_nothing(amounts: Amounts, random: object) -> None:
    shuffled = list(amounts.items())
    random.shuffle(shuffled)  # type: ignore[attr-defined]

    assert decode(encode(amounts)) == amounts
    assert encode(dict(shuffled)) == encode(amounts)


def test_nothing() -> None:
    assert encode({}) == EMPTY
    assert decode(EMPTY) == {}
