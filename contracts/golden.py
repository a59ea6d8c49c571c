"""Golden revisions: what each event type looked like whenever its shape or its samples changed; never rewritten.

`schemas/<type>/<number>.json` holds the bare JSON Schema, `samples/<type>/<number>.json` whole messages. A schema's
`$id` is its path at the public address of a deployment, which serves it there with the whole address.
"""

import json
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from functools import cache
from pathlib import Path
from typing import Any

from .envelope import Envelope, to_headers
from .event import Event

HERE = Path(__file__).parent
DOCUMENTATION = HERE.parent / "docs" / "reference"
DIALECT = "https://json-schema.org/draft/2020-12/schema"
IDENTITY = ("$schema", "$id", "title")
"""What a file says of its schema, beside the bare schema."""


@dataclass(frozen=True, slots=True)
class Message:
    """A Kafka record as a person can read it."""

    topic: str
    key: str
    headers: dict[str, str]
    body: dict[str, Any]

    @classmethod
    def of(cls, event: Event, envelope: Envelope) -> "Message":
        headers = {name: value.decode() for name, value in to_headers(envelope)}
        return cls(event.topic, event.partition_key, headers, event.model_dump(mode="json"))

    def record_headers(self) -> list[tuple[str, bytes]]:
        return [(name, value.encode()) for name, value in self.headers.items()]

    def record_value(self) -> bytes:
        return json.dumps(self.body, ensure_ascii=False).encode()


@dataclass(frozen=True, slots=True)
class Revision:
    """One revision of a type: its bare schema, and messages as they were written then."""

    type: str
    number: int
    schema: dict[str, Any]
    messages: list[Message]

    def document(self, public_url: str = "") -> dict[str, Any]:
        """The schema with its dialect, its `$id` at this public address, and a title."""
        identity = dict(zip(IDENTITY, (DIALECT, self.address(public_url), class_name(self.type)), strict=True))
        return identity | self.schema

    def address(self, public_url: str) -> str:
        return f"{public_url}/contracts/schemas/{self.type}/{self.number}.json"

    def files(self, folder: Path = HERE) -> dict[Path, str]:
        """What to write, by path."""
        name = f"{self.type}/{self.number}.json"
        return {
            folder / "schemas" / name: to_text(self.document()),
            folder / "samples" / name: to_text([asdict(message) for message in self.messages]),
        }


def class_name(event_type: str) -> str:
    """The name of the type's class, such as `PersonErased`, or `PersonErasedV2` of a type's second version."""
    *_, name, version = event_type.split(".")
    return name if version == "v1" else f"{name}{version.upper()}"


def read(event_type: str, folder: Path = HERE) -> list[Revision]:
    """All revisions of a type, oldest first; none for a type that was never published."""
    return [_read(event_type, number, folder) for number in _numbers(event_type, folder)]


@cache
def published(event_type: str) -> tuple[Revision, ...]:
    """As `read`, of this installation, whose revisions do not change while it runs."""
    return tuple(read(event_type))


def types(folder: Path = HERE) -> set[str]:
    """Every type that was ever published."""
    return {path.name for path in (folder / "schemas").iterdir()} if (folder / "schemas").exists() else set()


def to_text(value: Any) -> str:
    return json.dumps(value, indent=2, ensure_ascii=False) + "\n"


def _numbers(event_type: str, folder: Path) -> Iterable[int]:
    return sorted(int(path.stem) for path in (folder / "schemas" / event_type).glob("*.json"))


def _read(event_type: str, number: int, folder: Path) -> Revision:
    name = f"{event_type}/{number}.json"
    document = json.loads((folder / "schemas" / name).read_text("utf-8"))
    schema = {keyword: value for keyword, value in document.items() if keyword not in IDENTITY}
    messages = json.loads((folder / "samples" / name).read_text("utf-8"))
    return Revision(event_type, number, schema, [Message(**message) for message in messages])
