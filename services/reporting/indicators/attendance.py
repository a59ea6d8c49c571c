"""Indicators of attendance at sessions."""

from operator import attrgetter

from chassis.web.texts import N_
from contracts import labels
from contracts.labels import SESSION_KINDS
from contracts.sessions import Attendance, AttendanceState
from services.reporting.indicators.domain import (
    LIMITS_OF_COUNTED_PEOPLE,
    OF_PERSON,
    Amounts,
    Facts,
    Indicator,
    Texts,
    first_of_each,
    once_per_scope,
)
from services.reporting.indicators.slices import member_of, slice_of_person

VERIFIED = {AttendanceState.PRESENT, AttendanceState.LATE, AttendanceState.LEFT_EARLY}

# Integers, because UUIDs are slow to compare.
SESSION_NUMBER = attrgetter("session_id.int")


def _verified(facts: Facts) -> list[Attendance]:
    return [fact for fact in facts[Attendance] if fact.state in VERIFIED]


def attended(facts: Facts) -> Amounts:
    """Pairs of a person and a session where the person was; a pair that was recorded twice counts once."""
    order = attrgetter("checked_in_at", "attendance_id")
    for fact in first_of_each(SESSION_NUMBER, _verified(facts), order).values():
        slice_ = slice_of_person(fact.session_starts_at, fact.cohort_id, fact.profile, fact.kind)
        yield member_of(fact.programme_id), slice_, 1


ATTENDED = Indicator(
    id="attended",
    version=1,
    texts=Texts(
        name=labels.INDICATORS["attended"],
        description=N_("How many times was somebody at a session?"),
        rule=N_(
            "Pairs of a person and a session with a verified check-in: present, late, or left early; in the month of "
            "the session. Excused and absent people are not counted."
        ),
        standard=N_("Person-sessions, as education statistics count participation."),
        limits=N_("A person who was at five sessions counts five times; for people see the attendees."),
    ),
    unit=N_("person-sessions"),
    dimensions=(*OF_PERSON, "kind"),
    facts=(Attendance,),
    rule=attended,
    over_programmes=True,
    kinds=SESSION_KINDS,
    headline=3,
    within="attendees",
)


def attendees(facts: Facts) -> Amounts:
    """People who were at a session at least once."""
    return once_per_scope(_verified(facts), attrgetter("session_starts_at", "attendance_id"))


ATTENDEES = Indicator(
    id="attendees",
    version=1,
    texts=Texts(
        name=labels.INDICATORS["attendees"],
        description=N_("How many people were at a session at least once?"),
        rule=N_(
            "Different people with at least one verified check-in; once per person, in the month and with the profile "
            "of the first session."
        ),
        standard=N_("The union over all kinds of sessions, never their sum."),
        limits=LIMITS_OF_COUNTED_PEOPLE,
    ),
    unit=N_("people"),
    dimensions=OF_PERSON,
    facts=(Attendance,),
    rule=attendees,
    headline=2,
    within="enrolled",
)
