"""What can be asked about targets."""

from typing import Annotated
from uuid import UUID

from pydantic import Field

from chassis.store.identifiers import new_id
from chassis.web.inputs import Command, among, in_form, not_before
from chassis.web.texts import N_
from contracts.enrollment import TargetStatus
from contracts.labels import INDICATORS
from contracts.targets import subgroups
from services.enrollment.fields import District, Province, Title
from services.enrollment.targets.domain import TargetCorrectionReason

MOST = 10_000_000
"""Of a target or a baseline."""

Month = Annotated[str, in_form(r"20\d\d-(0[1-9]|1[0-2])", N_("Write a year and a month, such as 2025-04."))]


def known_subgroups() -> list[str]:
    """Returns the groups of all indicators, each as its dimension and member."""
    return [f"{dimension}:{member}" for dimension, member, _label in subgroups(*INDICATORS)]


class DescribedTarget(Command):
    """What describes a target. What is left out narrows nothing."""

    indicator: Annotated[
        str,
        among(lambda: INDICATORS, N_("There is no such indicator.")),
        Field(description="The indicator's id, as in the reference of the indicators."),
    ]
    programme_id: UUID | None = None
    first_month: Month | None = None
    last_month: Annotated[Month | None, not_before("first_month")] = Field(None, description="Included.")
    province: Province | None = None
    district: District | None = None
    subgroup: (
        Annotated[
            str,
            among(known_subgroups, N_("There is no such group.")),
            Field(description="A dimension and its member, such as `sex:female`."),
        ]
        | None
    ) = None
    value: int = Field(gt=0, le=MOST, description="What is to be reached.")
    baseline: int | None = Field(None, ge=0, le=MOST, description="What it was before.")
    baseline_source: Title | None = Field(None, description="Where the baseline stands.")


class SetTarget(DescribedTarget):
    """Sets a target."""

    target_id: UUID = Field(default_factory=new_id)


class CorrectTarget(DescribedTarget):
    """All that describes the target, as it is right. What is left out is removed."""

    status: TargetStatus = TargetStatus.IN_FORCE
    reason: TargetCorrectionReason
