"""The people of the demonstration, as whom anybody may sign in to a trial."""

from pathlib import Path
from uuid import UUID

from pydantic import BaseModel, TypeAdapter


class Person(BaseModel):
    """Somebody of the demonstration; nobody real."""

    id: str
    role: str
    name: str
    group: str
    organization_id: UUID | None = None


def people() -> list[Person]:
    """Everybody of the demonstration."""
    path = Path(__file__).with_name("people.json")
    return TypeAdapter(list[Person]).validate_json(path.read_bytes())
