"""`minka down`: stops the trial."""

from chassis.web.texts import _, command
from deploy.operator.output import AsJson, show_answer
from deploy.trial import layout, runner


@command
def down(as_json: AsJson = False) -> None:
    """Stop Minka; all data is kept."""
    was_running = runner.stop(layout.home())
    sentence = _("Minka is stopped.") if was_running else _("Minka was not running.")
    show_answer({"was_running": was_running}, sentence, as_json)
