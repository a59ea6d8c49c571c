"""Progress messages on the terminal while the trial starts."""

import time
from collections.abc import Iterator
from contextlib import contextmanager

from chassis.web.texts import _


def say(text: str) -> None:
    print(text, flush=True)


@contextmanager
def step(text: str) -> Iterator[None]:
    """Prints the step when it begins, and its duration when it ends."""
    say(f"  {text} …")
    begun = time.monotonic()
    yield
    done = _("done in %(seconds).1f s", seconds=time.monotonic() - begun)
    say(f"  {text}: {done}")
