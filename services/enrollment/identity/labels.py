"""Labels of the kinds of identity documents."""

from chassis.web.texts import N_
from contracts.labels import Labels
from services.enrollment.identity.documents import DocumentType

DOCUMENT_TYPES: Labels = {
    DocumentType.DNI: N_("DNI"),
    DocumentType.FOREIGNER_CARD: N_("Foreigner's card"),
    DocumentType.PASSPORT: N_("Passport"),
}
