"""The trial that a command is about: the one last started in MINKA_HOME."""

import os

import httpx

from chassis.web.texts import _
from deploy.operator.catalogue import principals
from deploy.operator.errors import OperatorError
from deploy.operator.import_sheet import at_minka
from deploy.trial import kafka
from deploy.trial.credentials import Credentials, credentials
from deploy.trial.layout import TrialLayout, home
from deploy.trial.variables import variables

ADMIN_BOOTSTRAP = "MINKA_ADMIN_KAFKA_BOOTSTRAP"


def recorded_layout() -> TrialLayout:
    """Its folder and ports. Raises `OperatorError` when no trial was ever started there."""
    found = TrialLayout.recorded(home())
    if found is None:
        raise OperatorError(_("Nothing was ever started in %(folder)s; `make up` starts Minka.", folder=home()))
    return found


def recorded_credentials() -> Credentials:
    """Its passwords and keys. Raises `OperatorError` when no trial was ever started there."""
    return credentials(recorded_layout().home)


def service_variables() -> dict[str, str]:
    """The settings of its services, by environment variable; none when no trial was ever started there."""
    layout = TrialLayout.recorded(home())
    return variables(layout, credentials(layout.home)) if layout else {}


def operator_variables() -> dict[str, str]:
    """The addresses and passwords that the operator's commands need, by environment variable.

    Another broker of the environment (MINKA_ADMIN_KAFKA_BOOTSTRAP) does not get the trial's user name and password.
    """
    layout = TrialLayout.recorded(home())
    if layout is None:
        return {}
    secrets = credentials(layout.home)
    passwords = {f"MINKA_{name.upper()}_KAFKA_PASSWORD": secrets[f"kafka.{name}"] for name in principals()}
    return variables(layout, secrets) | passwords | _administrator(layout, secrets)


def trial_url() -> str:
    """The address of the trial, running or not."""
    return (TrialLayout.recorded(home()) or TrialLayout.from_environment()).public_url


def trial_token(url: str, role: str = "coordinator", person: str = "") -> str:
    """A token of a demonstration person, from the trial's own issuer. Raises `OperatorError`."""
    form = {"grant_type": "demonstration", "role": role, "person": person}
    with at_minka(url):
        try:
            answer = httpx.post(f"{url}/issuer/token", data=form, timeout=30)
        except httpx.ConnectError:
            raise OperatorError(_("Nothing answers at %(url)s; start the trial with `make up`.", url=url)) from None
    if answer.status_code == httpx.codes.NOT_FOUND:
        raise OperatorError(_("%(url)s is no trial; it gives no demonstration tokens.", url=url))
    if answer.is_error:
        if person:
            raise OperatorError(_("There is no demonstration person %(person)s.", person=person))
        raise OperatorError(_("There is no demonstration person with the role %(role)s.", role=role))
    token: str = answer.json()["access_token"]
    return token


def _administrator(layout: TrialLayout, secrets: Credentials) -> dict[str, str]:
    if ADMIN_BOOTSTRAP in os.environ:
        return {}
    access = kafka.administrator(layout, secrets)
    return {
        ADMIN_BOOTSTRAP: access.bootstrap,
        "MINKA_ADMIN_KAFKA_USERNAME": access.username or "",
        "MINKA_ADMIN_KAFKA_PASSWORD": access.password or "",
    }
