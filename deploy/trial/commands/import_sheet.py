"""`minka import` of the trial: at the trial's address, as a demonstration coordinator, unless told otherwise."""

from chassis.web.texts import command
from deploy.operator import import_sheet as operator
from deploy.operator.output import AsJson
from deploy.trial.trial_context import trial_token, trial_url


@command
def import_sheet(
    file: operator.File,
    cohort: operator.Cohort = "",
    ubigeo_scheme: operator.Scheme = "",
    declare: operator.Declare = None,
    columns: operator.Columns = None,
    preview: operator.Preview = False,
    url: operator.Url = "",
    token: operator.Token = "",
    as_json: AsJson = False,
) -> None:
    """Import an enrollment sheet, each row on its own. Sending the same file again is idempotent."""
    address = url or trial_url()
    operator.import_sheet(
        file, cohort, ubigeo_scheme, declare, columns, preview, address, token or trial_token(address), as_json
    )
