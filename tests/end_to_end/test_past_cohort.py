"""A list of 2023 becomes a figure of 2023, which is followed to the row of the list and to who vouches for it."""

from typing import Any
from uuid import uuid4

from tests.end_to_end.test_from_sheet_to_figure import import_sheet
from tests.support.sheets import document
from tests.support.trials import Trial
from tests.support.waiting import wait_until

COMPLETED, BEGAN = 12, 3
"""How many of the list completed, and how many only began. Fewer than ten would not be published."""

HEADING = "DNI;Apellidos;Nombres;Sexo;UBIGEO INEI;Completó;Fecha de culminación"


async def test_a_figure_of_2023_leads_to_the_row_of_the_list(trial: Trial) -> None:
    programme, cohort = _stated(trial)
    await wait_until(lambda: _is_known(trial, programme))
    rows = [_row("Sí", "15/06/2023") for _ in range(COMPLETED)] + [_row("No", "") for _ in range(BEGAN)]
    observed = {name: _figure(trial, name, programme) for name in ("enrolled", "trained")}

    job = await import_sheet(trial, "\r\n".join([HEADING, *rows]).encode(), cohort_id=cohort, date_order="day_first")

    assert (job["accepted"], job["refused"]) == (COMPLETED + BEGAN, 0)
    in_2023 = f"programme={programme}&from=2023-01&to=2023-12"
    await wait_until(lambda: _exactly(trial, f"by=cohort&{in_2023}").get(cohort) == COMPLETED)
    assert _exactly(trial, f"programme={programme}&from=2025-01&to=2026-12") == {"": 0}
    assert _exactly(trial, f"programme={programme}&as_of=2023-06-30") == {"": COMPLETED}
    assert _exactly(trial, f"programme={programme}&recorded_as_of=2024-01-31") == {"": 0}
    assert {name: _figure(trial, name, programme) for name in observed} == observed
    evidence = trial.get(f"/enrollment/api/past-cohorts/{cohort}/evidence", "auditor").json()
    assert evidence["past_cohort"]["vouched_by"] == "Subgerencia de Planeamiento"
    counted = [one for one in evidence["rows"] if one["completed_on"]]
    assert [one["line"] for one in counted] == list(range(2, 2 + COMPLETED))
    assert {one["import_id"] for one in counted} == {job["import_id"]}


def _stated(trial: Trial) -> tuple[str, str]:
    programme, cohort = str(uuid4()), str(uuid4())
    code = f"P{programme[:8].upper()}"
    days = {"starts_on": "2022-01-01", "ends_on": "2024-12-31"}
    trial.make("/enrollment/api/programmes", {"programme_id": programme, "code": code, "title": code, **days})
    trial.make("/enrollment/api/past-cohorts", {
        "cohort_id": cohort, "programme_id": programme, "name": f"Celendín {code}", "province": "0603",
        "capacity": COMPLETED + BEGAN, "starts_on": "2023-03-06", "ends_on": "2023-06-30",
        "list_name": "Padrón de capacitados 2023.xlsx", "kept_at": "Archivo de Planeamiento, caja 12",
        "vouched_by": "Subgerencia de Planeamiento", "vouched_on": "2024-01-15",
    })  # fmt: skip
    return programme, cohort


def _is_known(trial: Trial, programme: str) -> bool:
    """Whether reporting has heard of the programme; before that it refuses questions about it."""
    return trial.get(f"/api/indicators/trained?programme={programme}", "auditor").is_success


def _row(completed: str, day: str) -> str:
    return f"{document()};Quispe Huamán;Ana;F;060301;{completed};{day}"


def _exactly(trial: Trial, query: str) -> dict[str, Any]:
    """The exact figures by cohort, or the total under an empty text."""
    rows = trial.get(f"/api/indicators/trained_before?{query}", "auditor").json()["rows"]
    return {row.get("cohort", ""): row["value"] for row in rows}


def _figure(trial: Trial, indicator: str, programme: str) -> int | None:
    value: int | None = trial.get(f"/api/indicators/{indicator}?programme={programme}", "auditor").json()["rows"][0][
        "value"
    ]
    return value
