"""The registry of indicators: one versioned definition each, from which interface, pages and topics are fed."""

from dataclasses import dataclass, field
from enum import StrEnum

from chassis.web.texts import N_
from contracts.media import AssetKind
from contracts.sessions import SessionKind

ENROLLMENT, SESSIONS, MEDIA = "enrollment.events", "sessions.events", "media.events"

OF_PERSON = (
    "programme", "cohort", "province", "district", "month",
    "sex", "age_band", "mother_tongue", "ethnicity", "organization_type",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Indicator:
    """A definition. Texts are message ids; `kinds` are the members of the dimension `kind`, where there is one.

    `additive`: its slices within one scope may be added up. `over_programmes`: so may its programmes, and only theirs
    are kept. `of_people`: small counts of it are withheld. `bounds`: it is an estimate, with the measures `id.lower`
    and `id.upper`.
    """

    id: str
    version: int
    name: str
    unit: str
    description: str
    rule: str
    standard: str
    limits: str
    dimensions: tuple[str, ...]
    sources: tuple[str, ...]
    additive: bool = True
    over_programmes: bool = False
    of_people: bool = True
    bounds: bool = False
    kinds: type[StrEnum] | None = field(default=None)

    @property
    def measures(self) -> tuple[str, ...]:
        """What is kept in cells for it: its id first."""
        return (self.id, f"{self.id}.lower", f"{self.id}.upper") if self.bounds else (self.id,)


_REGISTERED = (
    Indicator(
        id="enrolled",
        version=1,
        name=N_("Enrolled people"),
        unit=N_("people"),
        description=N_("How many people have a seat in the training and have agreed to take part?"),
        rule=N_(
            "Different people with an accepted enrollment that was not withdrawn and a consent to the training "
            "that was not taken back; once per person, in the month and with the profile of the first acceptance."
        ),
        standard=N_("Registered is not attended (as Decidim counts)."),
        limits=N_("One person in two programmes counts once in each, so programmes must not be added up."),
        dimensions=OF_PERSON,
        sources=(ENROLLMENT,),
    ),
    Indicator(
        id="attended",
        version=1,
        name=N_("Attendances"),
        unit=N_("person-sessions"),
        description=N_("How many times was somebody at a session?"),
        rule=N_(
            "Pairs of a person and a session with a verified check-in: present, late, or left early; in the month of "
            "the session. Excused and absent people are not counted."
        ),
        standard=N_("Person-sessions, as education statistics count participation."),
        limits=N_("A person who was at five sessions counts five times; for people see the attendees."),
        dimensions=(*OF_PERSON, "kind"),
        sources=(SESSIONS,),
        over_programmes=True,
        kinds=SessionKind,
    ),
    Indicator(
        id="attendees",
        version=1,
        name=N_("Attendees"),
        unit=N_("people"),
        description=N_("How many people were at a session at least once?"),
        rule=N_(
            "Different people with at least one verified check-in; once per person, in the month and with the profile "
            "of the first session."
        ),
        standard=N_("The union over all kinds of sessions, never their sum."),
        limits=N_("One person in two programmes counts once in each, so programmes must not be added up."),
        dimensions=OF_PERSON,
        sources=(SESSIONS,),
    ),
    Indicator(
        id="trained",
        version=1,
        name=N_("Trained people"),
        unit=N_("people"),
        description=N_("How many people have completed the training?"),
        rule=N_(
            "Different people who met the completion rule of a cohort's planned sessions; once per person, cumulative, "
            "in the month and with the profile of the first completion."
        ),
        standard=N_("EU neighbourhood indicator CIV-007."),
        limits=N_("One person in two programmes counts once in each, so programmes must not be added up."),
        dimensions=OF_PERSON,
        sources=(SESSIONS,),
    ),
    Indicator(
        id="programme_content",
        version=1,
        name=N_("Modules of the programme"),
        unit=N_("modules"),
        description=N_("What does the programme teach?"),
        rule=N_("Modules published, each by the mechanism it teaches, in the month of its publication."),
        standard=N_("Outcome “content of the training programme” of the commitment PECJA0001."),
        limits=N_("A revised edition of a module is the same module."),
        dimensions=("programme", "mechanism", "month"),
        sources=(ENROLLMENT,),
        over_programmes=True,
        of_people=False,
    ),
    Indicator(
        id="programme_hours",
        version=1,
        name=N_("Hours of the programme"),
        unit=N_("hours"),
        description=N_("How many taught hours does the programme have?"),
        rule=N_("The taught hours of the modules published, as in their latest edition."),
        standard=N_("Outcome “content of the training programme” of the commitment PECJA0001."),
        limits=N_("Hours of the plan, not hours that were taught."),
        dimensions=("programme", "mechanism", "month"),
        sources=(ENROLLMENT,),
        over_programmes=True,
        of_people=False,
    ),
    Indicator(
        id="content_published",
        version=1,
        name=N_("Content published"),
        unit=N_("items"),
        description=N_("How much audio-visual content was published?"),
        rule=N_(
            "Pairs of an asset (reel, flyer …) and a channel; once, in the month of the first publication there that "
            "was not taken down."
        ),
        standard=N_("AMEC's “output”."),
        limits=N_("It says what was published, not who saw it."),
        dimensions=("programme", "channel", "kind", "campaign", "province", "district", "month"),
        sources=(MEDIA,),
        of_people=False,
        kinds=AssetKind,
    ),
    Indicator(
        id="visits",
        version=1,
        name=N_("Visits"),
        unit=N_("visits"),
        description=N_("How many times did people open our links and QR codes?"),
        rule=N_("Opens of a first-party link or QR code by a person. Bots and previews are not visits."),
        standard=N_("The MRC's rules on invalid traffic."),
        limits=N_("One person may visit many times; for distinct visitors see the first-party reach."),
        dimensions=("programme", "channel", "campaign", "province", "district", "month"),
        sources=(MEDIA,),
    ),
    Indicator(
        id="first_party_reach",
        version=1,
        name=N_("First-party reach"),
        unit=N_("visitor-days"),
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
        dimensions=("programme", "channel", "campaign", "province", "district", "month"),
        sources=(MEDIA,),
        additive=False,
        bounds=True,
    ),
)

INDICATORS: dict[str, Indicator] = {indicator.id: indicator for indicator in _REGISTERED}

DIMENSIONS: tuple[str, ...] = tuple(dict.fromkeys(name for one in _REGISTERED for name in one.dimensions))
