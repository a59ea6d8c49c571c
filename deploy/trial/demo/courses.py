"""The two courses of the demonstration: the commitment's of 2025, and one that is being held on the day of loading.

The commitment's programme is real; modules, dates, places and figures are invented for the demonstration.
"""

from datetime import date, timedelta

from deploy.trial.demo.course import WEEKS_BETWEEN_SESSIONS, WEEKS_OF_A_COHORT, Course, Module

MINIMUM_PERCENT = 80
HELD_SESSIONS = 2
"""Of the course that is being held, before today's."""

WEEKS_OF_APPLICATIONS = 9

MODULES = (
    Module(
        "Ciudadanía y derecho a participar",
        "general",
        4,
        ("Nombrar los derechos de participación que la ley reconoce", "Reconocer a quién se dirige cada pedido"),
        ("es", "qu"),
    ),
    Module(
        "El Consejo de Coordinación Regional",
        "regional_coordination_council",
        6,
        ("Explicar quiénes forman el Consejo y qué deciden", "Proponer a su organización como candidata"),
    ),
    Module(
        "El presupuesto participativo paso a paso",
        "participatory_budget",
        8,
        ("Seguir las fases del proceso en su distrito", "Inscribirse como agente participante"),
        ("es", "qu"),
    ),
    Module(
        "De la idea al proyecto de inversión",
        "participatory_budget",
        6,
        ("Redactar una idea de proyecto con problema, población y lugar",),
    ),
    Module(
        "Las audiencias públicas y la rendición de cuentas",
        "public_hearings",
        4,
        ("Preparar y hacer una pregunta en una audiencia",),
        ("es", "qu"),
    ),
    Module(
        "Vigilancia ciudadana y datos abiertos",
        "general",
        4,
        ("Encontrar en el portal de transparencia en qué se gasta",),
    ),
)

COMMITMENT = Course(
    scope=(),
    code="PECJA0001",
    title="Programa de formación en participación ciudadana",
    starts_on=date(2025, 4, 1),
    ends_on=date(2025, 12, 31),
    modules=MODULES,
    applicants=2_500,
    fewest_applicants=40,
    first_number=0,
    first_day=date(2025, 6, 7),
    staggered_weeks=5,
    today=date(2026, 1, 1),
)

CURRENT_SCOPE = ("vigente",)


def current_course(starts_on: date) -> Course:
    """The course of a programme that takes applications from this day: today two sessions were held, and one is."""
    first_day = starts_on + timedelta(weeks=WEEKS_OF_APPLICATIONS)
    return Course(
        scope=CURRENT_SCOPE,
        code=f"FPC-{starts_on.year}",
        title=f"Programa de formación en participación ciudadana {starts_on.year}",
        starts_on=starts_on,
        ends_on=first_day + timedelta(weeks=WEEKS_OF_A_COHORT),
        modules=MODULES,
        applicants=300,
        fewest_applicants=18,
        first_number=5_000,
        first_day=first_day,
        staggered_weeks=0,
        today=first_day + timedelta(weeks=WEEKS_BETWEEN_SESSIONS * HELD_SESSIONS),
        in_capitals_only=True,
    )


def first_day_of_applications(today: date) -> date:
    """When a course began to take applications that holds its third session today."""
    return today - timedelta(weeks=WEEKS_OF_APPLICATIONS + WEEKS_BETWEEN_SESSIONS * HELD_SESSIONS)
