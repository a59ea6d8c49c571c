"""Results files: what was measured, on what kind of machine, for tables and plots to be made from."""

import json
import os
import platform
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import psutil

from benchmarks.stage import Run

FOLDER = Path(__file__).with_name("results")


def keep(name: str, measured: dict[str, Any]) -> None:
    """Writes `results/<name>.json`, in place of the last one."""
    FOLDER.mkdir(exist_ok=True)
    text = json.dumps({"machine": _machine(), **measured}, indent=1)
    (FOLDER / f"{name}.json").write_text(f"{text}\n")


def kept(name: str) -> dict[str, Any]:
    """What was measured last."""
    measured: dict[str, Any] = json.loads((FOLDER / f"{name}.json").read_text())
    return measured


def of_run(run: Run) -> dict[str, Any]:
    """A run as it is kept."""
    return {
        "contestant": run.contestant,
        "records": run.records,
        "seconds": run.seconds,
        "events_per_second": round(run.rate),
        "cpu_seconds": run.cpu,
    }


def percentiles(seconds: Sequence[float]) -> dict[str, float]:
    """p50, p95 and p99."""
    ordered = sorted(seconds)
    return {f"p{share}": round(ordered[len(ordered) * share // 100], 4) for share in (50, 95, 99)}


def _machine() -> dict[str, Any]:
    return {
        "cores": os.cpu_count(),
        "memory_gb": round(psutil.virtual_memory().total / 1024**3),
        "python": platform.python_version(),
        "load_at_the_end": round(os.getloadavg()[0], 1),
    }
