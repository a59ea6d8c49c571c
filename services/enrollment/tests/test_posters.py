"""The poster with the address at which people enroll themselves."""

import json
from datetime import date
from uuid import uuid4

import pytest
import typst

from chassis.web.locale import Locale, using
from contracts.territory import TIME_ZONE
from services.enrollment.public_programmes.domain import Seats
from services.enrollment.resources import EnrollmentResources
from services.enrollment.self_enrollment.poster import TEMPLATE, Paper, poster_data, set_poster
from services.enrollment.self_enrollment.service import OfferedCohort
from services.enrollment.settings import EnrollmentSettings
from services.enrollment.tests.stories import a_cohort
from tests.support.sites import Site

ADDRESS = "http://localhost:8000/enrollment/join/abcdefghjk"
PAPERS = {Paper.A4: (595, 842), Paper.A3: (842, 1191)}
"""Points of each paper."""


def a_poster(
    site: Site[EnrollmentResources], paper: Paper, tag: str, title: str = "Presupuesto", **changed: str
) -> str:
    settings: EnrollmentSettings = site.resources.settings.model_copy(update=changed)
    days = (date(2026, 4, 1), date(2026, 12, 30))
    cohort = OfferedCohort(uuid4(), "abcdefghjk", uuid4(), title, f"Cohorte: {title}", "0612", *days, True, Seats.FREE)
    with using(Locale(tag, TIME_ZONE)):
        return poster_data(cohort, ADDRESS, settings, paper)


@pytest.mark.parametrize("paper", Paper)
@pytest.mark.parametrize("tag", ["es-PE", "en"])
async def test_the_longest_poster_is_one_page(site: Site[EnrollmentResources], paper: Paper, tag: str) -> None:
    data = a_poster(site, paper, tag, "PARTICIPACIÓN CIUDADANA " * 8, controller_address="Jr. del Comercio " * 10)
    page = typst.compile(TEMPLATE, sys_inputs={"data": data}, ignore_system_fonts=True, format="png", ppi=72)
    assert isinstance(page, bytes), "several pages come as a list"
    size = tuple(int.from_bytes(page[at : at + 4]) for at in (16, 20))  # PNG (third edition), 11.2.1
    assert size == pytest.approx(PAPERS[paper], abs=1)


async def test_a_poster_says_where_and_when_but_no_number_of_seats(site: Site[EnrollmentResources]) -> None:
    spanish, english = [json.loads(a_poster(site, Paper.A4, tag)) for tag in ("es-PE", "en")]
    assert spanish["facts"][1:] == [
        ["Cuándo", "del 1 de abril de 2026 al 30 de diciembre de 2026"],
        ["Dónde", "Provincia de San Pablo"],
    ]
    assert (spanish["words"]["without_telephone"], english["words"]["without_telephone"]) == (
        "Sin teléfono",
        "Without a telephone",
    )
    assert spanish["address"] == ADDRESS and spanish["code"].startswith("<?xml")
    assert "vacante" not in json.dumps(spanish) and "seat" not in json.dumps(english)


async def test_nothing_in_a_name_is_carried_out_as_markup(site: Site[EnrollmentResources]) -> None:
    harmless, harmful = [
        set_poster(a_poster(site, Paper.A4, "es-PE", title))
        for title in ("Presupuesto", '#panic("x") #read("/etc/passwd") $x$ ]')
    ]
    assert harmful.startswith(b"%PDF-") and harmful != harmless


async def test_a_poster_is_downloaded_while_people_can_enroll_by_it(site: Site[EnrollmentResources]) -> None:
    cohort = await a_cohort(site.resources)
    await site.resources.pool.execute("UPDATE cohorts SET ends_on = '2099-12-31'")
    here = f"/api/cohorts/{cohort}/self-enrollment"
    async with site.browser("coordinator") as coordinator:
        never = await coordinator.get(f"{here}/poster.pdf")
        await coordinator.post(f"{here}/open")
        posters = [await coordinator.get(f"{here}/poster.pdf", params={"paper": paper}) for paper in (*Paper, "a5")]
        page = (await coordinator.get(f"/cohorts/{cohort}", headers={"Accept": "text/html"})).text
        await coordinator.post(f"{here}/stop")
        stopped = await coordinator.get(f"{here}/poster.pdf")
    assert [one.status_code for one in (never, *posters, stopped)] == [404, 200, 200, 422, 409]
    assert all(one.content.startswith(b"%PDF-") and b"/Lang(es)" in one.content for one in posters[:2])
    assert "poster.pdf?paper=a3" in page
