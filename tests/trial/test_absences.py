"""Whatever is absent, each command of `minka` ends with one sentence, a documented exit status, and no traceback."""

import json
import os
import sys
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit, urlunsplit

import pytest
from typer.main import get_command

from deploy.operator.broker import access
from deploy.operator.catalogue import SERVICES, principals
from deploy.operator.command_line import EXIT_STATUSES, FAULT, NOT_DONE, USAGE
from deploy.trial.application import create_application, main
from deploy.trial.layout import LOOPBACK, free_ports
from tests.support.databases import FreshDatabases
from tests.support.infrastructure import Infrastructure

Variables = Mapping[str, str]

LANGUAGES = ("en", "es_PE.UTF-8")

TRIAL = "a trial that was started"
PORTS = "ports"
MINKA = "Minka"
FILE = "a file"
BROKER = "a broker"
PASSWORDS = "passwords"
DATABASE = "DATABASE_URL"
OWNERS_DATABASE = "MIGRATOR_DATABASE_URL"

NEEDS: dict[str, tuple[str, ...]] = {
    "up": (PORTS,),
    "down": (),
    "status": (TRIAL,),
    "doctor": (TRIAL,),
    "demo": (TRIAL,),
    "migrate media": (OWNERS_DATABASE,),
    "token": (MINKA,),
    "import {file}": (MINKA, FILE),
    "republish media": (DATABASE,),
    "topics list": (),
    "topics apply": (BROKER,),
    "users apply": (BROKER, PASSWORDS),
    "deadletters list": (DATABASE,),
    "deadletters show media 1": (DATABASE,),
    "deadletters redrive media 1": (DATABASE,),
    "deadletters discard media 1 --reason test": (DATABASE,),
    "jobs list": (DATABASE,),
    "jobs retry media": (DATABASE,),
    "projection list": (DATABASE,),
    "projection restart nothing": (DATABASE,),
    "projection rebuild reporting": (OWNERS_DATABASE,),
    "projection compare reporting": (OWNERS_DATABASE,),
    "projection swap reporting": (OWNERS_DATABASE,),
    "projection drop reporting": (OWNERS_DATABASE,),
}
"""Every command, and what can be absent."""


@dataclass(frozen=True)
class Place:
    """Where commands run: nothing was started, unless variables say so."""

    infrastructure: Infrastructure
    databases: FreshDatabases
    folder: Path

    def of_databases(self, setting: str, url: str) -> dict[str, str]:
        return {f"MINKA_{service.upper()}_{setting}": url for service in SERVICES}

    def media(self) -> dict[str, str]:
        """A service's whole environment, of which a migration needs more than an address."""
        return {name: value for name, value in self.infrastructure.variables().items() if "_MEDIA_" in name}

    def absent_databases(self, setting: str) -> Iterator[tuple[str, Variables]]:
        chassis, empty = self.databases.of_chassis("media"), self.databases.empty("media")
        url = chassis.url if setting == DATABASE else chassis.migrator_url
        nobody = f"postgresql://media:x@{LOOPBACK}:{free_ports(1)[0]}/media"
        yield "unset", {}
        yield "malformed", self.of_databases(setting, "media")
        yield "malformed port", self.of_databases(setting, "postgresql://media:x@host:port/media")
        yield "silent", self.of_databases(setting, nobody)
        yield "wrong password", self.of_databases(setting, _with_password(url))
        yield "no database", self.of_databases(setting, urlsplit(url)._replace(path="/nothing").geturl())
        if setting == DATABASE:
            yield "empty", self.of_databases(setting, empty.url)
        else:
            yield "no permission", self.of_databases(setting, chassis.url)

    def absent_brokers(self) -> Iterator[tuple[str, Variables]]:
        words = {f"MINKA_{name.upper()}_KAFKA_PASSWORD": "x" for name in principals()}
        known = self.infrastructure.access("media")
        media = {"USERNAME": "media", "PASSWORD": known.password or "", "BOOTSTRAP": known.bootstrap}
        for case, change in {
            "malformed": {"BOOTSTRAP": "no broker:x"},
            "silent": {"BOOTSTRAP": f"{LOOPBACK}:{free_ports(1)[0]}"},
            "unknown host": {"BOOTSTRAP": "broker.invalid:9092"},
            "wrong password": {"PASSWORD": "wrong"},
            "no permission": {},
            "malformed setting": {"SECURITY_PROTOCOL": "TLS"},
            "no certificate": {"SECURITY_PROTOCOL": "SASL_SSL", "CA_FILE": "/nonexistent"},
        }.items():
            yield case, words | {f"MINKA_ADMIN_KAFKA_{name}": value for name, value in (media | change).items()}
        yield "unset", words

    def absent(self, need: str) -> Iterator[tuple[str, Variables]]:
        """The kinds of absence of what a command needs, and the variables with which it is absent."""
        broken = self.folder / "broken"
        broken.mkdir(exist_ok=True)
        (broken / "layout.json").write_text("{half")
        match need:
            case "DATABASE_URL" | "MIGRATOR_DATABASE_URL":
                yield from self.absent_databases(need)
            case "a broker":
                yield from self.absent_brokers()
            case "passwords":
                yield "unset", {"MINKA_ADMIN_KAFKA_BOOTSTRAP": "broker:9092"}
            case "Minka":
                yield "silent", {"MINKA_PORT": str(free_ports(1)[0])}
                yield "malformed port", {"MINKA_PORT": "eighty"}
                yield "unreadable record", {"MINKA_HOME": str(broken)}
            case "a trial that was started":
                yield "never started", {}
                yield "unreadable record", {"MINKA_HOME": str(broken)}
                yield "a file", {"MINKA_HOME": str(broken / "layout.json")}
            case "ports":
                yield "malformed", {"MINKA_PORT": "eighty"}
                yield "one for two", {"MINKA_PORT": "9092"}
                yield "no folder", {"MINKA_HOME": str(broken / "layout.json" / "home")}


def _with_password(url: str) -> str:
    parts = urlsplit(url)
    host = parts.netloc.rpartition("@")[2]
    return urlunsplit(parts._replace(netloc=f"{parts.username}:wrong@{host}"))


@pytest.fixture
def place(infrastructure: Infrastructure, fresh_databases: FreshDatabases, tmp_path: Path) -> Place:
    return Place(infrastructure, fresh_databases, tmp_path)


@dataclass(frozen=True)
class End:
    """How a command ended."""

    status: int
    out: str
    error: str


Minka = Callable[..., End]


@pytest.fixture
def minka(monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str], tmp_path: Path) -> Minka:
    """Runs a command with these variables of Minka and no others, where nothing was started."""
    for name in [name for name in os.environ if name.startswith(("MINKA_", "LC_", "LANG"))]:
        monkeypatch.delenv(name)
    monkeypatch.setattr(access, "TIMEOUT_SECONDS", 0.0)
    (tmp_path / "sheet.csv").write_text("DNI")

    def run(line: str, variables: Variables, language: str = "en") -> End:
        words = line.format(file=tmp_path / "sheet.csv").split()
        with monkeypatch.context() as patch:
            patch.setenv("MINKA_HOME", str(tmp_path / "nothing"))
            patch.setenv("LANG", language)
            for name, value in variables.items():
                patch.setenv(name, value)
            patch.setattr(sys, "argv", ["minka", *words])
            with pytest.raises(SystemExit) as ended:
                main()
        printed = capfd.readouterr()
        return End(int(ended.value.code or 0), printed.out, printed.err)

    return run


def lines_of(command: Any, path: tuple[str, ...] = ()) -> Iterator[tuple[str, ...]]:
    inner = getattr(command, "commands", None)
    if inner is None:
        yield path
    for name, one in (inner or {}).items():
        yield from lines_of(one, (*path, name))


def test_every_command_is_asked_about() -> None:
    every = {" ".join(path) for path in lines_of(get_command(create_application()))}
    assert {command for command in every if not any(line.startswith(command) for line in NEEDS)} == set()


def assert_one_sentence(minka: Minka, case: str, line: str, variables: Variables, *, has_json: bool) -> None:
    """In both languages, on standard error alone; and for programs."""
    said = [minka(line, variables, language) for language in LANGUAGES]
    for end in said:
        assert end.status in EXIT_STATUSES.keys() - {0, 1, FAULT}, (case, line, end)
        assert "Traceback" not in end.error and end.error.count("\n") == 1, (case, line, end)
    assert said[0].error != said[1].error, (case, line, said[0])
    if has_json:
        end = minka(f"{line} --json", variables)
        assert json.loads(end.out)["error"] == {"exit_status": end.status, "message": end.error.rstrip("\n")}, case


WITHOUT_JSON = {
    "up": "stays, and tells of its progress",
    "demo": "stays, and tells of its progress",
    "migrate media": "has the services answer, by lines that are JSON already",
}
"""Commands that do not end with an answer, with the reason."""

JSON = NEEDS.keys() - WITHOUT_JSON


def test_every_command_that_answers_does_so_for_programs_too() -> None:
    application = get_command(create_application())
    assert {path for path in lines_of(application) if not _takes_json(application, path)} == {
        (line.split()[0],) for line in WITHOUT_JSON
    }


def _takes_json(command: Any, path: tuple[str, ...]) -> bool:
    for name in path:
        command = command.commands[name]
    return any("--json" in option.opts for option in command.params)


@pytest.mark.parametrize("line", [line for line, needs in NEEDS.items() if needs])
def test_what_is_absent_is_said_with_its_remedy(minka: Minka, place: Place, line: str) -> None:
    for need in NEEDS[line]:
        for case, variables in place.absent(need):
            base = place.media() if line.startswith("migrate") and variables else {}
            assert_one_sentence(minka, case, line, {**base, **variables}, has_json=line in JSON)


@pytest.mark.parametrize("line", NEEDS)
def test_a_wrong_command_line_is_said_with_its_remedy(minka: Minka, line: str) -> None:
    for wrong in (f"{line} --nothing", f"{line} too many words {'x ' * 9}"):
        if not (line == "migrate media" and "words" in wrong):  # any word is the name of a service there
            assert_one_sentence(minka, wrong, wrong, {}, has_json=line in JSON)
            assert minka(wrong, {}).status == USAGE


@pytest.mark.parametrize("line", NEEDS)
def test_a_time_zone_that_there_is_not_is_said(minka: Minka, line: str) -> None:
    assert_one_sentence(minka, "zone", line, {"MINKA_TIME_ZONE": "America/Celendín"}, has_json=line in JSON)


@pytest.mark.parametrize(
    "line",
    [
        "import /nonexistent/sheet.csv",
        "import {file}/sheet.csv",
        "import /tmp",
        "import {file} --url nowhere --token x",
        "import {file} --url http://[ --token x",
        "import {file} --url http://127.0.0.1 --token ñ",
        "import {file} --url http://127.0.0.1 --token x --declare nothing",
        "deadletters show accounting 1",
        "deadletters show media one",
        "deadletters show media 0",
        "deadletters show media",
        "deadletters redrive media --key",
        "deadletters discard media 1",
        "deadletters discard media 1 --reason none",
        "projection swop reporting",
        "republish accounting",
        "migrate accounting",
        "topics",
        "token --role",
        "status --json=1",
        "demo --url nowhere",
    ],
)
def test_a_wrong_value_is_said_with_its_remedy(minka: Minka, line: str) -> None:
    if line != "topics":
        assert_one_sentence(minka, line, line, {}, has_json=False)
    assert minka(line, {}).status in {USAGE, NOT_DONE}


def test_a_health_address_that_is_none_is_said(minka: Minka) -> None:
    for address in ("http://{process", "http://{service}:8000", "http://{process}:port"):
        assert_one_sentence(minka, address, "status", {"MINKA_HEALTH_ADDRESS": address}, has_json=True)


def test_a_fault_of_ours_is_a_sentence_that_says_where(minka: Minka, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("deploy.operator.topics.TOPICS", {"one": None})
    end = minka("topics list", {})
    assert (end.status, end.error) == (FAULT, f"{end.error.strip()}\n")
    assert "AttributeError at topics.py:" in end.error
