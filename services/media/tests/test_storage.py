"""Files in a folder and in a bucket: the same from outside, and what becomes of the rest when the bucket is away."""

import asyncio
import hashlib
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import httpx
import pytest
from obstore.exceptions import BaseError
from obstore.store import LocalStore
from pydantic import ValidationError
from structlog.testing import capture_logs

from chassis.failures import sentence_of_settings
from deploy.trial.layout import LOOPBACK, free_ports
from services.media.app import service
from services.media.assets import storage as storage_module
from services.media.assets.storage import Storage, open_store
from services.media.resources import MediaResources
from services.media.settings import FileSettings, MediaSettings
from services.media.tests.stories import DESCRIPTION, FILM, PNG, a_link, an_asset
from tests.support.databases import FreshDatabases
from tests.support.object_store import WEED, WITHOUT, ObjectStore, object_store, secret_of
from tests.support.sites import Site, serving

needs_a_server = pytest.mark.skipif(WEED is None, reason=WITHOUT)

LARGE = PNG + bytes(6 * 1024 * 1024)
"""More than the library would send in one request by itself."""


@pytest.fixture(scope="module")
def bucket(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ObjectStore]:
    with object_store(tmp_path_factory.mktemp("storage")) as store:
        yield store


@pytest.fixture(params=["folder", pytest.param("bucket", marks=needs_a_server)])
def places(request: pytest.FixtureRequest, tmp_path: Path) -> tuple[dict[str, str], Any]:
    """The settings of a place for files, and that place as its owner sees it."""
    if request.param == "folder":
        return {"MINKA_MEDIA_STORAGE": str(tmp_path)}, LocalStore(tmp_path)
    store: ObjectStore = request.getfixturevalue("bucket")
    return store.variables(), store.owner()


@asynccontextmanager
async def media(databases: FreshDatabases, told: dict[str, str]) -> AsyncIterator[Site[MediaResources]]:
    async with serving(service, databases.variables("media") | told) as site:
        yield site


async def uploaded(site: Site[MediaResources], address: str) -> httpx.Response:
    """The answer to a film that is sent to the interface or by the page's form."""
    return await site.browser("communications").post(
        address, data={**DESCRIPTION, "title": "Presupuesto"}, files={"file": ("volante.png", PNG)}
    )


async def test_a_file_is_the_same_in_a_folder_and_in_a_bucket(
    fresh_databases: FreshDatabases, places: tuple[dict[str, str], Any]
) -> None:
    told, owner = places
    async with media(fresh_databases, told) as site:
        asset_id = await an_asset(site, FILM, kind="reel")
        whole = await site.browser().get(f"/files/{asset_id}")
        part = await site.browser(Range="bytes=262140-524300").get(f"/files/{asset_id}")
        last = await site.browser(Range=f"bytes={len(FILM) - 1}-").get(f"/files/{asset_id}")

    sha256 = hashlib.sha256(FILM).hexdigest()
    assert (whole.status_code, whole.content == FILM) == (200, True)
    assert (part.status_code, part.content == FILM[262140:524301]) == (206, True)
    assert (last.status_code, last.content == FILM[-1:]) == (206, True)
    assert owner.get(f"{sha256[:2]}/{sha256}").bytes() == FILM


async def test_a_file_is_kept_once_and_never_in_parts(
    fresh_databases: FreshDatabases, places: tuple[dict[str, str], Any]
) -> None:
    told, owner = places
    async with media(fresh_databases, told) as site:
        first, second = await asyncio.gather(an_asset(site, LARGE), an_asset(site, LARGE))
        answers = [await site.browser().get(f"/files/{asset_id}") for asset_id in (first, second)]

    path = hashlib.sha256(LARGE).hexdigest()
    [kept] = [one for part in owner.list(prefix=path[:2]) for one in part if one["path"].endswith(path)]
    assert [answer.content == LARGE for answer in answers] == [True, True]
    assert kept["size"] == len(LARGE)
    assert not str(kept["e_tag"]).strip('"').endswith("-2")  # the tag of an object that came in two parts


@needs_a_server
async def test_the_certificate_of_the_storage_is_checked(bucket: ObjectStore) -> None:
    told = {
        "s3_bucket": "files",
        "s3_endpoint": bucket.secure_endpoint,
        "s3_access_key": "media",
        "s3_secret_key": secret_of("media"),
    }
    believing = FileSettings.model_validate({**told, "s3_ca_file": bucket.authority.file})
    sha256 = await Storage(open_store(believing)).put(PNG)

    assert sha256 == hashlib.sha256(PNG).hexdigest()
    with pytest.raises(BaseError):
        open_store(FileSettings.model_validate(told)).head(f"{sha256[:2]}/{sha256}")


@needs_a_server
@pytest.mark.parametrize(
    ("wrong", "reason"),
    [
        ({"MINKA_MEDIA_S3_SECRET_KEY": "another secret"}, "PermissionDeniedError"),
        ({"MINKA_MEDIA_S3_ACCESS_KEY": "nobody"}, "PermissionDeniedError"),
        ({"MINKA_MEDIA_S3_ACCESS_KEY": "reader", "MINKA_MEDIA_S3_SECRET_KEY": secret_of("reader")},
         "PermissionDeniedError"),
        ({"MINKA_MEDIA_S3_BUCKET": "another"}, "PermissionDeniedError"),
    ],
)  # fmt: skip
async def test_what_the_storage_refuses_is_said_to_the_operator_without_the_secret(
    fresh_databases: FreshDatabases, bucket: ObjectStore, wrong: dict[str, str], reason: str
) -> None:
    async with media(fresh_databases, bucket.variables() | wrong) as site:
        with capture_logs() as logs:
            answer = await uploaded(site, "/api/assets")

    assert (answer.status_code, answer.json()["code"]) == (503, "files_unavailable")
    [said] = [line for line in logs if line["log_level"] == "error"]
    assert said["error"] == reason
    assert not [text for text in ("another secret", secret_of("reader"), secret_of("media")) if text in str(logs)]


def bucket_at(port: int) -> dict[str, str]:
    """The settings of a bucket on a server of this machine."""
    return {
        "MINKA_MEDIA_S3_BUCKET": "files",
        "MINKA_MEDIA_S3_ENDPOINT": f"http://{LOOPBACK}:{port}",
        "MINKA_MEDIA_S3_ACCESS_KEY": "media",
        "MINKA_MEDIA_S3_SECRET_KEY": "secret",
    }


@pytest.fixture
async def away(fresh_databases: FreshDatabases) -> AsyncIterator[Site[MediaResources]]:
    """Media whose bucket is on a server that is not there."""
    async with media(fresh_databases, bucket_at(free_ports(1)[0])) as site:
        yield site


async def test_without_the_storage_the_rest_goes_on(away: Site[MediaResources]) -> None:
    link = await a_link(away)
    assert (await away.browser().get(link["url"])).status_code == 302
    async with httpx.AsyncClient(transport=httpx.ASGITransport(away.app), base_url="http://media") as probe:
        assert (await probe.get("/health/ready")).status_code == 200


async def test_without_the_storage_a_form_keeps_what_was_typed(away: Site[MediaResources]) -> None:
    answer = await uploaded(away, "/assets/new")
    assert (answer.status_code, 'value="Presupuesto"' in answer.text) == (503, True)
    assert "no responde ahora" in answer.text


async def test_without_the_storage_a_program_is_told_to_ask_again(away: Site[MediaResources]) -> None:
    answer = await uploaded(away, "/api/assets")
    assert (answer.status_code, answer.headers["retry-after"]) == (503, "5")
    assert answer.json()["remedy"]


async def test_a_file_that_is_not_in_the_store_is_an_error_and_no_half_file(
    fresh_databases: FreshDatabases, tmp_path: Path
) -> None:
    async with media(fresh_databases, {"MINKA_MEDIA_STORAGE": str(tmp_path)}) as site:
        asset_id = await an_asset(site)
        path = hashlib.sha256(PNG).hexdigest()
        (tmp_path / path[:2] / path).unlink()
        answer = await site.browser().get(f"/files/{asset_id}")

    assert (answer.status_code, answer.headers["content-type"]) == (503, "application/problem+json")


@pytest.mark.parametrize("address", ["/api/assets", "/assets/new"])
async def test_no_transaction_waits_for_the_storage(
    site: Site[MediaResources], monkeypatch: pytest.MonkeyPatch, address: str
) -> None:
    pool, put, used = site.resources.pool, Storage.put, []

    async def noting(storage: Storage, content: bytes) -> str:
        used.append(pool.get_size() - pool.get_idle_size())
        return await put(storage, content)

    monkeypatch.setattr(Storage, "put", noting)
    answer = await uploaded(site, address)

    assert answer.status_code in {201, 303}
    assert used == [0]


async def test_a_storage_that_hangs_holds_up_files_alone(
    fresh_databases: FreshDatabases, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(storage_module, "RETRIES", 0)
    ends = asyncio.Event()
    waiting: list[asyncio.StreamWriter] = []

    async def hang(_reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        waiting.append(writer)
        await ends.wait()
        writer.close()

    server = await asyncio.start_server(hang, LOOPBACK, 0)
    async with media(fresh_databases, bucket_at(server.sockets[0].getsockname()[1])) as site:
        uploads = [asyncio.create_task(uploaded(site, "/api/assets")) for _ in range(40)]
        await wait_for_calls(waiting)
        elsewhere, _ = await asyncio.wait({asyncio.create_task(asyncio.to_thread(lambda: "done"))}, timeout=30)
        ends.set()
        answers = await asyncio.gather(*uploads)
    server.close()
    assert [task.result() for task in elsewhere] == ["done"]
    assert {answer.status_code for answer in answers} == {503}


async def wait_for_calls(waiting: list[asyncio.StreamWriter]) -> None:
    """Until as many calls hang as there are at a time."""
    while len(waiting) < storage_module.THREADS:
        await asyncio.sleep(0.01)


@pytest.mark.parametrize(
    ("told", "sentence"),
    [
        ({}, "set MINKA_MEDIA_STORAGE or MINKA_MEDIA_S3_BUCKET"),
        ({"s3_bucket": "files", "s3_access_key": "media"}, "MINKA_MEDIA_S3_SECRET_KEY"),
        ({"s3_bucket": "files", "s3_secret_key": "secret"}, "MINKA_MEDIA_S3_ACCESS_KEY"),
        ({"storage": "/files", "s3_endpoint": "s3.example.org"}, "MINKA_MEDIA_S3_ENDPOINT"),
        ({"storage": "/files", "s3_bucket": "Files!"}, "MINKA_MEDIA_S3_BUCKET"),
    ],
)
def test_a_place_that_cannot_be_is_said_at_the_start(told: dict[str, str], sentence: str) -> None:
    needed = {"public_url": "http://x", "issuer_url": "http://x", "session_secret": "s" * 32, "database_url": "x",
              "kafka_bootstrap": "x"}  # fmt: skip
    with pytest.raises(ValidationError) as refused:
        MediaSettings(**needed, **told)  # type: ignore[arg-type]
    assert sentence in sentence_of_settings("media", refused.value)
