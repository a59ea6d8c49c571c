"""The true people: invented, with names, documents and districts that are common in Cajamarca."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from random import Random

from contracts.event import Ethnicity, MotherTongue, OrganizationType, Sex
from contracts.territory import District, districts

LAST_DAY = date(2026, 1, 15)
"""The day on which all sheets are read."""

_WOMEN = (
    "Rosa", "Rosa Elena", "María Santos", "Ana María", "Flor de María", "Maximila", "Yesenia", "Luz Marina",
    "Segunda", "Victoria", "Julia", "Carmen Rosa", "Nélida", "Sonia Maribel", "Doralisa", "Zoila", "Ermelinda",
    "Gladys", "Sara", "Marleny", "Rosario del Pilar", "Juana", "Magaly", "Dina", "Lucía",
)  # fmt: skip
_MEN = (
    "Segundo Juan", "Santos", "José Luis", "Wilmer", "Eleuterio", "Juan Carlos", "José Santos", "Víctor Raúl",
    "Ángel", "Segundo", "Wilder", "Hermógenes", "Jesús", "Elmer", "Gilberto", "Luis Alberto", "Napoleón", "Óscar",
    "César Augusto", "Edilberto", "José Nilo", "Percy", "Yoner", "Juan", "Absalón",
)  # fmt: skip
_FAMILIES = (
    "Quispe", "Huamán", "Chilón", "Tantaleán", "Ñontol", "Tongombol", "Huaripata", "Cueva", "Vásquez", "Díaz",
    "Sáenz", "Mendoza", "Chuquimango", "Ayay", "Carrasco", "Rojas", "Cabrera", "Peña", "Muñoz", "Castañeda",
    "Terrones", "Llamoctanta", "Cholán", "Minchán", "Yopla", "Culqui", "Sangay", "Infante", "Cotrina", "Bazán",
    "Núñez", "Idrogo", "Delgado", "Fernández", "De la Cruz", "Del Campo", "Malca", "Poma", "Chávez", "Limay",
    "Santos", "Bautista", "Julián", "Rosas", "San Martín", "Alejandría",
)  # fmt: skip
_FOREIGN_FAMILIES = ("Rodríguez", "González", "Pérez", "Urdaneta")
_CHECKS = "67890112345"


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody as they are. `number` is written as on the document, `phone` with nine digits."""

    document: str
    number: str
    given: str
    paternal: str
    maternal: str
    born_on: date
    sex: Sex
    tongue: MotherTongue
    ethnicity: Ethnicity
    district: District
    phone: str
    enrolled_on: date
    consents: frozenset[str]
    organization: OrganizationType
    address: str

    @property
    def family(self) -> str:
        return f"{self.paternal} {self.maternal}".strip()

    @property
    def age(self) -> int:
        before = (self.enrolled_on.month, self.enrolled_on.day) < (self.born_on.month, self.born_on.day)
        return self.enrolled_on.year - self.born_on.year - before

    @property
    def check(self) -> str:
        return check_character(self.number)


def check_character(dni: str) -> str:
    """The digit that RENIEC prints behind a DNI."""
    rest = sum(int(digit) * weight for digit, weight in zip(dni, (3, 2, 7, 6, 5, 4, 3, 2), strict=True)) % 11
    return _CHECKS[(11 - rest) % 11]


def people(chance: Random, count: int, places: Sequence[District] | None = None) -> list[Person]:
    """Draws people with different documents; they live in the given districts, or in any."""
    chosen = places or list(districts().values())
    numbers = chance.sample(range(1_000_000, 89_999_999), count)
    return [_person(chance, number, chance.choice(chosen)) for number in numbers]


def _person(chance: Random, number: int, district: District) -> Person:
    sex = chance.choice([Sex.FEMALE, Sex.MALE])
    document = chance.choices(["dni", "foreigner_card", "passport"], [94, 4, 2])[0]
    families = _FAMILIES if document == "dni" else _FOREIGN_FAMILIES
    enrolled_on = date(2025, 3, 1) + timedelta(days=chance.randrange(300))
    born_on = enrolled_on - timedelta(days=chance.randrange(15 * 366, 88 * 365))
    consents = {"training"} | {one for one in ("image", "contact") if chance.random() < 0.6}
    if chance.random() < 0.05:
        born_on, consents = enrolled_on - timedelta(days=chance.randrange(8 * 366, 13 * 365)), consents | {"guardian"}
    return Person(
        document=document,
        number=_number(document, number),
        given=chance.choice(_WOMEN if sex is Sex.FEMALE else _MEN),
        paternal=chance.choice(families),
        maternal=chance.choice(families) if chance.random() < 0.96 else "",
        born_on=born_on,
        sex=sex,
        tongue=chance.choices([MotherTongue.SPANISH, MotherTongue.QUECHUA, MotherTongue.AWAJUN], [80, 15, 5])[0],
        ethnicity=chance.choice([Ethnicity.MESTIZO, Ethnicity.QUECHUA, Ethnicity.NOT_STATED]),
        district=district,
        phone=f"9{chance.randrange(10**8):08}",
        enrolled_on=enrolled_on,
        consents=frozenset(consents),
        organization=chance.choice(list(OrganizationType)),
        address=f"persona{number}@correo.pe",
    )


def _number(document: str, number: int) -> str:
    if document == "passport":
        return f"A{number:08}"
    return f"{number:09}" if document == "foreigner_card" else f"{number:08}"
