"""Cursors bring back their position, show nothing of it, and cannot be made by anybody else."""

from datetime import UTC
from typing import Any
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chassis.web.cursors import LONGEST, Cursors, InvalidCursorError, Position

CURSORS = Cursors("a secret", "people\nname")
KEYS = st.uuids() | st.integers() | st.text(max_size=50)
VALUES = (
    st.none()
    | st.text(max_size=200)
    | st.integers()
    | st.booleans()
    | st.decimals(allow_nan=False)
    | st.floats(allow_nan=False)
    | st.dates()
    | st.datetimes(timezones=st.just(UTC))
    | st.uuids()
)


@given(value=VALUES, key=KEYS)
def test_a_cursor_brings_back_its_position(value: Any, key: Any) -> None:
    position = Position(value, key)
    assert CURSORS.read(CURSORS.write(position)) == position
    assert CURSORS.write(position) == CURSORS.write(position)


def test_a_cursor_shows_no_name_and_fits_an_address() -> None:
    cursor = CURSORS.write(Position("Quispe Mamani", UUID(int=7)))
    assert "quispe" not in cursor.lower()
    assert cursor.replace("-", "").replace("_", "").isalnum()
    assert len(cursor) < LONGEST


@given(text=st.text(max_size=100) | st.text("abcdefghijklmnopqrstuvwxyzABC0123456789-_", max_size=100))
def test_a_text_of_somebody_else_is_no_cursor(text: str) -> None:
    with pytest.raises(InvalidCursorError):
        CURSORS.read(text)


@pytest.mark.parametrize(
    "other", [Cursors("another secret", "people\nname"), Cursors("a secret", "people\n-name")], ids=["secret", "order"]
)
def test_a_cursor_is_of_one_list_in_one_order(other: Cursors) -> None:
    with pytest.raises(InvalidCursorError):
        CURSORS.read(other.write(Position("Ada", 1)))
