"""One more sheet for people who try Minka: forty invented people who are not on the demonstration's own sheets.

`python -m deploy.trial.demo.one_more_sheet` writes `data/demo/one-more-sheet.xlsx` and the same rows as CSV.
"""

import csv
import io
import random
from dataclasses import replace
from pathlib import Path
from typing import Any

import xlsxwriter

from deploy.trial.demo.course import Cohort
from deploy.trial.demo.courses import COMMITMENT
from deploy.trial.demo.people import Person, people
from deploy.trial.demo.sheets import LABEL, MADE
from deploy.trial.layout import REPOSITORY

FOLDER = REPOSITORY / "data" / "demo"
PEOPLE = 40

HEADINGS = (
    "N° DNI",
    "Apellidos y Nombres",
    "Fec. Nac.",
    "Sexo (M/F)",
    "Provincia",
    "Distrito",
    "Lengua materna",
    "Tipo de organización",
    "Consentimiento (Sí/No)",
    "Fecha de inscripción",
    "Cohorte",
)


def one_more_sheet() -> list[list[Any]]:
    """The sheet's lines: two titles, the headings, forty people who can be enrolled and three rows to correct."""
    cohort = COMMITMENT.cohorts()[0]
    drawn = people(replace(cohort, applicants=cohort.applicants + PEOPLE))
    chosen = random.Random("one more sheet").sample(drawn, PEOPLE)
    strangers = [replace(person, document=f"990099{number:02}") for number, person in enumerate(chosen)]
    rows = [_row(person, cohort) for person in strangers]
    wrong = [_row(replace(strangers[0], document=f"9900995{number}"), cohort) for number in range(3)]
    wrong[0][8] = "No"
    wrong[1][2] = "1988"
    wrong[2][4], wrong[2][5] = "", "Santa Cruz"
    title = f"GOBIERNO REGIONAL DE CAJAMARCA: FICHA DE INSCRIPCIÓN {cohort.name}"
    return [[title], [LABEL], list(HEADINGS), *rows, *wrong]


def write(folder: Path) -> list[Path]:
    """Writes both files, byte by byte the same at every run."""
    folder.mkdir(parents=True, exist_ok=True)
    files = {"one-more-sheet.xlsx": _workbook(one_more_sheet()), "one-more-sheet.csv": _csv(one_more_sheet())}
    for name, content in files.items():
        (folder / name).write_bytes(content)
    return [folder / name for name in files]


def _row(person: Person, cohort: Cohort) -> list[Any]:
    district = next(one for one in cohort.districts if one.inei == person.district)
    return [
        person.document,
        f"{person.paternal} {person.maternal}, {person.given}",
        f"{person.birth_date:%d/%m/%Y}",
        person.sex,
        district.province,
        district.name,
        person.mother_tongue,
        person.organization_type,
        "Sí",
        person.enrolled_on,
        cohort.name,
    ]


def _workbook(lines: list[list[Any]]) -> bytes:
    content = io.BytesIO()
    with xlsxwriter.Workbook(content, {"in_memory": True}) as workbook:
        workbook.set_properties({"created": MADE, "comments": LABEL})
        sheet, bold = workbook.add_worksheet("Inscripciones"), workbook.add_format({"bold": True})
        day = workbook.add_format({"num_format": "dd/mm/yyyy"})
        for number, title in enumerate(lines[:2]):
            sheet.merge_range(number, 0, number, len(HEADINGS) - 1, title[0], bold)
        sheet.write_row(2, 0, HEADINGS, bold)
        for number, line in enumerate(lines[3:], 3):
            sheet.write_row(number, 0, line)
            sheet.write_datetime(number, 9, line[9], day)
        sheet.set_column(0, len(HEADINGS) - 1, 18)
    return content.getvalue()


def _csv(lines: list[list[Any]]) -> bytes:
    text = io.StringIO(newline="")
    csv.writer(text, delimiter=";").writerows(
        [f"{cell:%d/%m/%Y}" if hasattr(cell, "year") else cell for cell in line] for line in lines
    )
    return text.getvalue().encode("utf-8-sig")


if __name__ == "__main__":
    for path in write(FOLDER):
        print(path.relative_to(REPOSITORY))
