"""What is published leads where the public can go, and a code is found however it was cut from a sentence."""

import pytest
from pydantic import TypeAdapter, ValidationError

from chassis.web.short_codes import normalize
from services.media.fields import WebAddress

ADDRESSES = TypeAdapter(WebAddress)


@pytest.mark.parametrize(
    "address",
    [
        "http://127.0.0.1/", "http://127.1/", "http://2130706433/", "http://0x7f.0.0.1/", "http://[::1]/",
        "http://[::ffff:10.0.0.1]/", "http://10.0.0.1/", "http://192.168.1.1:8080/a", "http://172.16.0.1/",
        "http://169.254.169.254/latest", "http://[fe80::1]/", "http://[fd00::1]/", "http://0.0.0.0/",
        "http://localhost/", "http://LOCALHOST:8000/", "http://localhost./", "http://a.localhost/", "http://intranet/",
        "http://router.local/", "http://db.internal/", "javascript:alert(1)", "data:text/html,x", "file:///etc/passwd",
        "ftp://example.org/", "http://[64:ff9b::7f00:1]/", "http://[::127.0.0.1]/", "http://[2002:7f00:1::]/",
        "http://[fec0::1]/", "http://router.lan/", "http://nas.home/", "http://minka.corp/", "http://a.intranet/",
    ],
)  # fmt: skip
def test_a_private_address_is_not_published(address: str) -> None:
    with pytest.raises(ValidationError):
        ADDRESSES.validate_python(address)


@pytest.mark.parametrize(
    "address",
    [
        "https://www.gob.pe/regioncajamarca",
        "http://example.org:8080/a?b=c#d",
        "https://1.1.1.1/",
        "https://ñandú.pe/",
        "https://[2606:4700:4700::1111]/",
        "https://[64:ff9b::101:101]/",
    ],
)
def test_a_public_address_is_published(address: str) -> None:
    assert ADDRESSES.validate_python(address).startswith("http")


@pytest.mark.parametrize("written", ["{}", "{}.", "{})", "{},", "/{}", "«{}»", " {} ", "({}).", "{}/", "“{}”…"])
def test_a_code_is_found_in_what_was_typed(written: str) -> None:
    assert normalize(written.format("Abc2345xyz")) == "abc2345xyz"


@pytest.mark.parametrize("written", ["", ".", "abc", "abc2345xy0", "abc 2345xyz", "a" * 100_000, "." * 100_000, "\x00"])
def test_what_is_no_code_is_not_looked_for(written: str) -> None:
    assert normalize(written) is None
