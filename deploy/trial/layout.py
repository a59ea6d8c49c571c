"""A trial's folder and ports."""

import json
import os
import random
import socket
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path
from typing import Any, Self

from chassis.web.texts import _
from deploy.operator.catalogue import SERVICES
from deploy.operator.errors import OperatorError

REPOSITORY = Path(__file__).resolve().parents[2]
LOOPBACK = "127.0.0.1"

LAYOUT_FILE = "layout.json"
"""In the home: the layout of the trial last started there."""

# Below the ports that Linux assigns to outgoing connections, so that a restart finds them free again.
INNER_PORTS = range(20000, 32000)

# The listeners that only the trial's own processes use. Their ports are chosen, not configured.
INNER = ("kafka-services", "kafka-controller", *(f"{service}-worker" for service in SERVICES))


@dataclass(frozen=True, slots=True)
class TrialLayout:
    """One trial's folder and ports. Two trials with different layouts can run side by side.

    `kafka_port` is the open loopback listener for people and `kcat`; services use an inner port, which requires a
    password.
    """

    home: Path
    port: int = 8000
    kafka_port: int = 9092
    postgres_port: int = 5433
    inner_ports: Mapping[str, int] = field(default_factory=dict)

    @classmethod
    def from_environment(cls, environ: Mapping[str, str] = os.environ) -> Self:
        """The layout of MINKA_HOME, MINKA_PORT, MINKA_KAFKA_PORT and MINKA_POSTGRES_PORT."""
        return cls(
            home=home(environ),
            port=_port(environ, "MINKA_PORT", 8000),
            kafka_port=_port(environ, "MINKA_KAFKA_PORT", 9092),
            postgres_port=_port(environ, "MINKA_POSTGRES_PORT", 5433),
        )

    @classmethod
    def recorded(cls, home: Path) -> Self | None:
        """The layout of the trial last started in this folder; None when there was none. Raises `OperatorError`."""
        record = read_record(home / LAYOUT_FILE)
        return cls(home=home, **record) if record else None

    def record(self) -> None:
        """Writes the layout to the home, for later commands."""
        ports = asdict(self)
        del ports["home"]
        (self.home / LAYOUT_FILE).write_text(json.dumps(ports))

    def with_inner_ports(self) -> Self:
        """The same layout with free ports for the inner listeners."""
        return replace(self, inner_ports=dict(zip(INNER, free_ports(len(INNER)), strict=True)))

    @property
    def public_url(self) -> str:
        return f"http://{LOOPBACK}:{self.port}"

    @property
    def health_addresses(self) -> dict[str, str]:
        """Where each of the services' processes tells its readiness."""
        workers = {name: port for name, port in self.inner_ports.items() if name.endswith("-worker")}
        return {
            "web": f"{self.public_url}/health",
            **{name: f"http://{LOOPBACK}:{port}/health/ready" for name, port in workers.items()},
        }

    @property
    def open_bootstrap(self) -> str:
        """Kafka's open listener: no password, loopback only."""
        return f"{LOOPBACK}:{self.kafka_port}"

    @property
    def services_bootstrap(self) -> str:
        """Kafka's listener for services: SASL/SCRAM and access rules."""
        return f"{LOOPBACK}:{self.inner_ports['kafka-services']}"

    @property
    def demonstration_loaded(self) -> Path:
        """The file that exists once the demonstration is loaded."""
        return self.home / "demo-loaded"

    @property
    def logs(self) -> Path:
        return self.home / "logs"

    def configurable_ports(self) -> dict[str, int]:
        """The ports that a person may choose, by environment variable."""
        return {
            "MINKA_PORT": self.port,
            "MINKA_KAFKA_PORT": self.kafka_port,
            "MINKA_POSTGRES_PORT": self.postgres_port,
        }


def read_record(file: Path) -> dict[str, Any]:
    """What a file of the trial holds; nothing where it is not there. Raises `OperatorError` when it cannot be read."""
    try:
        return dict(json.loads(file.read_text()))
    except FileNotFoundError:
        return {}
    except (OSError, ValueError):
        raise OperatorError(
            _("%(file)s cannot be read; give it back its owner, or start anew with `make clean`.", file=file)
        ) from None


def home(environ: Mapping[str, str] = os.environ) -> Path:
    """The trial's folder: MINKA_HOME, or `.minka` in the repository."""
    return Path(environ.get("MINKA_HOME") or REPOSITORY / ".minka").expanduser().resolve()


def free_ports(number: int) -> list[int]:
    """Different ports that are free now."""
    return random.sample([port for port in random.sample(INNER_PORTS, 100) if is_free(port)], number)


def is_free(port: int) -> bool:
    """Whether a server could listen on this loopback port now."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((LOOPBACK, port))
        except OSError:
            return False
    return True


def _port(environ: Mapping[str, str], variable: str, default: int) -> int:
    port = environ.get(variable) or str(default)
    if not port.isdecimal() or not 0 < int(port) < 65536:
        raise OperatorError(
            _("%(variable)s=%(port)s is no port; give a number from 1 to 65535.", variable=variable, port=port)
        )
    return int(port)
