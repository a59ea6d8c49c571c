"""The 127 districts and 13 provinces of Cajamarca. INEI codes are canonical; a RENIEC code must say that it is one.

Source: the open, MIT-licensed table ubigeo-peru-aumentado; see `data/README.md`.
"""

import csv
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from importlib.resources import files
from zoneinfo import ZoneInfo

TIME_ZONE = ZoneInfo("America/Lima")
"""In which the territory's days and months begin and end; what is counted by day or by age is counted in it."""


class Scheme(StrEnum):
    """The office that numbers the districts; 76 RENIEC codes are the INEI code of another district."""

    INEI = "inei"
    RENIEC = "reniec"


WITHOUT_ACCENTS = str.maketrans("áéíóúÁÉÍÓÚ", "aeiouAEIOU")
NOT_IN_CAPITALS = {"Chavez": "Chávez", "Galvez": "Gálvez", "Socota": "Sócota", "Union": "Unión"}


@dataclass(frozen=True, slots=True)
class District:
    """`inei` and `reniec` are its codes, `population` of 2020, `altitude` of the capital in metres."""

    inei: str
    reniec: str
    province: str
    name: str
    capital: str
    area_km2: float
    population: int
    altitude: int
    latitude: float
    longitude: float

    @property
    def province_code(self) -> str:
        """INEI code of its province, four digits."""
        return self.inei[:4]

    @property
    def full_name(self) -> str:
        """With its province, because two districts have one name."""
        return f"{self.name} ({self.province})"


def code_key(code: str) -> str:
    """The code of a place as a text that no program takes for a number, which would lose its zeros: `PE060101`."""
    return f"PE{code}" if code.isdigit() else code


@cache
def districts() -> dict[str, District]:
    """The 127 districts by INEI code."""
    return {row["inei"]: _district(row) for row in _rows()}


@cache
def provinces() -> dict[str, str]:
    """The 13 provinces' names by INEI code."""
    return {district.province_code: district.province for district in districts().values()}


def district_by_code(scheme: Scheme, code: str) -> District | None:
    """The district that a code of the named scheme means, if there is one."""
    if scheme is Scheme.INEI:
        return districts().get(code)
    return _by_reniec().get(code)


@cache
def _by_reniec() -> dict[str, District]:
    return {district.reniec: district for district in districts().values()}


def _rows() -> list[dict[str, str]]:
    text = files(__package__).joinpath("districts.csv").read_text(encoding="utf-8")
    return list(csv.DictReader(text.splitlines()))


def _spelled(name: str) -> str:
    """A name as people write it: the source has accents and a small `de` in the names of capitals alone."""
    return " ".join(_spelling().get(word, word) for word in name.split())


@cache
def _spelling() -> dict[str, str]:
    """Words of the table's plain names that are written otherwise."""
    words = (word for row in _rows() for word in row["capital"].split())
    return {_plain(word): word for word in words} | NOT_IN_CAPITALS


def _plain(word: str) -> str:
    """As the table has it: without accents (the tilde of ñ stays), capitalized."""
    return word.translate(WITHOUT_ACCENTS).title()


def _district(row: dict[str, str]) -> District:
    return District(
        inei=row["inei"],
        reniec=row["reniec"],
        province=_spelled(row["province"]),
        name=_spelled(row["district"]),
        capital=row["capital"],
        area_km2=float(row["area_km2"]),
        population=int(row["population_2020"]),
        altitude=int(row["altitude_m"]),
        latitude=float(row["latitude"]),
        longitude=float(row["longitude"]),
    )
