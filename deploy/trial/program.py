"""A program of the trial: its command, its readiness check and how to stop it."""

import signal
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path


async def ready_immediately() -> bool:
    """The readiness check of programs that are ready as soon as they run."""
    return True


@dataclass(frozen=True, slots=True)
class Program:
    """A program that the supervisor runs. It polls `ready` for at most `patience` seconds."""

    name: str
    command: tuple[str, ...]
    log: Path
    environment: Mapping[str, str]
    ready: Callable[[], Awaitable[bool]] = ready_immediately
    user: str | None = None
    stop_signal: signal.Signals = field(default=signal.SIGTERM)
    patience: float = 180.0

    def command_line(self) -> list[str]:
        """The command, as `user` if there is one. The kernel sends `stop_signal` when the supervisor is killed."""
        as_user = [f"--reuid={self.user}", f"--regid={self.user}", "--clear-groups"] if self.user else []
        return ["setpriv", *as_user, "--pdeathsig", self.stop_signal.name.removeprefix("SIG"), *self.command]
