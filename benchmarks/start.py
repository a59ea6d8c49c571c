"""How long a trial takes to start and how much memory it then holds: `python -m benchmarks.start [empty]`.

Starts one in a new folder on free ports, beside whatever else runs, and removes it. The environment is taken as
installed; installing it is measured by `time make up` in a new clone.
"""

import sys
import tempfile
import time
from pathlib import Path
from typing import Any

import psutil

from deploy.trial import pid_files, runner
from deploy.trial.layout import TrialLayout, free_ports
from deploy.trial.start_mode import StartMode

MEGABYTE = 1024**2


def main(mode: StartMode) -> None:
    with tempfile.TemporaryDirectory() as folder:
        home = Path(folder) / "home"
        try:
            print(f"\ncold start: {started(home, mode):.1f} s\n")
            show_memory(home)
            runner.stop(home)
            print(f"\nwarm start: {started(home, mode):.1f} s\n")
            show_memory(home)
        finally:
            runner.clean(home)


def started(home: Path, mode: StartMode) -> float:
    """Seconds from the command to `Minka is ready`."""
    port, kafka_port, postgres_port = free_ports(3)
    begun = time.monotonic()
    runner.run_detached(TrialLayout(home, port, kafka_port, postgres_port), mode)
    return time.monotonic() - begun


def show_memory(home: Path) -> None:
    """Resident memory of each program with its children. Shared pages are counted once in the proportional column."""
    total = proportional_total = 0
    print(f"{'program':20} {'resident MB':>12} {'proportional MB':>16}")
    for name in pid_files.recorded(home):
        resident, proportional = memory(home, name)
        total, proportional_total = total + resident, proportional_total + proportional
        print(f"{name:20} {resident // MEGABYTE:12} {proportional // MEGABYTE:16}")
    print(f"{'all':20} {total // MEGABYTE:12} {proportional_total // MEGABYTE:16}")


def memory(home: Path, name: str) -> tuple[int, int]:
    """Bytes: resident, and proportional to how many share them."""
    process = pid_files.find(home, name)
    children = process.children(recursive=True) if process and name != runner.SUPERVISOR else []
    family = [process, *children] if process else []
    used = [information for member in family if (information := _information(member))]
    return sum(each.rss for each in used), sum(each.pss for each in used)


def _information(process: psutil.Process) -> Any:
    """None for a process that ended meanwhile, as idle database sessions do."""
    try:
        return process.memory_full_info()
    except psutil.NoSuchProcess:
        return None


if __name__ == "__main__":
    main(StartMode(sys.argv[1]) if len(sys.argv) > 1 else StartMode.DEMONSTRATION)
