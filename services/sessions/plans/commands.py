"""Commands of plans."""

from pydantic import Field

from chassis.web.inputs import Input


class DeclareComplete(Input):
    """Say that every session of a cohort is planned."""

    accept_missing: bool = Field(
        False, description="Whether it is complete although modules ask for more required sessions than are planned."
    )
