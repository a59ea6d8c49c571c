"""The cookies of somebody who signed in on a page, and their renewal while the person is at work."""

from fastapi import Request, Response
from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from chassis.web.auth.activity import IssuerUnavailable
from chassis.web.auth.openid import InvalidToken, Provider, Tokens
from chassis.web.auth.principal import COOKIE, REFRESH_COOKIE, bearer

NOBODY = Tokens("")


def set_tokens(response: Response, tokens: Tokens, secure: bool) -> None:
    """Puts the tokens into cookies that scripts cannot read and that end with the browser, or takes empty ones out."""
    for name, token in ((COOKIE, tokens.access), (REFRESH_COOKIE, tokens.refresh)):
        if token:
            response.set_cookie(name, token, path="/", secure=secure, httponly=True, samesite="lax")
        else:
            response.delete_cookie(name, path="/")


class RenewalMiddleware:
    """Renews a browser's access token before it expires, so that no form that was filled in slowly is lost.

    Each renewal tells the issuer that the person is there. An issuer that has seen none for its inactivity limit
    refuses the next, and then nobody is signed in on this browser.
    """

    def __init__(self, app: ASGIApp, public_url: str) -> None:
        self.app = app
        self.secure = public_url.startswith("https:")

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        tokens = await _renewed(Request(scope)) if scope["type"] == "http" else None
        if tokens is None:
            await self.app(scope, receive, send)
            return
        _bring(scope, tokens)
        cookies = Response()
        set_tokens(cookies, tokens, self.secure)
        renewed = [(name, value) for name, value in cookies.raw_headers if name == b"set-cookie"]

        async def with_cookies(message: Message) -> None:
            if message["type"] == "http.response.start" and not _sets_tokens(message):
                message["headers"] = [*message["headers"], *renewed]
                MutableHeaders(scope=message)["Cache-Control"] = "no-store"
            await send(message)

        await self.app(scope, receive, with_cookies)


async def _renewed(request: Request) -> Tokens | None:
    """The tokens to go on with, `NOBODY` if the sign-in has ended, or None if the request's own may stay.

    Strangers cannot make us ask the issuer: the refresh token counts beside an access token that the issuer signed.
    """
    provider: Provider = request.app.state.provider
    access, refresh = request.cookies.get(COOKIE), request.cookies.get(REFRESH_COOKIE)
    try:
        if not (access and refresh) or await bearer(request) or not await provider.is_due(access):
            return None
        return await provider.renew(refresh)
    except InvalidToken:
        return NOBODY
    except IssuerUnavailable:
        return None


def _bring(scope: Scope, tokens: Tokens) -> None:
    """Puts the tokens into the request as its last cookies: of two cookies with the same name, the last counts."""
    cookies = f"{COOKIE}={tokens.access}; {REFRESH_COOKIE}={tokens.refresh}"
    MutableHeaders(scope=scope).append("Cookie", cookies)


def _sets_tokens(message: Message) -> bool:
    """Whether the answer itself signs somebody in or out, which counts more than a renewal."""
    return any(value.startswith(f"{COOKIE}=") for value in Headers(raw=message["headers"]).getlist("set-cookie"))
