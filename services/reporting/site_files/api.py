"""`robots.txt`, `security.txt` (RFC 9116) and the icon, where programs look for them without being told."""

from datetime import UTC, datetime, timedelta

from fastapi import APIRouter, Request
from fastapi.responses import PlainTextResponse, RedirectResponse

from chassis.web.pages import static_root
from chassis.web.problems import of_status
from services.reporting.resources import Res

router = APIRouter(include_in_schema=False)

HOLDS = timedelta(days=180)
"""How long the contact is believed after it was read; RFC 9116 advises less than a year."""

ROBOTS = """User-agent: *
Allow: /$
Allow: /enrollment/public/
Allow: /media/files/
Disallow: /
"""
"""Search engines find the public page, the programmes and the files, and no code that was given to somebody."""


@router.get("/robots.txt")
async def robots() -> PlainTextResponse:
    """What programs may look through."""
    return PlainTextResponse(ROBOTS)


@router.get("/favicon.ico")
async def favicon(request: Request) -> RedirectResponse:
    """The icon of the pages."""
    return RedirectResponse(f"{static_root(request)}/minka.svg", 302)


@router.get("/.well-known/security.txt")
async def security(res: Res) -> PlainTextResponse:
    """Where a weakness is reported."""
    contact = res.settings.security_contact
    if contact is None:
        raise of_status(404)
    expires = (datetime.now(UTC) + HOLDS).strftime("%Y-%m-%dT00:00:00Z")
    address = f"{res.settings.public_url}/.well-known/security.txt"
    languages = ", ".join(tag.partition("-")[0] for tag in res.settings.languages)
    fields = {"Contact": contact, "Expires": expires, "Preferred-Languages": languages, "Canonical": address}
    return PlainTextResponse("".join(f"{name}: {value}\n" for name, value in fields.items()))
