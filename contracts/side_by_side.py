"""The gate for an event that is sent as several types: may its records stand beside each other?"""

from collections.abc import Iterator, Mapping
from itertools import pairwise

from .compatibility import reason
from .envelope import LONGEST
from .event import Event
from .topics import TOPICS


def refusals(event: Event, known: Mapping[str, type[Event]]) -> Iterator[str]:
    """Why this event may not be sent as its types: one sentence each. `known` is the catalogue, by type."""
    try:
        forms = event.forms()
    except (TypeError, ValueError) as error:
        what = f"an example cannot be translated to the former type ({reason(error)})"
        yield f"{event.type}: {what}. Mend `to_former_type`."
        return
    for newer, former in pairwise(forms):
        yield from _between(newer, former, known)
    if len(" ".join(form.type for form in forms)) > LONGEST:
        yield f"{event.type}: is sent as more types than a header can name. End the oldest."


def _between(newer: Event, former: Event, known: Mapping[str, type[Event]]) -> Iterator[str]:
    if known.get(former.type) is not type(former):
        yield f"{newer.type}: its former type {former.type} is not in the catalogue. Put it back."
    if (former.subject, former.partition_key) != (newer.subject, newer.partition_key):
        yield f"{newer.type}: {former.type} has another subject or key, so no reader knows them as one. Keep both."
    if TOPICS[former.topic].owner != TOPICS[newer.topic].owner:
        yield f"{newer.type}: {former.type} is on a topic of another owner. Send both from one service."
    if former.topic == newer.topic and TOPICS[newer.topic].compacted:
        yield (
            f"{newer.type}: {newer.topic} is compacted and keeps one record of each key, which would be the last "
            f"one's, {former.type}. Give the newer type a topic of its own."
        )
