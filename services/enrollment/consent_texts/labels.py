"""Names of what a consent is for."""

from chassis.web.texts import N_
from contracts.enrollment import Purpose
from contracts.labels import Labels

PURPOSES: Labels = {
    Purpose.TRAINING: N_("The training"),
    Purpose.CONTACT: N_("Calls and messages"),
    Purpose.IMAGE: N_("Photographs and videos"),
    Purpose.GUARDIAN: N_("Guardian of somebody under 14"),
}
