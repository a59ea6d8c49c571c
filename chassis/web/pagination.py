"""Lists over HTTP: an object with the list under its own name, so that a list can learn to say more."""

from pydantic import BaseModel, Field


class Listing(BaseModel):
    """What every list has; each kind adds the list itself."""

    next: int | None = Field(None, description="Ask again with `after` = this for what follows; null at the end.")
