"""Whether a token still counts: the issuer is asked with nearly every request, and knows who has signed out since."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, replace
from math import inf

BELIEVED_SECONDS = 2.0
"""How long an answer counts: within this time a sign-out has reached every process of every service."""

BELIEVED_WHILE_UNAVAILABLE = 60.0
"""Seconds for which the last answer counts while the issuer does not answer; after them nobody is let in."""

MOST_TOKENS = 4096


class IssuerUnavailable(Exception):
    """The issuer does not answer, or not as OpenID Connect says."""


@dataclass(frozen=True)
class _Confirmation:
    """When the issuer last said that a token counts, and when it was last asked: seconds of the clock."""

    confirmed: float
    asked: float


class Activity:
    """Remembers for a moment which tokens the issuer confirmed. `ask` tells whether one counts, or raises
    `IssuerUnavailable`."""

    def __init__(self, ask: Callable[[str], Awaitable[bool]], clock: Callable[[], float]) -> None:
        self._ask = ask
        self._clock = clock
        self._confirmations: dict[str, _Confirmation] = {}

    async def is_active(self, token: str) -> bool:
        """Whether the token counts. Raises `IssuerUnavailable` if that cannot be told."""
        known = self._confirmations.get(token)
        if known and self._clock() - known.asked < BELIEVED_SECONDS:
            return True
        try:
            active = await self._ask(token)
        except IssuerUnavailable:
            if known is None or self._clock() - known.confirmed >= BELIEVED_WHILE_UNAVAILABLE:
                raise
            self._remember(token, _Confirmation(known.confirmed, self._clock()))
            return True
        if active:
            self._remember(token, _Confirmation(self._clock(), self._clock()))
        else:
            self._confirmations.pop(token, None)
        return active

    def forget(self) -> None:
        """Asks again for each token, because one of them was ended just now.

        What was confirmed still counts while the issuer does not answer.
        """
        self._confirmations = {token: replace(one, asked=-inf) for token, one in self._confirmations.items()}

    def _remember(self, token: str, confirmation: _Confirmation) -> None:
        if len(self._confirmations) >= MOST_TOKENS:
            self._confirmations.clear()
        self._confirmations[token] = confirmation
