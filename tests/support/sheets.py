"""Enrollment sheets for tests: CSV files as an office could send them."""

from collections.abc import Iterable
from itertools import count

_documents = count(90_000_000)

HEADING = "DNI;Apellidos;Nombres;Fecha de nacimiento;Sexo;UBIGEO INEI;Consentimiento;Fecha de inscripción;Cohorte"


def document() -> str:
    """A document number that is unused in this test run."""
    return str(next(_documents))


def row(cohort: str, document: str, *, family: str = "Quispe Huamán", given: str = "Ana", sex: str = "F",
        district: str = "060101", consent: str = "Sí") -> str:  # fmt: skip
    return f"{document};{family};{given};12/05/1987;{sex};{district};{consent};20/05/2025;{cohort}"


def sheet(rows: Iterable[str]) -> bytes:
    return "\r\n".join([HEADING, *rows]).encode("utf-8-sig")
