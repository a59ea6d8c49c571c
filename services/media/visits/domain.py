"""Visitors: classified as person, bot or preview, and known by digests that change every day."""

import hashlib
import re
from collections.abc import Mapping

from crawlerdetect import CrawlerDetect

from contracts.media import VisitorClass

_PREVIEWS = re.compile(
    r"facebookexternalhit|facebookcatalog|facebot|meta-externalfetcher|^whatsapp/|telegrambot|twitterbot|slackbot|"
    r"slack-imgproxy|discordbot|linkedinbot|skypeuripreview|microsoftpreview|pinterestbot|redditbot|vkshare|^viber/|"
    r"kakaotalk-scrap|line-poker|snap url preview|mastodon/|cardyb|iframely|embedly|google-pagerenderer",
    re.IGNORECASE,
)
"""Fetchers of link previews. They come because somebody *sent* the link, not because somebody opened it."""

_PURPOSES = ("sec-purpose", "purpose", "x-purpose", "x-moz")
"""Headers by which browsers announce that they only fetch in advance."""


LONGEST_USER_AGENT = 400
"""Characters that are classified. Browsers send fewer; the list of crawlers takes a time that grows with the square."""


class VisitorClassifier:
    """Classifies visitors. The list of crawlers is compiled once, and nothing about a visitor is stored."""

    def __init__(self) -> None:
        self._crawlers = CrawlerDetect()

    def class_of(self, user_agent: str) -> VisitorClass:
        """The class of a visitor with this `User-Agent`. Every browser sends one."""
        beginning = user_agent[:LONGEST_USER_AGENT]
        if _PREVIEWS.search(beginning):
            return VisitorClass.PREVIEW
        if not beginning.strip() or self._crawlers.is_crawler(beginning):
            return VisitorClass.BOT
        return VisitorClass.PERSON


def is_opening(method: str, headers: Mapping[str, str]) -> bool:
    """Whether the link is opened now, and not only probed, or fetched in advance for somebody who may open it."""
    return method == "GET" and not any(_is_prefetch(headers.get(name, "")) for name in _PURPOSES)


def _is_prefetch(purpose: str) -> bool:
    return any(word in purpose.lower() for word in ("prefetch", "preview", "prerender"))


def digest(salt: bytes, *parts: str) -> str:
    """128 bits in hexadecimal, equal for equal parts on one day. Without the day's salt they identify nobody."""
    return hashlib.blake2b("\n".join(parts).encode(), key=salt, digest_size=16).hexdigest()
