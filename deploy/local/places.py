"""Where a trial lives: its folder and its ports."""

import json
import os
import random
import socket
from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Self

REPOSITORY = Path(__file__).resolve().parents[2]
LOOPBACK = "127.0.0.1"

# Below the ports which Linux hands out to outgoing connections, so that a restart finds them free again.
INNER_PORTS = range(20000, 32000)


@dataclass(frozen=True, slots=True)
class Places:
    """One trial's folder and ports. Two trials with different places run side by side.

    `kafka_port` is the open loopback listener for people and `kcat`; services use `kafka_services_port`, which asks for
    a password. The last two ports are chosen, not configured: nobody needs to know them.
    """

    home: Path
    port: int = 8000
    kafka_port: int = 9092
    postgres_port: int = 5433
    kafka_services_port: int = 0
    kafka_controller_port: int = 0

    @classmethod
    def asked(cls, environ: Mapping[str, str] = os.environ) -> Self:
        """The places which MINKA_HOME, MINKA_PORT, MINKA_KAFKA_PORT and MINKA_POSTGRES_PORT ask for."""
        return cls(
            home=home(environ),
            port=int(environ.get("MINKA_PORT", "8000")),
            kafka_port=int(environ.get("MINKA_KAFKA_PORT", "9092")),
            postgres_port=int(environ.get("MINKA_POSTGRES_PORT", "5433")),
        )

    @classmethod
    def recorded(cls, home: Path) -> Self | None:
        """The places of the trial last started in this folder; None where there was none."""
        try:
            record = json.loads((home / "places.json").read_text())
        except FileNotFoundError:
            return None
        return cls(home=home, **record)

    def record(self) -> None:
        """Remember these places for the commands that come after."""
        ports = asdict(self)
        del ports["home"]
        (self.home / "places.json").write_text(json.dumps(ports))

    def with_inner_ports(self) -> Self:
        """The same places with two free ports for what only the trial's own processes use."""
        services, controller = random.sample([port for port in random.sample(INNER_PORTS, 50) if is_free(port)], 2)
        return replace(self, kafka_services_port=services, kafka_controller_port=controller)

    @property
    def public_url(self) -> str:
        return f"http://{LOOPBACK}:{self.port}"

    @property
    def open_bootstrap(self) -> str:
        """Kafka for people: no password, loopback only."""
        return f"{LOOPBACK}:{self.kafka_port}"

    @property
    def services_bootstrap(self) -> str:
        """Kafka for services: SASL/SCRAM and access rules."""
        return f"{LOOPBACK}:{self.kafka_services_port}"

    @property
    def logs(self) -> Path:
        return self.home / "logs"

    def asked_ports(self) -> dict[str, int]:
        """The ports a person may move, by the variable that moves them."""
        return {
            "MINKA_PORT": self.port,
            "MINKA_KAFKA_PORT": self.kafka_port,
            "MINKA_POSTGRES_PORT": self.postgres_port,
        }


def home(environ: Mapping[str, str] = os.environ) -> Path:
    """The trial's folder: MINKA_HOME, or `.minka` in the repository."""
    return Path(environ.get("MINKA_HOME") or REPOSITORY / ".minka").expanduser().resolve()


def is_free(port: int) -> bool:
    """Whether a server could listen on this loopback port now."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((LOOPBACK, port))
        except OSError:
            return False
    return True
