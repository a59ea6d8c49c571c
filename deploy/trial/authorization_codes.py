"""Authorization codes with PKCE: what the browser brings back to the service that sent it, to be traded once."""

import base64
import hashlib
import hmac
import secrets
from collections.abc import Callable
from dataclasses import dataclass

from pydantic import BaseModel

from deploy.trial.people import Person

CODE_LASTS = 60
"""Seconds between picking a person and the service's asking for the token."""

MOST_CODES = 10_000


class Authorization(BaseModel):
    """What a service asks the browser to bring here (RFC 6749 4.1.1 with PKCE, RFC 7636)."""

    response_type: str
    client_id: str
    redirect_uri: str
    state: str
    code_challenge: str
    code_challenge_method: str
    nonce: str = ""
    scope: str = "openid"


@dataclass(frozen=True)
class _Begun:
    """What a service asked for, whom somebody picked, and the second from which that counts no more."""

    asked: Authorization
    person: Person
    until: float


class AuthorizationCodes:
    """The codes that nobody has traded yet, in memory. `clock` gives seconds since 1970."""

    def __init__(self, clock: Callable[[], float]) -> None:
        self._clock = clock
        self._begun: dict[str, _Begun] = {}

    def issue(self, asked: Authorization, person: Person) -> str:
        """Returns a new code. Where there are too many, the oldest is taken back."""
        self._forget_expired()
        while len(self._begun) >= MOST_CODES:
            del self._begun[next(iter(self._begun))]
        code = secrets.token_urlsafe(32)
        self._begun[code] = _Begun(asked, person, self._clock() + CODE_LASTS)
        return code

    def redeem(self, code: str, client_id: str, redirect_uri: str, verifier: str) -> tuple[Person | None, str]:
        """The person and the nonce behind a code, if it is fresh, unused, and the asker is who began."""
        self._forget_expired()
        begun = self._begun.get(code)
        if begun is None or not _is_theirs(begun.asked, client_id, redirect_uri, verifier):
            return None, ""
        del self._begun[code]
        return begun.person, begun.asked.nonce

    def __len__(self) -> int:
        return len(self._begun)

    def _forget_expired(self) -> None:
        now = self._clock()
        self._begun = {code: begun for code, begun in self._begun.items() if now < begun.until}


def _is_theirs(asked: Authorization, client_id: str, redirect_uri: str, verifier: str) -> bool:
    challenge = base64.urlsafe_b64encode(hashlib.sha256(verifier.encode()).digest()).rstrip(b"=")
    return (asked.client_id, asked.redirect_uri) == (client_id, redirect_uri) and hmac.compare_digest(
        asked.code_challenge.encode(), challenge
    )
