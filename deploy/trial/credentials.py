"""The trial's passwords and keys: generated once, in a file that only its owner can read."""

import base64
import json
import os
import secrets
from pathlib import Path

from deploy.operator.catalogue import DATABASES, SERVICES, principals
from deploy.trial.layout import read_record

ADMINISTRATOR = "administrator"

Credentials = dict[str, str]


def names() -> list[str]:
    """The names of all secrets of the trial."""
    return sorted(
        ["postgres", f"kafka.{ADMINISTRATOR}", "kafka.controller", "issuer", "enrollment.master"]
        + [f"postgres.{role}" for database in DATABASES for role in (database, f"{database}_migrator")]
        + [f"kafka.{principal}" for principal in principals()]
        + [f"{service}.session" for service in SERVICES]
    )


def credentials(home: Path) -> Credentials:
    """The secrets of the trial in this folder. Missing ones are generated. Raises `OperatorError`."""
    path = home / "credentials.json"
    kept: Credentials = read_record(path)
    missing = [name for name in names() if name not in kept]
    if missing:
        kept |= {name: _secret(name) for name in missing}
        _write(path, kept)
    return kept


def _secret(name: str) -> str:
    """32 random bytes: the master key in base64, the others in hexadecimal, which needs no quoting in URLs."""
    is_key = name == "enrollment.master"
    return base64.b64encode(secrets.token_bytes(32)).decode() if is_key else secrets.token_hex(32)


def _write(path: Path, kept: Credentials) -> None:
    write_privately(path, json.dumps(kept, indent=2))


def write_privately(path: Path, text: str) -> None:
    """Writes a file of mode 600 atomically."""
    draft = path.with_suffix(".draft")
    draft.unlink(missing_ok=True)
    with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
        file.write(text)
        file.flush()
        os.fsync(file.fileno())
    draft.replace(path)
