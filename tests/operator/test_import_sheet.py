"""`minka import` without a server: the cohort that it chooses, what it sends, and until when it waits."""

import json
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import httpx
import pytest
import typer

from chassis.web.locale import Locale, using
from deploy.operator import import_sheet as command
from deploy.operator.errors import OperatorError
from deploy.operator.import_preview import ROWS

COHORT_A, COHORT_B = "0197a000-0000-7000-8000-00000000000a", "0197a000-0000-7000-8000-00000000000b"
OMISSIONS = {
    "tabs": ["Lista", "BORRADOR"],
    "left_out": [{"label": "Totals", "rows": 30, "places": [[1, 9]]}, {"label": "Tabs", "rows": 1, "places": [[2, 0]]}],
    "not_kept": [{"heading": "Cel.", "detail": "It was not kept.", "remedy": None, "rows": 1, "places": [[1, 4]]}],
}
COUNTS = dict.fromkeys(command.COUNTS, 0) | {"done": 2, "rows": 2, "import_id": "an-import", "failure": None}


PREVIEW = {
    **OMISSIONS,
    "tables": [
        {
            "columns": [
                {"title": "F. nacimento", "field": None, "label": None, "samples": ["25/12/1987"]},
                {"title": "Apell.", "field": "family_names", "label": "Family names", "samples": []},
            ]
        }
    ],
    "questions": [{"question": "What is this column?", "title": "F. nacimento"}],
    "faults": [
        {
            "heading": None,
            "detail": "There is no column with the identity document.",
            "remedy": "Add a column named DNI.",
        }
    ],
    "reasons": [
        {"heading": "F. nac.", "detail": "This is not a date.", "remedy": None, "rows": 3, "places": [[1, 4], [1, 6]]}
    ],
    "rows": dict.fromkeys(ROWS, 0) | {"accepted": 7, "refused": 3},
    "tabs": ["Lista", "BORRADOR"],
}


TOLD = ("Totals", "Lista 9, …", "BORRADOR", "«Cel.»: It was not kept.", "Lista 4")
"""Of what was left out and not kept."""


@dataclass
class Minka:
    """Answers as Minka does: with these cohorts, and with these states of the import one after the other."""

    cohorts: list[dict[str, str]] = field(default_factory=list)
    states: list[dict[str, Any]] = field(default_factory=list)
    refusal: dict[str, str] | None = None
    sent: list[str] = field(default_factory=list)

    def answer(self, request: httpx.Request) -> httpx.Response:
        if request.url.path == "/enrollment/api/cohorts":
            return httpx.Response(200, json={"cohorts": self.cohorts})
        if request.method == "POST":
            self.sent.append(request.read().decode())
            if self.refusal:
                return httpx.Response(422, json=self.refusal)
            return httpx.Response(202, json={"links": {"self": "/enrollment/api/imports/an-import"}})
        if request.url.path.endswith("/preview"):
            return httpx.Response(200, json=PREVIEW)
        return httpx.Response(200, json=COUNTS | OMISSIONS | self.states.pop(0))


@pytest.fixture
def minka(monkeypatch: pytest.MonkeyPatch) -> Minka:
    minka = Minka(states=[{"state": "done"}])
    transport = httpx.MockTransport(minka.answer)
    monkeypatch.setattr(httpx, "Client", partial(httpx.Client, transport=transport))
    monkeypatch.setattr(command, "POLL_SECONDS", 0)
    return minka


@pytest.fixture
def file(tmp_path: Path) -> Path:
    file = tmp_path / "hoja.csv"
    file.write_text("DNI")
    return file


def imports(file: Path, cohort: str = "", scheme: str = "", as_json: bool = True, **options: Any) -> None:
    options = {"url": "http://minka.example", "token": "a token"} | options
    command.import_sheet(file, cohort, scheme, as_json=as_json, **options)


def known(*names: str) -> list[dict[str, str]]:
    return [
        {"cohort_id": cohort_id, "name": name} for cohort_id, name in zip((COHORT_A, COHORT_B), names, strict=False)
    ]


@pytest.mark.parametrize("cohorts", [known("Jaén 2", "Jaén"), known("San Jaén", "JAÉN")])
def test_a_cohort_is_chosen_by_its_whole_name(minka: Minka, file: Path, cohorts: list[dict[str, str]]) -> None:
    minka.cohorts = cohorts
    imports(file, "jaén")
    assert COHORT_B in minka.sent[0] and COHORT_A not in minka.sent[0]


@pytest.mark.parametrize("cohorts", [[], known("Jaén 2"), known("Jaén", "jaén")])
def test_no_cohort_is_chosen_that_could_be_another(minka: Minka, file: Path, cohorts: list[dict[str, str]]) -> None:
    minka.cohorts = cohorts
    with pytest.raises(OperatorError, match="give its id"):
        imports(file, "Jaén")
    assert minka.sent == []


def test_what_was_not_declared_is_not_sent(minka: Minka, file: Path) -> None:
    minka.states = [{"state": "done"}] * 2
    imports(file)
    imports(file, COHORT_A, "reniec")
    assert all(name not in minka.sent[0] for name in ("cohort_id", "ubigeo_scheme"))
    assert all(text in minka.sent[1] for text in ("cohort_id", COHORT_A, "ubigeo_scheme", "reniec"))


def test_what_a_preview_would_ask_can_be_declared(minka: Minka, file: Path) -> None:
    imports(file, declare=["date_order=day_first"], columns=["F. nac. (d=m)=birth_date", "Apodo="])
    assert 'name="date_order"' in minka.sent[0] and "day_first" in minka.sent[0]
    assert '{"F. nac. (d=m)": "birth_date", "Apodo": null}' in minka.sent[0]


@pytest.mark.parametrize("options", [{"declare": ["day_first"]}, {"columns": ["=birth_date"]}])
def test_what_is_declared_has_a_name_and_an_answer(minka: Minka, file: Path, options: dict[str, Any]) -> None:
    with pytest.raises(OperatorError, match="="):
        imports(file, **options)
    assert minka.sent == []


@pytest.mark.parametrize(
    "options",
    [{"declare": ["date_order=day_first", "date_order=month_first"]}, {"columns": ["Apodo=phone", "Apodo="]}],
)
def test_what_is_declared_twice_is_refused(minka: Minka, file: Path, options: dict[str, Any]) -> None:
    with pytest.raises(OperatorError, match="twice"):
        imports(file, **options)
    assert minka.sent == []


def test_it_waits_until_the_import_has_ended(minka: Minka, file: Path, capsys: pytest.CaptureFixture[str]) -> None:
    minka.states = [{"state": state} for state in ("queued", "running", "running", "done", "queued")]
    imports(file)
    assert json.loads(capsys.readouterr().out)["state"] == "done"
    assert len(minka.states) == 1


def test_an_import_that_failed_is_an_error(minka: Minka, file: Path, capsys: pytest.CaptureFixture[str]) -> None:
    faults = [{"heading": None, "detail": "Fault 1.", "remedy": "Mend it."}]
    faults += [{"heading": "F. nac.", "detail": "Fault 2.", "remedy": None}]
    minka.states = [{"state": "failed", "failure": {**faults[0], "faults": faults}}]
    with pytest.raises(typer.Exit) as ended:
        imports(file, as_json=False)
    assert ended.value.exit_code == 1
    assert capsys.readouterr().err.splitlines()[-2:] == ["Fault 1. Mend it.", "«F. nac.»: Fault 2."]


def test_a_preview_is_shown_and_imports_nothing(minka: Minka, file: Path, capsys: pytest.CaptureFixture[str]) -> None:
    minka.states = [{"state": state} for state in ("reading", "previewed")]
    imports(file, preview=True, as_json=False)
    shown = capsys.readouterr().out
    assert 'name="preview"' in minka.sent[0] and len(minka.sent) == 1
    for text in (
        "F. nacimento",
        "25/12/1987",
        "What is this column?",
        "There is no column",
        "«F. nac.»: This is not a date.",
        "Lista 4, Lista 6, …",
        "7",
        "Family names (family_names)",
        *TOLD,
    ):
        assert text in shown
    assert "http://minka.example/enrollment/imports/an-import" in shown.replace("\n", "")


def test_what_was_left_out_and_not_kept_is_told(minka: Minka, file: Path, capsys: pytest.CaptureFixture[str]) -> None:
    imports(file, as_json=False)
    shown = capsys.readouterr().out
    assert [text for text in TOLD if text not in shown] == []


def test_no_two_columns_have_one_heading(minka: Minka, file: Path, capsys: pytest.CaptureFixture[str]) -> None:
    minka.states = [{"state": "previewed"}]
    with using(Locale("es-PE", ZoneInfo("America/Lima"))):
        imports(file, preview=True, as_json=False)
    headings = [line.split("┃")[1:-1] for line in capsys.readouterr().out.splitlines() if line.startswith("┃")]
    assert headings and all(len({one.strip() for one in line}) == len(line) for line in headings)


def test_a_preview_for_programs_is_json(minka: Minka, file: Path, capsys: pytest.CaptureFixture[str]) -> None:
    minka.states = [{"state": "previewed"}]
    imports(file, preview=True)
    assert json.loads(capsys.readouterr().out) == PREVIEW


def test_a_refusal_says_what_to_do(minka: Minka, file: Path) -> None:
    minka.refusal = {"detail": "The file is empty.", "remedy": "Choose another."}
    with pytest.raises(OperatorError, match=r"The file is empty\. Choose another\."):
        imports(file)
