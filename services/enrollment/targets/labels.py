"""What people call groups, and the reasons for a correction."""

from chassis.web.texts import N_, _
from contracts.labels import ASSET_KINDS, DIMENSIONS, SESSION_KINDS, Labels
from contracts.targets import GROUPS, subgroups
from services.enrollment.targets.domain import TargetCorrectionReason, group_of

TARGET_CORRECTION_REASONS: Labels = {
    TargetCorrectionReason.MISTAKE_FOUND: N_("The office found a mistake"),
    TargetCorrectionReason.PLAN_CHANGED: N_("The plan was changed"),
    TargetCorrectionReason.BASELINE_REVISED: N_("The baseline was revised"),
}


def subgroup_choices() -> list[tuple[str, str]]:
    """Lists the groups of all indicators with their labels, as a form offers them."""
    return [
        (f"{dimension}:{member}", _named(dimension, member, label)) for dimension, member, label in subgroups(*GROUPS)
    ]


def subgroup_label(subgroup: str | None) -> str | None:
    """Returns the label of a group, such as `Sex: Women`."""
    dimension, member = group_of(subgroup)
    found = (label for of, name, label in subgroups(*GROUPS) if (of, name) == (dimension, member))
    return next((_named(str(dimension), str(member), label) for label in found), None)


def _named(dimension: str, member: str, label: str) -> str:
    title = _KINDS.get(member, DIMENSIONS[dimension]) if dimension == "kind" else DIMENSIONS[dimension]
    return f"{_(title)}: {_(label)}"


_KINDS: Labels = dict.fromkeys(SESSION_KINDS, N_("Kind of session")) | dict.fromkeys(ASSET_KINDS, N_("Kind of content"))
"""Sessions and contents have kinds, and one list offers both."""
