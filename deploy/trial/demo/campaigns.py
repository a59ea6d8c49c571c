"""The campaigns of the demonstration, with what they show and how often it is opened while it is loaded."""

from dataclasses import dataclass
from datetime import date, timedelta
from uuid import UUID

from deploy.trial.demo.course import Course
from deploy.trial.demo.ids import demo_id


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


def current_campaign(course: Course) -> Campaign:
    """The campaign of the course that is being held, which goes on."""
    return Campaign(
        name=f"Inscripciones {course.starts_on.year}",
        objective="Que las organizaciones de cada provincia envíen a sus integrantes.",
        starts_on=course.first_day - timedelta(weeks=4),
        ends_on=None,
        channels=("whatsapp", "facebook"),
        asset=ASSETS[2].title,
        visits=60,
    )
