"""How states of imports and outcomes of rows are shown."""

from chassis.web.texts import N_
from contracts.labels import Labels
from services.enrollment.imports.domain import ImportState

STATES: Labels = {
    ImportState.QUEUED: N_("Waiting"),
    ImportState.READING: N_("Being read"),
    ImportState.PREVIEWED: N_("To be confirmed"),
    ImportState.RUNNING: N_("In progress"),
    ImportState.DONE: N_("Done"),
    ImportState.FAILED: N_("Not taken"),
    ImportState.UNDONE: N_("Undone"),
}
STATE_BADGES: Labels = {
    ImportState.QUEUED: "waiting",
    ImportState.READING: "waiting",
    ImportState.PREVIEWED: "waiting",
    ImportState.RUNNING: "waiting",
    ImportState.DONE: "good",
    ImportState.FAILED: "bad",
    ImportState.UNDONE: "neutral",
}
OUTCOMES: Labels = {
    "accepted": N_("Accepted"),
    "already_enrolled": N_("Already enrolled"),
    "waitlisted": N_("On the waiting list"),
    "review": N_("To be reviewed"),
    "refused": N_("Refused"),
}
PROGRESS = {
    ImportState.QUEUED: "waiting",
    ImportState.READING: "waiting",
    ImportState.PREVIEWED: "done",
    ImportState.RUNNING: "running",
    ImportState.DONE: "done",
    ImportState.FAILED: "failed",
    ImportState.UNDONE: "done",
}
"""The states that the script of the progress bar knows."""
