"""The demonstration's people. All of them are invented: names, documents and dates are pseudo-random."""

import random
from dataclasses import dataclass
from datetime import date, timedelta

from deploy.trial.demo.course import Cohort

GIVEN_WOMEN = (
    "Rosa,María Elena,Juana,Flor de María,Zoila,Carmen,Luz Marina,Yeni,Nélida,Ana,Maribel,Elita,Sayda,Killa,Doris,Edith"
).split(",")
GIVEN_MEN = (
    "José,Segundo,Wilmer,Juan Carlos,Santos,Manuel,Elmer,Ítalo,Hermógenes,Rolando,Inti,Ángel,Víctor,Edilberto,César"
).split(",")
FAMILY = (
    "Quispe,Huamán,Vásquez,Cotrina,Chuquimango,Ñontol,Tanta,Infante,Díaz,Pérez,Rojas,Cusquisibán,Malca,Terrones,"
    "Yopla,Llanos,Zamora,Núñez,Cubas,Ayay,Chilón,Becerra,Guevara,Ruiz"
).split(",")

ORGANIZATION_TYPES = (
    ("Ronda campesina", 26),
    ("Organización de mujeres", 18),
    ("Organización juvenil", 12),
    ("Junta vecinal", 10),
    ("Productores", 12),
    ("Comunidad campesina", 6),
    ("Ninguna", 16),
)


@dataclass(frozen=True, slots=True)
class Person:
    """A person's row of a sheet, filled in correctly."""

    document: str
    paternal: str
    maternal: str
    given: str
    birth_date: date
    sex: str
    district: str
    district_reniec: str
    mother_tongue: str
    ethnicity: str
    organization_type: str
    enrolled_on: date


def people(cohort: Cohort) -> list[Person]:
    """The applicants of a cohort, the same at every run, in the order in which they applied."""
    draw = random.Random(" ".join(("people of", *cohort.course.scope, cohort.province)))
    drawn = [_person(draw, cohort, number) for number in range(cohort.applicants)]
    return sorted(drawn, key=lambda person: (person.enrolled_on, person.document))


def _person(draw: random.Random, cohort: Cohort, number: int) -> Person:
    districts, first_day = cohort.districts, cohort.course.starts_on
    # Everybody's district by population, but the first ones see to it that no district is left out.
    weights = [district.population for district in districts]
    district = districts[number] if number < len(districts) else draw.choices(districts, weights)[0]
    woman = draw.random() < 0.54
    mother_tongue, ethnicity = _people_of(draw, cohort.province)
    days = (cohort.starts_on - first_day).days
    return Person(
        document=_document(cohort, number),
        paternal=draw.choice(FAMILY),
        maternal=draw.choice(FAMILY),
        given=draw.choice(GIVEN_WOMEN if woman else GIVEN_MEN),
        birth_date=first_day - timedelta(days=round(365.25 * draw.triangular(16, 78, 27)) + draw.randrange(365)),
        sex="F" if woman else "M",
        district=district.inei,
        district_reniec=district.reniec,
        mother_tongue=mother_tongue,
        ethnicity=ethnicity,
        organization_type=draw.choices(*zip(*ORGANIZATION_TYPES, strict=True))[0],
        enrolled_on=first_day + timedelta(days=round(days * draw.betavariate(2, 1.4)) % days),
    )


def _document(cohort: Cohort, number: int) -> str:
    """A document of the range reserved for the demonstration. One in eight begins with 0, which spreadsheets drop."""
    first = "0" if number % 8 == 0 else "9"
    return f"{first}9{cohort.province[2:]}{cohort.course.first_number + number:04}"


def _people_of(draw: random.Random, province: str) -> tuple[str, str]:
    chance = draw.random()
    if province == "0609" and chance < 0.07:
        return "Awajún", "Awajún"
    if province == "0601" and chance < 0.06:
        return "Quechua", "Quechua"
    return "Castellano", "Quechua" if chance > 0.93 else "Mestizo"
