"""A person's identity, as it is before sealing and after opening. Nobody outside this service sees one."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date

from pydantic import TypeAdapter

from contracts.enrollment import Purpose
from services.enrollment.documents import Document
from services.enrollment.encryption import SubjectKey
from services.enrollment.names import Names, words

FIELD = "people.identity"


@dataclass(frozen=True, slots=True)
class Identity:
    """Who somebody is."""

    document: Document
    names: Names
    birth_date: date | None = None
    phone: str | None = None
    email: str | None = None


_identity = TypeAdapter(Identity)


def person_lock(document_index: bytes) -> str:
    """Guards a person and their consents, before they are registered and after. Sorts before every `seat_lock`."""
    return f"person/{document_index.hex()}"


def seal(key: SubjectKey, identity: Identity) -> bytes:
    """The identity as it is stored."""
    return key.seal(FIELD, _identity.dump_json(identity))


def unseal(key: SubjectKey, sealed: bytes) -> Identity:
    """The identity of a stored one."""
    return _identity.validate_json(key.open(FIELD, sealed))


def permitted(identity: Identity, purposes: Iterable[Purpose]) -> Identity:
    """What may be kept: how to reach somebody only if they agreed to be contacted."""
    return identity if Purpose.CONTACT in set(purposes) else replace(identity, phone=None, email=None)


def matches(identity: Identity, text: str) -> bool:
    """Whether every word of a search begins a word of the person's names."""
    own = words(f"{identity.names.given} {identity.names.family}")
    return all(any(word.startswith(part) for word in own) for part in words(text))
