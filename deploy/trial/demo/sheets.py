"""The spreadsheets of a course: thirteen files in different formats, with some wrong rows and some to decide about."""

import csv
import io
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from pathlib import Path
from typing import Any

import xlsxwriter

from deploy.trial.demo.course import Cohort, Course
from deploy.trial.demo.courses import COMMITMENT
from deploy.trial.demo.people import Person, people

LABEL = "DEMOSTRACIÓN: personas inventadas"
MADE = datetime(2025, 5, 20)  # noqa: DTZ001 - XLSX knows no time zones
MONTHS = "enero febrero marzo abril mayo junio julio agosto setiembre octubre noviembre diciembre".split()


@dataclass(frozen=True, slots=True)
class Row:
    """A row of a sheet: a person, possibly with a mistake. `birth` replaces the birth date by another text."""

    person: Person
    consent: str = "Sí"
    birth: str | None = None


def demo_sheets(folder: Path, course: Course) -> list[Path]:
    """Writes the thirteen sheets into the folder, byte by byte the same at every run, and returns their paths."""
    folder.mkdir(parents=True, exist_ok=True)
    return [_write(folder, number, cohort) for number, cohort in enumerate(course.cohorts())]


def sheet_to_decide(folder: Path, course: Course) -> Path:
    """Writes a sheet whose rows a coordinator decides about: people who were taught in 2025 come back in three
    provinces, in two of them with the document of another, in the third with a new document."""
    path = folder / "inscripciones-por-revisar.csv"
    path.write_bytes(_commas([(row, cohort) for cohort in course.cohorts() for row in _to_decide(cohort)]))
    return path


def _to_decide(cohort: Cohort) -> Iterator[Row]:
    former = next(one for one in COMMITMENT.cohorts() if one.province == cohort.province)
    one, other = (replace(person, enrolled_on=cohort.course.starts_on) for person in people(former)[:2])
    if cohort.province in ("0601", "0603"):
        yield Row(replace(one, document=other.document))
    if cohort.province == "0606":
        yield Row(replace(one, document=f"8{one.document[1:]}"))


def rows(cohort: Cohort) -> list[Row]:
    """The cohort's applicants, and after every thirty-third one a row with a mistake."""
    return [row for number, person in enumerate(people(cohort)) for row in _with_flaws(number, person)]


def _with_flaws(number: int, person: Person) -> Iterator[Row]:
    yield Row(person)
    if number % 33 != 32:
        return
    stranger = replace(person, document=f"8{person.document[1:]}")
    match number // 33 % 6:
        case 0:
            yield Row(stranger, consent="")
        case 1:
            yield Row(stranger, birth=str(person.birth_date.year))
        case 2:
            yield Row(replace(stranger, document=stranger.document[:5]))
        case 3:
            yield Row(replace(stranger, district="069999", district_reniec="069999"))
        case 4:
            yield Row(person)
        case _:
            yield Row(stranger, consent="No")


def _write(folder: Path, number: int, cohort: Cohort) -> Path:
    writers: Sequence[tuple[str, Callable[[Cohort], bytes]]] = (
        ("xlsx", _workbook),
        ("csv", _semicolons),
        ("csv", _form),
    )
    ending, content = writers[number % len(writers)]
    path = folder / f"{'-'.join(('inscripciones', *cohort.course.scope, cohort.province))}.{ending}"
    path.write_bytes(content(cohort))
    return path


def _workbook(cohort: Cohort) -> bytes:
    """A workbook with a merged title, real dates, and documents as numbers, which lose their leading zeros."""
    headings = (
        "N°,DNI,Apellido Paterno,Apellido Materno,Nombres,Fecha de Nacimiento,Sexo (M/F),UBIGEO INEI,Lengua materna,"
        "Autoidentificación étnica,Tipo de organización,Consentimiento (Sí/No),Fecha de inscripción,Cohorte"
    ).split(",")
    content = io.BytesIO()
    with xlsxwriter.Workbook(content, {"in_memory": True}) as workbook:
        workbook.set_properties({"created": MADE, "comments": LABEL})
        sheet = workbook.add_worksheet("Inscripciones")
        bold, day = workbook.add_format({"bold": True}), workbook.add_format({"num_format": "dd/mm/yyyy"})
        sheet.merge_range(0, 0, 0, len(headings) - 1, f"FICHA DE INSCRIPCIÓN {cohort.name} — {LABEL}", bold)
        sheet.write_row(2, 0, headings, bold)
        for number, row in enumerate(rows(cohort), 1):
            for column, value in enumerate((number, *_cells(row, cohort, lambda moment: moment))):
                if isinstance(value, date):
                    sheet.write_datetime(number + 2, column, value, day)
                elif column == 1:
                    sheet.write_number(number + 2, column, int(value))
                else:
                    sheet.write(number + 2, column, value)
    return content.getvalue()


def _cells(row: Row, cohort: Cohort, written: Callable[[date], Any]) -> tuple[Any, ...]:
    person = row.person
    return (
        person.document,
        person.paternal,
        person.maternal,
        person.given,
        row.birth or written(person.birth_date),
        person.sex,
        person.district,
        person.mother_tongue,
        person.ethnicity,
        person.organization_type,
        row.consent,
        written(person.enrolled_on),
        cohort.name,
    )


def _semicolons(cohort: Cohort) -> bytes:
    """CSV as a Spanish spreadsheet program saves it: semicolons, Windows-1252, dates in words or with slashes."""
    text = io.StringIO()
    writer = csv.writer(text, delimiter=";", lineterminator="\r\n")
    writer.writerow([f"Inscripciones {cohort.name}. {LABEL}"])
    headings = (
        "Nro. DNI,Ap. Paterno,Ap. Materno,Nombres,Fec. Nac.,Sexo,UBIGEO INEI,Lengua Materna,Etnia,Tipo Organización,"
        "Consentimiento,Fecha Inscripción,COHORTE"
    )
    writer.writerow(headings.split(","))
    for number, row in enumerate(rows(cohort)):
        writer.writerow(_cells(row, cohort, _in_words if number % 5 == 0 else _with_slashes))
    return text.getvalue().encode("cp1252")


def _form(cohort: Cohort) -> bytes:
    return _commas([(row, cohort) for row in rows(cohort)])


def _commas(rows: Sequence[tuple[Row, Cohort]]) -> bytes:
    """CSV as an online form exports it: commas, UTF-8 with a byte order mark, ISO dates, RENIEC district codes."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    headings = (
        "documento (DNI),apellidos,nombres,fecha de nacimiento,sexo,ubigeo reniec,lengua materna,tipo de organización,"
        "consentimiento,fecha de inscripción,cohorte,observaciones"
    )
    writer.writerow(headings.split(","))
    for row, cohort in rows:
        writer.writerow(_form_cells(row, cohort))
    return text.getvalue().encode("utf-8-sig")


def _form_cells(row: Row, cohort: Cohort) -> tuple[str, ...]:
    person = row.person
    return (
        person.document,
        f"{person.paternal} {person.maternal}",
        person.given,
        row.birth or person.birth_date.isoformat(),
        "Mujer" if person.sex == "F" else "Hombre",
        person.district_reniec,
        person.mother_tongue,
        person.organization_type,
        row.consent,
        person.enrolled_on.isoformat(),
        cohort.name,
        LABEL,
    )


def _with_slashes(moment: date) -> str:
    return f"{moment:%d/%m/%Y}"


def _in_words(moment: date) -> str:
    return f"{moment.day} de {MONTHS[moment.month - 1]} de {moment.year}"
