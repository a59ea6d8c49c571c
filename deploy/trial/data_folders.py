"""Where PostgreSQL's cluster of a trial lies: in its home, or elsewhere with a link from there."""

import contextlib
import os
import shutil
import uuid
from collections.abc import Iterator
from pathlib import Path

# PostgreSQL refuses to run as root, and its own user cannot enter root's home. For root, all its files are here.
SYSTEM_FOLDER = Path("/var/lib/minka")
SYSTEM_USER = "minka"


def system_user() -> str | None:
    """The user that PostgreSQL runs as: None for the current user, or the system user when that is root."""
    return SYSTEM_USER if os.geteuid() == 0 else None


def data_folder(home: Path) -> Path:
    """The cluster's folder, which may be the target of a link."""
    return (home / "postgresql").resolve()


def remove_data(home: Path) -> None:
    """Deletes the cluster and a link to it."""
    _delete(data_folder(home))
    (home / "postgresql").unlink(missing_ok=True)


def new_data_folder(home: Path) -> Path:
    """An empty folder of the server's user."""
    remove_data(home)
    folder = _linked_folder(home, elsewhere) if (elsewhere := _elsewhere()) else home / "postgresql"
    folder.mkdir(mode=0o700)
    give_to_system_user(folder)
    return folder


def give_to_system_user(path: Path) -> None:
    if user := system_user():
        shutil.chown(path, user, user)


def _elsewhere() -> Path | None:
    """The folder of the clusters that do not lie in their homes."""
    chosen = os.environ.get("MINKA_POSTGRES_DATA")
    return Path(chosen) if chosen else SYSTEM_FOLDER if system_user() else None


def _linked_folder(home: Path, elsewhere: Path) -> Path:
    """Links the home to a new place, and notes the link beside it, so that others see when the home was deleted."""
    elsewhere.mkdir(parents=True, exist_ok=True)
    for abandoned in _abandoned(elsewhere):
        _delete(abandoned)
    folder, link = elsewhere / f"data-{uuid.uuid4()}", home / "postgresql"
    link.symlink_to(folder)
    _note(folder).write_text(str(link.absolute()))
    return folder


def _abandoned(elsewhere: Path) -> Iterator[Path]:
    """The clusters whose home has no link to them any more, since nobody can start those."""
    for note in elsewhere.glob("data-*.home"):
        with contextlib.suppress(FileNotFoundError):  # another trial may delete the same one
            if Path(note.read_text()).resolve() != note.with_suffix("").resolve():
                yield note.with_suffix("")


def _delete(folder: Path) -> None:
    shutil.rmtree(folder, ignore_errors=True)
    _note(folder).unlink(missing_ok=True)


def _note(folder: Path) -> Path:
    return folder.with_name(f"{folder.name}.home")
