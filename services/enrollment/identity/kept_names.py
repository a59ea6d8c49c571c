"""The names of a list, of a cohort or of an organization, as a process keeps them. In the database they are encrypted
one by one, so that it can neither sort by them nor search them."""

import json
from collections import OrderedDict
from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple, Self
from uuid import UUID

from services.enrollment.identity.encryption import SubjectKey

MOST_LISTS = 20
"""Lists whose names a process keeps: of 10,000 people each they take some 35 MB."""

FIELD = "kept names"
"""What the ciphertext is bound to."""


class ReadNames(NamedTuple):
    """Names as they are sorted and as they are searched, each with the version of the identity that it was read of."""

    versions: Sequence[int] = ()
    sorted_as: Sequence[str] = ()
    searched_as: Sequence[str] = ()


@dataclass(frozen=True, slots=True)
class ListedNames:
    """The enrollments of a list in the order of the names, and these names encrypted together, in the same order.

    They hold for a `version`, which another name, a new enrollment and an erasure change.
    """

    version: int
    order: Sequence[UUID]
    sealed: bytes

    @classmethod
    def sealed_with(cls, key: SubjectKey, version: int, order: Sequence[UUID], names: ReadNames) -> Self:
        """Encrypts the names."""
        return cls(version, order, key.seal(FIELD, json.dumps(names).encode()))

    def open(self, key: SubjectKey) -> ReadNames:
        """Decrypts the names. Raises `cryptography.exceptions.InvalidTag` once their key was destroyed."""
        return ReadNames(*json.loads(key.open(FIELD, self.sealed)))


class KeptNames:
    """The names of the lists shown last. Their key is in the key database alone, and every erasure destroys it."""

    def __init__(self) -> None:
        self._kept: OrderedDict[UUID, ListedNames] = OrderedDict()

    def of(self, list_id: UUID) -> ListedNames | None:
        """Returns the list's names as they were read last."""
        return self._kept.get(list_id)

    def keep(self, list_id: UUID, names: ListedNames) -> None:
        """Keeps names in place of the list's last ones, and forgets those kept longest."""
        self._kept.pop(list_id, None)
        self._kept[list_id] = names
        if len(self._kept) > MOST_LISTS:
            self._kept.popitem(last=False)
