"""Kafka's jars: downloaded once from Maven Central and verified by SHA-256."""

import contextlib
import hashlib
import io
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Self

from chassis.web.texts import _
from deploy.operator.errors import OperatorError

LIST = Path(__file__).with_name("kafka.jars")

Fetch = Callable[[str, Path], None]


@dataclass(frozen=True, slots=True)
class Jar:
    """One line of the list: `group:artifact:version sha256`."""

    coordinates: str
    sha256: str

    @classmethod
    def parse(cls, line: str) -> Self:
        coordinates, sha256 = line.split()
        return cls(coordinates, sha256)

    @property
    def file(self) -> str:
        artifact, version = self.coordinates.split(":")[1:]
        return f"{artifact}-{version}.jar"

    def is_sound(self, path: Path) -> bool:
        return path.exists() and hashlib.sha256(path.read_bytes()).hexdigest() == self.sha256


def listed() -> list[Jar]:
    """All jars of the committed list."""
    return [Jar.parse(line) for line in LIST.read_text().splitlines()]


def download(coordinates: str, path: Path) -> None:
    """Downloads one jar from the public Maven repository."""
    from maven_artifact import Artifact, Downloader  # not installed in the image of the demonstration

    Downloader().download(Artifact.parse(coordinates), str(path))


def missing(folder: Path) -> list[Jar]:
    """The jars that are missing or have another SHA-256 than the listed one."""
    return [jar for jar in listed() if not jar.is_sound(folder / jar.file)]


def fetch_missing(folder: Path, fetch: Fetch = download) -> None:
    """Downloads the missing jars. Raises `OperatorError` when a download fails or has another SHA-256."""
    folder.mkdir(parents=True, exist_ok=True)
    # The downloader prints. Standard output is redirected here once, because all threads share it.
    with contextlib.redirect_stdout(io.StringIO()), ThreadPoolExecutor(max_workers=8) as threads:
        list(threads.map(lambda jar: _fetch(jar, folder, fetch), missing(folder)))


def _fetch(jar: Jar, folder: Path, fetch: Fetch) -> None:
    draft = folder / f"{jar.file}.draft"
    try:
        fetch(jar.coordinates, draft)
    except Exception as error:
        raise OperatorError(
            _(
                "Downloading %(jar)s failed (%(reason)s); check the connection and run it again.",
                jar=jar.coordinates,
                reason=error,
            )
        ) from error
    if not jar.is_sound(draft):
        draft.unlink()
        raise OperatorError(
            _(
                "The download of %(jar)s is corrupted (its SHA-256 is not the listed one); run it again.",
                jar=jar.coordinates,
            )
        )
    draft.replace(folder / jar.file)
