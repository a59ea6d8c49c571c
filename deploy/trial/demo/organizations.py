"""Organizations and their members: those of the commitment in the course that is being held, and invented ones in the
course of the commitment, which is over."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any
from uuid import UUID

from deploy.trial.demo.course import Cohort, Course
from deploy.trial.demo.ids import demo_id
from deploy.trial.demo.people import Person, people

MEMBERS = 8
"""Of each organization of the commitment."""

INVENTED_MEMBERS = 3
"""Of each invented organization, so that most have somebody who completed the course."""


@dataclass(frozen=True, slots=True)
class Organization:
    """An organization. The delegate of one of the commitment signs in with its id."""

    organization_id: UUID
    name: str
    organization_type: str
    district: str | None = None


ORGANIZATIONS = (
    Organization(UUID("0197a000-0000-7000-8000-000000000001"), "PATRIA C", "civil_association"),
    Organization(
        UUID("0197a000-0000-7000-8000-000000000002"),
        "Mesa de Concertación para la Lucha Contra la Pobreza",
        "civil_association",
    ),
    Organization(UUID("0197a000-0000-7000-8000-000000000003"), "Red de Jóvenes", "youth"),
)


INVENTED_ORGANIZATIONS = tuple(
    Organization(demo_id("organization", name), f"{name} (demostración)", organization_type, district)
    for name, organization_type, district in (
        ("Rondas campesinas de Chota", "peasant_patrol", "060401"),
        ("Rondas campesinas de Bambamarca", "peasant_patrol", "060701"),
        ("Rondas campesinas de Cutervo", "peasant_patrol", "060601"),
        ("Comunidad campesina de Porcón", "peasant_community", "060101"),
        ("Comunidad campesina de Cajabamba", "peasant_community", "060201"),
        ("Club de madres de Celendín", "women", "060301"),
        ("Vaso de leche de Baños del Inca", "women", "060108"),
        ("Mujeres emprendedoras de Contumazá", "women", "060501"),
        ("Jóvenes de Jaén", "youth", "060801"),
        ("Jóvenes de San Ignacio", "youth", "060901"),
        ("Junta vecinal de San Miguel", "neighborhood", "061101"),
        ("Junta vecinal de San Marcos", "neighborhood", "061001"),
        ("Productores de queso de Hualgayoc", "producers", "060701"),
        ("Cafetaleros de San Pablo", "producers", "061201"),
        ("Asociación civil de Santa Cruz", "civil_association", "061301"),
        ("Asociación civil de Cajamarca", "civil_association", "060101"),
    )
)


@dataclass(frozen=True, slots=True)
class Member:
    """A person whom an organization sent to a cohort, who may have an e-mail address to be told something."""

    organization: Organization
    cohort: Cohort
    person: Person
    has_email: bool

    @property
    def enrollment_id(self) -> UUID:
        return self.cohort.course.id_of("member", self.person.document)

    def application(self) -> dict[str, Any]:
        """Returns the body of the request that enrolls the member."""
        person = self.person
        return {
            "enrollment_id": str(self.enrollment_id),
            "cohort_id": str(self.cohort.id),
            "organization_id": str(self.organization.organization_id),
            "shown_to_organization": True,
            "document": {"number": person.document},
            "given_names": person.given,
            "family_names": f"{person.paternal} {person.maternal}",
            "birth_date": person.birth_date.isoformat(),
            "sex": "female" if person.sex == "F" else "male",
            "organization_type": self.organization.organization_type,
            "district": {"scheme": "inei", "code": person.district},
            "enrolled_on": person.enrolled_on.isoformat(),
            "consents": [{"purpose": "training"}, *([{"purpose": "contact"}] if self.has_email else [])],
            **({"email": f"persona-{person.document}@demo.example"} if self.has_email else {}),
        }


def members(course: Course) -> Iterator[Member]:
    """Some members of each organization of the commitment, in the course's first cohort, the same at every run."""
    cohort = course.cohorts()[0]
    for number, person in enumerate(_drawn(cohort, MEMBERS * len(ORGANIZATIONS))):
        member = replace(person, document=f"9700{number:04}")
        yield Member(ORGANIZATIONS[number % len(ORGANIZATIONS)], cohort, member, has_email=True)


def invented_members(course: Course) -> Iterator[Member]:
    """Some members of each invented organization, in the cohort of its province, the same at every run."""
    cohorts = {cohort.province: cohort for cohort in course.cohorts()}
    for number, organization in enumerate(INVENTED_ORGANIZATIONS):
        cohort = cohorts[str(organization.district)[:4]]
        for person in _drawn(cohort, INVENTED_MEMBERS, str(number)):
            member = replace(person, document=f"9701{number:02}{person.document[-2:]}")
            yield Member(organization, cohort, member, has_email=False)


def _drawn(cohort: Cohort, count: int, *scope: str) -> list[Person]:
    """So many people of the cohort's province, others than its applicants."""
    course = replace(cohort.course, scope=(*cohort.course.scope, "members", *scope))
    return people(replace(cohort, course=course, applicants=count))
