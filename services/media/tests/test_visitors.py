"""Only people's openings are views."""

import pytest

from contracts.media import VisitorClass
from services.media.tests.stories import PHONE
from services.media.visits.domain import VisitorClassifier, digest, is_opening

PEOPLE = (
    PHONE,
    "Mozilla/5.0 (iPhone; CPU iPhone OS 17_3 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/17.3 "
    "Mobile/15E148 Safari/604.1",
    "Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:123.0) Gecko/20100101 Firefox/123.0",
    # Facebook's and Instagram's own browsers: somebody tapped the link.
    "Mozilla/5.0 (Linux; Android 12; SM-A037M; wv) AppleWebKit/537.36 (KHTML, like Gecko) Version/4.0 Chrome/120.0.0.0 "
    "Mobile Safari/537.36 [FB_IAB/FB4A;FBAV/440.0.0.30.107;]",
    "Mozilla/5.0 (iPhone; CPU iPhone OS 17_0 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Mobile/15E148 "
    "Instagram 300.0.0.29.110",
)
PREVIEWS = (
    "facebookexternalhit/1.1 (+http://www.facebook.com/externalhit_uatext.php)",
    "WhatsApp/2.24.6.77 A",
    "WhatsApp/2.23.20.0",
    "TelegramBot (like TwitterBot)",
    "Slackbot-LinkExpanding 1.0 (+https://api.slack.com/robots)",
    "Twitterbot/1.0",
    "Mozilla/5.0 (compatible; Discordbot/2.0; +https://discordapp.com)",
    "LinkedInBot/1.0 (compatible; Mozilla/5.0; Apache-HttpClient +http://www.linkedin.com)",
    # What a phone's message application sends.
    "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_11_1) AppleWebKit/601.2.4 (KHTML, like Gecko) Version/9.0.1 "
    "Safari/601.2.4 facebookexternalhit/1.1 Facebot Twitterbot/1.0",
)
BOTS = (
    "Mozilla/5.0 (compatible; Googlebot/2.1; +http://www.google.com/bot.html)",
    "python-requests/2.31.0",
    "curl/8.5.0",
    "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) HeadlessChrome/122.0.0.0 Safari/537.36",
    "",
    " ",
)


@pytest.mark.parametrize("user_agent", PEOPLE)
def test_people(user_agent: str) -> None:
    assert VisitorClassifier().class_of(user_agent) is VisitorClass.PERSON


@pytest.mark.parametrize("user_agent", PREVIEWS)
def test_previews(user_agent: str) -> None:
    assert VisitorClassifier().class_of(user_agent) is VisitorClass.PREVIEW


@pytest.mark.parametrize("user_agent", BOTS)
def test_bots(user_agent: str) -> None:
    assert VisitorClassifier().class_of(user_agent) is VisitorClass.BOT


def test_the_first_four_hundred_characters_say_who_it_is() -> None:
    """The list of crawlers takes a time that grows with the square of what it reads."""
    beginning = "Mozilla/5.0 " + "a" * (400 - len("Mozilla/5.0 telegrambot"))

    assert VisitorClassifier().class_of(f"{beginning}telegrambot") is VisitorClass.PREVIEW
    assert VisitorClassifier().class_of(f"{beginning}atelegrambot") is VisitorClass.PERSON


@pytest.mark.parametrize(
    ("method", "headers", "opened"),
    [
        ("GET", {}, True),
        ("GET", {"purpose": "something else"}, True),
        ("HEAD", {}, False),
        ("GET", {"purpose": "prefetch"}, False),
        ("GET", {"sec-purpose": "prefetch;prerender"}, False),
        ("GET", {"x-moz": "prefetch"}, False),
        ("GET", {"x-purpose": "preview"}, False),
    ],
)
def test_a_probe_or_a_fetch_in_advance_is_no_opening(method: str, headers: dict[str, str], opened: bool) -> None:
    assert is_opening(method, headers) is opened


def test_a_digest_is_the_same_within_a_day_and_says_nothing_without_its_salt() -> None:
    today, tomorrow = b"a" * 32, b"b" * 32

    assert digest(today, "10.0.0.1", PHONE) == digest(today, "10.0.0.1", PHONE)
    assert (
        len({digest(salt, address, PHONE) for salt in (today, tomorrow) for address in ("10.0.0.1", "10.0.0.2")}) == 4
    )
    assert len(digest(today, "10.0.0.1", PHONE)) == 32
