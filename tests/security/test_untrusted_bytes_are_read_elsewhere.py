"""Untrusted bytes are read in a process of their own: what a file does, it does to that process only."""

import asyncio
import io
import os
import resource
import signal
import socket
import sys
import time
import zipfile
from asyncio.subprocess import PIPE
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from datetime import date
from pathlib import Path

import pytest

from chassis.runtime.rejections import RejectedError
from chassis.runtime.sandbox import Limits, SandboxError, read_in_sandbox
from deploy.trial.layout import REPOSITORY
from services.enrollment.sheets.sheet import read_sheet
from services.enrollment.sheets.sheet_reader import read_untrusted_sheet
from services.enrollment.tests.sheets import a_row, csv_of, table, xlsx_of
from tests.support.waiting import wait_until

PROGRAM = "tests.support.hostile_child"
TIGHT = Limits(memory_bytes=512 * 2**20, processor_seconds=2, wall_seconds=600.0, answer_bytes=2**20)

MOST_PROCESSOR_SECONDS = 20.0
"""What a child may take before a file is refused; most take one or two."""

MOST_SECONDS = 600.0
"""An end to waiting, however busy the machine is."""

MOST_GROWTH = 60 * 2**20
MOST_OWN_SECONDS = 2.0
"""Processor time that the parent may take in one turn of its loop."""

FEWEST_TURNS = 5
"""A parent that waits for its child in the loop has one or two."""

# Hostile files -------------------------------------------------------------------------------------------------------

GOOD = xlsx_of(table([a_row()]))


def workbook(sheet: bytes, strings: bytes | None = None) -> bytes:
    """A workbook whose sheet, and shared strings, are these bytes."""
    source, content = zipfile.ZipFile(io.BytesIO(GOOD)), io.BytesIO()
    with zipfile.ZipFile(content, "w", zipfile.ZIP_DEFLATED) as target:
        for name in source.namelist():
            part = sheet if name.endswith("sheet1.xml") else source.read(name)
            target.writestr(name, strings if strings and name.endswith("sharedStrings.xml") else part)
    return content.getvalue()


def sheet_of(rows: bytes, strings: bytes | None = None) -> bytes:
    return workbook(b"<worksheet><sheetData>" + rows + b"</sheetData></worksheet>", strings)


def shared(text: bytes) -> bytes:
    return b"<sst><si><t>" + text + b"</t></si></sst>"


HOSTILE: dict[str, tuple[str, Callable[[], bytes]]] = {
    "cells that never end": ("file_damaged", lambda: workbook(b"<sheetData>" + b"<c " * 666_666)),
    "cells without a place in the last row": (
        "too_many_rows",
        lambda: sheet_of(b'<row r="1048576">' + b"<c><v>1</v></c>" * 200 + b"</row>"),
    ),
    "one cell in the last row": ("too_many_rows", lambda: sheet_of(b'<row r="1048576"><c><v>1</v></c></row>')),
    "one cell in the last column": ("too_many_columns", lambda: sheet_of(b'<row><c r="XFD1"><v>1</v></c></row>')),
    "cells that are too many": (
        "file_unpacks_too_large",
        lambda: sheet_of((b'<row r="1">' + b"<c><v>1</v></c>" * 200 + b"</row>") * 12_000),
    ),
    "a long inline text": (
        "text_too_long",
        lambda: sheet_of(b'<row><c t="inlineStr"><is><t>' + b"A" * 140_000_000 + b"</t></is></c></row>"),
    ),
    "a tag that never ends": ("file_damaged", lambda: sheet_of(b'<row a="' + b"A" * 140_000_000)),
    "a long shared text": (
        "text_too_long",
        lambda: sheet_of(b"<row>" + b'<c t="s"><v>0</v></c>' * 100 + b"</row>", shared(b"A" * 1_000_000)),
    ),
    "a shared text in many cells": (
        "file_unpacks_too_large",
        lambda: sheet_of((b"<row>" + b'<c t="s"><v>0</v></c>' * 100 + b"</row>") * 50, shared(b"A" * 30_000)),
    ),
    "entities of entities": (
        "file_damaged",
        lambda: workbook(b'<!DOCTYPE w [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;">]><worksheet>&b;</worksheet>'),
    ),
    "a line that never ends": ("text_too_long", lambda: b"a;" * 5_000_000),
    "a line of many columns": ("too_many_columns", lambda: b"a;" * 40_000 + b"\n"),
    "lines without end": ("too_many_rows", lambda: b"1;\n" * 6_600_000),
}


@asynccontextmanager
async def unharmed_parent() -> AsyncIterator[None]:
    """Checks that the loop goes on meanwhile, that the parent's memory stays flat, and what its child took."""
    turns: list[float] = []
    memory, children = resident_bytes(), processor_seconds_of_children()

    async def tick() -> None:
        while True:
            at = time.process_time()
            await asyncio.sleep(0.01)
            turns.append(time.process_time() - at)

    ticking = asyncio.create_task(tick())
    yield
    ticking.cancel()
    assert len(turns) >= FEWEST_TURNS
    assert max(turns) < MOST_OWN_SECONDS
    assert resident_bytes() - memory < MOST_GROWTH
    assert processor_seconds_of_children() - children < MOST_PROCESSOR_SECONDS


def processor_seconds_of_children() -> float:
    """What the children that have ended took."""
    usage = resource.getrusage(resource.RUSAGE_CHILDREN)
    return usage.ru_utime + usage.ru_stime


def resident_bytes() -> int:
    pages = Path("/proc/self/statm").read_text().split()[1]
    return int(pages) * os.sysconf("SC_PAGE_SIZE")


@pytest.mark.parametrize("name", HOSTILE)
async def test_a_hostile_file_is_refused_with_its_reason_and_harms_nothing(name: str) -> None:
    code, make = HOSTILE[name]
    content = make()
    async with asyncio.timeout(MOST_SECONDS), unharmed_parent():
        with pytest.raises(RejectedError) as rejected:
            await read_untrusted_sheet(content)
    assert rejected.value.rejection.code == code
    assert rejected.value.rejection.remedy


async def test_a_file_that_ends_its_reader_is_refused_and_the_next_is_read() -> None:
    with pytest.raises(RejectedError) as rejected:
        await read_untrusted_sheet(GOOD, Limits(wall_seconds=0.01))
    assert rejected.value.rejection.code == "file_too_demanding"
    assert len((await read_untrusted_sheet(GOOD)).parts[0].rows) == 1


async def test_what_the_child_reads_is_what_the_sheet_says() -> None:
    cells = {"Fecha de nacimiento": date(1987, 12, 25), "Número": 7, "Parte": 0.5, "Ñ": "«Á»\u2028", "Cierto": True}
    for content in (xlsx_of(table([a_row(**cells)])), csv_of(table([a_row(**cells)]))):
        assert await read_untrusted_sheet(content) == read_sheet(content)


# A child that does harm ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("deed", "reason"),
    [
        ("allocate", "status 1"),
        ("spin", f"status -{signal.SIGKILL.value}"),
        ("abort", f"status -{signal.SIGABRT.value}"),
        ("talk", "answer too large"),
        ("write", "status 1"),
    ],
)
async def test_a_child_that_does_harm_is_ended(deed: str, reason: str) -> None:
    async with asyncio.timeout(MOST_SECONDS), unharmed_parent():
        with pytest.raises(SandboxError, match=reason):
            await read_in_sandbox(PROGRAM, deed.encode(), TIGHT)


async def test_a_child_that_sleeps_is_ended() -> None:
    with pytest.raises(SandboxError, match=r"wall time|status -14"):
        await read_in_sandbox(PROGRAM, b"sleep", Limits(wall_seconds=3.0))


async def test_what_the_child_rejects_is_rejected() -> None:
    with pytest.raises(RejectedError) as rejected:
        await read_in_sandbox(PROGRAM, b"reject", TIGHT)
    assert (rejected.value.rejection.code, rejected.value.rejection.remedy) == ("told", "Do something else.")


async def test_a_child_inherits_no_secret_and_no_socket(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MINKA_SECRET", "told to nobody")
    with socket.create_server(("127.0.0.1", 0)) as open_socket:
        open_socket.set_inheritable(True)
        environment, files = await read_in_sandbox(PROGRAM, b"look", TIGHT)
    assert set(environment) <= {"PYTHONPATH", "LC_CTYPE"}
    assert files == [0, 1, 2]


ORPHANS = f"""
import asyncio
from chassis.runtime.sandbox import Limits, read_in_sandbox
asyncio.run(read_in_sandbox("{PROGRAM}", b"sleep", Limits()))
"""


async def test_a_child_dies_with_its_parent() -> None:
    parent = await asyncio.create_subprocess_exec(sys.executable, "-c", ORPHANS, cwd=REPOSITORY, stdout=PIPE)
    child = await wait_until(lambda: limited_child_of(parent.pid))
    parent.kill()
    await parent.wait()
    await wait_until(lambda: not Path(f"/proc/{child}").exists())


def limited_child_of(parent: int) -> str:
    """The process id of the child once it has limited itself; empty before."""
    for child in Path(f"/proc/{parent}/task/{parent}/children").read_text().split():
        if "Max core file size        0  " in Path(f"/proc/{child}/limits").read_text():
            return child
    return ""
