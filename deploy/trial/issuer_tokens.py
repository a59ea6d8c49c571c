"""The tokens of the trial's issuer: what they say, how they are signed, and what is read back from them."""

import secrets
from collections.abc import Callable
from typing import Any

from itsdangerous import BadData, URLSafeSerializer
from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import OKPKey

from chassis.runtime.settings import HttpSettings
from deploy.trial.sign_ins import LONGEST_SECONDS, SignIn

ALGORITHM = "Ed25519"
ACCESS_TOKEN = "at+jwt"
"""The type of access tokens (RFC 9068)."""

TOKEN_LASTS = 15 * 60
"""Seconds in which an access token may be used; whoever still works asks for another."""


class IssuerTokens:
    """Writes and reads tokens. The key follows from the secret, so it outlives a restart."""

    def __init__(self, settings: HttpSettings, clock: Callable[[], float]) -> None:
        self._settings = settings
        self._clock = clock
        secret = settings.session_secret.get_secret_value()
        self.key = OKPKey.derive_key(secret, "Ed25519", {"use": "sig", "alg": ALGORITHM}, auto_kid=True)
        self._refresh_tokens = URLSafeSerializer(secret, salt="refresh token")

    def access_token(self, sign_in: SignIn) -> str:
        """An access token of a sign-in (RFC 9068); none outlives it."""
        return self._signed(ACCESS_TOKEN, sign_in, client_id=self._settings.client_id, jti=secrets.token_urlsafe(12))

    def id_token(self, sign_in: SignIn, nonce: str) -> str:
        """The token that answers the request with this nonce (OpenID Connect Core)."""
        return self._signed("JWT", sign_in, nonce=nonce)

    def refresh_token(self, sign_in: SignIn) -> str:
        """What the next access token is asked for with; the services cannot read it."""
        return str(self._refresh_tokens.dumps([sign_in.id, sign_in.generation]))

    def read_refresh_token(self, token: str) -> tuple[str, int]:
        """The id and generation of its sign-in; no id if we did not sign the token."""
        try:
            sign_in_id, generation = self._refresh_tokens.loads(token)
        except BadData:
            return "", 0
        return sign_in_id, generation

    def read_access_token(self, token: str) -> dict[str, Any]:
        """Its claims, expired or not; none if it is no access token that we signed."""
        try:
            decoded = jwt.decode(token, self.key, [ALGORITHM])
        except (JoseError, ValueError):
            return {}
        return decoded.claims if decoded.header.get("typ") == ACCESS_TOKEN else {}

    def _signed(self, kind: str, sign_in: SignIn, **more: str) -> str:
        now = int(self._clock())
        person = sign_in.person
        claims: dict[str, Any] = {
            "iss": self._settings.issuer_url,
            "aud": self._settings.client_id,
            "sub": person.id,
            "iat": now,
            "exp": min(now + TOKEN_LASTS, int(sign_in.began) + LONGEST_SECONDS),
            "auth_time": int(sign_in.began),
            "sid": sign_in.id,
            "name": person.name,
            "roles": [person.role],
            **more,
        }
        if person.organization_id:
            claims["organization_id"] = str(person.organization_id)
        return jwt.encode({"typ": kind, "alg": ALGORITHM, "kid": self.key.kid}, claims, self.key, [ALGORITHM])
