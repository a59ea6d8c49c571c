"""The people who are signed in at the trial's issuer, in memory: a restart signs everybody out."""

import secrets
from collections.abc import Callable
from dataclasses import dataclass

from deploy.trial.people import Person

INACTIVITY_SECONDS = 30 * 60
"""Time without a renewal after which a sign-in has ended."""

LONGEST_SECONDS = 12 * 3600
"""Time after which a sign-in has ended, however busy the person is."""

OVERLAP_SECONDS = 30
"""How long the former refresh token is taken: a browser's parallel requests bring the same one."""

MOST_SIGN_INS = 10_000


@dataclass
class SignIn:
    """One person's sign-in on one device. Times are seconds since 1970; each renewal makes a new generation."""

    id: str
    person: Person
    began: float
    renewed: float
    generation: int = 0

    def has_ended(self, now: float) -> bool:
        """Whether it was idle or busy for too long."""
        return now - self.renewed >= INACTIVITY_SECONDS or now - self.began >= LONGEST_SECONDS


class SignIns:
    """The sign-ins that nobody ended. `clock` gives seconds since 1970."""

    def __init__(self, clock: Callable[[], float]) -> None:
        self._clock = clock
        self._by_id: dict[str, SignIn] = {}

    def begin(self, person: Person) -> SignIn:
        """A new sign-in. Where there are too many, the oldest ends."""
        while len(self._by_id) >= MOST_SIGN_INS:
            del self._by_id[next(iter(self._by_id))]
        now = self._clock()
        sign_in = SignIn(secrets.token_urlsafe(16), person, now, now)
        self._by_id[sign_in.id] = sign_in
        return sign_in

    def find(self, sign_in_id: str) -> SignIn | None:
        """The sign-in, if it has not ended."""
        found = self._by_id.get(sign_in_id)
        return found if found and not found.has_ended(self._clock()) else None

    def renew(self, sign_in_id: str, generation: int) -> SignIn | None:
        """The sign-in in its next generation, or None if it has ended.

        The former generation gets the current one for a moment. Anything older is a copy in other hands, and
        because nobody can tell which is the copy, the sign-in ends.
        """
        found = self.find(sign_in_id)
        if found is None:
            return None
        is_former = generation == found.generation - 1 and self._clock() - found.renewed < OVERLAP_SECONDS
        if generation == found.generation:
            found.generation += 1
            found.renewed = self._clock()
        elif not is_former:
            self.end(sign_in_id)
            return None
        return found

    def end(self, sign_in_id: str) -> None:
        """Ends one sign-in; idempotent."""
        self._by_id.pop(sign_in_id, None)

    def end_all(self, person: Person) -> None:
        """Ends all sign-ins of a person."""
        self._by_id = {key: one for key, one in self._by_id.items() if one.person != person}
