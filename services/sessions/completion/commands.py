"""Commands of completion."""

from pydantic import Field

from chassis.web.inputs import Input


class PublishRule(Input):
    """Set which percentage of the planned, required sessions makes a completion."""

    minimum_percent: int = Field(ge=1, le=100)
