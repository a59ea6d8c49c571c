"""What the person at the terminal sees while the trial starts."""

import time
from collections.abc import Iterator
from contextlib import contextmanager


def say(text: str) -> None:
    print(text, flush=True)


@contextmanager
def step(text: str) -> Iterator[None]:
    """Say what begins now, and how long it took when it is done."""
    say(f"  {text} …")
    begun = time.monotonic()
    yield
    say(f"  {text}: done in {time.monotonic() - begun:.1f} s")
