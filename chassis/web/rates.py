"""How often somebody may call a route, and the counting of it in the memory of this process."""

import math
import time
from enum import Enum, unique

from limits import RateLimitItem, RateLimitItemPerSecond
from limits.aio.storage import MemoryStorage
from limits.aio.strategies import FixedWindowRateLimiter

WINDOWS = {60: "a minute", 3600: "an hour", 86_400: "a day"}


@unique
class Rate(Enum):
    """The most calls of a caller within so many seconds. An office at work stays far below."""

    USUAL = (900, 60)
    """What a member of staff does on pages and through the interface."""

    GUESSES = (240, 3600)
    """What could be tried with one document or name after the other. Whoever registers a queue of people looks up,
    enrolls and corrects a form for one of them each minute."""

    PUBLIC = (600, 60)
    """What everybody may read. A whole office, or a mobile network, can have one address."""

    VISITS = (1200, 60)
    """Links, which the phones of a meeting open at once."""

    SIGN_IN = (300, 60)
    """The steps of signing in, of everybody behind one address: two for each facilitator in a room."""

    UNLIMITED = (0, 60)
    """What is answered from memory, and what watches over the process."""

    def __str__(self) -> str:
        amount, seconds = self.value
        return f"{amount} times {WINDOWS[seconds]}" if amount else "without limit"

    @property
    def a_second(self) -> float:
        amount, seconds = self.value
        return amount / seconds if amount else math.inf

    def item(self, factor: int) -> RateLimitItem:
        amount, seconds = self.value
        return RateLimitItemPerSecond(amount * factor, seconds)


class CallCounter:
    """Counts the calls of each caller; `factor` multiplies how many are allowed.

    Each rate has a storage of its own, so that many addresses of the public do not slow the counting of others.
    """

    def __init__(self, factor: int) -> None:
        self._items = {rate: rate.item(factor) for rate in Rate}
        self._limiters = {rate: FixedWindowRateLimiter(MemoryStorage()) for rate in Rate}

    async def count(self, rate: Rate, caller: str) -> int:
        """Counts a call. Returns 0, or the seconds after which the caller may call again."""
        item, limiter = self._items[rate], self._limiters[rate]
        if rate is Rate.UNLIMITED or await limiter.hit(item, caller):
            return 0
        window = await limiter.get_window_stats(item, caller)
        return max(1, math.ceil(window.reset_time - time.time()))
