"""`minka token`: a token for curl, from the trial's own issuer."""

from typing import Annotated

import typer

from chassis.web.texts import N_, command
from deploy.operator.output import AsJson, show_answer
from deploy.trial.trial_context import trial_token, trial_url

Role = Annotated[str, typer.Option(help=N_("coordinator, facilitator, delegate, communications, auditor or operator."))]
PersonId = Annotated[str, typer.Option(help=N_("A demonstration person's id, such as facilitator-0601."))]


@command
def token(role: Role = "coordinator", person: PersonId = "", as_json: AsJson = False) -> None:
    """Print a token of a demonstration person: curl -H "Authorization: Bearer $(minka token)"."""
    found = trial_token(trial_url(), role, person)
    show_answer({"token": found}, found, as_json)
