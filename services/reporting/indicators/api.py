"""The registry over HTTP."""

from fastapi import APIRouter
from pydantic import BaseModel, Field

from chassis.web.texts import _
from services.reporting.indicators.domain import Indicator
from services.reporting.indicators.registry import INDICATORS

router = APIRouter(tags=["figures"])


class Definition(BaseModel):
    """An indicator's definition."""

    id: str
    version: int
    name: str
    unit: str
    additive: bool = Field(description="Whether its slices within one programme (or all) may be added up.")
    of_people: bool = Field(description="Whether counts of 1 to 9 are withheld.")
    dimensions: tuple[str, ...]
    description: str = Field(description="The question it answers.")
    rule: str
    standard: str
    limits: str

    @classmethod
    def of(cls, indicator: Indicator) -> "Definition":
        return cls(
            id=indicator.id,
            version=indicator.version,
            name=_(indicator.texts.name),
            unit=indicator.unit,
            additive=indicator.additive,
            of_people=indicator.of_people,
            dimensions=indicator.dimensions,
            description=_(indicator.texts.description),
            rule=_(indicator.texts.rule),
            standard=_(indicator.texts.standard),
            limits=_(indicator.texts.limits),
        )


@router.get("/api/indicators")
async def list_indicators() -> list[Definition]:
    """Every indicator's definition: all of the registry, in no pages."""
    return [Definition.of(indicator) for indicator in INDICATORS.values()]
