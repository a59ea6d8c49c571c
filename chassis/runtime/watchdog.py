"""A watchdog that does not need what it watches: a thread of C ends the process, whatever its Python threads do.

`faulthandler` needs neither the event loop nor the interpreter's lock, which a regular expression or a library may hold
for hours. Before it ends the process it writes where each thread stood, never a value.
"""

import asyncio
import faulthandler
from collections.abc import Awaitable
from typing import TypeVar

T = TypeVar("T")

LONGEST_FREEZE = 50.0
"""Seconds for which the event loop may run nothing."""

REARM_SECONDS = 5.0

LONGEST_END = 20.0
"""Seconds that a process may take to end once its work has ended."""


async def guarded(work: Awaitable[T], longest_freeze: float = LONGEST_FREEZE) -> T:
    """Does a process's whole work, and ends the process with status 1 where its event loop freezes.

    The timer stays armed when the work has ended, because a thread that never ends would keep the process.
    """
    keeper = asyncio.create_task(_rearm(longest_freeze))
    try:
        return await work
    finally:
        keeper.cancel()
        faulthandler.dump_traceback_later(min(longest_freeze, LONGEST_END), exit=True)


async def _rearm(longest_freeze: float) -> None:
    while True:
        faulthandler.dump_traceback_later(longest_freeze, exit=True)
        await asyncio.sleep(min(REARM_SECONDS, longest_freeze / 4))
