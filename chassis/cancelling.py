"""Whose cancellation it is: ours, or one that a client left behind."""

import asyncio


def end_if_cancelled() -> None:
    """Ends a cancelled task: asyncpg may answer the cancellation of a transaction with an error of its own."""
    task = asyncio.current_task()
    if task is not None and task.cancelling():
        raise asyncio.CancelledError
