"""`minka users`: the passwords with which services, and other users in the catalogue, sign in to a broker."""

import os

import typer

from chassis.web.texts import N_, _
from deploy.operator.broker import users
from deploy.operator.catalogue import principals
from deploy.operator.errors import OperatorError
from deploy.operator.output import AsJson, show_answer
from deploy.operator.topics import Bootstrap, Password, Username, administrator, at_broker

application = typer.Typer(help=N_("The principals that sign in to the broker."), no_args_is_help=True)


@application.callback()
def group() -> None:
    """The principals that sign in to the broker."""


@application.command()
def apply(bootstrap: Bootstrap = "", username: Username = "", password: Password = "", as_json: AsJson = False) -> None:
    """Give every user the password that the environment names for it: MINKA_<USER>_KAFKA_PASSWORD."""
    passwords = _passwords()
    access = administrator(bootstrap, username, password)
    with at_broker(access):
        users.set_passwords(access, passwords)
    names = sorted(passwords)
    sentence = _("These sign in with their passwords now: %(names)s.", names=", ".join(names))
    show_answer({"applied": names}, sentence, as_json)


def _passwords() -> dict[str, str]:
    """The password of every user, from the environment. Raises `OperatorError` when one is missing."""
    names = {principal: f"MINKA_{principal.upper()}_KAFKA_PASSWORD" for principal in principals()}
    if missing := sorted(name for name in names.values() if name not in os.environ):
        raise OperatorError(
            _(
                "These passwords are not set: %(names)s; set them in the environment of this command.",
                names=", ".join(missing),
            )
        )
    return {principal: os.environ[name] for principal, name in names.items()}
