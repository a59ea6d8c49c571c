"""Commands of completion."""

from pydantic import BaseModel, Field


class PublishRule(BaseModel):
    """Set which percentage of the planned, required sessions makes a completion."""

    minimum_percent: int = Field(ge=1, le=100)
