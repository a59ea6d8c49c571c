"""`python -m tests.compose.privileges`: the actions that the broker allows each of its users, as JSON."""

import json
import os

from contracts.topics import PARTICIPATION_ACTS as ACTS
from deploy.operator.broker.access import Access
from deploy.operator.catalogue import principals
from deploy.operator.topics import AdministratorSettings
from tests.support import acl_probes


def privileges(bootstrap: str) -> dict[str, object]:
    """Tries to read all topics, write others' topics, move others' consumer groups, and create topics, as each user."""
    security = AdministratorSettings()
    passwords = {name: os.environ[f"MINKA_{name.upper()}_KAFKA_PASSWORD"] for name in principals()}
    users = [Access(bootstrap, name, password, security) for name, password in passwords.items()]
    return {
        "reads": acl_probes.readable(users),
        "writes": acl_probes.writable_of_others(users),
        "moves": acl_probes.movable_of_others(users),
        "acts": [user.username for user in users if user.username == ACTS.owner and acl_probes.writes(user, ACTS.name)],
        "creates": [user.username for user in users if acl_probes.creates(user, f"{user.username}.more")],
    }


if __name__ == "__main__":
    print(json.dumps(privileges(os.environ["MINKA_ADMIN_KAFKA_BOOTSTRAP"])))
