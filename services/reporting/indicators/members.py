"""The members of each dimension: which of them every list shows, in which order, and how people call them."""

from collections.abc import Iterable
from datetime import date

from chassis.web.formats import month as month_name
from chassis.web.texts import _
from contracts import labels
from contracts.event import Event
from services.reporting.facts.domain import Names
from services.reporting.indicators.domain import Indicator
from services.reporting.indicators.registry import INDICATORS
from services.reporting.indicators.slices import DIMENSIONS, NOT_STATED


def indicators_listing(facts: Iterable[Event]) -> set[str]:
    """The indicators whose lists get a member, or a new name of one, by these facts."""
    classes = {type(fact) for fact in facts}
    named = {
        name
        for name, dimension in DIMENSIONS.items()
        if dimension.named_by and any(issubclass(each, dimension.named_by) for each in classes)
    }
    return {one.id for one in INDICATORS.values() if not named.isdisjoint(one.dimensions)}


def listed(indicator: Indicator, dimension: str, names: Names) -> tuple[str, ...]:
    """The members that the indicator's list by this dimension shows, whether or not anything falls in them."""
    if dimension == "kind":
        return tuple(indicator.kinds)
    declared = DIMENSIONS[dimension]
    return tuple(declared.labels or declared.names or names.get(dimension, ()))


def in_order(indicator: Indicator, dimension: str, members: Iterable[str], names: Names) -> list[str]:
    """Members in the order in which people expect them: as declared, by code, by date; unnamed members last."""
    positions = {member: position for position, member in enumerate(listed(indicator, dimension, names))}
    return sorted(members, key=lambda member: (positions.get(member, len(positions)), member))


def label(dimension: str, member: str, names: Names) -> str:
    """The text by which people know a member."""
    if dimension == "month":
        return month_name(date.fromisoformat(f"{member}-01"))
    declared = DIMENSIONS[dimension]
    name = declared.names.get(member) or names.get(dimension, {}).get(member)
    return name or _(declared.labels.get(member, labels.NOT_STATED if member == NOT_STATED else member))
