"""Texts as they are searched and sorted: the same in Python and in PostgreSQL."""

import unicodedata

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from chassis.store.database import Pool
from chassis.web.plain_texts import plain, plain_sql, sortable, sortable_sql

LATIN = "".join(filter(str.isprintable, map(chr, range(0x24F))))
TEXTS = st.text(st.characters(max_codepoint=0x1FFF, exclude_categories=["Cs", "Cn"], exclude_characters="\0"))


@settings(deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(text=TEXTS | st.text("nN\u0303\u0301\u0323ñz~"))
async def test_python_and_postgresql_agree(pool: Pool, text: str) -> None:
    found = await pool.fetchrow(f"SELECT {plain_sql('$1::text')}, {sortable_sql('$1::text')}", text)
    assert found is not None
    assert tuple(found) == (plain(text), sortable(text))


async def test_they_agree_on_all_latin_characters(pool: Pool) -> None:
    assert await pool.fetchval(f"SELECT {plain_sql('$1::text')}", LATIN) == plain(LATIN)


def test_no_accent_is_searched() -> None:
    text = "Álvarez Öçâ Ñandú Łódź Ørsted"
    for written in (unicodedata.normalize("NFC", text), unicodedata.normalize("NFD", text)):
        assert plain(written) == "alvarez oca nandu lodz orsted"


def test_the_n_with_a_tilde_comes_after_the_n() -> None:
    words = ["nube", "n\u0303andu", "Nz", "Ñato", "oca", "ña"]
    assert sorted(words, key=sortable) == ["nube", "Nz", "ña", "n\u0303andu", "Ñato", "oca"]
