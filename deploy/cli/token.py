"""`minka token`: a token for curl, from the trial's own issuer."""

from typing import Annotated

import httpx
import typer

from deploy.local import places

Role = Annotated[str, typer.Option(help="coordinator, facilitator, delegate, communications, auditor or operator.")]
PersonId = Annotated[str, typer.Option(help="A demonstration person's id, such as facilitator-0601.")]


def token(role: Role = "coordinator", person: PersonId = "") -> None:
    """Print a token of a demonstration person (trial only): curl -H "Authorization: Bearer $(minka token)"."""
    address = (places.Places.recorded(places.home()) or places.Places.asked()).public_url
    try:
        answer = httpx.post(
            f"{address}/issuer/token", data={"grant_type": "demonstration", "role": role, "person": person}
        )
    except httpx.ConnectError:
        raise SystemExit(f"Nothing answers at {address}; start the trial with `make up`.") from None
    if answer.status_code != httpx.codes.OK:
        raise SystemExit(f"There is no demonstration person {person or f'with the role {role}'}.")
    typer.echo(answer.json()["access_token"])
