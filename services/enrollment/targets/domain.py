"""What a target can be about, and why it is corrected. Pure."""

from dataclasses import dataclass, replace
from enum import StrEnum

from chassis.runtime.rejections import RejectedError, Rejection
from chassis.web.texts import N_
from contracts.targets import GROUPS, WITHHELD, WITHOUT_PLACES


class TargetCorrectionReason(StrEnum):
    """Why a target is corrected."""

    MISTAKE_FOUND = "mistake_found"
    PLAN_CHANGED = "plan_changed"
    BASELINE_REVISED = "baseline_revised"


@dataclass(frozen=True, slots=True)
class Scope:
    """What a target is about, but for its programme. `subgroup` is a dimension and its member: `sex:female`."""

    indicator: str
    first_month: str | None
    last_month: str | None
    province: str | None
    district: str | None
    subgroup: str | None


def group_of(subgroup: str | None) -> tuple[str | None, str | None]:
    """Returns the dimension and the member of a subgroup; two Nones without one."""
    if subgroup is None:
        return None, None
    dimension, member = subgroup.split(":")
    return dimension, member


def check_scope(scope: Scope) -> None:
    """Raises `RejectedError` if the indicator is not counted so, or if half of the period is missing."""
    dimension, member = group_of(scope.subgroup)
    place = "province" if scope.province else "district" if scope.district else None
    mistakes = (
        ((scope.first_month is None) != (scope.last_month is None), _HALF_A_PERIOD),
        (scope.province is not None and scope.district is not None, _TWO_PLACES),
        (place is not None and scope.indicator in WITHOUT_PLACES, replace(_WITHOUT_PLACES, field=place)),
        (dimension is not None and member not in GROUPS[scope.indicator].get(dimension, ()), _NOT_ITS_GROUP),
    )
    for is_made, rejection in mistakes:
        if is_made:
            raise RejectedError(rejection)


def check_baseline(baseline: int | None, source: str | None) -> None:
    """Raises `RejectedError` if a baseline has no source, or a source no baseline."""
    if baseline is not None and source is None:
        raise RejectedError(_NO_SOURCE)
    if baseline is None and source is not None:
        raise RejectedError(_NO_BASELINE)


def is_public_and_withheld(scope: Scope) -> bool:
    """Tells whether everybody can read the baseline, unless it is small: one of a place or a group is read by
    coordinators and auditors alone."""
    return scope.indicator in WITHHELD and not (scope.province or scope.district or scope.subgroup)


_HALF_A_PERIOD = Rejection(
    "half_a_period",
    N_("A period has a first and a last month."),
    field="last_month",
    remedy=N_("Write both months, or neither for all the time."),
)
_TWO_PLACES = Rejection(
    "two_places",
    N_("A target is for a province or for a district."),
    field="district",
    remedy=N_("Choose one of the two, or neither for all of Cajamarca."),
)
_WITHOUT_PLACES = Rejection(
    "without_places",
    N_("This indicator is not counted by place."),
    remedy=N_("Choose no place."),
)
_NOT_ITS_GROUP = Rejection(
    "not_its_group",
    N_("This indicator is not counted by this group."),
    field="subgroup",
    remedy=N_("Choose another group, or none for everybody."),
)
_NO_SOURCE = Rejection(
    "no_source",
    N_("A baseline says where it stands."),
    field="baseline_source",
    remedy=N_("Write the source, such as a report and its page."),
)
_NO_BASELINE = Rejection(
    "no_baseline",
    N_("A source belongs to a baseline."),
    field="baseline",
    remedy=N_("Write what the indicator was before, or remove the source."),
)
