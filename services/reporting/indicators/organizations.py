"""Indicators of organizations by the completions of their members."""

from operator import attrgetter

from chassis.web.texts import N_
from contracts import labels
from contracts.enrollment import OrganizationRegistered
from services.reporting.facts.domain import OrganizationCompletion
from services.reporting.indicators.domain import Amounts, Facts, Indicator, Texts, first_per_scope
from services.reporting.indicators.slices import NOT_STATED, Slice, member_of, month_of, province_of


def organizations_trained(facts: Facts) -> Amounts:
    """Organizations for which somebody completed the training."""
    achieved = [fact for fact in facts[OrganizationCompletion] if fact.achieved and fact.organization_id]
    organization = next(iter(facts[OrganizationRegistered]), None)
    for scope, first in first_per_scope(achieved, attrgetter("achieved_at", "completion_id")):
        yield scope, _slice(first, organization), 1


def _slice(first: OrganizationCompletion, organization: OrganizationRegistered | None) -> Slice:
    """When and where the first completion was, the organization's kind at the time, and where its seat is: where the
    member lives is not told."""
    district = organization.district if organization else None
    return Slice(
        month_of(first.achieved_at),
        member_of(first.cohort_id),
        province_of(district),
        district or NOT_STATED,
        organization_type=first.profile.organization_type,
    )


ORGANIZATIONS_TRAINED = Indicator(
    id="organizations_trained",
    version=1,
    texts=Texts(
        name=labels.INDICATORS["organizations_trained"],
        description=N_("How many organizations have at least one member who completed the training?"),
        rule=N_(
            "Different organizations for which somebody who took part met the completion rule of a cohort's planned "
            "sessions; once per organization, cumulative, in the month and cohort of its first completion, with its "
            "kind at the time and the district of its seat."
        ),
        standard=N_("EU neighbourhood indicator CIV-039."),
        limits=N_(
            "It does not say how many members were trained, nor whether they still take part for the organization. An "
            "organization in two programmes counts once in each, so programmes must not be added up. One that moved "
            "counts where its seat is now. What lists of the years before state is not in it, nor completions that "
            "were announced before they named an organization."
        ),
    ),
    unit=N_("organizations"),
    dimensions=("programme", "cohort", "province", "district", "month", "organization_type"),
    facts=(OrganizationCompletion, OrganizationRegistered),
    rule=organizations_trained,
    headline=5,
)
