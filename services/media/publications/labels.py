"""Labels of this idea's own enumeration."""

from chassis.web.texts import N_
from contracts.labels import Labels
from services.media.publications.domain import PublicationStatus

PUBLICATION_STATUSES: Labels = {
    PublicationStatus.ACTIVE: N_("Published"),
    PublicationStatus.WITHDRAWN: N_("Taken down"),
}
