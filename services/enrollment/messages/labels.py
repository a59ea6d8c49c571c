"""Labels of kinds, states and channels of messages."""

from chassis.web.texts import N_
from contracts.labels import Labels
from services.enrollment.messages.domain import Channel, MessageKind, MessageState

MESSAGE_KINDS: Labels = {
    MessageKind.SEAT_GIVEN: N_("Seat given"),
    MessageKind.WAITING: N_("Placed on the waiting list"),
    MessageKind.MOVED_UP: N_("Moved up from the waiting list"),
    MessageKind.WITHDRAWN: N_("Enrollment withdrawn"),
    MessageKind.LIST_DISSOLVED: N_("Waiting list dissolved"),
    MessageKind.SEAT_OFFERED: N_("Seat offered"),
    MessageKind.OFFER_LAPSED: N_("Offer not accepted in time"),
    MessageKind.TRANSFERRED: N_("Transferred to another cohort"),
    MessageKind.TRANSFERRED_TO_LIST: N_("Transferred to another waiting list"),
    MessageKind.COHORT_CHANGED: N_("Dates changed"),
    MessageKind.SESSION_REMINDER: N_("Reminder of a session"),
    MessageKind.SESSION_MOVED: N_("Session moved"),
    MessageKind.SESSION_CANCELLED: N_("Session cancelled"),
    MessageKind.REQUEST_ANSWERED: N_("Request about data answered"),
}
MESSAGE_STATES: Labels = {
    MessageState.QUEUED: N_("On its way"),
    MessageState.SENT: N_("Sent"),
    MessageState.REFUSED: N_("Refused by the address"),
    MessageState.UNREACHABLE: N_("Cannot be reached"),
    MessageState.FAILED: N_("Could not be sent"),
    MessageState.OUTDATED: N_("Not sent: no longer true"),
}
REMEDIES: Labels = {
    MessageState.REFUSED: N_("Ask the person for the right address or number, and correct it on their page."),
    MessageState.UNREACHABLE: N_("Tell the person in another way: no address or number is stored that can be used."),
    MessageState.FAILED: N_("Tell the person in another way, and the operator that messages do not leave."),
}
CHANNELS: Labels = {
    Channel.EMAIL: N_("E-mail"),
    Channel.TELEPHONE: N_("Telephone"),
}
