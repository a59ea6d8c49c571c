"""A person's identity, before encryption and after decryption. It never leaves this service. Pure."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date
from uuid import UUID

from pydantic import TypeAdapter

from contracts.enrollment import Purpose
from services.enrollment.identity.documents import Document
from services.enrollment.identity.encryption import SubjectKey
from services.enrollment.identity.names import Names, tokens

IDENTITY_FIELD = "people.identity"
"""What the ciphertext is bound to, besides the person."""


@dataclass(frozen=True, slots=True)
class Identity:
    """The person's document, names, birth date and ways of contact."""

    document: Document
    names: Names
    birth_date: date | None = None
    phone: str | None = None
    email: str | None = None


@dataclass(frozen=True, slots=True)
class Visibility:
    """The people whom somebody may see: those in a facilitator's cohorts, an organization's members, or all.

    The public sees nobody; who applies for themselves is recognized by stating what is known of them.
    """

    facilitator: str | None = None
    organization_id: UUID | None = None
    is_public: bool = False

    @property
    def is_unlimited(self) -> bool:
        """Tells whether it is the coordination's."""
        return self.facilitator is None and self.organization_id is None and not self.is_public


EVERYBODY = Visibility()
"""The coordination sees all people."""

PUBLIC = Visibility(is_public=True)

_identity = TypeAdapter(Identity)


def person_lock(document_digest: bytes) -> str:
    """Names the lock that guards a person and their consents, before they are registered and after.

    It sorts before every `seat_lock`.
    """
    return f"person/{document_digest.hex()}"


def seal(key: SubjectKey, identity: Identity) -> bytes:
    """Encrypts an identity for storage."""
    return key.seal(IDENTITY_FIELD, _identity.dump_json(identity))


def unseal(key: SubjectKey, sealed: bytes) -> Identity:
    """Decrypts a stored identity."""
    return _identity.validate_json(key.open(IDENTITY_FIELD, sealed))


def permitted(identity: Identity, purposes: Iterable[Purpose]) -> Identity:
    """Removes the ways of contact unless the person agreed to be contacted."""
    return identity if Purpose.CONTACT in set(purposes) else replace(identity, phone=None, email=None)


def may_read_names(visibility: Visibility, *, consents_stand: bool, shown_to_organization: bool) -> bool:
    """Tells whether somebody who may see an enrollment may read the person's names in it.

    A facilitator may while the consents that the seat requires stand, a delegate if the person agreed to it besides.
    """
    if visibility.is_unlimited:
        return True
    return consents_stand and (visibility.organization_id is None or shown_to_organization)


def matches(identity: Identity, text: str) -> bool:
    """Tells whether every word of a search is the beginning of a word of the person's names."""
    own = tokens(f"{identity.names.given} {identity.names.family}")
    return all(any(word.startswith(part) for word in own) for part in tokens(text))
