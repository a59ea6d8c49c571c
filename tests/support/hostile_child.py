"""A program of the sandbox that does what a hostile file would make a parser do; its input names the deed."""

import os
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from chassis.runtime.rejections import RejectedError, Rejection
from chassis.runtime.sandbox import answer


def allocate() -> Iterator[Any]:
    yield len(b"x" * 2**30)


def spin() -> Iterator[Any]:
    while True:
        yield from ()


def sleep() -> Iterator[Any]:
    time.sleep(3600)
    yield None


def abort() -> Iterator[Any]:
    os.abort()
    yield None


def talk() -> Iterator[Any]:
    while True:
        yield "x" * 100_000


def reject() -> Iterator[Any]:
    yield "something before"
    raise RejectedError(Rejection("told", "It is told.", remedy="Do something else."))


def write() -> Iterator[Any]:
    with tempfile.TemporaryFile(buffering=0) as file:
        yield file.write(b"x")


def look() -> Iterator[Any]:
    """Yields the environment and the numbers of the open files, but for the folder that tells them."""
    yield dict(os.environ)
    yield sorted(int(file.name) for file in Path("/proc/self/fd").iterdir())[:-1]


DEEDS = {deed.__name__: deed for deed in (allocate, spin, sleep, abort, talk, reject, write, look)}

if __name__ == "__main__":
    sys.exit(answer(lambda content: DEEDS[content.decode()]()))
