"""The trial that a command is about: the one last started in MINKA_HOME."""

import httpx

from deploy.local import places
from deploy.local.credentials import Credentials, credentials
from deploy.local.places import Places
from deploy.local.troubles import Trouble


def recorded_places() -> Places:
    """Where it is. Raises `Trouble` where nothing was ever started."""
    home = places.home()
    found = Places.recorded(home)
    if found is None:
        raise Trouble(f"Nothing was ever started in {home}; `make up` starts Minka.")
    return found


def address() -> str:
    """Where Minka answers, or would."""
    return (Places.recorded(places.home()) or Places.asked()).public_url


def trial_token(address: str, role: str = "coordinator", person: str = "") -> str:
    """A token of a demonstration person, from the trial's own issuer. Raises `Trouble`."""
    form = {"grant_type": "demonstration", "role": role, "person": person}
    try:
        answer = httpx.post(f"{address}/issuer/token", data=form, timeout=30)
    except httpx.ConnectError:
        raise Trouble(f"Nothing answers at {address}; start the trial with `make up`.") from None
    if answer.status_code == httpx.codes.NOT_FOUND:
        raise Trouble(f"{address} is no trial; it gives no demonstration tokens.")
    if answer.is_error:
        raise Trouble(f"There is no demonstration person {person or f'with the role {role}'}.")
    token: str = answer.json()["access_token"]
    return token


def recorded_credentials() -> Credentials:
    return credentials(recorded_places().home)
