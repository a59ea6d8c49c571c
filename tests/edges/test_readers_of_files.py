"""Figures as files, read by programs of strangers: pandas, DuckDB and LibreOffice. Codes keep their zeros, or a key
beside them joins; what is withheld is missing and not zero; bounds are numbers, and instants are instants. Of Parquet
no program has to be told anything."""

import csv
import json
import shutil
import subprocess
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest

from deploy.trial.layout import REPOSITORY
from services.reporting.resources import ReportingResources
from services.reporting.tests import stories
from services.reporting.tests.conftest import public, site
from services.reporting.tests.worker_steps import fold_count_publish
from tests.support.sites import Site

__all__ = ["public", "site"]

pytestmark = pytest.mark.edges

INSTALLED = REPOSITORY / ".venv-edges" / "bin" / "python"
"""What `make edges` installs."""

READERS = Path(__file__).with_name("readers")
OFFICE = shutil.which("soffice")

TYPES_OF_PARQUET = {
    "pandas": {"district": "str", "value": "float64", "as_of": "datetime64[us, UTC]", "definition_version": "int64"},
    "duckdb": {
        "district": "VARCHAR", "value": "BIGINT", "as_of": "TIMESTAMP WITH TIME ZONE", "definition_version": "BIGINT",
    },
}  # fmt: skip
"""pandas has no whole numbers of which some are missing, unless it is asked for them."""

EPOCH = datetime.fromisoformat("1970-01-01T00:00:00+00:00")


@dataclass(frozen=True)
class Files:
    """Figures by district as files, an estimate with bounds as a CSV, and what they are as of."""

    csv: Path
    xlsx: Path
    parquet: Path
    bounds: Path
    as_of: datetime


@pytest.fixture
async def files(site: Site[ReportingResources], public: httpx.AsyncClient, tmp_path: Path) -> Files:
    await fold_count_publish(site.resources.pool, stories.a_day_of_reach(1, date(2025, 5, 12), range(60)))
    by_district = "/api/indicators/enrolled?by=district"
    asked = {
        "csv": f"{by_district}&format=csv&lang=es",
        "xlsx": f"{by_district}&format=xlsx&lang=en",
        "parquet": f"{by_district}&format=parquet&lang=en",
        "bounds": "/api/indicators/first_party_reach?format=csv",
    }
    paths = {name: tmp_path / f"{name}.{'csv' if name == 'bounds' else name}" for name in asked}
    for name, address in asked.items():
        paths[name].write_bytes((await public.get(address)).raise_for_status().content)
    as_of = (await public.get(by_district)).json()["as_of"]
    return Files(**paths, as_of=datetime.fromisoformat(as_of))


def told(reader: str, *paths: Path) -> dict[str, Any]:
    ended = subprocess.run([INSTALLED, READERS / f"with_{reader}.py", *paths], capture_output=True, text=True)
    assert ended.returncode == 0, ended.stderr
    answer: dict[str, Any] = json.loads(ended.stdout)
    return answer


def test_pandas_reads_codes_that_join_and_what_is_withheld_as_missing(files: Files) -> None:
    read = told("pandas", files.csv, files.bounds, files.xlsx)

    assert read["keys"] == ["PE060201", "PE060201"]
    assert (read["code"], read["code_in_a_workbook"]) == ("060201", "060201")
    assert (read["withheld"], read["status"]) == ([True, True], "suppressed")
    assert read["total"] == [14, 14]
    assert datetime.fromisoformat(read["as_of"]) == files.as_of
    assert (read["bounds"], read["name"]) == ([60, 60, 60], "Asunción")


def test_duckdb_reads_codes_as_texts_and_instants_as_instants(files: Files) -> None:
    read = told("duckdb", files.csv, files.bounds)

    assert read["types"] == {
        "district": "VARCHAR", "value": "BIGINT", "as_of": "TIMESTAMP WITH TIME ZONE", "definition_version": "BIGINT",
    }  # fmt: skip
    assert (read["code"], read["key"], read["name"]) == ("060201", "PE060201", "Cajabamba")
    assert (read["withheld"], read["status"]) == (None, "suppressed")
    assert EPOCH + timedelta(microseconds=read["as_of"]) == files.as_of
    assert read["bounds"] == [60, 60, 60]


@pytest.mark.parametrize("reader", ["pandas", "duckdb"])
def test_parquet_is_read_as_it_is_meant_without_a_hint(files: Files, reader: str) -> None:
    read = told(f"{reader}_as_parquet", files.parquet)

    assert read["types"] == TYPES_OF_PARQUET[reader]
    assert read["counted"] == ["060201", "PE060201", "Cajabamba", 14]
    assert read["withheld"] == [None, "suppressed"]
    assert read["total"] == 14
    assert EPOCH + timedelta(microseconds=read["as_of"]) == files.as_of
    said = read["metadata"]
    assert (said["unit"], said["definition_version"]) == ("people", "1")
    assert datetime.fromisoformat(said["as_of"]) == files.as_of
    assert said["licence"] == "https://creativecommons.org/licenses/by/4.0/"


@pytest.mark.skipif(
    OFFICE is None,
    reason="LibreOffice is not here, so NOBODY has opened the workbook: tests/support/install-tools "
    "soffice=libreoffice-calc-nogui",
)
def test_libreoffice_keeps_the_zeros_of_a_workbook_and_the_keys_of_a_csv(files: Files, tmp_path: Path) -> None:
    workbook, plain = opened(files.xlsx, tmp_path), opened(files.csv, tmp_path)

    assert workbook["PE060201"]["district"] == "060201"
    assert (workbook["PE060201"]["value"], plain["PE060201"]["value"]) == ("14", "14")
    assert (workbook["PE060102"]["value"], workbook["PE060102"]["status"]) == ("", "suppressed")
    assert (plain["PE060102"]["value"], plain["PE060102"]["district_name"]) == ("", "Asunción")


def opened(file: Path, folder: Path) -> dict[str, dict[str, str]]:
    """The rows as LibreOffice has them once it has opened the file, by the key of their district.

    Its window asks how a CSV is encoded; its command line, which asks nobody, has to be told.
    """
    out = folder / f"from_{file.suffix[1:]}"
    profile = f"-env:UserInstallation=file://{folder}/profile"
    utf_8 = "44,34,76"
    as_rows = ["--convert-to", f"csv:Text - txt - csv (StarCalc):{utf_8}", "--outdir", str(out), str(file)]
    read_as = [f"--infilter=CSV:{utf_8}"] if file.suffix == ".csv" else []
    command = [str(OFFICE), profile, "--headless", *read_as, *as_rows]
    subprocess.run(command, check=True, capture_output=True, timeout=300)
    with (out / f"{file.stem}.csv").open(newline="", encoding="utf-8-sig") as rows:
        return {row["district_key"]: row for row in csv.DictReader(rows)}
