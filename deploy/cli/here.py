"""The trial that a command is about: the one last started in MINKA_HOME."""

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


def recorded_credentials() -> Credentials:
    return credentials(recorded_places().home)
