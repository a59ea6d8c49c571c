"""The organizations of the commitment, and their members in the course that is being held."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any
from uuid import UUID

from deploy.trial.demo.course import Cohort, Course
from deploy.trial.demo.people import Person, people

MEMBERS = 8
"""Of each organization."""


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
class Member:
    """A person whom an organization sent to a cohort, who can be told something by e-mail."""

    organization: Organization
    cohort: Cohort
    person: Person

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
            "email": f"persona-{person.document}@demo.example",
            "enrolled_on": person.enrolled_on.isoformat(),
            "consents": [{"purpose": "training"}, {"purpose": "contact"}],
        }


def members(course: Course) -> Iterator[Member]:
    """Some members of each organization, in the course's first cohort, the same at every run."""
    cohort = course.cohorts()[0]
    count = MEMBERS * len(ORGANIZATIONS)
    drawn = people(replace(cohort, course=replace(course, scope=(*course.scope, "members")), applicants=count))
    for number, person in enumerate(drawn):
        member = replace(person, document=f"9700{number:04}")
        yield Member(ORGANIZATIONS[number % len(ORGANIZATIONS)], cohort, member)
