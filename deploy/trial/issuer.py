"""The trial's own issuer: its people, their sign-ins, and the codes and tokens that they get."""

import time
from collections.abc import Callable

from chassis.runtime.settings import HttpSettings
from deploy.trial.authorization_codes import Authorization, AuthorizationCodes
from deploy.trial.issuer_tokens import IssuerTokens
from deploy.trial.people import Person, people
from deploy.trial.sign_ins import SignIn, SignIns


class Issuer:
    """The issuer's people, codes, tokens and sign-ins."""

    def __init__(self, settings: HttpSettings, clock: Callable[[], float] = time.time) -> None:
        self.settings = settings
        self.people = people()
        self.codes = AuthorizationCodes(clock)
        self.tokens = IssuerTokens(settings, clock)
        self.sign_ins = SignIns(clock)
        self._clock = clock

    def groups(self) -> dict[str, list[Person]]:
        """The people under their groups' names, as the file has them."""
        groups: dict[str, list[Person]] = {}
        for person in self.people:
            groups.setdefault(person.group, []).append(person)
        return groups

    def find(self, person: str = "", role: str = "") -> Person | None:
        """The person of this id, or else the first one of this role."""
        return next((one for one in self.people if one.id == person or (not person and one.role == role)), None)

    def token(self, person: Person) -> str:
        """An access token for a demonstration person, who signs in with it."""
        return self.tokens.access_token(self.sign_ins.begin(person))

    def renew(self, refresh_token: str) -> SignIn | None:
        """The sign-in of a refresh token, renewed; None if it has ended, or ends because this one is a copy."""
        sign_in_id, generation = self.tokens.read_refresh_token(refresh_token)
        return self.sign_ins.renew(sign_in_id, generation)

    def sign_in_of(self, token: str) -> SignIn | None:
        """The sign-in that an access or refresh token belongs to, if nobody ended it."""
        sign_in_id = self.tokens.read_access_token(token).get("sid") or self.tokens.read_refresh_token(token)[0]
        return self.sign_ins.find(sign_in_id)

    def is_active(self, token: str) -> bool:
        """Whether this access token still counts (RFC 7662)."""
        claims = self.tokens.read_access_token(token)
        return claims.get("exp", 0) > self._clock() and self.sign_ins.find(claims.get("sid", "")) is not None

    def accepts(self, asked: Authorization) -> bool:
        """Whether this is our own client, coming back to one of our own services."""
        return (
            (asked.response_type, asked.client_id, asked.code_challenge_method)
            == ("code", self.settings.client_id, "S256")
            and asked.redirect_uri.startswith(f"{self.settings.public_url}/")
            and asked.redirect_uri.endswith("/sign-in/callback")
        )
