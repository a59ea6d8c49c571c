"""Sealing with a subject's own key, and blind indexes that find what only ciphertext tells. No I/O."""

import hashlib
import hmac
import os
from dataclasses import dataclass
from functools import cached_property
from uuid import UUID

from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from services.enrollment.documents import Document
from services.enrollment.names import words

NONCE_BYTES = 12
KEY_BYTES = 32
BLOCK_BYTES = 8
BLOCK_LETTERS = 3
"""Letters of a name's word that a blocking key stands for: few enough to share, so that a key tells little."""


@dataclass(frozen=True)
class SubjectKey:
    """The key of one person (or one import). Whatever it sealed is lost when it is destroyed."""

    subject: UUID
    secret: bytes

    def seal(self, field: str, plain: bytes) -> bytes:
        """Ciphertext of AES-256-GCM, bound to the subject and the field so that it cannot be moved elsewhere."""
        return _encrypt(self._cipher, plain, self._place(field))

    def open(self, field: str, sealed: bytes) -> bytes:
        """What was sealed. Raises `cryptography.exceptions.InvalidTag` if it is not this subject's field."""
        return _decrypt(self._cipher, sealed, self._place(field))

    @cached_property
    def _cipher(self) -> AESGCM:
        return AESGCM(self.secret)

    def _place(self, field: str) -> bytes:
        return f"{self.subject}/{field}".encode()


class MasterKey:
    """Wraps the subjects' keys, so that the key database alone opens nothing."""

    def __init__(self, secret: bytes) -> None:
        self._cipher = AESGCM(secret)

    def new_key(self, subject: UUID) -> bytes:
        """A fresh key for the subject, wrapped."""
        return _encrypt(self._cipher, os.urandom(KEY_BYTES), subject.bytes)

    def unwrap(self, subject: UUID, wrapped: bytes) -> SubjectKey:
        """The key of a wrapped form. Raises `cryptography.exceptions.InvalidTag` under another master key."""
        return SubjectKey(subject, _decrypt(self._cipher, wrapped, subject.bytes))


class BlindIndex:
    """Keyed digests: equal values have equal digests, and nobody without the key can try values."""

    def __init__(self, secret: bytes) -> None:
        self._secret = secret

    def document(self, document: Document) -> bytes:
        """Finds the person of a document, exactly."""
        return self._digest(f"document/{document.type}/{document.number}")

    def blocks(self, text: str) -> list[bytes]:
        """Blocking keys of names: people who share the first letters of a word share its key."""
        return sorted({self._digest(f"name/{word[:BLOCK_LETTERS]}")[:BLOCK_BYTES] for word in words(text)})

    def _digest(self, value: str) -> bytes:
        return hmac.new(self._secret, value.encode(), hashlib.sha256).digest()


def _encrypt(cipher: AESGCM, plain: bytes, context: bytes) -> bytes:
    nonce = os.urandom(NONCE_BYTES)
    return nonce + cipher.encrypt(nonce, plain, context)


def _decrypt(cipher: AESGCM, sealed: bytes, context: bytes) -> bytes:
    return cipher.decrypt(sealed[:NONCE_BYTES], sealed[NONCE_BYTES:], context)
