"""The demonstration's sheets have the same bytes at every run, so that sending them again is idempotent."""

import re
from pathlib import Path
from zipfile import ZipFile

from deploy.trial.demo.courses import COMMITMENT
from deploy.trial.demo.sheets import MADE, demo_sheets


def test_no_sheet_tells_when_it_was_written(tmp_path: Path) -> None:
    """By default XlsxWriter writes the current time into a workbook."""
    workbooks = [sheet for sheet in demo_sheets(tmp_path, COMMITMENT) if sheet.suffix == ".xlsx"]

    assert workbooks
    for workbook in workbooks:
        with ZipFile(workbook) as parts:
            told = {part: set(re.findall(rb"20\d\d-\d\d-\d\dT[\d:]+Z", parts.read(part))) for part in parts.namelist()}
        assert set.union(*told.values()) == {f"{MADE:%Y-%m-%dT%H:%M:%SZ}".encode()}
