"""Files of modules: what they may be, who reads them, and what becomes of them."""

from dataclasses import replace
from io import BytesIO
from typing import Any
from uuid import UUID, uuid4
from zipfile import ZipFile

import httpx
import pytest

from chassis.store.identifiers import new_id
from services.enrollment.enrollments.domain import Application
from services.enrollment.materials.domain import MOST_MATERIALS, Audience
from services.enrollment.resources import EnrollmentResources
from services.enrollment.tests.stories import a_cohort, an_application, applies
from services.enrollment.tests.test_interface import made
from services.enrollment.tests.test_own_data import looks, shown
from services.enrollment.tests.test_programmes import HTML, MISTAKE, PROGRAMME, a_module, a_programme
from tests.support.sites import Site

PDF = b"%PDF-1.7 the guide of the module"
SCRIPTED = b"<svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'/>"
GUIDE = {"title": "Guía del presupuesto", "language": "es"}


def slides(name: str) -> bytes:
    """An archive such as an office's program writes."""
    buffer = BytesIO()
    with ZipFile(buffer, "w") as archive:
        archive.writestr("[Content_Types].xml", "<Types/>")
        archive.writestr(name, "<p:presentation/>")
    return buffer.getvalue()


async def sends(
    coordinator: httpx.AsyncClient, module: str, content: bytes = PDF, name: str = "guía.pdf", **described: Any
) -> httpx.Response:
    """Sends a file to a module, which is named by its path."""
    programme, _, module_id = module.rpartition("/modules/")
    described = GUIDE | {"module_id": module_id} | described
    return await coordinator.post(f"/api{programme}/materials", data=described, files={"file": (name, content)})


async def a_material(coordinator: httpx.AsyncClient, module: str, content: bytes = PDF, **described: Any) -> str:
    """The id of a new material."""
    answer = await sends(coordinator, module, content, **described)
    assert answer.status_code == 201, answer.text
    return str(answer.json()["material_id"])


async def test_everybody_downloads_what_the_coordination_added(site: Site[EnrollmentResources]) -> None:
    async with site.browser("coordinator") as coordinator, site.browser() as nobody:
        programme = await a_programme(coordinator)
        address = f"/api/public/materials/{await a_material(coordinator, await a_module(coordinator, programme))}"
        whole = await nobody.get(address)
        again = await nobody.get(address, headers={"If-None-Match": whole.headers["etag"]})
        part = await nobody.get(address, headers={"Range": "bytes=1-3"})
        head = await nobody.head(address)
        page = (await nobody.get(f"/public{programme}", headers=HTML)).text
        told = (await nobody.get(f"/api/public{programme}")).json()["materials"]

    assert (whole.status_code, whole.content, whole.headers["content-type"]) == (200, PDF, "application/pdf")
    assert whole.headers["content-disposition"].startswith("attachment; ")
    assert whole.headers["content-disposition"].endswith("Gu%C3%ADa%20del%20presupuesto.pdf")
    assert whole.headers["x-content-type-options"] == "nosniff"
    assert (again.status_code, again.content) == (304, b"")
    assert (part.status_code, part.content, part.headers["content-range"]) == (206, b"PDF", f"bytes 1-3/{len(PDF)}")
    assert (head.status_code, head.content, head.headers["content-length"]) == (200, b"", str(len(PDF)))
    assert address in page and "Guía del presupuesto" in page and "Documento PDF · 1 kB · Castellano" in page
    assert [(one["title"], one["size"]) for one in told] == [("Guía del presupuesto", len(PDF))]


async def test_a_file_is_read_by_those_for_whom_it_is(site: Site[EnrollmentResources]) -> None:
    """The office and facilitators read all, and whoever has a seat what is for them in their data."""
    seated, waiting, other = [an_application(new_id()) for _ in range(3)]
    async with site.browser("coordinator") as coordinator, site.browser() as nobody:
        programme = await a_programme(coordinator)
        module = await a_module(coordinator, programme)
        ids = {one: await a_material(coordinator, module, PDF + one.encode(), audience=one) for one in Audience}
        await people_of(site.resources, programme, seated, waiting, other)
        page = (await nobody.get(f"/public{programme}", headers=HTML)).text
        told = (await nobody.get(f"/api/public{programme}")).json()["materials"]
        open_to_all = {one: (await nobody.get(f"/api/public/materials/{ids[one]}")).status_code for one in Audience}
        own = []
        for person in (seated, waiting, other):
            await looks(nobody, person)
            listed = await shown(nobody)
            files = {one: await nobody.get(f"/my-data/materials/{ids[one]}") for one in Audience}
            assert [one for one in Audience if ids[one] in listed] == [one for one in files if files[one].is_success]
            own.append([one for one in files if files[one].is_success])
            await nobody.post("/my-data/leave")
        async with site.browser("facilitator-0601") as facilitator:
            kept = [await facilitator.get(f"/api{programme}/materials/{one}/file") for one in ids.values()]

    assert [one["audience"] for one in told] == ["everybody"]
    assert open_to_all == {Audience.EVERYBODY: 200, Audience.ENROLLED: 404, Audience.FACILITATORS: 404}
    assert ids[Audience.EVERYBODY] in page and ids[Audience.ENROLLED] not in page
    assert own == [[Audience.EVERYBODY, Audience.ENROLLED], [], []]
    assert [one.content for one in kept] == [PDF + one.encode() for one in Audience]
    assert {one.headers["cache-control"] for one in kept} == {"no-store"}


async def test_for_whom_a_file_is_can_be_corrected(site: Site[EnrollmentResources]) -> None:
    """And stays, where only the title is corrected."""
    async with site.browser("coordinator") as coordinator, site.browser() as nobody:
        programme = await a_programme(coordinator)
        material_id = await a_material(coordinator, await a_module(coordinator, programme))
        here = f"/api{programme}/materials/{material_id}"
        for changed in ({"audience": "facilitators"}, {"title": "Respuestas"}):
            answer = await coordinator.post(f"{here}/correct", data=GUIDE | MISTAKE | changed)
            assert answer.status_code == 200, answer.text
        found = (await coordinator.get(here)).json()
        file = await nobody.get(f"/api/public/materials/{material_id}")
        page = (await coordinator.get(programme, headers=HTML)).text
    assert (found["audience"], found["title"], file.status_code) == ("facilitators", "Respuestas", 404)
    assert "Facilitadores" in page


async def people_of(resources: EnrollmentResources, programme: str, *applications: Application) -> None:
    """The first has a seat in a cohort of the programme, the second waits for one, the others are of another."""
    cohort = await a_cohort(resources, capacity=1)
    programme_id = UUID(programme.rpartition("/")[2])
    await resources.pool.execute("UPDATE cohorts SET programme_id = $2 WHERE cohort_id = $1", cohort, programme_id)
    for number, one in enumerate(applications):
        place = cohort if number < 2 else await a_cohort(resources)
        await applies(resources, replace(one, cohort_id=place))


async def test_a_large_file_is_read_in_parts(site: Site[EnrollmentResources]) -> None:
    content = PDF + bytes(range(256)) * 3000
    async with site.browser("coordinator") as coordinator, site.browser() as nobody:
        module = await a_module(coordinator, await a_programme(coordinator))
        address = f"/api/public/materials/{await a_material(coordinator, module, content)}"
        assert (await nobody.get(address)).content == content
        part = await nobody.get(address, headers={"Range": "bytes=260000-600000"})
    assert part.content == content[260_000:600_001]


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("guía.pdf", SCRIPTED),
        ("guía.pdf", b"<!doctype html><script>alert(1)</script>"),
        ("guía.pdf", slides("xl/workbook.xml")),
        ("guía.pdf", b"\x00\x00\x00\x18ftypisom\x00\x00\x02\x00isomiso2"),
        ("guía.pdf", b""),
    ],
    ids=["picture with a script", "page", "workbook", "film", "empty"],
)
async def test_a_file_of_another_kind_is_refused_whatever_its_name(
    site: Site[EnrollmentResources], name: str, content: bytes
) -> None:
    async with site.browser("coordinator") as coordinator:
        module = await a_module(coordinator, await a_programme(coordinator))
        answer = await sends(coordinator, module, content, name)
    assert (answer.status_code, answer.json().get("field")) == (415, "file")
    assert answer.json()["remedy"].startswith("Envíe ")


async def test_slides_are_downloaded_and_pictures_are_shown(site: Site[EnrollmentResources]) -> None:
    async with site.browser("coordinator") as coordinator, site.browser() as nobody:
        module = await a_module(coordinator, await a_programme(coordinator))
        answers = [
            await nobody.get(f"/api/public/materials/{await a_material(coordinator, module, content)}")
            for content in (slides("ppt/presentation.xml"), b"\x89PNG\r\n\x1a\n a picture")
        ]
    assert [one.headers["content-disposition"].partition(";")[0] for one in answers] == ["attachment", "inline"]


async def test_a_module_has_at_most_so_many_materials(site: Site[EnrollmentResources]) -> None:
    async with site.browser("coordinator") as coordinator:
        programme = await a_programme(coordinator)
        full, other = [await a_module(coordinator, programme, title=title) for title in ("Presupuesto", "Concejo")]
        for _ in range(MOST_MATERIALS):
            await a_material(coordinator, full)
        refused, taken = await sends(coordinator, full), await sends(coordinator, other)
    assert (refused.status_code, refused.json().get("code"), taken.status_code) == (409, "too_many_materials", 201)


async def test_a_repeated_upload_adds_one(site: Site[EnrollmentResources]) -> None:
    async with site.browser("coordinator") as coordinator:
        programme = await a_programme(coordinator)
        module = await a_module(coordinator, programme)
        material_id = str(uuid4())
        for _ in range(2):
            await a_material(coordinator, module, material_id=material_id)
        other = await sends(coordinator, module, PDF + b" of another year", material_id=material_id)
        listed = (await coordinator.get(f"/api{programme}/materials")).json()["materials"]
    assert (len(listed), other.status_code) == (1, 409)


async def test_a_replaced_file_is_not_kept_and_its_title_is(site: Site[EnrollmentResources]) -> None:
    async with site.browser("coordinator") as coordinator, site.browser() as nobody:
        programme = await a_programme(coordinator)
        material_id = await a_material(coordinator, await a_module(coordinator, programme))
        here, file = f"/api{programme}/materials/{material_id}", f"/api/public/materials/{material_id}"
        former = (await nobody.get(file)).headers["etag"]
        revised = GUIDE | {"title": "Guía revisada", "reason": "content_revised"}
        for _ in range(2):
            answer = await coordinator.post(f"{here}/correct", data=revised, files={"file": ("otra.pdf", PDF + b" 2")})
            assert answer.status_code == 200, answer.text
        renamed = await coordinator.post(f"{here}/correct", data=revised | {"language": "qu"})
        assert renamed.status_code == 200, renamed.text
        read = await nobody.get(file, headers={"If-None-Match": former})
        changes = (await coordinator.get(f"/api{programme}/changes")).json()["changes"]
        page = (await coordinator.get(programme, headers=HTML)).text

    assert (read.status_code, read.content) == (200, PDF + b" 2")
    assert [(one["field"], one["reason"], one["module"]) for one in changes] == [
        ("material", "content_revised", "Presupuesto")
    ] * 2
    assert [one["corrected"][:2] for one in changes] == [["Guía revisada", "qu"], ["Guía revisada", "es"]]
    assert changes[1]["former"][0] == "Guía del presupuesto"
    assert "Guía revisada (Quechua, Documento PDF, 1 kB, Todos, " in page


async def test_a_removed_material_is_read_by_nobody_and_its_content_is_gone(site: Site[EnrollmentResources]) -> None:
    async with site.browser("coordinator") as coordinator, site.browser() as nobody:
        programme = await a_programme(coordinator)
        material_id = await a_material(coordinator, await a_module(coordinator, programme))
        here = f"/api{programme}/materials/{material_id}"
        for _ in range(2):
            await made(coordinator, f"{here}/remove", **MISTAKE)
        file = await nobody.get(f"/api/public/materials/{material_id}")
        corrected = await coordinator.post(f"{here}/correct", data=GUIDE | MISTAKE)
        page = (await nobody.get(f"/public{programme}", headers=HTML)).text
        [change] = (await coordinator.get(f"/api{programme}/changes")).json()["changes"]

    assert (file.status_code, corrected.status_code) == (404, 404)
    assert "Guía" not in page
    assert await site.resources.pool.fetchval("SELECT count(*) FROM material_files") == 0
    assert (change["former"][0], change["corrected"], change["reason"]) == (
        "Guía del presupuesto",
        None,
        "mistake_found",
    )


async def test_nobody_overwrites_what_somebody_else_corrected(site: Site[EnrollmentResources]) -> None:
    async with site.browser("coordinator") as coordinator:
        programme = await a_programme(coordinator)
        here = f"{programme}/materials/{await a_material(coordinator, await a_module(coordinator, programme))}"
        version = {"If-Match": (await coordinator.get(f"/api{here}")).headers["etag"]}
        answers = [
            await coordinator.post(f"/api{here}/correct", data=GUIDE | MISTAKE | {"title": title}, headers=version)
            for title in ("Una guía", "Otra guía")
        ]
        answers.append(await coordinator.post(f"/api{here}/remove", json=MISTAKE, headers=version))
    assert [answer.status_code for answer in answers] == [200, 412, 412]


async def test_materials_are_copied_with_their_programme(site: Site[EnrollmentResources]) -> None:
    async with site.browser("coordinator") as coordinator, site.browser() as nobody:
        programme = await a_programme(coordinator)
        original = await a_material(coordinator, await a_module(coordinator, programme))
        await made(coordinator, f"/api{programme}/materials/{original}/remove", **MISTAKE)
        original = await a_material(coordinator, f"{programme}/modules/{await the_module(coordinator, programme)}")
        next_year = PROGRAMME | {"code": "PECJA0001-2026"}
        for _ in range(2):
            copy = await made(coordinator, f"/api{programme}/copy", **next_year | {"programme_id": str(COPY)})
        listed = (await coordinator.get(f"/api/programmes/{copy['programme_id']}/materials")).json()["materials"]
        assert len(listed) == 1
        copied = listed[0]
        await made(coordinator, f"/api{programme}/materials/{original}/remove", **MISTAKE)
        answer = await nobody.get(f"/api/public/materials/{copied['material_id']}")
    assert (answer.status_code, answer.content) == (200, PDF)
    assert copied["material_id"] != original


async def test_a_material_of_another_programme_is_not_found(site: Site[EnrollmentResources]) -> None:
    async with site.browser("coordinator") as coordinator:
        programme, other = await a_programme(coordinator), await a_programme(coordinator, code="OTRO-2025")
        material_id = await a_material(coordinator, await a_module(coordinator, programme))
        here = f"/api{other}/materials/{material_id}"
        answers = [await coordinator.get(here), await coordinator.post(f"{here}/remove", json=MISTAKE)]
        taken = await sends(coordinator, await a_module(coordinator, other), material_id=material_id)
    assert [answer.status_code for answer in answers] == [404, 404]
    assert (taken.status_code, taken.json().get("code")) == (409, "id_taken")


async def test_a_form_without_a_file_says_so_and_keeps_the_rest(site: Site[EnrollmentResources]) -> None:
    async with site.browser("coordinator") as coordinator:
        programme = await a_programme(coordinator)
        module_id = (await a_module(coordinator, programme)).rpartition("/")[2]
        sent = GUIDE | {"module_id": module_id}
        answer = await coordinator.post(f"{programme}/materials/new", data=sent, headers=HTML)
    assert answer.status_code == 422
    assert "Elija un archivo." in answer.text and "Guía del presupuesto" in answer.text


async def the_module(coordinator: httpx.AsyncClient, programme: str) -> str:
    [module] = (await coordinator.get(f"/api{programme}")).json()["modules"]
    return str(module["module_id"])


COPY = uuid4()
