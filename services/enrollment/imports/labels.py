"""How an import's state is shown."""

from chassis.web.texts import N_
from services.enrollment.imports.service import ImportState

STATES = {
    ImportState.QUEUED: (N_("Waiting"), "waiting"),
    ImportState.RUNNING: (N_("In progress"), "waiting"),
    ImportState.DONE: (N_("Done"), "good"),
    ImportState.FAILED: (N_("Not taken"), "bad"),
}
"""The label and the badge's tone for each state."""

PROGRESS = {
    ImportState.QUEUED: "waiting",
    ImportState.RUNNING: "running",
    ImportState.DONE: "done",
    ImportState.FAILED: "failed",
}
"""The states that the script of the progress bar knows."""
