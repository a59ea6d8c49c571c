"""Indicators of what is taught and of what is published."""

from chassis.web.texts import N_
from contracts import labels
from contracts.enrollment import ModulePublished
from contracts.labels import ASSET_KINDS
from contracts.media import Publication
from services.reporting.indicators.domain import Amounts, Facts, Indicator, Texts, scopes_of
from services.reporting.indicators.slices import (
    NOT_STATED,
    Slice,
    campaign_of,
    member_of,
    month_of,
    province_of,
)


def _slice_of_module(fact: ModulePublished) -> Slice:
    return Slice(month_of(fact.occurred_at), mechanism=fact.mechanism)


def programme_content(facts: Facts) -> Amounts:
    """Modules of the programmes."""
    for fact in facts[ModulePublished]:
        yield member_of(fact.programme_id), _slice_of_module(fact), 1


PROGRAMME_CONTENT = Indicator(
    id="programme_content",
    version=1,
    texts=Texts(
        name=labels.INDICATORS["programme_content"],
        description=N_("What does the programme teach?"),
        rule=N_("Modules published, each by the mechanism it teaches, in the month of its publication."),
        standard=N_("Outcome “content of the training programme” of the commitment PECJA0001."),
        limits=N_("A revised edition of a module is the same module."),
    ),
    unit=N_("modules"),
    dimensions=("programme", "mechanism", "month"),
    facts=(ModulePublished,),
    rule=programme_content,
    over_programmes=True,
    of_people=False,
    headline=6,
)


def programme_hours(facts: Facts) -> Amounts:
    """Taught hours of the programmes' modules."""
    for fact in facts[ModulePublished]:
        yield member_of(fact.programme_id), _slice_of_module(fact), fact.hours


PROGRAMME_HOURS = Indicator(
    id="programme_hours",
    version=1,
    texts=Texts(
        name=labels.INDICATORS["programme_hours"],
        description=N_("How many taught hours does the programme have?"),
        rule=N_("The taught hours of the modules published, as in their latest edition."),
        standard=N_("Outcome “content of the training programme” of the commitment PECJA0001."),
        limits=N_("Hours of the plan, not hours that were taught."),
    ),
    unit=N_("hours"),
    dimensions=("programme", "mechanism", "month"),
    facts=(ModulePublished,),
    rule=programme_hours,
    over_programmes=True,
    of_people=False,
)


def content_published(facts: Facts) -> Amounts:
    """An asset on a channel, once, by its first publication there that was not taken down."""
    active = [fact for fact in facts[Publication] if fact.active]
    seen: set[tuple[str, str]] = set()
    for fact in sorted(active, key=lambda publication: (publication.occurred_at, publication.publication_id)):
        for scope in scopes_of(fact.programme_id):
            if (scope, fact.channel) not in seen:
                seen.add((scope, fact.channel))
                yield scope, _slice_of_publication(fact), 1


def _slice_of_publication(fact: Publication) -> Slice:
    return Slice(
        month_of(fact.occurred_at),
        province=province_of(fact.district),
        district=fact.district or NOT_STATED,
        kind=fact.kind,
        channel=fact.channel,
        campaign=campaign_of(fact.campaign_id),
    )


CONTENT_PUBLISHED = Indicator(
    id="content_published",
    version=1,
    texts=Texts(
        name=labels.INDICATORS["content_published"],
        description=N_("How much audio-visual content was published?"),
        rule=N_(
            "Pairs of an asset (reel, flyer …) and a channel; once, in the month of the first publication there that "
            "was not taken down."
        ),
        standard=N_("AMEC's “output”."),
        limits=N_("It says what was published, not who saw it."),
    ),
    unit=N_("items"),
    dimensions=("programme", "channel", "kind", "campaign", "province", "district", "month"),
    facts=(Publication,),
    rule=content_published,
    of_people=False,
    kinds=ASSET_KINDS,
    headline=7,
)
