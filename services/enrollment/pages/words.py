"""The catalogue's values in people's words, as lists to choose from and labels to show."""

from collections.abc import Iterable, Mapping
from typing import TypeVar

from chassis.web.texts import N_, _
from contracts import territory
from contracts.enrollment import EnrollmentStatus, Mechanism, Purpose
from contracts.event import Ethnicity, MotherTongue, OrganizationType, Sex
from services.enrollment.documents import DocumentType
from services.enrollment.names import words as plain

Choices = list[tuple[str, str]]
Value = TypeVar("Value", bound=str)

MECHANISMS = {
    Mechanism.REGIONAL_COORDINATION_COUNCIL: N_("Regional Coordination Council"),
    Mechanism.PARTICIPATORY_BUDGET: N_("Participatory Budget"),
    Mechanism.PUBLIC_HEARINGS: N_("Public Hearings"),
    Mechanism.GENERAL: N_("Citizen participation in general"),
}
LANGUAGES = {"es": N_("Spanish"), "qu": N_("Quechua"), "agr": N_("Awajún")}
DOCUMENTS = {
    DocumentType.DNI: N_("DNI"),
    DocumentType.FOREIGNER_CARD: N_("Foreigner's card"),
    DocumentType.PASSPORT: N_("Passport"),
}
SEXES = {
    Sex.FEMALE: N_("Woman"),
    Sex.MALE: N_("Man"),
    Sex.OTHER: N_("Other"),
    Sex.NOT_STATED: N_("Prefers not to say"),
}
MOTHER_TONGUES = {
    MotherTongue.SPANISH: N_("Spanish"),
    MotherTongue.QUECHUA: N_("Quechua"),
    MotherTongue.AWAJUN: N_("Awajún"),
    MotherTongue.OTHER: N_("Other"),
    MotherTongue.NOT_STATED: N_("Prefers not to say"),
}
ETHNICITIES = {
    Ethnicity.MESTIZO: N_("Mestizo"),
    Ethnicity.QUECHUA: N_("Quechua"),
    Ethnicity.AWAJUN: N_("Awajún"),
    Ethnicity.AFRO_PERUVIAN: N_("Afro-Peruvian"),
    Ethnicity.WHITE: N_("White"),
    Ethnicity.OTHER: N_("Other"),
    Ethnicity.NOT_STATED: N_("Prefers not to say"),
}
ORGANIZATION_TYPES = {
    OrganizationType.PEASANT_PATROL: N_("Peasant patrol"),
    OrganizationType.PEASANT_COMMUNITY: N_("Peasant community"),
    OrganizationType.WOMEN: N_("Women's organization"),
    OrganizationType.YOUTH: N_("Youth organization"),
    OrganizationType.NEIGHBORHOOD: N_("Neighborhood organization"),
    OrganizationType.PRODUCERS: N_("Producers' association"),
    OrganizationType.CIVIL_ASSOCIATION: N_("Civil association"),
    OrganizationType.OTHER: N_("Other"),
    OrganizationType.NONE: N_("None"),
    OrganizationType.NOT_STATED: N_("Prefers not to say"),
}
STATUSES = {
    EnrollmentStatus.REQUESTED: (N_("Requested"), "neutral"),
    EnrollmentStatus.ACCEPTED: (N_("Has a seat"), "good"),
    EnrollmentStatus.WAITLISTED: (N_("Is waiting"), "waiting"),
    EnrollmentStatus.WITHDRAWN: (N_("Withdrawn"), "neutral"),
}
CONSENTS = {
    Purpose.TRAINING: N_("Agrees to take part, and that these data are used to organize the training."),
    Purpose.IMAGE: N_("Agrees to appear in photographs and videos of the training."),
    Purpose.CONTACT: N_("Agrees to be called or written to about the training."),
    Purpose.GUARDIAN: N_("For somebody under 14: the mother, the father or the guardian agrees too."),
}


def choices(labels: Mapping[Value, str]) -> Choices:
    """What a form offers, in the reader's language."""
    return [(str(value), _(label)) for value, label in labels.items()]


def provinces() -> Choices:
    """The provinces by name; their INEI codes are the values."""
    return _by_name(territory.provinces().items())


def districts() -> Choices:
    """The districts by name; their INEI codes are the values."""
    return _by_name((one.inei, one.full_name) for one in territory.districts().values())


def _by_name(pairs: Iterable[tuple[str, str]]) -> Choices:
    return sorted(pairs, key=lambda pair: plain(pair[1]))
