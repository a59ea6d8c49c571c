"""Encryption with one key for each subject. No I/O."""

import os
from dataclasses import dataclass
from functools import cached_property
from uuid import UUID

from cryptography.hazmat.primitives.ciphers.aead import AESGCM

NONCE_BYTES = 12
KEY_BYTES = 32


@dataclass(frozen=True)
class SubjectKey:
    """The key of one person or one import. What it encrypted is lost when it is destroyed."""

    subject: UUID
    secret: bytes

    def seal(self, field: str, plain: bytes) -> bytes:
        """Encrypts by AES-256-GCM, bound to the subject and the field, so that the result fits nowhere else."""
        return _encrypt(self._cipher, plain, self._context(field))

    def open(self, field: str, sealed: bytes) -> bytes:
        """Decrypts. Raises `cryptography.exceptions.InvalidTag` if it is not this subject's field."""
        return _decrypt(self._cipher, sealed, self._context(field))

    @cached_property
    def _cipher(self) -> AESGCM:
        return AESGCM(self.secret)

    def _context(self, field: str) -> bytes:
        return f"{self.subject}/{field}".encode()


class MasterKey:
    """Wraps the subjects' keys, so that the key database alone decrypts nothing."""

    def __init__(self, secret: bytes) -> None:
        self._cipher = AESGCM(secret)

    def new_key(self, subject: UUID) -> bytes:
        """Creates a key for the subject and returns it wrapped."""
        return _encrypt(self._cipher, os.urandom(KEY_BYTES), subject.bytes)

    def unwrap(self, subject: UUID, wrapped: bytes) -> SubjectKey:
        """Unwraps a key. Raises `cryptography.exceptions.InvalidTag` under another master key."""
        return SubjectKey(subject, _decrypt(self._cipher, wrapped, subject.bytes))


def _encrypt(cipher: AESGCM, plain: bytes, context: bytes) -> bytes:
    nonce = os.urandom(NONCE_BYTES)
    return nonce + cipher.encrypt(nonce, plain, context)


def _decrypt(cipher: AESGCM, sealed: bytes, context: bytes) -> bytes:
    return cipher.decrypt(sealed[:NONCE_BYTES], sealed[NONCE_BYTES:], context)
