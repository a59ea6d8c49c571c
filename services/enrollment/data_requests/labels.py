"""Labels of requests, of their states and of why they are decided so."""

from collections.abc import Collection

from chassis.web.texts import N_
from contracts.labels import Labels
from services.enrollment.data_requests.domain import DecisionReason, RequestKind, RequestState, reasons_for

REQUEST_KINDS: Labels = {
    RequestKind.CORRECTION: N_("Correction"),
    RequestKind.ERASURE: N_("Erasure"),
}
REQUEST_STATES: Labels = {
    RequestState.WAITING: N_("To be answered"),
    RequestState.GRANTED: N_("Granted"),
    RequestState.REFUSED: N_("Not granted"),
}
DECISION_REASONS: Labels = {
    DecisionReason.DOCUMENT_AGREES: N_("The office compared it with the identity document, and did as was asked."),
    DecisionReason.DOCUMENT_CONTRADICTS: N_("The identity document says what is stored already."),
    DecisionReason.NOT_THE_PERSON: N_("It was not shown that the person themselves asked."),
    DecisionReason.LAW_REQUIRES: N_("A law obliges the office to keep the data."),
    DecisionReason.ERASED: N_("The data were erased."),
}
_CHOSEN_REASONS: Labels = {
    DecisionReason.DOCUMENT_AGREES: N_("Grant: by the identity document, the person themselves asks"),
    DecisionReason.DOCUMENT_CONTRADICTS: N_("Refuse: the identity document says what is stored already"),
    DecisionReason.NOT_THE_PERSON: N_("Refuse: it is not shown that the person themselves asks"),
    DecisionReason.LAW_REQUIRES: N_("Refuse: a law obliges us to keep the data"),
}
_COMPARED: Labels = {DecisionReason.DOCUMENT_AGREES: N_("Grant: I compared it with the identity document")}
FIELDS: Labels = {
    "given_names": N_("Given names"),
    "family_names": N_("Family names"),
    "birth_date": N_("Date of birth"),
    "sex": N_("Sex"),
    "district": N_("District where the person lives"),
    "phone": N_("Telephone"),
    "email": N_("E-mail"),
}


def reasons_to_choose(kind: RequestKind, fields: Collection[str]) -> Labels:
    """Returns the reasons for which such a request is granted or refused, as the office chooses one."""
    offered = reasons_for(kind, fields)
    labels = {reason: label for reason, label in _CHOSEN_REASONS.items() if reason in offered}
    return {**labels, **_COMPARED} if DecisionReason.DOCUMENT_CONTRADICTS in offered else labels
