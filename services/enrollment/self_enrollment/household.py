"""What the form of the next person of a family begins with: the district and the contact of the one before.

A cookie of this browser has it for a quarter of an hour, signed, under the addresses of the form alone.
"""

from fastapi import Request, Response
from itsdangerous import BadData, URLSafeTimedSerializer

from chassis.web.forms import Values

COOKIE = "minka_household"
LASTS = 15 * 60
"""Seconds."""

SHARED_FIELDS = ("district", "phone", "email")
"""Fields of the form that people of one household have in common."""

LONGEST = 200
"""Characters of a field."""


async def remember_household(request: Request, response: Response) -> None:
    """Keeps what the form that was sent says of the household."""
    sent = await request.form()
    shared = {name: str(sent.get(name) or "")[:LONGEST] for name in SHARED_FIELDS}
    secure = request.app.state.settings.public_url.startswith("https:")
    value = _signer(request).dumps(shared)
    response.set_cookie(COOKIE, value, LASTS, path=_path(request), secure=secure, httponly=True, samesite="lax")


def remembered_household(request: Request) -> Values:
    """Returns what is remembered; nothing once it is too old."""
    try:
        shared: Values = _signer(request).loads(request.cookies.get(COOKIE, ""), max_age=LASTS)
    except BadData:
        return {}
    return shared


def forget_household(request: Request, response: Response) -> None:
    """Forgets it at once."""
    response.delete_cookie(COOKIE, path=_path(request))


def _path(request: Request) -> str:
    return f"{request.app.state.prefix}/join/"


def _signer(request: Request) -> URLSafeTimedSerializer:
    return URLSafeTimedSerializer(request.app.state.settings.session_secret.get_secret_value(), salt="household")
