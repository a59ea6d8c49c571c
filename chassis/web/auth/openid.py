"""Our side of OpenID Connect: what the issuer publishes of itself, and whether a token is its."""

import asyncio
import time
from collections.abc import Callable, Mapping
from functools import lru_cache, partial
from typing import Any

import httpx
from joserfc import jwt
from joserfc.errors import InvalidKeyIdError, JoseError
from joserfc.jwk import KeySet

ALGORITHMS = ("Ed25519", "ES256", "RS256", "PS256")
"""Asymmetric only: with a shared-secret algorithm a published key could sign."""

KEYS_LAST = 3600.0
"""Seconds after which the issuer's keys are read again."""

REFETCH_AFTER = 30.0
"""Seconds between two readings that unknown key ids may cause: strangers must not make us hammer the issuer."""

ACCESS_TOKEN_TYPES = ("at+jwt", "application/at+jwt")

ONLY_IN_ID_TOKENS = ("nonce", "at_hash", "c_hash")
"""Claims by OpenID Connect Core 2 and 3.3.2.11. Our requests always have a nonce, so an ID token for us has it too."""

LEEWAY = 30
"""Seconds by which two servers' clocks may differ."""


Decoder = Callable[[str], jwt.Token]
"""Of a token in its compact form; raises joserfc's errors."""


class InvalidToken(Exception):
    """The token is not the issuer's, not for us, or not valid now."""


class IssuerUnavailable(Exception):
    """The issuer does not answer, or not as OpenID Connect says."""


class Provider:
    """One issuer, asked lazily and remembered."""

    def __init__(
        self, issuer: str, client_id: str, transport: httpx.AsyncBaseTransport | None = None, internal_url: str = ""
    ) -> None:
        self.issuer = issuer
        self.internal_url = internal_url or issuer
        self.client_id = client_id
        self._transport = transport
        self._metadata: dict[str, Any] | None = None
        self._decode: Decoder | None = None
        self._read_at = 0.0
        self._reading = asyncio.Lock()

    async def metadata(self) -> dict[str, Any]:
        """The issuer's discovery document (OpenID Connect Discovery 1.0)."""
        if self._metadata is None:
            found = await self._fetch("GET", f"{self.issuer}/.well-known/openid-configuration")
            if found.get("issuer") != self.issuer:
                raise IssuerUnavailable("the discovery document names another issuer")
            self._metadata = found
        return self._metadata

    async def access_claims(self, token: str) -> dict[str, Any]:
        """The claims of an access token that this issuer signed for us and that is valid now."""
        decoded = await self._decoded(token)
        if not _is_access_token(decoded):
            raise InvalidToken("an ID token says who signed in, not that its bearer may do something")
        return decoded.claims

    async def identity_claims(self, token: str, nonce: str) -> dict[str, Any]:
        """The claims of the ID token that answers our request with this nonce."""
        return (await self._decoded(token, nonce=nonce)).claims

    async def _decoded(self, token: str, **expected: str) -> jwt.Token:
        """The token, signed by this issuer for us and valid now; `expected` adds exact values of claims."""
        try:
            decoded = (await self._decoder())(token)
        except InvalidKeyIdError:
            decoded = await self._decode_with_new_keys(token)
        except (JoseError, ValueError) as error:
            raise InvalidToken(type(error).__name__) from error
        _check(decoded.claims, {"iss": self.issuer, "aud": self.client_id, **expected})
        return decoded

    async def exchange(self, code: str, verifier: str, redirect_uri: str) -> dict[str, Any]:
        """Trades an authorization code for tokens (RFC 6749 4.1.3, with PKCE)."""
        form = {
            "grant_type": "authorization_code",
            "code": code,
            "code_verifier": verifier,
            "redirect_uri": redirect_uri,
            "client_id": self.client_id,
        }
        return await self._fetch("POST", (await self.metadata())["token_endpoint"], form)

    async def _decode_with_new_keys(self, token: str) -> jwt.Token:
        try:
            return (await self._decoder(older_than=REFETCH_AFTER))(token)
        except (JoseError, ValueError) as error:
            raise InvalidToken(type(error).__name__) from error

    async def _decoder(self, older_than: float = KEYS_LAST) -> Decoder:
        """What decodes tokens with the issuer's keys. It remembers those it has verified for as long as the keys last:
        the same token comes with every request, and what it claims is checked each time."""
        async with self._reading:
            if self._decode is None or time.monotonic() - self._read_at > older_than:
                keys = KeySet.import_key_set(await self._fetch("GET", (await self.metadata())["jwks_uri"]))  # type: ignore[arg-type]
                self._decode = lru_cache(maxsize=1024)(partial(jwt.decode, key=keys, algorithms=ALGORITHMS))
                self._read_at = time.monotonic()
            return self._decode

    async def _fetch(self, method: str, url: str, form: Mapping[str, str] | None = None) -> dict[str, Any]:
        address = f"{self.internal_url}{url.removeprefix(self.issuer)}" if url.startswith(self.issuer) else url
        try:
            async with httpx.AsyncClient(transport=self._transport, timeout=5) as client:
                response = await client.request(method, address, data=form)
            response.raise_for_status()
            return dict(response.json())
        except (httpx.HTTPError, ValueError, TypeError) as error:
            raise IssuerUnavailable(type(error).__name__) from error


def _is_access_token(token: jwt.Token) -> bool:
    """By its type, where the issuer writes one (RFC 9068); else by the claims that only an ID token has."""
    if str(token.header.get("typ", "")).lower() in ACCESS_TOKEN_TYPES:
        return True
    return token.claims.keys().isdisjoint(ONLY_IN_ID_TOKENS) and token.claims.get("typ") != "ID"


def _check(claims: dict[str, Any], expected: Mapping[str, str]) -> None:
    options = {name: {"essential": True, "value": value} for name, value in expected.items()}
    registry = jwt.JWTClaimsRegistry(leeway=LEEWAY, exp={"essential": True}, sub={"essential": True}, **options)  # type: ignore[arg-type]
    try:
        registry.validate(claims)
    except JoseError as error:
        raise InvalidToken(type(error).__name__) from error
