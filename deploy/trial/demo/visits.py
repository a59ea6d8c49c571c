"""The visitors of the demonstration's links: phones of many models, previews of messengers, and a few bots."""

from collections.abc import Iterator
from dataclasses import dataclass
from ipaddress import IPv4Address

from deploy.trial.demo.turnout import share

PHONES = (
    "SM-A037M",
    "SM-A135M",
    "moto g22",
    "moto e13",
    "Redmi 9A",
    "Redmi Note 11",
    "M2006C3MNL",
    "CPH2385",
    "V2120",
    "SM-A536E",
)
PREVIEWS = (
    "WhatsApp/2.24.6.77 A",
    "facebookexternalhit/1.1 (+http://www.facebook.com/externalhit_uatext.php)",
    "TelegramBot (like TwitterBot)",
)
BOTS = ("Mozilla/5.0 (compatible; Googlebot/2.1; +http://www.google.com/bot.html)", "python-requests/2.31.0")


FIRST_ADDRESS = IPv4Address("127.1.0.0")
"""Linux lets a client come from any address of the loopback network."""


@dataclass(frozen=True, slots=True)
class Visitor:
    """Somebody who opens links."""

    address: str
    user_agent: str


def visitors(campaign: str, count: int) -> Iterator[Visitor]:
    """The visitors of a campaign's links, one per visit. Some people visit twice."""
    for number in range(count):
        kind = share("visit", campaign, number)
        if kind < 0.07:
            yield Visitor(str(FIRST_ADDRESS), PREVIEWS[number % len(PREVIEWS)])
        elif kind < 0.11:
            yield Visitor(str(FIRST_ADDRESS), BOTS[number % len(BOTS)])
        else:
            yield phone(round(share("who", campaign, number) * count * 2) + round(share(campaign) * 1_000))


def phone(number: int) -> Visitor:
    """A phone with an address of its own. The build number makes its user agent unique."""
    model = PHONES[number % len(PHONES)]
    user_agent = (
        f"Mozilla/5.0 (Linux; Android 1{number % 4}; {model}) AppleWebKit/537.36 (KHTML, like Gecko) "
        f"Chrome/1{20 + number % 15}.0.{6000 + number}.{number % 200} Mobile Safari/537.36"
    )
    return Visitor(str(FIRST_ADDRESS + number), user_agent)
