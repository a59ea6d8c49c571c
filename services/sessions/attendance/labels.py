"""Labels of this idea's own enumerations; those of the contracts are in `contracts.labels`."""

from chassis.web.texts import N_
from contracts.labels import Labels
from services.sessions.attendance.domain import ConflictReason, CorrectionReason

CONFLICT_REASONS: Labels = {
    ConflictReason.SESSION_CANCELLED: N_("The session was cancelled."),
    ConflictReason.ENROLLMENT_WITHDRAWN: N_("The enrollment was withdrawn."),
    ConflictReason.OTHER_COHORT: N_("The person is enrolled in another cohort."),
    ConflictReason.OTHER_ANSWER: N_("An earlier scan says otherwise."),
    ConflictReason.FAR_FROM_SESSION: N_("It was scanned long after the day of the session."),
    ConflictReason.SESSION_TO_COME: N_("It was scanned before the day of the session."),
}
CORRECTION_REASONS: Labels = {
    CorrectionReason.MARKED_BY_MISTAKE: N_("It was marked by mistake"),
    CorrectionReason.PERSON_ASKED: N_("The person asked for it"),
    CorrectionReason.SIGNED_LIST: N_("The signed list says otherwise"),
    CorrectionReason.KNOWN_LATER: N_("It became known later"),
    CorrectionReason.OTHER: N_("Another reason"),
}
