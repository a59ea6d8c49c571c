"""A program of the trial: how to run it, when it is ready, how to end it."""

import signal
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path


async def at_once() -> bool:
    """For programs that are ready as soon as they run."""
    return True


@dataclass(frozen=True, slots=True)
class Program:
    """What the supervisor runs. `ready` is asked until it says yes or `patience` seconds have passed."""

    name: str
    command: tuple[str, ...]
    log: Path
    environment: Mapping[str, str]
    ready: Callable[[], Awaitable[bool]] = at_once
    user: str | None = None
    stop_signal: signal.Signals = field(default=signal.SIGTERM)
    patience: float = 180.0

    def command_line(self) -> list[str]:
        """The command as another user where asked, ended by the kernel if the supervisor dies without a word."""
        as_user = [f"--reuid={self.user}", f"--regid={self.user}", "--clear-groups"] if self.user else []
        return ["setpriv", *as_user, "--pdeathsig", self.stop_signal.name.removeprefix("SIG"), *self.command]
