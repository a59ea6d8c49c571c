"""What can be asked for: addresses that are safe in a header, figures that make sense."""

from typing import Any
from uuid import uuid4

import pytest
from pydantic import TypeAdapter, ValidationError

from services.media.fields import Text, WebAddress
from services.media.platform_figures.commands import RecordFigure

ADDRESSES: TypeAdapter[str] = TypeAdapter(WebAddress)
TEXTS: TypeAdapter[str] = TypeAdapter(Text)


@pytest.mark.parametrize(
    "address",
    [
        "javascript:alert(1)",
        "data:text/html,x",
        "ftp://example.org/",
        "//example.org",
        "/inside",
        "https://",
        "https://user:secret@example.org/",
        "https://user@example.org/",
    ],
)
def test_only_whole_web_addresses_without_credentials_are_taken(address: str) -> None:
    with pytest.raises(ValidationError):
        ADDRESSES.validate_python(address)


@pytest.mark.parametrize(
    ("address", "taken"),
    [
        ("https://example.org", "https://example.org/"),
        ("http://example.org:8000/a?b=c&d=%20#e", "http://example.org:8000/a?b=c&d=%20#e"),
        ("https://cañón.pe/niñas", "https://xn--can-8mak.pe/ni%C3%B1as"),
        ("https://example.org/\r\nSet-Cookie: x=y", "https://example.org/Set-Cookie:%20x=y"),
    ],
)
def test_an_address_is_kept_as_it_goes_into_a_header(address: str, taken: str) -> None:
    assert ADDRESSES.validate_python(address) == taken
    assert taken.isascii()


def test_a_text_has_lines_but_no_control_characters() -> None:
    assert TEXTS.validate_python("  Primera línea\r\nsegunda ") == "Primera línea\r\nsegunda"
    for text in ("no\x00thing", "bell\x07"):
        with pytest.raises(ValidationError):
            TEXTS.validate_python(text)


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"reach": None}, "impressions"),
        ({"reach": -1}, "reach"),
        ({"reach": 2**31}, "reach"),
        ({"period_end": "2025-05-11"}, "period_end"),
        ({"grade": "measured"}, "grade"),
    ],
)
def test_a_figure_without_sense_is_refused(change: dict[str, Any], field: str) -> None:
    figure = {
        "publication_id": uuid4(),
        "period_start": "2025-05-12",
        "period_end": "2025-05-18",
        "reach": 1200,
        "grade": "declared",
    }

    with pytest.raises(ValidationError) as refused:
        RecordFigure.model_validate(figure | change)

    assert [error["loc"] for error in refused.value.errors()] == [(field,)]
