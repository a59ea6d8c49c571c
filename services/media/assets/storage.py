"""The store of the assets' files: an object store with each file under the SHA-256 of its content."""

import asyncio
import hashlib
from collections.abc import AsyncIterator, Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import TYPE_CHECKING, TypeVar

import structlog
from obstore.exceptions import BaseError
from obstore.store import LocalStore, ObjectStore, S3Store

from chassis.runtime.rejections import Kind, RejectedError, Rejection
from chassis.web.files import CHUNK_BYTES
from chassis.web.texts import N_
from services.media.settings import FileSettings

if TYPE_CHECKING:
    from obstore.store import ClientConfig, S3Config  # they exist for the types alone

T = TypeVar("T")

log = structlog.get_logger()

THREADS = 8
"""Calls of the store at a time. They have threads of their own, so that one that hangs holds up nothing but files."""

CONNECT_SECONDS = 3
CALL_SECONDS = 20
RETRIES = 2


class Storage:
    """A folder or a bucket. Calls run in threads, because the store's own asynchronous calls can abort a process that
    ends."""

    def __init__(self, store: ObjectStore) -> None:
        self._store = store
        self._threads = ThreadPoolExecutor(THREADS, "storage")

    async def put(self, content: bytes) -> str:
        """Stores the content and returns its SHA-256. Idempotent. Nobody sees a part of it. Raises `RejectedError`."""
        sha256 = hashlib.sha256(content).hexdigest()
        await self._call(lambda: self._store.put(_path(sha256), content, use_multipart=False))
        return sha256

    async def read(self, sha256: str, start: int, end: int) -> AsyncIterator[bytes]:
        """The bytes from `start` to `end`, end exclusive, in chunks, each in a call of its own, so that a reader who is
        slow keeps no connection. Raises `RejectedError`."""
        for at in range(start, end, CHUNK_BYTES):
            stop = min(at + CHUNK_BYTES, end)
            yield await self._call(lambda: self._store.get_range(_path(sha256), start=at, end=stop).to_bytes())  # noqa: B023 (called before the next turn)

    async def _call(self, call: Callable[[], T]) -> T:
        try:
            return await asyncio.get_running_loop().run_in_executor(self._threads, call)
        except (BaseError, OSError) as error:
            log.error("the store of files failed", error=type(error).__name__, reason=_reason(error))
            raise RejectedError(UNAVAILABLE) from error


def open_store(settings: FileSettings) -> ObjectStore:
    """The bucket, if the settings name one, or the folder. Nothing is asked of a bucket before it is used."""
    if not settings.s3_bucket:
        assert settings.storage is not None  # the settings see to it
        return LocalStore(settings.storage, mkdir=True)
    return S3Store(
        settings.s3_bucket,
        config=_config(settings),
        client_options=_client_options(settings),
        retry_config={"max_retries": RETRIES, "retry_timeout": timedelta(seconds=CALL_SECONDS)},
    )


def _config(settings: FileSettings) -> "S3Config":
    config: S3Config = {
        "region": settings.s3_region,
        "access_key_id": settings.s3_access_key,
        "secret_access_key": settings.s3_secret_key.get_secret_value(),
        "virtual_hosted_style_request": not settings.s3_path_style,
    }
    if settings.s3_endpoint:
        config["endpoint"] = settings.s3_endpoint
    return config


def _client_options(settings: FileSettings) -> "ClientConfig":
    options: ClientConfig = {
        "allow_http": settings.s3_endpoint.startswith("http:"),
        "connect_timeout": timedelta(seconds=CONNECT_SECONDS),
        "timeout": timedelta(seconds=CALL_SECONDS),
    }
    if settings.s3_ca_file:
        options["root_certificate"] = settings.s3_ca_file.read_bytes()
    return options


def _path(sha256: str) -> str:
    return f"{sha256[:2]}/{sha256}"


def _reason(error: Exception) -> str:
    """The first line of what the store says; the others repeat the request."""
    return str(error).partition("\n")[0]


UNAVAILABLE = Rejection(
    "files_unavailable",
    N_("The place where files are kept does not answer now."),
    Kind.UNAVAILABLE,
    remedy=N_("Try again in a minute; if it happens again, tell the operator."),
)
