"""Processor time of the worker, of PostgreSQL and of Kafka, each with the processes it started."""

from dataclasses import asdict, dataclass
from pathlib import Path

import psutil

from deploy.trial import pid_files


@dataclass(frozen=True, slots=True)
class Seconds:
    """Processor seconds used so far."""

    worker: float
    postgresql: float
    kafka: float

    def since(self, before: "Seconds") -> dict[str, float]:
        """What was used between two looks."""
        former = asdict(before)
        return {who: round(seconds - former[who], 2) for who, seconds in asdict(self).items()}


def used(home: Path, worker: int) -> Seconds:
    """At this moment, by a process of ours and by the infrastructure that runs in this folder."""
    return Seconds(of(psutil.Process(worker)), *(of(pid_files.find(home, name)) for name in ("postgresql", "kafka")))


def of(process: psutil.Process | None) -> float:
    """A process and all it started, those that ended included."""
    if process is None:
        return 0.0
    return sum(_own(member) for member in (process, *process.children(recursive=True)))


def _own(process: psutil.Process) -> float:
    try:
        return sum(process.cpu_times()[:4])
    except psutil.NoSuchProcess:  # then its parent has its time
        return 0.0
