"""Which files can be materials, and how many a module has. Pure."""

import hashlib
from collections.abc import Collection
from dataclasses import dataclass
from enum import StrEnum

from chassis.runtime.rejections import Kind, RejectedError, Rejection
from chassis.web.file_types import FileType, file_type_of
from chassis.web.texts import N_


class Audience(StrEnum):
    """For whom a material is. The staff reads all of them."""

    EVERYBODY = "everybody"
    ENROLLED = "enrolled"
    FACILITATORS = "facilitators"


FOR_ENROLLED = frozenset({Audience.EVERYBODY, Audience.ENROLLED})
"""What whoever has a seat may read."""

MOST_MATERIALS = 20
"""Materials of one module."""

ACCEPTED_TYPES = frozenset(FileType) - {FileType.MP4, FileType.WEBM}
"""Documents, pictures, sounds and slides; films belong to the communications, which publish them."""


@dataclass(frozen=True, slots=True)
class RecognizedFile:
    """A file whose type was recognized by its content. The hash is SHA-256, hexadecimal; the size is in bytes."""

    content: bytes
    file_type: FileType
    sha256: str
    size: int


def recognize(content: bytes) -> RecognizedFile:
    """Recognizes what the file is. Raises `RejectedError` for any other type than those of materials."""
    file_type = file_type_of(content)
    if file_type is None or file_type not in ACCEPTED_TYPES:
        raise RejectedError(_NOT_ACCEPTED)
    return RecognizedFile(content, file_type, hashlib.sha256(content).hexdigest(), len(content))


def check_room(materials: Collection[object]) -> None:
    """Raises `RejectedError` if the module with these materials takes no further one."""
    if len(materials) >= MOST_MATERIALS:
        raise RejectedError(_TOO_MANY)


_NOT_ACCEPTED = Rejection(
    "file_not_accepted",
    N_("This file does not have a format of materials."),
    Kind.UNSUPPORTED,
    "file",
    remedy=N_("Send a PDF, slides as PPTX or ODP, a picture as PNG, JPEG or WebP, or a sound as MP3, OGG or M4A."),
)
_TOO_MANY = Rejection(
    "too_many_materials",
    N_("A module has at most %(most)d materials."),
    Kind.CONFLICT,
    "module_id",
    values={"most": MOST_MATERIALS},
    remedy=N_("Remove one that is no longer needed, or put several into one file."),
)
