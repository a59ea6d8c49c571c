"""Types and choices of fields that the commands and forms of several ideas share."""

from ipaddress import IPv4Address, IPv6Address, IPv6Network, ip_address
from typing import Annotated

from pydantic import AfterValidator, Field, HttpUrl, StringConstraints, TypeAdapter, ValidationError

from chassis.web.inputs import NO_CONTROLS, among
from chassis.web.texts import N_
from contracts.territory import districts

_URLS = TypeAdapter(HttpUrl)

PRIVATE_SUFFIXES = (
    *(".localhost", ".local", ".internal", ".home.arpa"),
    *(".lan", ".home", ".corp", ".intranet", ".private"),
)
"""Of names that have a meaning only on one machine or in one network: of RFC 6761, 6762 (and its appendix G) and 8375,
and ICANN's."""

_LEADING_TO_IPV4 = {IPv6Network("::/96"): 0, IPv6Network("64:ff9b::/96"): 0, IPv6Network("2002::/16"): 80}
"""IPv6 networks whose addresses lead to an IPv4 address that is part of them, and the number of bits behind it."""


def _web_address(text: str) -> str:
    try:
        url = _URLS.validate_python(text)
    except ValidationError:
        raise ValueError(N_("Write a whole web address, such as https://www.gob.pe/regioncajamarca.")) from None
    if url.username or url.password:
        raise ValueError(N_("An address with a name or a password in it cannot be published."))
    if not _is_public(url.host or ""):
        raise ValueError(N_("This address leads into a private network, where the public cannot go."))
    return str(url)


def _is_public(host: str) -> bool:
    """Whether anybody could reach the host, as far as its name says: nobody asks the network."""
    name = host.strip("[]").rstrip(".")
    try:
        address = ip_address(name)
    except ValueError:
        return "." in name and not name.endswith(PRIVATE_SUFFIXES)
    return _destination(address).is_global and not (isinstance(address, IPv6Address) and address.is_site_local)


def _destination(address: IPv4Address | IPv6Address) -> IPv4Address | IPv6Address:
    """The IPv4 address that an IPv6 address leads to, where it leads to one."""
    if isinstance(address, IPv4Address) or address.ipv4_mapped:
        return getattr(address, "ipv4_mapped", None) or address
    parts = (int(address) >> bits for network, bits in _LEADING_TO_IPV4.items() if address in network)
    return next((IPv4Address(part & 0xFFFFFFFF) for part in parts), address)


Line = Annotated[
    str,
    StringConstraints(strip_whitespace=True, min_length=3, max_length=200, pattern=NO_CONTROLS),
]
"""A line of text without control characters."""

Text = Annotated[
    str,
    StringConstraints(
        strip_whitespace=True,
        min_length=3,
        max_length=2000,
        pattern=r"^[^\x00-\x08\x0b\x0c\x0e-\x1f\x7f]*$",
    ),
]
"""Some lines of text."""

WebAddress = Annotated[str, AfterValidator(_web_address), Field(json_schema_extra={"format": "uri"})]
"""An `http` or `https` address in ASCII, as it goes into a header."""

District = Annotated[
    str,
    among(districts, N_("This code belongs to no district of Cajamarca.")),
    Field(description="INEI code of the district it is for."),
]


def district_choices() -> list[tuple[str, str]]:
    """All districts by province; their INEI codes are the values."""
    ordered = sorted(districts().values(), key=lambda one: (one.province, one.name))
    return [(one.inei, one.full_name) for one in ordered]
