"""`minka topics`: the broker's topics and access rules against the catalogue. Works on any broker."""

from typing import Annotated

import typer
from confluent_kafka import KafkaException

from contracts.topics import TOPICS
from deploy.broker import topics
from deploy.broker.access import Access
from deploy.cli.here import recorded_credentials, recorded_places
from deploy.cli.output import AsJson, show_json, show_table
from deploy.local import kafka
from deploy.local.troubles import Trouble

Bootstrap = Annotated[str | None, typer.Option(envvar="MINKA_ADMIN_KAFKA_BOOTSTRAP", help="Default: the trial.")]
Username = Annotated[str | None, typer.Option(envvar="MINKA_ADMIN_KAFKA_USERNAME", help="A SCRAM user.")]
Password = Annotated[str | None, typer.Option(envvar="MINKA_ADMIN_KAFKA_PASSWORD", help="Better as a variable.")]

application = typer.Typer(help="Topics and who may use them.", no_args_is_help=True)


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
        columns = ["name", "owner", "readers", "key", "partitions"]
        show_table(columns, ([row[column] for column in columns] for row in rows))


@application.command()
def apply(
    bootstrap: Bootstrap = None, username: Username = None, password: Password = None, as_json: AsJson = False
) -> None:
    """Bring the broker into line with the catalogue, and say what was changed. Partitions never change."""
    access = administrator(bootstrap, username, password)
    try:
        changed = topics.apply(access, TOPICS.values()).sentences()
    except KafkaException as error:
        raise Trouble(f"The broker at {access.bootstrap} did not do it ({error.args[0].name()}).") from None
    if as_json:
        show_json({"changed": changed})
    else:
        typer.echo("\n".join(changed) or "The broker is as the catalogue says; nothing was changed.")


def administrator(bootstrap: str | None, username: str | None, password: str | None) -> Access:
    """The broker that was named, or the trial's as its administrator."""
    if bootstrap:
        return Access(bootstrap, username, password)
    return kafka.administrator(recorded_places(), recorded_credentials())
