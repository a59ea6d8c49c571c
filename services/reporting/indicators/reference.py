"""The reference page of the indicators, in Markdown and English, from their definitions."""

from collections.abc import Iterator

from services.reporting.facts.domain import kind_of
from services.reporting.indicators.domain import Indicator
from services.reporting.indicators.registry import INDICATORS
from services.reporting.indicators.slices import DIMENSIONS, Dimension


def page() -> str:
    """The text of `docs/reference/indicators.md`."""
    return "\n".join(_lines())


def _lines() -> Iterator[str]:
    yield "# Indicators\n\nGenerated from the definitions and rules in `services/reporting/indicators/`.\n"
    yield "| indicator | name | unit | version |\n| --- | --- | --- | --- |"
    for one in INDICATORS.values():
        yield f"| [`{one.id}`](#{one.id}) | {one.texts.name} | {one.unit} | {one.version} |"
    for indicator in INDICATORS.values():
        yield from _definition(indicator)
    yield "\n## Dimensions\n\n| dimension | label | members |\n| --- | --- | --- |"
    for name, dimension in DIMENSIONS.items():
        yield f"| `{name}` | {dimension.label} | {_members(name, dimension)} |"
    yield ""


def _definition(indicator: Indicator) -> Iterator[str]:
    texts = indicator.texts
    yield f"\n## `{indicator.id}`\n"
    yield f"{texts.name} ({indicator.unit}), version {indicator.version}. {texts.description}\n"
    yield f"- **Rule**: {texts.rule}"
    yield f"- **Standard**: {texts.standard}"
    yield f"- **Limits**: {texts.limits}"
    yield f"- **By**: {_codes(indicator.dimensions)}"
    yield f"- **Facts**: {_codes(indicator.fact_kinds)}, from {_codes(indicator.sources)}"
    yield f"- **Adding up**: {_additivity(indicator)}"
    yield f"- **Small counts** (1 to 9) are {'withheld' if indicator.of_people else 'shown'}"


def _additivity(indicator: Indicator) -> str:
    if not indicator.additive:
        return "an estimate with bounds; only months may be added up"
    return "slices and programmes" if indicator.over_programmes else "slices within one programme, or within all"


def _members(name: str, dimension: Dimension) -> str:
    if dimension.labels:
        return ", ".join(f"`{member}` {label}" for member, label in dimension.labels.items())
    if dimension.names:
        return f"{len(dimension.names)} INEI codes"
    return f"ids of {kind_of(dimension.named_by)}s" if dimension.named_by else "such as `2025-04`"


def _codes(names: tuple[str, ...]) -> str:
    return ", ".join(f"`{name}`" for name in names)
