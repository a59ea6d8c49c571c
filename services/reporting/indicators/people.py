"""Indicators of people by their enrollments and completions."""

from operator import attrgetter

from chassis.web.texts import N_
from contracts import labels
from contracts.enrollment import Consent, Enrollment, EnrollmentStatus, Purpose, StatedTraining
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
        name=labels.INDICATORS["enrolled"],
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
        name=labels.INDICATORS["trained"],
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


def trained_before(facts: Facts) -> Amounts:
    """People whom the list of a past cohort states to have completed the training."""
    stated = [fact for fact in facts[StatedTraining] if fact.stands and fact.completed_on]
    return once_per_scope(stated, attrgetter("occurred_at", "stated_training_id"))


TRAINED_BEFORE = Indicator(
    id="trained_before",
    version=1,
    texts=Texts(
        name=N_("People trained before, as lists state"),
        description=N_("How many people completed a training of the years before, as the office's lists state?"),
        rule=N_(
            "Different people who completed a past cohort, as its list states; once per person, in the month and with "
            "the profile of the first completion. Nobody observed it with this system: each person leads to the row of "
            "the list, and the list to who vouches for it."
        ),
        standard=N_("EU neighbourhood indicator CIV-007, of declared evidence."),
        limits=N_(
            "It must not be added to the trained people, who were observed: somebody can be in both. One person in two "
            "programmes counts once in each, so programmes must not be added up."
        ),
    ),
    unit=N_("people"),
    dimensions=OF_PERSON,
    facts=(StatedTraining,),
    rule=trained_before,
)
