"""What all pages of the console share: their words, and what can be chosen in their forms."""

from collections.abc import Mapping
from typing import Any

from fastapi import Request
from fastapi.responses import HTMLResponse

from chassis.store.database import Pool
from chassis.store.queries import queries
from chassis.web.pages import render
from chassis.web.texts import N_, _
from contracts.media import AssetKind, Channel, EvidenceGrade
from contracts.territory import districts

sql = queries("services.media")

ROWS = 50
"""Rows of a table on one page."""

Choices = list[tuple[str, str]]

KINDS = {
    AssetKind.REEL: N_("Reel"),
    AssetKind.FLYER: N_("Flyer"),
    AssetKind.POSTER: N_("Poster"),
    AssetKind.PHOTO: N_("Photo"),
    AssetKind.AUDIO_SPOT: N_("Radio spot"),
}
CHANNELS = {
    Channel.FACEBOOK: N_("Facebook"),
    Channel.INSTAGRAM: N_("Instagram"),
    Channel.TIKTOK: N_("TikTok"),
    Channel.YOUTUBE: N_("YouTube"),
    Channel.WHATSAPP: N_("WhatsApp"),
    Channel.RADIO: N_("Radio"),
    Channel.NOTICE_BOARD: N_("Notice board"),
    Channel.WEB: N_("Web page"),
    Channel.OTHER: N_("Other"),
}
GRADES = {
    EvidenceGrade.PLATFORM_ESTIMATED: N_("Estimated by the platform"),
    EvidenceGrade.SURVEY: N_("From a survey"),
    EvidenceGrade.DECLARED: N_("Declared"),
}
LANGUAGES = {"es": N_("Spanish"), "qu": N_("Quechua"), "agr": N_("Awajún")}


def page(request: Request, template: str, status: int = 200, **context: object) -> HTMLResponse:
    """A page of the console. `writes` tells whether the reader may change anything."""
    words = {"kinds": KINDS, "channels": CHANNELS, "grades": GRADES, "languages": LANGUAGES, "districts": districts()}
    writes = "communications" in request.state.principal.roles
    return render(request, template, status, writes=writes, **words, **context)


def choices(labels: Mapping[Any, str]) -> Choices:
    """Labels by value, as a form offers them."""
    return [(str(value), _(label)) for value, label in labels.items()]


async def choices_of(pool: Pool, query: str) -> Choices:
    """The rows of a query, id and name, as a form offers them."""
    return [(str(value), name) for value, name in await pool.fetch(query)]


def district_choices() -> Choices:
    """All districts by province; their INEI codes are the values."""
    ordered = sorted(districts().values(), key=lambda one: (one.province, one.name))
    return [(one.inei, one.full_name) for one in ordered]
