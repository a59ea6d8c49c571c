"""The registry: every indicator that the modules of this folder define, and what is derived from all of them."""

from contracts.event import Event
from services.reporting.indicators import attendance, content, organizations, people, reach
from services.reporting.indicators.domain import Indicator

INDICATORS: dict[str, Indicator] = {
    definition.id: definition
    for module in (people, organizations, attendance, content, reach)
    for definition in vars(module).values()
    if isinstance(definition, Indicator)
}
"""By id. A module's indicators are its constants."""

FACTS: tuple[type[Event], ...] = tuple(dict.fromkeys(fact for one in INDICATORS.values() for fact in one.facts))
"""The kinds of fact that some rule reads."""

INDICATORS_BY_FACT: dict[type[Event], tuple[Indicator, ...]] = {
    kind: tuple(one for one in INDICATORS.values() if one.facts[0] is kind)
    for kind in dict.fromkeys(one.facts[0] for one in INDICATORS.values())
}
"""By the kind of fact without which an owner adds nothing."""

HEADLINES: tuple[Indicator, ...] = tuple(
    sorted((one for one in INDICATORS.values() if one.headline), key=lambda one: one.headline or 0)
)
"""The indicators whose totals the public page shows, in its order."""

PEOPLE: tuple[Indicator, ...] = (
    *(people.ENROLLED, attendance.ATTENDEES, attendance.ATTENDED, people.TRAINED),
    *(people.TRAINED_BEFORE, organizations.ORGANIZATIONS_TRAINED),
)
"""The indicators by what people, or organizations of people, are like; each after the one that it is `within`."""
