"""The addresses of clients."""

from ipaddress import IPv4Address, IPv6Network, ip_address


def network_of(address: str) -> str:
    """What one client has of the internet: an IPv4 address, or an IPv6 network of 64 bits; other text is one client."""
    try:
        parsed = ip_address(address)
    except ValueError:
        return ""
    if isinstance(parsed, IPv4Address):
        return str(parsed)
    return str(parsed.ipv4_mapped or IPv6Network((int(parsed), 64), strict=False))
