"""`python -m tests.compose.privileges`: what every user of the broker may do, tried with its password; as JSON."""

import json
import os

from contracts.topics import PARTICIPATION_ACTS as ACTS
from contracts.topics import TOPICS, consumer_group
from deploy.broker.access import Access
from deploy.local.credentials import principals
from tests.support import attempts


def privileges(bootstrap: str) -> dict[str, object]:
    """Who reads which topics, who writes another's, who moves another's group, who makes topics."""
    users = [Access(bootstrap, name, os.environ[f"MINKA_{name.upper()}_KAFKA_PASSWORD"]) for name in principals()]
    return {
        "reads": attempts.readable(users),
        "writes": attempts.writable_of_others(users),
        "moves": [
            f"{user.username} moves {other.username}" for user in users for other in users if _moves(user, other)
        ],
        "acts": [user.username for user in users if user.username == ACTS.owner and attempts.writes(user, ACTS.name)],
        "creates": [user.username for user in users if attempts.creates(user, f"{user.username}.more")],
    }


def _moves(user: Access, other: Access) -> bool:
    group = consumer_group(str(other.username), "reactions")
    readable = next((topic.name for topic in TOPICS.values() if user.username in topic.readers), "media.visits")
    return user != other and attempts.moves(user, group, readable)


if __name__ == "__main__":
    print(json.dumps(privileges(os.environ["MINKA_ADMIN_KAFKA_BOOTSTRAP"])))
