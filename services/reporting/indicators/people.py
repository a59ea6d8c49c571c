"""Indicators of people by their enrollments and completions."""

from operator import attrgetter

from chassis.web.texts import N_
from contracts.enrollment import Consent, Enrollment, EnrollmentStatus, Purpose
from contracts.sessions import Completion
from services.reporting.indicators.domain import (
    LIMITS_OF_COUNTED_PEOPLE,
    OF_PERSON,
    Amounts,
    Facts,
    Indicator,
    Texts,
    once_per_scope,
)


def enrolled(facts: Facts) -> Amounts:
    """People with an accepted enrollment, not withdrawn, who agree to the training."""
    if not any(consent.purpose is Purpose.TRAINING and consent.given for consent in facts[Consent]):
        return iter(())
    accepted = [fact for fact in facts[Enrollment] if fact.status is EnrollmentStatus.ACCEPTED and fact.accepted_at]
    return once_per_scope(accepted, attrgetter("accepted_at", "enrollment_id"))


ENROLLED = Indicator(
    id="enrolled",
    version=1,
    texts=Texts(
        name=N_("Enrolled people"),
        description=N_("How many people have a seat in the training and have agreed to take part?"),
        rule=N_(
            "Different people with an accepted enrollment that was not withdrawn and a consent to the training "
            "that was not taken back; once per person, in the month and with the profile of the first acceptance."
        ),
        standard=N_("Registered is not attended (as Decidim counts)."),
        limits=LIMITS_OF_COUNTED_PEOPLE,
    ),
    unit=N_("people"),
    dimensions=OF_PERSON,
    facts=(Enrollment, Consent),
    rule=enrolled,
    headline=1,
)


def trained(facts: Facts) -> Amounts:
    """People with an achieved completion."""
    achieved = [fact for fact in facts[Completion] if fact.achieved]
    return once_per_scope(achieved, attrgetter("achieved_at", "completion_id"))


TRAINED = Indicator(
    id="trained",
    version=1,
    texts=Texts(
        name=N_("Trained people"),
        description=N_("How many people have completed the training?"),
        rule=N_(
            "Different people who met the completion rule of a cohort's planned sessions; once per person, cumulative, "
            "in the month and with the profile of the first completion."
        ),
        standard=N_("EU neighbourhood indicator CIV-007."),
        limits=LIMITS_OF_COUNTED_PEOPLE,
    ),
    unit=N_("people"),
    dimensions=OF_PERSON,
    facts=(Completion,),
    rule=trained,
    headline=4,
    within="attendees",
)
