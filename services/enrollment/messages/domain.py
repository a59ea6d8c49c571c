"""What people are told about their enrollment: the kinds, the texts, and the places in a text. Pure."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from chassis.web.texts import N_
from contracts.enrollment import EnrollmentStatus

_PLACE = re.compile(r"\{([^{}]*)\}")


class MessageKind(StrEnum):
    """Why somebody is told something."""

    SEAT_GIVEN = "seat_given"
    WAITING = "waiting"
    MOVED_UP = "moved_up"
    WITHDRAWN = "withdrawn"
    LIST_DISSOLVED = "list_dissolved"
    SEAT_OFFERED = "seat_offered"
    OFFER_LAPSED = "offer_lapsed"
    TRANSFERRED = "transferred"
    TRANSFERRED_TO_LIST = "transferred_to_list"
    COHORT_CHANGED = "cohort_changed"
    SESSION_REMINDER = "session_reminder"
    SESSION_MOVED = "session_moved"
    SESSION_CANCELLED = "session_cancelled"
    REQUEST_ANSWERED = "request_answered"


SESSION_KINDS = frozenset({MessageKind.SESSION_REMINDER, MessageKind.SESSION_MOVED, MessageKind.SESSION_CANCELLED})
"""What is told of one session."""

NEWS_OF_STATUS = {
    EnrollmentStatus.ACCEPTED: MessageKind.SEAT_GIVEN,
    EnrollmentStatus.WAITLISTED: MessageKind.WAITING,
}


class MessageState(StrEnum):
    """How far a message is. `refused` by whoever carries it, `unreachable` without an address, `failed` in the end,
    `outdated` where it was no longer true when it would have been sent."""

    QUEUED = "queued"
    SENT = "sent"
    REFUSED = "refused"
    UNREACHABLE = "unreachable"
    FAILED = "failed"
    OUTDATED = "outdated"


class Channel(StrEnum):
    """What carries a message."""

    EMAIL = "email"
    TELEPHONE = "telephone"


@dataclass(frozen=True, slots=True)
class MessageTemplate:
    """A text with places such as `{cohort}`. A message by telephone has the body alone."""

    subject: str
    body: str


PLACES: Mapping[str, str] = {
    "name": N_("given names of the person"),
    "programme": N_("title of the programme"),
    "cohort": N_("name of the cohort"),
    "first_day": N_("first day of the cohort"),
    "last_day": N_("last day of the cohort"),
    "my_data": N_("address of the page “My data”"),
}
"""What can stand in every text, with what it becomes."""

SESSION_PLACES: Mapping[str, str] = {
    "session": N_("title of the session"),
    "session_day": N_("day of the session"),
    "session_time": N_("time at which the session starts"),
    "session_place": N_("place of the session"),
}
"""What can stand in a text about one session, too."""

PLACES_IN_SPANISH: Mapping[str, str] = {
    "nombre": "name",
    "programa": "programme",
    "cohorte": "cohort",
    "primer_dia": "first_day",
    "ultimo_dia": "last_day",
    "mis_datos": "my_data",
    "sesion": "session",
    "dia_de_la_sesion": "session_day",
    "hora_de_la_sesion": "session_time",
    "lugar_de_la_sesion": "session_place",
}
"""The same in Spanish, which any text may use."""

FIRST_TEMPLATES: Mapping[MessageKind, MessageTemplate] = {
    MessageKind.SEAT_GIVEN: MessageTemplate(
        N_("You have a seat: {cohort}"),
        N_("{name}, you have a seat in {programme}, {cohort}. It begins on {first_day} and ends on {last_day}."),
    ),
    MessageKind.WAITING: MessageTemplate(
        N_("You are on the waiting list: {cohort}"),
        N_("{name}, all seats of {cohort} are taken. You are on its waiting list; we tell you when you get a seat."),
    ),
    MessageKind.MOVED_UP: MessageTemplate(
        N_("Now you have a seat: {cohort}"),
        N_("{name}, a seat became free, and it is yours: {programme}, {cohort}. It begins on {first_day}."),
    ),
    MessageKind.WITHDRAWN: MessageTemplate(
        N_("Your enrollment has ended: {cohort}"),
        N_("{name}, your enrollment in {cohort} was withdrawn. If this is a mistake, tell the training office."),
    ),
    MessageKind.LIST_DISSOLVED: MessageTemplate(
        N_("There is no seat for you this time: {cohort}"),
        N_("{name}, {cohort} takes nobody else and its waiting list has ended. You can apply for another cohort."),
    ),
    MessageKind.SEAT_OFFERED: MessageTemplate(
        N_("A seat is free for you: {cohort}"),
        N_("{name}, a seat became free in {programme}, {cohort}, and you are the next. It begins on {first_day}."),
    ),
    MessageKind.OFFER_LAPSED: MessageTemplate(
        N_("Your seat went to the next: {cohort}"),
        N_(
            "{name}, you did not accept the seat in {cohort} in time, so it goes to the next. "
            "If you still want to take part, tell the training office."
        ),
    ),
    MessageKind.TRANSFERRED: MessageTemplate(
        N_("Your seat is in another cohort now: {cohort}"),
        N_("{name}, you have a seat in {programme}, {cohort} instead. It begins on {first_day}."),
    ),
    MessageKind.TRANSFERRED_TO_LIST: MessageTemplate(
        N_("You wait for a seat in another cohort now: {cohort}"),
        N_("{name}, you are on the waiting list of {programme}, {cohort} instead. We tell you when you get a seat."),
    ),
    MessageKind.COHORT_CHANGED: MessageTemplate(
        N_("The dates have changed: {cohort}"),
        N_("{name}, {cohort} now begins on {first_day} and ends on {last_day}."),
    ),
    MessageKind.SESSION_REMINDER: MessageTemplate(
        N_("We expect you: {session}"),
        N_("{name}, your session {session} is on {session_day} at {session_time}: {session_place}. We expect you."),
    ),
    MessageKind.SESSION_MOVED: MessageTemplate(
        N_("Another day or place: {session}"),
        N_("{name}, your session {session} is now on {session_day} at {session_time}: {session_place}."),
    ),
    MessageKind.SESSION_CANCELLED: MessageTemplate(
        N_("Cancelled: {session}"),
        N_("{name}, your session {session} of {session_day} at {session_time} is cancelled. We tell you of others."),
    ),
    MessageKind.REQUEST_ANSWERED: MessageTemplate(
        N_("The office has answered your request"),
        N_("{name}, the training office has answered what you asked about your data. Read it at {my_data}."),
    ),
}
"""The texts until the office writes its own; message ids of the catalogue."""


def places_of(kind: MessageKind) -> Mapping[str, str]:
    """What can stand in a text of this kind, with what it becomes."""
    return {**PLACES, **SESSION_PLACES} if kind in SESSION_KINDS else PLACES


def named_in(language: str, places: Mapping[str, str]) -> dict[str, str]:
    """The places as they are named in a language, else in English, with what each becomes."""
    named = {place: name for name, place in PLACES_IN_SPANISH.items()} if language == "es" else {}
    return {named.get(place, place): meaning for place, meaning in places.items()}


def unknown_places(text: str, known: Mapping[str, str]) -> list[str]:
    """The places of a text that nothing can fill, as they are written; a brace without its other one is one."""
    unpaired = [brace for brace in _PLACE.sub("", text) if brace in "{}"]
    return [f"{{{name}}}" for name in _PLACE.findall(text) if _place(name) not in known] + unpaired


def filled(text: str, values: Mapping[str, str]) -> str:
    """The text with its places filled."""
    return _PLACE.sub(lambda place: values[_place(place[1])], text)


def _place(name: str) -> str:
    return PLACES_IN_SPANISH.get(name, name)
