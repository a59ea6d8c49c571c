"""The members of each dimension: those that are always listed, with a zero where there is nothing, and their names."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date

from chassis.web.formats import month as month_name
from chassis.web.texts import N_, _
from contracts.enrollment import Cohort, Mechanism, Programme
from contracts.event import AgeBand, Ethnicity, Event, MotherTongue, OrganizationType, Sex
from contracts.media import Campaign, Channel
from contracts.territory import districts, provinces
from services.reporting.indicators.registry import INDICATORS, Indicator
from services.reporting.indicators.slices import NOT_STATED

Names = Mapping[str, Mapping[str, str]]
"""Dimension → member → its name, for members that come and go: programmes, cohorts, campaigns."""

NAMING: dict[type[Event], str] = {Programme: "programme", Cohort: "cohort", Campaign: "campaign"}

_ALWAYS: dict[str, tuple[str, ...]] = {
    "province": tuple(provinces()),
    "district": tuple(districts()),
    "sex": tuple(Sex),
    "age_band": tuple(AgeBand),
    "mother_tongue": tuple(MotherTongue),
    "ethnicity": tuple(Ethnicity),
    "organization_type": tuple(OrganizationType),
    "mechanism": tuple(Mechanism),
    "channel": tuple(Channel),
}


def indicators_naming(facts: Iterable[Sequence[Event]]) -> set[str]:
    """The indicators whose lists get a member, or a new name, by these facts."""
    types = {type(fact) for known in facts for fact in known}
    dimensions = {dimension for kind, dimension in NAMING.items() if any(issubclass(each, kind) for each in types)}
    return {one.id for one in INDICATORS.values() if not dimensions.isdisjoint(one.dimensions)}


def listed(indicator: Indicator, dimension: str, names: Names) -> tuple[str, ...]:
    """The members that stand in the indicator's list by this dimension whether or not anything falls in them."""
    if dimension == "kind":
        return tuple(indicator.kinds or ())
    return _ALWAYS.get(dimension) or tuple(names.get(dimension, ()))


def in_order(indicator: Indicator, dimension: str, members: Iterable[str], names: Names) -> list[str]:
    """Members in the order in which people expect them: as declared, by code, by date; the unnamed last."""
    places = {member: place for place, member in enumerate(listed(indicator, dimension, names))}
    return sorted(members, key=lambda member: (places.get(member, len(places)), member))


def label(dimension: str, member: str, names: Names) -> str:
    """How people call a member."""
    if dimension == "district" and member in districts():
        return districts()[member].name
    if dimension == "province" and member in provinces():
        return provinces()[member]
    if dimension == "month":
        return month_name(date.fromisoformat(f"{member}-01"))
    if name := names.get(dimension, {}).get(member):
        return name
    texts = _LABELS.get(dimension, {})
    return _(texts.get(member, _NOT_STATED if member == NOT_STATED else member))


_NOT_STATED = N_("Not stated")

DIMENSION_LABELS = {
    "programme": N_("Programme"),
    "cohort": N_("Cohort"),
    "province": N_("Province"),
    "district": N_("District"),
    "month": N_("Month"),
    "sex": N_("Sex"),
    "age_band": N_("Age"),
    "mother_tongue": N_("Mother tongue"),
    "ethnicity": N_("Ethnicity"),
    "organization_type": N_("Kind of organization"),
    "kind": N_("Kind"),
    "mechanism": N_("Mechanism"),
    "channel": N_("Channel"),
    "campaign": N_("Campaign"),
}

_LABELS: dict[str, dict[str, str]] = {
    "sex": {"female": N_("Women"), "male": N_("Men"), "other": N_("Other")},
    "age_band": {
        "under_15": N_("Under 15"),
        "15_29": N_("15 to 29"),
        "30_44": N_("30 to 44"),
        "45_59": N_("45 to 59"),
        "60_plus": N_("60 and over"),
    },
    "mother_tongue": {
        "spanish": N_("Spanish"), "quechua": N_("Quechua"), "awajun": N_("Awajún"), "other": N_("Other"),
    },
    "ethnicity": {
        "mestizo": N_("Mestizo"),
        "quechua": N_("Quechua"),
        "awajun": N_("Awajún"),
        "afro_peruvian": N_("Afro-Peruvian"),
        "white": N_("White"),
        "other": N_("Other"),
    },
    "organization_type": {
        "peasant_patrol": N_("Peasant patrol"),
        "peasant_community": N_("Peasant community"),
        "women": N_("Women's organization"),
        "youth": N_("Youth organization"),
        "neighborhood": N_("Neighborhood organization"),
        "producers": N_("Producers' association"),
        "civil_association": N_("Civil association"),
        "other": N_("Other"),
        "none": N_("None"),
    },
    "kind": {
        "training": N_("Training"),
        "council": N_("Regional Coordination Council"),
        "budget_workshop": N_("Participatory Budget workshop"),
        "hearing": N_("Public hearing"),
        "reel": N_("Reel"),
        "flyer": N_("Flyer"),
        "poster": N_("Poster"),
        "photo": N_("Photo"),
        "audio_spot": N_("Radio spot"),
    },
    "mechanism": {
        "regional_coordination_council": N_("Regional Coordination Council"),
        "participatory_budget": N_("Participatory Budget"),
        "public_hearings": N_("Public Hearings"),
        "general": N_("Citizen participation in general"),
    },
    "channel": {
        "facebook": "Facebook",
        "instagram": "Instagram",
        "tiktok": "TikTok",
        "youtube": "YouTube",
        "whatsapp": "WhatsApp",
        "radio": N_("Radio"),
        "notice_board": N_("Notice board"),
        "web": N_("Web page"),
        "other": N_("Other"),
    },
}  # fmt: skip
