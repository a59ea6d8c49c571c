"""Databases of the tests in memory, because each is 330 files that live as long as one test."""

import os
import shutil
from pathlib import Path

MEMORY = Path("/dev/shm")
ENOUGH = 4 * 2**30
"""Bytes that must be free there: the write-ahead log takes one GiB, each database ten MB."""


def keep_clusters_in_memory() -> None:
    """Has the trial put its clusters where no file reaches a disk, if there is room and nobody chose another place."""
    if MEMORY.is_dir() and shutil.disk_usage(MEMORY).free >= ENOUGH:
        os.environ.setdefault("MINKA_POSTGRES_DATA", str(MEMORY / f"minka-{os.geteuid()}"))
