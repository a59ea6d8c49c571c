"""Sheets as offices send them, for tests."""

import io
from collections.abc import Sequence
from datetime import date
from itertools import count
from typing import Any

import xlsxwriter

TITLES = (
    "DNI",
    "Apellidos",
    "Nombres",
    "Fecha de nacimiento",
    "Sexo (M/F)",
    "UBIGEO INEI",
    "Consentimiento",
    "Cohorte",
)

_documents = count(60_000_000)


def a_row(**changed: Any) -> dict[str, Any]:
    """A row that lacks nothing, of somebody nobody knows; the cohort is called «Cohorte A»."""
    row = {
        "DNI": str(next(_documents)),
        "Apellidos": "Quispe Huamán",
        "Nombres": "Rosa Elena",
        "Fecha de nacimiento": "25/12/1987",
        "Sexo (M/F)": "F",
        "UBIGEO INEI": "060101",
        "Consentimiento": "Sí",
        "Cohorte": "Cohorte A",
    }
    return row | changed


def table(rows: Sequence[dict[str, Any]]) -> list[list[Any]]:
    """The rows under their titles; columns of rows that say more come last."""
    titles = list(dict.fromkeys([*TITLES, *(title for row in rows for title in row)]))
    return [titles, *([row.get(title, "") for title in titles] for row in rows)]


def csv_of(lines: Sequence[Sequence[Any]], delimiter: str = ";", encoding: str = "utf-8-sig") -> bytes:
    return "\r\n".join(delimiter.join(map(str, line)) for line in lines).encode(encoding)


def xlsx_of(*sheets: Sequence[Sequence[Any]]) -> bytes:
    """A workbook: texts stay texts, numbers numbers, days days."""
    content = io.BytesIO()
    with xlsxwriter.Workbook(content) as workbook:
        days = workbook.add_format({"num_format": "dd/mm/yyyy"})
        for lines in sheets:
            sheet = workbook.add_worksheet()
            for number, line in enumerate(lines):
                for column, cell in enumerate(line):
                    if isinstance(cell, date):
                        sheet.write_datetime(number, column, cell, days)
                    elif isinstance(cell, str):
                        sheet.write_string(number, column, cell)
                    else:
                        sheet.write(number, column, cell)
    return content.getvalue()
