"""Indicators of what people did with our links."""

from collections import defaultdict
from collections.abc import Iterator

from chassis.web.texts import N_
from contracts import labels
from contracts.media import ReachMeasured
from services.reporting.facts.sketches import distinct_visitors
from services.reporting.indicators.domain import Amounts, Facts, Indicator, Texts, scopes_of
from services.reporting.indicators.slices import NOT_STATED, Slice, campaign_of, month_of, province_of

DIMENSIONS = ("programme", "channel", "campaign", "province", "district", "month")


def visits(facts: Facts) -> Amounts:
    """Opens of first-party links by people, without those by bots and previews."""
    for fact in facts[ReachMeasured]:
        slice_ = Slice(
            month_of(fact.day),
            province=province_of(fact.district),
            district=fact.district or NOT_STATED,
            channel=fact.channel,
            campaign=campaign_of(fact.campaign_id),
        )
        for scope in scopes_of(fact.programme_id):
            yield scope, slice_, fact.people_visits


VISITS = Indicator(
    id="visits",
    version=1,
    texts=Texts(
        name=labels.INDICATORS["visits"],
        description=N_("How many times did people open our links and QR codes?"),
        rule=N_(
            "Opens of a first-party link or QR code by a person, at most 20 a day of one address. Bots and previews "
            "are not visits."
        ),
        standard=N_("The MRC's rules on invalid traffic."),
        limits=N_("One person may visit many times; for distinct visitors see the first-party reach."),
    ),
    unit=N_("visits"),
    dimensions=DIMENSIONS,
    facts=(ReachMeasured,),
    rule=visits,
    headline=8,
)


def first_party_reach(facts: Facts) -> Amounts:
    """Distinct visitors of a day, in all and by one dimension at a time: they cannot be added up afterwards."""
    sketches: defaultdict[tuple[str, Slice], list[str]] = defaultdict(list)
    for fact in facts[ReachMeasured]:
        for scope in scopes_of(fact.programme_id):
            for slice_ in _slices_by_one_dimension(fact):
                sketches[scope, slice_].append(fact.people_sketch)
    for (scope, slice_), texts in sketches.items():
        yield scope, slice_, distinct_visitors(texts)


def _slices_by_one_dimension(fact: ReachMeasured) -> Iterator[Slice]:
    month = month_of(fact.day)
    yield Slice(month)
    yield Slice(month, channel=fact.channel)
    yield Slice(month, campaign=campaign_of(fact.campaign_id))
    yield Slice(month, district=fact.district or NOT_STATED)
    yield Slice(month, province=province_of(fact.district))


FIRST_PARTY_REACH = Indicator(
    id="first_party_reach",
    version=1,
    texts=Texts(
        name=N_("First-party reach"),
        description=N_("How many different visitors opened our links, day by day?"),
        rule=N_(
            "Different pseudonymous visitors within each day, estimated by mergeable sketches with a lower and an "
            "upper bound, added up over the days."
        ),
        standard=N_("Apache DataSketches (theta)."),
        limits=N_(
            "Who comes on two days counts twice, for the key that could tell is deleted each night. Channels, "
            "campaigns and districts share visitors and must not be added up."
        ),
    ),
    unit=N_("visitor-days"),
    dimensions=DIMENSIONS,
    facts=(ReachMeasured,),
    rule=first_party_reach,
    additive=False,
    bounds=True,
    headline=9,
)
