"""Labels of the answers at the door."""

from chassis.web.texts import N_
from contracts.labels import Labels
from services.sessions.cards.domain import CardAnswer

CARD_ANSWERS: Labels = {
    CardAnswer.RECORDED: N_("Present"),
    CardAnswer.ALREADY_MARKED: N_("Already marked"),
    CardAnswer.MARKED_OTHERWISE: N_("Marked otherwise"),
    CardAnswer.WAITING_LIST: N_("On the waiting list"),
    CardAnswer.TO_BE_REVIEWED: N_("No seat yet"),
    CardAnswer.NOT_KNOWN_YET: N_("Not known yet"),
    CardAnswer.OTHER_COHORT: N_("Not of this cohort"),
    CardAnswer.WITHDRAWN: N_("Enrollment withdrawn"),
    CardAnswer.CANCELLED: N_("Session cancelled"),
    CardAnswer.DAY_TO_COME: N_("Day to come"),
    CardAnswer.LONG_PAST: N_("Session long past"),
    CardAnswer.UNDONE: N_("Scan undone"),
}
"""In large letters."""

CARD_EXPLANATIONS: Labels = {
    CardAnswer.RECORDED: N_("The attendance is recorded."),
    CardAnswer.ALREADY_MARKED: N_("The attendance was recorded before. Nothing has changed."),
    CardAnswer.MARKED_OTHERWISE: N_("The record says something else. Correct it if the person is here."),
    CardAnswer.WAITING_LIST: N_("The person has no seat. The scan is kept and counts if a seat is given."),
    CardAnswer.TO_BE_REVIEWED: N_("The enrollment is not decided. The scan is kept and counts if a seat is given."),
    CardAnswer.NOT_KNOWN_YET: N_("The scan is kept until the enrollment arrives. A card of something else never does."),
    CardAnswer.OTHER_COHORT: N_("The person is enrolled in another cohort. The coordinator decides."),
    CardAnswer.WITHDRAWN: N_("The person left the programme. The coordinator decides."),
    CardAnswer.CANCELLED: N_("This session was cancelled. The coordinator decides."),
    CardAnswer.DAY_TO_COME: N_("The day of this session is still to come. The coordinator decides."),
    CardAnswer.LONG_PAST: N_("This session was days ago. The coordinator decides."),
    CardAnswer.UNDONE: N_("The scan no longer counts."),
}

CARD_TONES = {
    CardAnswer.RECORDED: "good",
    CardAnswer.ALREADY_MARKED: "waiting",
    CardAnswer.WAITING_LIST: "waiting",
    CardAnswer.TO_BE_REVIEWED: "waiting",
    CardAnswer.NOT_KNOWN_YET: "waiting",
    CardAnswer.UNDONE: "waiting",
}
"""The colour of each answer; `bad` where none is named."""

CARD_SYMBOLS = {"good": "✓", "waiting": "…", "bad": "!"}
