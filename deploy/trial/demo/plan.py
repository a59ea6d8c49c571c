"""The content of the demonstration except its people: programme, cohorts, sessions, organizations, campaigns.

The programme is the commitment's; dates, places and figures are invented for the demonstration, and the same each time.
"""

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from uuid import UUID, uuid5

from contracts.territory import TIME_ZONE, District, districts, provinces

DEMONSTRATION = UUID("0197a000-0000-7000-8000-00000000d000")

PEOPLE = 2_500
MINIMUM_PERCENT = 80


def demo_id(*parts: object) -> UUID:
    """The same id for the same thing at every run, so that loading is idempotent."""
    return uuid5(DEMONSTRATION, "/".join(map(str, parts)))


PROGRAMME = {
    "programme_id": str(demo_id("programme")),
    "code": "PECJA0001",
    "title": "Programa de formación en participación ciudadana",
    "starts_on": "2025-04-01",
    "ends_on": "2025-12-31",
}


@dataclass(frozen=True, slots=True)
class Module:
    """A module of the programme. `hours` are taught hours, `languages` are ISO 639 codes."""

    title: str
    mechanism: str
    hours: int
    languages: tuple[str, ...] = ("es",)

    @property
    def id(self) -> UUID:
        return demo_id("module", self.title)


MODULES = (
    Module("Ciudadanía y derecho a participar", "general", 4, ("es", "qu")),
    Module("El Consejo de Coordinación Regional", "regional_coordination_council", 6),
    Module("El presupuesto participativo paso a paso", "participatory_budget", 8, ("es", "qu")),
    Module("De la idea al proyecto de inversión", "participatory_budget", 6),
    Module("Las audiencias públicas y la rendición de cuentas", "public_hearings", 4, ("es", "qu")),
    Module("Vigilancia ciudadana y datos abiertos", "general", 4),
)


@dataclass(frozen=True, slots=True)
class Organization:
    """An organization of the commitment; its id is the one its delegate signs in with."""

    organization_id: UUID
    name: str
    organization_type: str


ORGANIZATIONS = (
    Organization(UUID("0197a000-0000-7000-8000-000000000001"), "PATRIA C", "civil_association"),
    Organization(
        UUID("0197a000-0000-7000-8000-000000000002"),
        "Mesa de Concertación para la Lucha Contra la Pobreza",
        "civil_association",
    ),
    Organization(UUID("0197a000-0000-7000-8000-000000000003"), "Red de Jóvenes", "youth"),
)


@dataclass(frozen=True, slots=True)
class Cohort:
    """A province's cohort. Its applicants apply between April and the day before it begins."""

    province: str
    name: str
    applicants: int
    capacity: int
    starts_on: date

    @property
    def id(self) -> UUID:
        return demo_id("cohort", self.province)

    @property
    def ends_on(self) -> date:
        return self.starts_on + timedelta(weeks=18)

    @property
    def facilitator(self) -> str:
        return f"facilitator-{self.province}"

    @property
    def districts(self) -> list[District]:
        return [district for district in districts().values() if district.province_code == self.province]


def cohorts() -> list[Cohort]:
    """One cohort per province, in proportion to its population. In two provinces there are too few seats."""
    return [_cohort(number, code, name) for number, (code, name) in enumerate(sorted(provinces().items()))]


def _cohort(number: int, code: str, name: str) -> Cohort:
    region = sum(district.population for district in districts().values())
    province = sum(district.population for district in districts().values() if district.province_code == code)
    applicants = max(40, round(PEOPLE * province / region))
    short = code in ("0604", "0608")
    return Cohort(
        province=code,
        name=f"{name} 2025",
        applicants=applicants,
        capacity=round(applicants * (0.9 if short else 1.2)),
        starts_on=date(2025, 6, 7) + timedelta(weeks=number % 6),
    )


@dataclass(frozen=True, slots=True)
class Session:
    """One session of a cohort. A `cancelled` one is not repeated."""

    cohort: Cohort
    number: int
    kind: str
    title: str
    module: Module | None
    required: bool
    cancelled: bool

    @property
    def id(self) -> UUID:
        return demo_id("session", self.cohort.province, self.number)

    @property
    def district(self) -> District:
        return self.cohort.districts[self.number % len(self.cohort.districts)]

    @property
    def starts_at(self) -> datetime:
        day = self.cohort.starts_on + timedelta(weeks=2 * self.number)
        return datetime.combine(day, time(9), TIME_ZONE).astimezone(UTC)

    @property
    def ends_at(self) -> datetime:
        return self.starts_at + timedelta(hours=self.module.hours if self.module else 3)


def sessions(cohort: Cohort) -> list[Session]:
    """One session per module, then a budget workshop and a public hearing, which are not required."""
    taught = [
        Session(cohort, number, "training", module.title, module, True, _rained_off(cohort, number))
        for number, module in enumerate(MODULES)
    ]
    workshop = Session(cohort, 6, "budget_workshop", "Taller del presupuesto participativo", None, False, False)
    hearing = Session(cohort, 7, "hearing", "Audiencia pública regional", None, False, False)
    return [*taught, workshop, hearing]


def _rained_off(cohort: Cohort, number: int) -> bool:
    return (int(cohort.province) * 7 + number) % 31 == 0


@dataclass(frozen=True, slots=True)
class Campaign:
    """A campaign. `visits` is how often the demonstration opens its links while it is loaded."""

    name: str
    objective: str
    starts_on: date
    ends_on: date | None
    channels: tuple[str, ...]
    asset: str
    visits: int

    @property
    def id(self) -> UUID:
        return demo_id("campaign", self.name)


@dataclass(frozen=True, slots=True)
class Asset:
    """A reel or a flyer of the demonstration. Its file is generated while it is loaded."""

    kind: str
    title: str
    language: str
    alternative_text: str

    @property
    def id(self) -> UUID:
        return demo_id("asset", self.title)


ASSETS = (
    Asset(
        "reel",
        "Tu voz en el presupuesto",
        "es",
        "Video de demostración: cómo se presenta una idea en el presupuesto participativo.",
    ),
    Asset(
        "reel",
        "¿Qué es el Consejo de Coordinación Regional?",
        "es",
        "Video de demostración: quiénes forman el Consejo y qué deciden.",
    ),
    Asset(
        "flyer", "Inscríbete al programa de formación", "es", "Volante de demostración con el código QR de inscripción."
    ),
    Asset(
        "flyer",
        "Audiencia pública: pregunta y opina",
        "es",
        "Volante de demostración con fecha y lugar de la audiencia.",
    ),
)

CAMPAIGNS = (
    Campaign("Inscripciones abiertas", "Que las personas de los 127 distritos sepan que pueden inscribirse.",
             date(2025, 4, 7), date(2025, 6, 30), ("facebook", "whatsapp", "notice_board"), ASSETS[2].title, 260),
    Campaign("Tu voz en el presupuesto", "Explicar el presupuesto participativo en un minuto.",
             date(2025, 6, 2), date(2025, 9, 30), ("facebook", "tiktok", "youtube"), ASSETS[0].title, 220),
    Campaign("Pregunta en la audiencia", "Invitar a las audiencias públicas regionales.",
             date(2025, 9, 1), None, ("whatsapp", "notice_board"), ASSETS[3].title, 120),
)  # fmt: skip
