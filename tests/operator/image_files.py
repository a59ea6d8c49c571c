"""The files of an image, copied as deploy/Dockerfile copies them, and a Python that sees only these."""

import os
import re
import shutil
import subprocess
import sys
import sysconfig
from collections.abc import Iterator
from dataclasses import dataclass
from importlib.metadata import packages_distributions
from pathlib import Path

from deploy.trial.layout import REPOSITORY

DOCKERFILE = REPOSITORY / "deploy" / "Dockerfile"
LIBRARIES = sysconfig.get_path("purelib")

PREAMBLE = """
import sys

class MissingLibraries:
    def find_spec(self, name, path=None, target=None):
        if name.partition(".")[0] in {missing!r}:
            raise ModuleNotFoundError(f"the image has no {{name}}", name=name)

sys.path[:0] = [{folder!r}, {libraries!r}]
sys.meta_path.insert(0, MissingLibraries())
"""
"""Precedes every script. With `-I -S` neither PYTHONPATH nor `.pth` files lead to this repository."""

IMPORT_ALL = """
import importlib, pkgutil

for name in sys.argv[1:]:
    package = importlib.import_module(name)
    for found in pkgutil.walk_packages(getattr(package, "__path__", ()), f"{name}."):
        importlib.import_module(found.name)
        print(found.name)
"""


@dataclass(frozen=True, slots=True)
class ImageFiles:
    """A folder with the files of one image, and the importable names of the libraries that the image has not."""

    folder: Path
    missing: frozenset[str]

    def run(self, script: str, *arguments: str, **variables: str) -> subprocess.CompletedProcess[str]:
        """Runs a script with these files and the image's libraries alone."""
        preamble = PREAMBLE.format(missing=self.missing, folder=str(self.folder), libraries=LIBRARIES)
        inherited = {name: value for name, value in os.environ.items() if not name.startswith("MINKA_")}
        return subprocess.run(
            [sys.executable, "-I", "-S", "-c", preamble + script, *arguments],
            cwd=self.folder,
            env=inherited | variables,
            capture_output=True,
            text=True,
        )

    def minka(self, *arguments: str, **variables: str) -> subprocess.CompletedProcess[str]:
        """Runs the operator's command."""
        script = "import runpy; runpy.run_module('deploy.operator', run_name='__main__')"
        return self.run(script, *arguments, **variables)

    def imported(self, *modules: str) -> list[str]:
        """Imports the modules and everything below them. Returns the names of what is below."""
        result = self.run(IMPORT_ALL, *modules)
        assert result.returncode == 0, result.stderr
        return result.stdout.split()


def image_files(folder: Path, stage: str, service: str = "") -> ImageFiles:
    """Copies into `folder` what the stage and those that it is built from copy, without what .dockerignore excludes."""
    locks = []
    for source, target in _copied(stage, service):
        if target == "/opt/locks/":
            locks.append((REPOSITORY / source).read_text())
        elif (REPOSITORY / source).is_dir():
            excluded = shutil.ignore_patterns("tests", "__pycache__")
            shutil.copytree(REPOSITORY / source, folder / target, ignore=excluded)
        else:
            (folder / target).mkdir(parents=True, exist_ok=True)
            shutil.copy(REPOSITORY / source, folder / target)
    locked = {_normalized(name) for name in re.findall(r"^([A-Za-z0-9._-]+)==", "\n".join(locks), re.MULTILINE)}
    owners = packages_distributions().items()
    return ImageFiles(folder, frozenset(name for name, found in owners if locked.isdisjoint(map(_normalized, found))))


def _copied(stage: str, service: str) -> Iterator[tuple[str, str]]:
    """The sources and targets of a stage's COPY lines, those of its base first."""
    stages = re.split(r"^FROM ", DOCKERFILE.read_text(), flags=re.MULTILINE)[1:]
    (text,) = [found for found in stages if found.splitlines()[0].endswith(f" AS {stage}")]
    base = text.split()[0]
    if not base.startswith("$"):
        yield from _copied(base, service)
    for source, target in re.findall(r"^COPY (\S+) (\S+)$", text, re.MULTILINE):
        yield source.replace("${SERVICE}", service), target.replace("${SERVICE}", service)


def _normalized(distribution: str) -> str:
    return re.sub(r"[-_.]+", "-", distribution).lower()
