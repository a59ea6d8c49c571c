"""All catalogues together: every event type by its dotted, versioned name."""

from types import ModuleType

from . import enrollment, media, reporting, sessions
from .event import Event


def events_of(*modules: ModuleType) -> tuple[type[Event], ...]:
    """The classes of the modules that name an event type, in the order of their declaration."""
    return tuple(
        one
        for module in modules
        for one in vars(module).values()
        if isinstance(one, type) and issubclass(one, Event) and "type" in vars(one)
    )


EVENTS = events_of(enrollment, sessions, media, reporting)

BY_TYPE: dict[str, type[Event]] = {event.type: event for event in EVENTS}
