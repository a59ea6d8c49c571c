"""A person's identity, before encryption and after decryption. It never leaves this service. Pure."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date
from enum import StrEnum
from itertools import pairwise
from uuid import UUID

from pydantic import TypeAdapter

from contracts.enrollment import Purpose
from services.enrollment.identity.documents import Document
from services.enrollment.identity.encryption import SubjectKey
from services.enrollment.identity.names import Names, tokens

IDENTITY_FIELD = "people.identity"
"""What the ciphertext is bound to, besides the person."""

CONTACT_FIELDS = ("phone", "email")


class ContactChange(StrEnum):
    """Why a contact was changed that nobody corrected."""

    GIVEN = "contact_given"
    IMPORT_UNDONE = "import_undone"


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


def with_missing_contact(known: Identity, given: Identity) -> Identity:
    """Adds the ways of contact that are not known yet. What is known is changed by a correction alone, which has an
    author and a reason: an application may have the number of another person of the family."""
    return replace(known, phone=known.phone or given.phone, email=known.email or given.email)


def differing_contact(known: Identity, given: Identity) -> tuple[str, ...]:
    """Names the ways of contact that were given and are known otherwise."""
    stated = [(field, getattr(known, field), getattr(given, field)) for field in CONTACT_FIELDS]
    return tuple(field for field, stands, other in stated if stands and other and stands != other)


def without_contact_of(import_id: UUID, former: Sequence[tuple[UUID | None, Identity]], stored: Identity) -> Identity:
    """Removes the ways of contact that an import added and nobody has changed since. `former` has what was stored
    before, the oldest first, each with the import that replaced it."""
    for (replaced_by, before), (_, after) in pairwise([*former, (None, stored)]):
        if replaced_by == import_id:
            phone = _left(before.phone, after.phone, stored.phone)
            stored = replace(stored, phone=phone, email=_left(before.email, after.email, stored.email))
    return stored


def _left(before: str | None, after: str | None, stored: str | None) -> str | None:
    return None if before is None and after == stored else stored


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
