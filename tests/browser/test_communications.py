"""The way of communications: a flyer, its campaign, a link for it, and the visits it brings."""

from pathlib import Path

import segno
from playwright.async_api import Browser, expect

from tests.end_to_end.recounts import settled
from tests.support.trials import Trial
from tests.support.visitors import Visitor, visiting
from tests.support.waiting import wait_until

TARGET = "https://www.gob.pe/regioncajamarca"
PHONE = "Mozilla/5.0 (Linux; Android 14) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/126.0 Mobile Safari/537.36"


async def test_from_a_flyer_to_a_visit_that_counts(chromium: Browser, demonstration: Trial, tmp_path: Path) -> None:
    trial, before = demonstration, await settled(demonstration, "visits")
    async with visiting(chromium, trial, "/media/", "communications") as communications:
        await upload(communications, flyer(tmp_path))
        await start_campaign(communications)
        address = await create_link(communications)
        assert b"<svg" in await communications.downloaded("Descargar en SVG")
        assert (await communications.downloaded("Descargar en PNG")).startswith(b"\x89PNG")

        answer = trial.http.get(address, headers={"User-Agent": PHONE})
        assert (answer.status_code, answer.headers["location"]) == (302, TARGET)
        await wait_until(lambda: trial.is_published("visits", before + 1))
        await communications.page.reload()
        await expect(communications.page.locator("tbody tr td").first).to_have_text("1")
        await communications.looks("link")


async def upload(communications: Visitor, flyer: Path) -> None:
    await communications.follow("Contenido")
    await communications.follow("Subir contenido")
    await communications.field("Archivo").set_input_files(flyer)
    await communications.fill(Tipo="Volante", Título="Inscríbete", Idioma="Castellano", Texto_alternativo="Un volante")
    await communications.looks()
    await communications.press("Publicar")
    await communications.reads("El contenido está publicado.")
    await communications.looks()


async def start_campaign(communications: Visitor) -> None:
    await communications.follow("Campañas")
    await communications.follow("Iniciar una campaña")
    await communications.fill(Nombre="Inscripciones del distrito", Objetivo="Que todos se enteren", Desde="2025-04-01")
    await communications.looks()
    await communications.press("Iniciar la campaña")
    await communications.reads("La campaña quedó registrada.")
    await communications.looks()


async def create_link(communications: Visitor) -> str:
    """Returns the short address."""
    await communications.follow("Crear un enlace")
    await communications.fill(Lleva_a=TARGET, Canal="Periódico mural", Contenido="Inscríbete")
    await communications.looks()
    await communications.press("Crear el enlace")
    await communications.reads("El enlace está listo.")
    return await communications.page.locator(".lead a").inner_text()


def flyer(folder: Path) -> Path:
    path = folder / "volante.png"
    segno.make("Inscríbete").save(str(path), scale=8)
    return path
