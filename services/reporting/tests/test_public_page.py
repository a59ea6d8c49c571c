"""The public page: complete without scripts, small, and explicit about withheld figures."""

import json
import re

import pytest

from chassis.store.database import Pool
from contracts.event import Sex
from contracts.reporting import CellStatus
from contracts.territory import districts
from services.reporting.indicators.registry import INDICATORS
from services.reporting.public_page import findings
from services.reporting.public_page.charts import HATCHED, Bar, bars, columns
from services.reporting.public_page.painter import DrawingError, Painter
from services.reporting.public_page.service import CHARTS, months_between
from services.reporting.public_page.territory_map import district_map
from services.reporting.publishing.disclosure import NO_DATA, WITHHELD, Figure
from services.reporting.publishing.service import moved_at
from services.reporting.resources import ReportingResources
from services.reporting.tests import stories
from services.reporting.tests.stories import MORNING, enrolled_people
from services.reporting.tests.worker_steps import fold_count_publish
from tests.support.sites import Site

FIRST_VIEW = 150 * 1024


async def page(site: Site[ReportingResources]) -> str:
    async with site.browser(Accept="text/html") as browser:
        response = await browser.get("/")
    assert response.status_code == 200, response.text
    assert len(response.content) < FIRST_VIEW
    return response.text


async def test_a_page_without_data_says_so(site: Site[ReportingResources]) -> None:
    text = await page(site)
    assert "Todavía no se ha contado nada." in text
    assert text.count("sin datos") >= 8
    assert "Demostración" in text


async def test_numbers_charts_and_tables_are_on_the_page_before_any_script(
    site: Site[ReportingResources], pool: Pool
) -> None:
    await fold_count_publish(
        pool,
        stories.a_programme(),
        stories.a_cohort(),
        *enrolled_people(0, 1200),
        *enrolled_people(2000, 4, district="060102", sex=Sex.MALE),
        *enrolled_people(3000, 40, MORNING.replace(month=7), district="060201", sex=Sex.MALE),
    )
    text = await page(site)
    assert re.search(r'<data value="1244" data-live="enrolled/all/total/total">1,244</data>', text)
    assert text.count('role="img" aria-label=') == 4
    assert "Hay personas inscritas en 3 de los 127 distritos" in text
    assert "El 96 % de las personas inscritas son mujeres" in text
    assert len(re.findall(r'<th [^>]*scope="row"[^>]*>(?:<div>)?[^<]+, [^<]+<', text)) == len(districts())
    assert "junio de 2025" in text  # a month without enrollments between two with some
    shown = [int(number) for number in re.findall(r'<data value="(\d+)"', text)]
    assert not [number for number in shown if 0 < number < 10]


async def test_the_page_says_as_of_when_its_breakdowns_are(site: Site[ReportingResources], pool: Pool) -> None:
    assert "Desglose al" not in await page(site)
    await fold_count_publish(pool, *enrolled_people(0, 60), *enrolled_people(100, 20, sex=Sex.MALE))
    moved = re.search("Desglose al [^.]*", text := await page(site))
    assert moved
    assert "El 75 % de las personas inscritas son mujeres" in text
    await fold_count_publish(pool, *enrolled_people(200, 5))
    text = await page(site)
    assert re.search(r'<data value="85" data-live="enrolled/all/total/total">', text)
    assert moved[0] in text
    assert "El 75 % de las personas inscritas son mujeres" in text, "a share of those whom the list counts"


async def test_the_page_dates_its_breakdowns_by_the_oldest(site: Site[ReportingResources], pool: Pool) -> None:
    await fold_count_publish(pool, *enrolled_people(0, 60), *enrolled_people(100, 20, sex=Sex.MALE))
    first = await moved_at(pool, INDICATORS["enrolled"], "district")
    await fold_count_publish(pool, *enrolled_people(200, 20), *enrolled_people(300, 20, sex=Sex.MALE))

    by_sex, by_district = [await moved_at(pool, INDICATORS["enrolled"], one) for one in ("sex", "district")]
    assert by_sex and by_district and by_sex > by_district == first, "all were in one district, so that its list stays"
    assert await moved_at(pool, INDICATORS["enrolled"], *CHARTS) == by_district
    assert ".." not in re.search("Desglose al [^<]*", await page(site))[0]  # type: ignore[index]


async def test_a_link_opens_the_definition_that_it_leads_to(site: Site[ReportingResources]) -> None:
    async with site.browser(Accept="text/html") as browser:
        text = (await browser.get("/")).text
        assert '<a href="?definition=trained#trained">' in text and " open>" not in text
        assert (await browser.get("/?definition=trained")).text.count(" open>") == 1
        assert '<details id="trained" open>' in (await browser.get("/?definition=trained")).text


async def test_the_place_in_the_stream_is_that_of_the_numbers(site: Site[ReportingResources], pool: Pool) -> None:
    await fold_count_publish(pool, *enrolled_people(0, 20))
    assert f"/api/stream?since={await site.resources.feed.latest()}" in await page(site)


async def test_a_chart_can_be_taken_away(site: Site[ReportingResources], pool: Pool) -> None:
    await fold_count_publish(pool, *enrolled_people(0, 60), *enrolled_people(100, 20, sex=Sex.MALE))
    async with site.browser() as browser:
        picture = await browser.get("/charts/enrolled-by-sex.svg")
        assert picture.headers["content-type"] == "image/svg+xml"
        assert picture.text.startswith('<svg xmlns="http://www.w3.org/2000/svg" role="img" aria-label="El 75')
        assert (await browser.get("/charts/enrolled-by-cohort.svg")).status_code == 404


async def test_a_drawing_process_that_dies_is_replaced() -> None:
    async with Painter() as painter:
        first = await painter.draw(bars([Bar("a", "a", Figure(12, CellStatus.PUBLISHED))]))
        assert painter.process is not None
        painter.process.kill()
        await painter.process.wait()
        assert await painter.draw(bars([Bar("b", "b", Figure(12, CellStatus.PUBLISHED))])) != first


async def test_what_cannot_be_drawn_is_refused_and_the_next_is_drawn() -> None:
    async with Painter() as painter:
        with pytest.raises(DrawingError):
            await painter.draw({"mark": "unknown"})
        assert "<svg" in await painter.draw(columns([Bar("2025-05", "may", Figure(12, CellStatus.PUBLISHED))]))


def test_the_map_tells_withheld_no_data_and_zero_apart() -> None:
    figures = {
        "060101": Figure(12, CellStatus.PUBLISHED),
        "060102": WITHHELD,
        "060103": Figure(0, CellStatus.PUBLISHED),
    }
    areas, _borders, circles, *_names = district_map(figures)["layer"]
    fills = [area["fill"] for area in areas["data"]["values"]]
    assert fills[1] == HATCHED
    assert fills[0] == fills[2] not in (HATCHED, "none")
    assert fills[3] == "none"
    assert [circle["value"] for circle in circles["data"]["values"]] == [12]


def test_a_withheld_bar_has_no_length() -> None:
    drawn = json.dumps(bars([Bar("a", "A", Figure(40, CellStatus.PUBLISHED)), Bar("b", "B", WITHHELD)]))
    assert '"value": 0, "text": "reservado"' in drawn


def test_findings_do_not_say_what_is_not_known() -> None:
    assert findings.of_districts([("Jaén", NO_DATA)]) == "Todavía no hay personas inscritas en ningún distrito"
    assert findings.of_sexes(Figure(20, CellStatus.PUBLISHED), WITHHELD) == "Personas inscritas por sexo"
    assert findings.of_months([]) == "Inscripciones mes a mes"
    assert findings.listing("Por sexo", [("Mujeres", WITHHELD)]) == "Por sexo. Mujeres: reservado."


def test_months_have_no_gaps() -> None:
    assert months_between(["2025-11", "2026-02"]) == ["2025-11", "2025-12", "2026-01", "2026-02"]
