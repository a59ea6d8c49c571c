"""Labels of the enumerations, for pages, tables and exports.

A label is English and, at once, the message id under which `locale/` has its translations. What a form asks one person
(`…_ANSWERS`) and what a table calls the people who answered so (`…_GROUPS`) are two sets where the words differ.
"""

from collections.abc import Mapping

from .enrollment import CohortStatus, EnrollmentStatus, Mechanism, Purpose, TargetStatus
from .event import AgeBand, Ethnicity, MotherTongue, OrganizationType, Sex
from .media import AssetKind, AssetStatus, Channel, EvidenceGrade
from .reporting import CellStatus
from .sessions import AttendanceState, SessionKind, SessionStatus

Labels = Mapping[str, str]
"""A member of an enumeration, or its value → its label."""


def N_(message: str) -> str:  # noqa: N802 (the name that gettext's tools know)
    """Marks a text for the tools that collect texts to translate; returns it unchanged."""
    return message


NOT_STATED = N_("Not stated")
PREFERS_NOT_TO_SAY = N_("Prefers not to say")

SEX_ANSWERS: Labels = {
    Sex.FEMALE: N_("Woman"),
    Sex.MALE: N_("Man"),
    Sex.OTHER: N_("Other"),
    Sex.NOT_STATED: PREFERS_NOT_TO_SAY,
}
SEX_RECORDED: Labels = {**SEX_ANSWERS, Sex.NOT_STATED: NOT_STATED}
"""What a record says: of whom nothing is stored was perhaps never asked."""
SEX_GROUPS: Labels = {
    Sex.FEMALE: N_("Women"),
    Sex.MALE: N_("Men"),
    Sex.OTHER: N_("Other"),
    Sex.NOT_STATED: NOT_STATED,
}

AGE_GROUPS: Labels = {
    AgeBand.UNDER_15: N_("Under 15"),
    AgeBand.FROM_15_TO_29: N_("15 to 29"),
    AgeBand.FROM_30_TO_44: N_("30 to 44"),
    AgeBand.FROM_45_TO_59: N_("45 to 59"),
    AgeBand.FROM_60: N_("60 and over"),
    AgeBand.NOT_STATED: NOT_STATED,
}

MOTHER_TONGUE_ANSWERS: Labels = {
    MotherTongue.SPANISH: N_("Spanish"),
    MotherTongue.QUECHUA: N_("Quechua"),
    MotherTongue.AWAJUN: N_("Awajún"),
    MotherTongue.OTHER: N_("Other"),
    MotherTongue.NOT_STATED: PREFERS_NOT_TO_SAY,
}
MOTHER_TONGUE_GROUPS: Labels = {**MOTHER_TONGUE_ANSWERS, MotherTongue.NOT_STATED: NOT_STATED}

ETHNICITY_ANSWERS: Labels = {
    Ethnicity.MESTIZO: N_("Mestizo"),
    Ethnicity.QUECHUA: N_("Quechua"),
    Ethnicity.AWAJUN: N_("Awajún"),
    Ethnicity.AFRO_PERUVIAN: N_("Afro-Peruvian"),
    Ethnicity.WHITE: N_("White"),
    Ethnicity.OTHER: N_("Other"),
    Ethnicity.NOT_STATED: PREFERS_NOT_TO_SAY,
}
ETHNICITY_GROUPS: Labels = {**ETHNICITY_ANSWERS, Ethnicity.NOT_STATED: NOT_STATED}

ORGANIZATION_TYPE_ANSWERS: Labels = {
    OrganizationType.PEASANT_PATROL: N_("Peasant patrol"),
    OrganizationType.PEASANT_COMMUNITY: N_("Peasant community"),
    OrganizationType.WOMEN: N_("Women's organization"),
    OrganizationType.YOUTH: N_("Youth organization"),
    OrganizationType.NEIGHBORHOOD: N_("Neighborhood organization"),
    OrganizationType.PRODUCERS: N_("Producers' association"),
    OrganizationType.CIVIL_ASSOCIATION: N_("Civil association"),
    OrganizationType.OTHER: N_("Other"),
    OrganizationType.NONE: N_("None"),
    OrganizationType.NOT_STATED: PREFERS_NOT_TO_SAY,
}
ORGANIZATION_TYPE_GROUPS: Labels = {**ORGANIZATION_TYPE_ANSWERS, OrganizationType.NOT_STATED: NOT_STATED}

MECHANISMS: Labels = {
    Mechanism.REGIONAL_COORDINATION_COUNCIL: N_("Regional Coordination Council"),
    Mechanism.PARTICIPATORY_BUDGET: N_("Participatory Budget"),
    Mechanism.PUBLIC_HEARINGS: N_("Public Hearings"),
    Mechanism.GENERAL: N_("Citizen participation in general"),
}
COHORT_STATUSES: Labels = {CohortStatus.OPEN: N_("Open"), CohortStatus.CLOSED: N_("Closed")}
TARGET_STATUSES: Labels = {TargetStatus.IN_FORCE: N_("In force"), TargetStatus.WITHDRAWN: N_("Withdrawn")}
ENROLLMENT_STATUSES: Labels = {
    EnrollmentStatus.REQUESTED: N_("Requested"),
    EnrollmentStatus.ACCEPTED: N_("Has a seat"),
    EnrollmentStatus.WAITLISTED: N_("Is waiting"),
    EnrollmentStatus.WITHDRAWN: N_("Withdrawn"),
}
CONSENT_ANSWERS: Labels = {
    Purpose.TRAINING: N_("Agrees to take part, and that these data are used to organize the training."),
    Purpose.IMAGE: N_("Agrees to appear in photographs and videos of the training."),
    Purpose.CONTACT: N_("Agrees to be called or written to about the training."),
    Purpose.GUARDIAN: N_("For somebody under 14: the mother, the father or the guardian agrees too."),
}

SESSION_KINDS: Labels = {
    SessionKind.TRAINING: N_("Training"),
    SessionKind.COUNCIL: N_("Regional Coordination Council"),
    SessionKind.BUDGET_WORKSHOP: N_("Participatory Budget workshop"),
    SessionKind.HEARING: N_("Public hearing"),
}
SESSION_STATUSES: Labels = {
    SessionStatus.SCHEDULED: N_("Planned"),
    SessionStatus.CANCELLED: N_("Cancelled"),
    SessionStatus.HELD: N_("Held"),
}
ATTENDANCE_STATES: Labels = {
    AttendanceState.PRESENT: N_("Present"),
    AttendanceState.LATE: N_("Late"),
    AttendanceState.LEFT_EARLY: N_("Left early"),
    AttendanceState.EXCUSED: N_("Excused"),
    AttendanceState.ABSENT: N_("Absent"),
}

ASSET_KINDS: Labels = {
    AssetKind.REEL: N_("Reel"),
    AssetKind.FLYER: N_("Flyer"),
    AssetKind.POSTER: N_("Poster"),
    AssetKind.PHOTO: N_("Photo"),
    AssetKind.AUDIO_SPOT: N_("Radio spot"),
}
ASSET_STATUSES: Labels = {AssetStatus.PUBLISHED: N_("Shown"), AssetStatus.WITHDRAWN: N_("No longer shown")}
CHANNELS: Labels = {
    Channel.FACEBOOK: N_("Facebook"),
    Channel.INSTAGRAM: N_("Instagram"),
    Channel.TIKTOK: N_("TikTok"),
    Channel.YOUTUBE: N_("YouTube"),
    Channel.WHATSAPP: N_("WhatsApp"),
    Channel.RADIO: N_("Radio"),
    Channel.NOTICE_BOARD: N_("Notice board"),
    Channel.WEB: N_("Web page"),
    Channel.OTHER: N_("Other"),
}
EVIDENCE_GRADES: Labels = {
    EvidenceGrade.MEASURED: N_("Measured by our own links"),
    EvidenceGrade.PLATFORM_ESTIMATED: N_("Estimated by the platform"),
    EvidenceGrade.SURVEY: N_("From a survey"),
    EvidenceGrade.DECLARED: N_("Declared"),
}

CELL_STATUSES: Labels = {
    CellStatus.PUBLISHED: N_("Published"),
    CellStatus.SUPPRESSED: N_("Withheld"),
    CellStatus.NO_DATA: N_("No data"),
}

LANGUAGES: Labels = {"es": N_("Spanish"), "qu": N_("Quechua"), "agr": N_("Awajún")}
"""ISO 639 codes of the languages that modules and assets are in."""

DIMENSIONS: Labels = {
    "sex": N_("Sex"),
    "age_band": N_("Age"),
    "mother_tongue": N_("Mother tongue"),
    "ethnicity": N_("Ethnicity"),
    "organization_type": N_("Kind of organization"),
    "kind": N_("Kind"),
    "mechanism": N_("Mechanism"),
    "channel": N_("Channel"),
}
"""What figures are broken down by, where the members are groups."""

INDICATORS: Labels = {
    "enrolled": N_("Enrolled people"),
    "trained": N_("Trained people"),
    "organizations_trained": N_("Trained organizations"),
    "attended": N_("Attendances"),
    "attendees": N_("Attendees"),
    "programme_content": N_("Modules of the programme"),
    "programme_hours": N_("Hours of the programme"),
    "content_published": N_("Content published"),
    "visits": N_("Visits"),
}
"""The indicators that can have a target: neither an estimate, which is no number to reach, nor what is past."""
