"""Who opens a link: a person, a bot, or a messenger that prepares a preview. Only people's openings are views."""

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
"""Fetchers of link previews; they come because somebody *sent* the link, not because somebody opened it."""

_PURPOSES = ("sec-purpose", "purpose", "x-purpose", "x-moz")
"""Headers with which browsers say that they only fetch in advance."""


class Visitors:
    """Tells visitors apart. The list of crawlers is compiled once; nothing about a visitor is kept beyond memory."""

    def __init__(self) -> None:
        self._crawlers = CrawlerDetect()

    def class_of(self, user_agent: str) -> VisitorClass:
        """The class of whoever names itself so; every browser names itself."""
        if _PREVIEWS.search(user_agent):
            return VisitorClass.PREVIEW
        if not user_agent.strip() or self._crawlers.is_crawler(user_agent):
            return VisitorClass.BOT
        return VisitorClass.PERSON


def is_opening(method: str, headers: Mapping[str, str]) -> bool:
    """Whether the link is opened now; not when it is only probed, or fetched in advance for somebody who may come."""
    return method == "GET" and not any(_is_prefetch(headers.get(name, "")) for name in _PURPOSES)


def _is_prefetch(purpose: str) -> bool:
    return any(word in purpose.lower() for word in ("prefetch", "preview", "prerender"))


def digest(salt: bytes, address: str, user_agent: str) -> str:
    """128 bits in hex: the same visitor's on one day; without the day's salt it leads nowhere."""
    return hashlib.blake2b(f"{address}\n{user_agent}".encode(), key=salt, digest_size=16).hexdigest()
