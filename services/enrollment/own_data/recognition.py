"""The people who were recognized by document and date of birth, for some minutes, in a signed cookie of the browser."""

from collections.abc import Sequence
from uuid import UUID

from fastapi import Request, Response
from itsdangerous import BadData, URLSafeTimedSerializer

COOKIE = "minka_own_data"
LASTS = 10 * 60
"""Seconds."""


def keep_recognized(request: Request, response: Response, person_ids: Sequence[UUID]) -> None:
    """Keeps who was recognized. The cookie goes to no other address, and with no other site's request."""
    value = _signer(request).dumps([str(one) for one in person_ids])
    secure = request.app.state.settings.public_url.startswith("https:")
    response.set_cookie(COOKIE, value, LASTS, path=_path(request), secure=secure, httponly=True, samesite="strict")


def recognized(request: Request) -> list[UUID]:
    """Returns the records of whoever was recognized; none once it is too long ago."""
    try:
        return [UUID(one) for one in _signer(request).loads(request.cookies.get(COOKIE, ""), max_age=LASTS)]
    except BadData:
        return []


def forget_recognized(request: Request, response: Response) -> None:
    """Ends it at once, for a phone that several people share."""
    response.delete_cookie(COOKIE, path=_path(request))


def _path(request: Request) -> str:
    return f"{request.app.state.prefix}/my-data"


def _signer(request: Request) -> URLSafeTimedSerializer:
    return URLSafeTimedSerializer(request.app.state.settings.session_secret.get_secret_value(), salt="own data")
