"""Cursors: where the next page of a list begins, as a text that only this service can make and read.

A cursor is encrypted, because what a list is sorted by can be a name, and bound to its list and order, so that one of
another list is refused. Equal positions give equal cursors.
"""

import base64
import binascii
import json
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from hashlib import sha512
from typing import Any
from uuid import UUID

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESSIV

LONGEST = 2000
"""Characters that a cursor may have."""

_READERS: dict[str, Callable[[str], Any]] = {
    "str": str,
    "int": int,
    "bool": "True".__eq__,
    "float": float,
    "Decimal": Decimal,
    "date": date.fromisoformat,
    "datetime": datetime.fromisoformat,
    "UUID": UUID,
    "NoneType": lambda text: None,
}


@dataclass(frozen=True, slots=True)
class Position:
    """The last row of a page: its value in the column the list is sorted by, and its key."""

    value: Any
    key: Any


class InvalidCursorError(ValueError):
    """The text is no cursor of this list in this order."""


class Cursors:
    """The cursors of one list in one order (`purpose`)."""

    def __init__(self, secret: str, purpose: str) -> None:
        self._cipher = AESSIV(sha512(f"cursor\n{secret}".encode()).digest())
        self._purpose = [purpose.encode()]

    def write(self, position: Position) -> str:
        """The cursor, safe in an address."""
        parts = json.dumps([_written(position.value), _written(position.key)]).encode()
        return base64.urlsafe_b64encode(self._cipher.encrypt(parts, self._purpose)).decode().rstrip("=")

    def read(self, cursor: str) -> Position:
        """The position. Raises `InvalidCursorError` for any text that `write` did not return."""
        try:
            sealed = base64.b64decode(cursor + "=" * (-len(cursor) % 4), b"-_", validate=True)
            value, key = json.loads(self._cipher.decrypt(sealed, self._purpose))
        except (binascii.Error, InvalidTag, ValueError) as error:
            raise InvalidCursorError from error
        return Position(_read(*value), _read(*key))


def _written(value: Any) -> tuple[str, str]:
    name = next(name for name in (kind.__name__ for kind in type(value).__mro__) if name in _READERS)
    return name, value.isoformat() if isinstance(value, date) else str(value)


def _read(kind: str, text: str) -> Any:
    return _READERS[kind](text)
