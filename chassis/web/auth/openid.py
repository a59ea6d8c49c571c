"""Our side of OpenID Connect: what the issuer publishes of itself, and whether a token is its."""

import asyncio
import ssl
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import lru_cache, partial
from typing import Any

import httpx
from joserfc import jwt
from joserfc.errors import InvalidKeyIdError, JoseError
from joserfc.jwk import KeySet

from chassis.web.auth.activity import Activity, IssuerUnavailable

ALGORITHMS = ("Ed25519", "ES256", "RS256", "PS256")
"""Asymmetric only: with a shared-secret algorithm a published key could sign."""

KEYS_LAST = 3600.0
"""Seconds after which the issuer's keys are read again. Those that are known stay while it does not answer."""

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


@dataclass(frozen=True)
class Tokens:
    """What keeps a browser signed in; an issuer need not give a refresh token."""

    access: str
    refresh: str = ""


class Provider:
    """One issuer, asked lazily and remembered. `clock` gives seconds since 1970."""

    def __init__(
        self,
        issuer: str,
        client_id: str,
        transport: httpx.AsyncBaseTransport | None = None,
        internal_url: str = "",
        client_secret: str = "",
        clock: Callable[[], float] = time.time,
    ) -> None:
        self.issuer = issuer
        self.internal_url = internal_url or issuer
        self.client_id = client_id
        self._client = {"client_id": client_id} | ({"client_secret": client_secret} if client_secret else {})
        self._transport = transport
        self._clock = clock
        self._activity = Activity(self._introspect, clock)
        self._metadata: dict[str, Any] | None = None
        self._decode: Decoder | None = None
        self._read_at = 0.0
        self._reading = asyncio.Lock()

    async def metadata(self) -> dict[str, Any]:
        """The issuer's discovery document (OpenID Connect Discovery 1.0)."""
        if self._metadata is None:
            found = await self._fetch(f"{self.issuer}/.well-known/openid-configuration")
            if found.get("issuer") != self.issuer:
                raise IssuerUnavailable("the discovery document names another issuer")
            self._metadata = found
        return self._metadata

    @property
    def ends_everywhere(self) -> bool:
        """Whether the issuer ends all sign-ins of a person on request, as far as it was asked already."""
        return "global_token_revocation_endpoint" in (self._metadata or {})

    async def access_claims(self, token: str) -> dict[str, Any]:
        """The claims of an access token that this issuer signed for us, that is valid now and that nobody ended."""
        decoded = await self._decoded(token)
        if not _is_access_token(decoded):
            raise InvalidToken("an ID token says who signed in, not that its bearer may do something")
        if not await self._activity.is_active(token):
            raise InvalidToken("ended before its time")
        return decoded.claims

    async def identity_claims(self, token: str, nonce: str) -> dict[str, Any]:
        """The claims of the ID token that answers our request with this nonce."""
        return (await self._decoded(token, nonce=nonce)).claims

    async def is_due(self, token: str) -> bool:
        """Whether a token of this issuer has spent a third of its life, or all of it; false of any other text."""
        try:
            claims = (await self._signed(token)).claims
            issued, expires = float(claims["iat"]), float(claims["exp"])
        except (InvalidToken, LookupError, TypeError, ValueError):
            return False
        return self._clock() >= issued + (expires - issued) / 3

    async def has_signed(self, token: str) -> bool:
        """Whether a token is this issuer's, also one that has expired or ended."""
        try:
            await self._signed(token)
        except InvalidToken:
            return False
        return True

    async def exchange(self, code: str, verifier: str, redirect_uri: str) -> dict[str, Any]:
        """Trades an authorization code for tokens (RFC 6749 4.1.3, with PKCE)."""
        form = {
            "grant_type": "authorization_code",
            "code": code,
            "code_verifier": verifier,
            "redirect_uri": redirect_uri,
        }
        return _json(await self._ask("token_endpoint", form))

    async def renew(self, refresh_token: str) -> Tokens:
        """Trades a refresh token for new tokens (RFC 6749 6). Raises `InvalidToken` if the sign-in has ended."""
        response = await self._ask("token_endpoint", {"grant_type": "refresh_token", "refresh_token": refresh_token})
        if response.status_code == httpx.codes.BAD_REQUEST:
            raise InvalidToken("refresh token")
        answer = _json(response)
        if "access_token" not in answer:
            raise IssuerUnavailable("no access token")
        return Tokens(answer["access_token"], answer.get("refresh_token", refresh_token))

    async def end(self, token: str) -> None:
        """Ends the sign-in that a refresh or access token belongs to (RFC 7009), where the issuer offers that."""
        if "revocation_endpoint" in await self.metadata():
            _successful(await self._ask("revocation_endpoint", {"token": token}))
        self._activity.forget()

    async def end_everywhere(self, access_token: str, subject: str) -> None:
        """Ends all sign-ins of the person whose access token it is (draft-parecki-oauth-global-token-revocation)."""
        endpoint = (await self.metadata())["global_token_revocation_endpoint"]
        person = {"sub_id": {"format": "iss_sub", "iss": self.issuer, "sub": subject}}
        headers = {"Authorization": f"Bearer {access_token}"}
        _successful(await self._send("POST", endpoint, json=person, headers=headers))
        self._activity.forget()

    async def _introspect(self, token: str) -> bool:
        """Whether the issuer says that the token counts (RFC 7662). An issuer without introspection is not asked."""
        if "introspection_endpoint" not in await self.metadata():
            return True
        return _json(await self._ask("introspection_endpoint", {"token": token})).get("active") is True

    async def _decoded(self, token: str, **expected: str) -> jwt.Token:
        """The token, signed by this issuer for us and valid now; `expected` adds exact values of claims."""
        decoded = await self._signed(token)
        _check(decoded.claims, {"iss": self.issuer, "aud": self.client_id, **expected}, int(self._clock()))
        return decoded

    async def _signed(self, token: str) -> jwt.Token:
        """The token, if this issuer signed it, whenever and for whom. An unknown key id has the keys read again."""
        try:
            try:
                return (await self._decoder())(token)
            except InvalidKeyIdError:
                return (await self._decoder(older_than=REFETCH_AFTER))(token)
        except (JoseError, ValueError) as error:
            raise InvalidToken(type(error).__name__) from error

    async def _decoder(self, older_than: float = KEYS_LAST) -> Decoder:
        """What decodes tokens with the issuer's keys. It remembers those it has verified for as long as the keys last:
        the same token comes with every request, and what it claims is checked each time."""
        async with self._reading:
            if self._decode is None or self._clock() - self._read_at > older_than:
                self._read_at = self._clock()  # a reading that fails counts too, so that forged key ids queue for none
                try:
                    self._decode = await self._read_keys()
                except IssuerUnavailable:
                    if self._decode is None or older_than < KEYS_LAST:
                        raise
            return self._decode

    async def _read_keys(self) -> Decoder:
        keys = KeySet.import_key_set(await self._fetch((await self.metadata())["jwks_uri"]))  # type: ignore[arg-type]
        return lru_cache(maxsize=1024)(partial(jwt.decode, key=keys, algorithms=ALGORITHMS))

    async def _fetch(self, url: str) -> dict[str, Any]:
        return _json(await self._send("GET", url))

    async def _ask(self, endpoint: str, form: Mapping[str, str]) -> httpx.Response:
        """Posts a form of ours, with our client's credentials, to an endpoint of the discovery document."""
        return await self._send("POST", (await self.metadata())[endpoint], data={**form, **self._client})

    async def _send(self, method: str, url: str, **content: Any) -> httpx.Response:
        address = f"{self.internal_url}{url.removeprefix(self.issuer)}" if url.startswith(self.issuer) else url
        try:
            async with httpx.AsyncClient(transport=self._transport, timeout=5, verify=_tls()) as client:
                return await client.request(method, address, **content)
        except httpx.HTTPError as error:
            raise IssuerUnavailable(type(error).__name__) from error


@lru_cache(maxsize=1)
def _tls() -> ssl.SSLContext:
    """The authorities that HTTPS is checked with. Reading them takes longer than a request."""
    return httpx.create_ssl_context()


def _successful(response: httpx.Response) -> httpx.Response:
    if not response.is_success:
        raise IssuerUnavailable(f"status {response.status_code}")
    return response


def _json(response: httpx.Response) -> dict[str, Any]:
    try:
        return dict(_successful(response).json())
    except (ValueError, TypeError) as error:
        raise IssuerUnavailable(type(error).__name__) from error


def _is_access_token(token: jwt.Token) -> bool:
    """By its type, where the issuer writes one (RFC 9068); else by the claims that only an ID token has."""
    if str(token.header.get("typ", "")).lower() in ACCESS_TOKEN_TYPES:
        return True
    return token.claims.keys().isdisjoint(ONLY_IN_ID_TOKENS) and token.claims.get("typ") != "ID"


def _check(claims: dict[str, Any], expected: Mapping[str, str], now: int) -> None:
    options = {name: {"essential": True, "value": value} for name, value in expected.items()}
    registry = jwt.JWTClaimsRegistry(now, LEEWAY, exp={"essential": True}, sub={"essential": True}, **options)  # type: ignore[arg-type]
    try:
        registry.validate(claims)
    except JoseError as error:
        raise InvalidToken(type(error).__name__) from error
