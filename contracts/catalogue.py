"""All catalogues together: every event type by its dotted, versioned name."""

from . import enrollment, media, reporting, sessions
from .event import Event

EVENTS: tuple[type[Event], ...] = (*enrollment.EVENTS, *sessions.EVENTS, *media.EVENTS, *reporting.EVENTS)

BY_TYPE: dict[str, type[Event]] = {event.type: event for event in EVENTS}
