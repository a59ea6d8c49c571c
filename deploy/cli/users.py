"""`minka users`: the passwords with which services, and outsiders of the catalogue, sign in to a broker."""

import typer
from confluent_kafka import KafkaException

from deploy.broker import users
from deploy.cli.stores import environment
from deploy.cli.topics import Bootstrap, Password, Username, administrator
from deploy.local.credentials import principals
from deploy.local.troubles import Trouble

application = typer.Typer(help="Who signs in to the broker.", no_args_is_help=True)


@application.callback()
def group() -> None:
    """Who signs in to the broker."""


@application.command()
def apply(bootstrap: Bootstrap = None, username: Username = None, password: Password = None) -> None:
    """Give every user the password that the environment names for it: MINKA_<USER>_KAFKA_PASSWORD."""
    passwords = _passwords()
    access = administrator(bootstrap, username, password)
    try:
        users.set_passwords(access, passwords)
    except KafkaException as error:
        raise Trouble(f"The broker at {access.bootstrap} did not do it ({error.args[0].name()}).") from None
    typer.echo(f"These sign in with their passwords now: {', '.join(sorted(passwords))}.")


def _passwords() -> dict[str, str]:
    told = environment()
    names = {principal: f"MINKA_{principal.upper()}_KAFKA_PASSWORD" for principal in principals()}
    if missing := sorted(name for name in names.values() if name not in told):
        raise Trouble(f"No password is told for every user: {', '.join(missing)}.")
    return {principal: told[name] for principal, name in names.items()}
