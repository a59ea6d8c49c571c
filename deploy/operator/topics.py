"""`minka topics`: brings a broker's topics and access rules into line with the catalogue."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Annotated

import typer
from confluent_kafka import KafkaError, KafkaException
from pydantic import ValidationError
from pydantic_settings import BaseSettings, SettingsConfigDict

from chassis.runtime.kafka_security import KafkaSecurity
from chassis.web.texts import N_, _
from contracts.topics import TOPICS
from deploy.operator.broker import topics
from deploy.operator.broker.access import Access, sign_in
from deploy.operator.errors import OperatorError, required
from deploy.operator.output import AsJson, show_json, show_table

BOOTSTRAP, USERNAME = "MINKA_ADMIN_KAFKA_BOOTSTRAP", "MINKA_ADMIN_KAFKA_USERNAME"
"""The variables that name the broker and its administrator when no option names another broker."""


SILENT = N_("No broker answers at %(address)s; is it running, and is this its address?")
SIGN_IN = N_("The broker at %(address)s refuses the user, the password or the certificate; correct them.")
NOT_ALLOWED = N_("The broker at %(address)s does not let this user do it; sign in as its administrator.")
REFUSED = N_("The broker at %(address)s did not do it (%(reason)s); its log says why.")

PROBLEMS = {
    KafkaError._TRANSPORT: SILENT,
    KafkaError._TIMED_OUT: SILENT,
    KafkaError._RESOLVE: SILENT,
    KafkaError._ALL_BROKERS_DOWN: SILENT,
    KafkaError._AUTHENTICATION: SIGN_IN,
    KafkaError._SSL: SIGN_IN,
    KafkaError.SASL_AUTHENTICATION_FAILED: SIGN_IN,
    KafkaError.CLUSTER_AUTHORIZATION_FAILED: NOT_ALLOWED,
    KafkaError.TOPIC_AUTHORIZATION_FAILED: NOT_ALLOWED,
    KafkaError._INVALID_ARG: N_("The address or the settings of the broker are not valid; write host:port."),
}
"""The sentence for each error of a broker."""


class AdministratorSettings(BaseSettings, KafkaSecurity):
    """How the administrator signs in: `MINKA_ADMIN_KAFKA_SECURITY_PROTOCOL` and its kind, as for the services."""

    model_config = SettingsConfigDict(env_prefix="MINKA_ADMIN_", hide_input_in_errors=True)


Bootstrap = Annotated[
    str, typer.Option(help=N_("The broker's address, host:port. Default: MINKA_ADMIN_KAFKA_BOOTSTRAP."))
]
Username = Annotated[
    str,
    typer.Option(help=N_("A SCRAM user of that broker. Default for the default broker: MINKA_ADMIN_KAFKA_USERNAME.")),
]
Before = Annotated[bool, typer.Option("--before", help=N_("Only what may be applied while the former release runs."))]
Password = Annotated[str, typer.Option(envvar="MINKA_ADMIN_KAFKA_PASSWORD", help=N_("Better as a variable."))]

application = typer.Typer(help=N_("Topics and who may use them."), no_args_is_help=True)


@application.command("list")
def list_topics(as_json: AsJson = False) -> None:
    """Show the catalogue of topics."""
    rows = [
        {
            "name": topic.name,
            "owner": topic.owner,
            "readers": ", ".join(topic.readers),
            "key": topic.key,
            "partitions": topic.partitions,
            "settings": topic.settings(),
        }
        for topic in TOPICS.values()
    ]
    if as_json:
        show_json(rows)
    else:
        columns = [N_("name"), N_("owner"), N_("readers"), N_("key"), N_("partitions")]
        show_table(columns, ([row[column] for column in columns] for row in rows))


@application.command()
def apply(
    bootstrap: Bootstrap = "",
    username: Username = "",
    password: Password = "",
    before: Before = False,
    as_json: AsJson = False,
) -> None:
    """Bring the broker into line with the catalogue, and say what was changed. Partitions never change."""
    access = administrator(bootstrap, username, password)
    with at_broker(access):
        changed = topics.apply(access, TOPICS.values(), revokes=not before).sentences()
    if as_json:
        show_json({"changed": changed})
    else:
        typer.echo("\n".join(changed) or _("The broker is as the catalogue says; nothing was changed."))


@contextmanager
def at_broker(access: Access) -> Iterator[None]:
    """Signs in first. Raises `OperatorError` with the sentence for what the broker does not do."""
    try:
        sign_in(access)
        yield
    except KafkaException as error:
        known = PROBLEMS.get(error.args[0].code(), REFUSED)
        raise OperatorError(_(known, address=access.bootstrap, reason=error.args[0].name())) from None
    except TimeoutError as error:
        raise OperatorError(str(error)) from None


def administrator(bootstrap: str, username: str, password: str) -> Access:
    """How to sign in to the broker of the options or, without one, of the environment.

    A broker of the options never gets the user name of the environment, which belongs to another broker. Raises
    `OperatorError` when neither names a broker.
    """
    if not bootstrap:
        bootstrap, username = required(BOOTSTRAP), username or os.environ.get(USERNAME, "")
    return Access(bootstrap, username or None, password or None, _security())


def _security() -> AdministratorSettings:
    """What the environment says. Raises `OperatorError` where it is no way to reach a broker."""
    try:
        return AdministratorSettings()
    except ValidationError as error:
        wrong = "; ".join(problem["msg"] for problem in error.errors())
        raise OperatorError(_("The settings of Kafka are not valid: %(reason)s", reason=wrong)) from None
