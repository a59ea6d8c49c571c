"""What a form about one person offers to choose from, whoever fills it in."""

from chassis.web.forms import choices
from contracts.labels import ETHNICITY_ANSWERS, MOTHER_TONGUE_ANSWERS, ORGANIZATION_TYPE_ANSWERS, SEX_ANSWERS
from services.enrollment import fields
from services.enrollment.identity.labels import DOCUMENT_TYPES


def person_choices() -> dict[str, fields.Choices]:
    """Returns the choices by the names that the templates have for them, in the reader's language."""
    return {
        "districts": fields.districts(),
        "document_types": choices(DOCUMENT_TYPES),
        "sexes": choices(SEX_ANSWERS),
        "mother_tongues": choices(MOTHER_TONGUE_ANSWERS),
        "ethnicities": choices(ETHNICITY_ANSWERS),
        "organization_types": choices(ORGANIZATION_TYPE_ANSWERS),
    }
