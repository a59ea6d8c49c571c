"""Figures as files: what programs and spreadsheets make of them, and what they say of themselves."""

import csv
import io
import json
import re
from datetime import date, datetime
from typing import Any

import httpx
from arro3.core import Table
from arro3.io import read_parquet
from python_calamine import CalamineWorkbook

from contracts.territory import districts
from services.reporting.answers.api import FORMATS
from services.reporting.app import service
from services.reporting.resources import ReportingResources
from services.reporting.tests import stories
from services.reporting.tests.stories import enrolled_people
from services.reporting.tests.worker_steps import fold_count_publish
from tests.support.databases import FreshDatabases
from tests.support.sites import Site, serving

BY_DISTRICT = "/api/indicators/enrolled?by=district"
LICENCE = "https://creativecommons.org/licenses/by/4.0/"


def rows_of(content: bytes) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(content.decode("utf-8-sig"))))


def cells_of(table: Table, column: str) -> list[Any]:
    return list(table.column(column).to_pylist())


def types_of(table: Table) -> dict[str, str]:
    return {name: str(table.schema.field(name).type) for name in table.column_names}


async def test_each_row_of_a_csv_says_what_it_is_a_figure_of(public: httpx.AsyncClient) -> None:
    answer = await public.get(f"{BY_DISTRICT}&format=csv&lang=es")
    as_of = (await public.get(BY_DISTRICT)).json()["as_of"].replace("Z", "+00:00")
    rows = rows_of(answer.content)
    assert answer.headers["content-type"] == "text/csv; charset=utf-8"
    assert len(rows) == len(districts())
    assert next(row for row in rows if row["district"] == "060201") == {
        "district": "060201", "district_name": "Cajabamba", "value": "14", "status": "published",
        "indicator": "enrolled", "definition_version": "1", "as_of": as_of, "lower": "", "upper": "", "unit": "people",
        "district_key": "PE060201", "source": f"{public.base_url}{BY_DISTRICT}".replace("//api", "/api"),
        "licence": LICENCE,
    }  # fmt: skip
    withheld = next(row for row in rows if row["district"] == "060102")
    assert (withheld["value"], withheld["status"]) == ("", "suppressed")


async def test_a_csv_has_the_bounds_of_an_estimate(site: Site[ReportingResources]) -> None:
    await fold_count_publish(site.resources.pool, stories.a_day_of_reach(1, date(2025, 5, 12), range(60)))
    async with site.browser() as browser:
        (row,) = rows_of((await browser.get("/api/indicators/first_party_reach?format=csv")).content)
    assert (row["value"], row["lower"], row["upper"], row["unit"]) == ("60", "60", "60", "visitor-days")


async def test_a_workbook_keeps_the_zeros_of_codes_and_counts_as_numbers(public: httpx.AsyncClient) -> None:
    answer = await public.get(f"{BY_DISTRICT}&format=xlsx", headers={"Accept-Language": "es"})
    workbook = CalamineWorkbook.from_filelike(io.BytesIO(answer.content))
    heading, *lines = workbook.get_sheet_by_index(0).to_python()
    by_district = {line[0]: dict(zip(heading, line, strict=True)) for line in lines}
    assert by_district["060201"]["value"] == 14
    assert by_district["060102"]["value"] == ""
    notes = {line[0]: line[1] for line in workbook.get_sheet_by_name("Notas").to_python()}
    assert notes["Indicador"] == "Personas inscritas"
    assert notes["Licencia"] == LICENCE


async def test_parquet_has_the_rows_of_the_csv_with_types_and_says_what_they_are_of(public: httpx.AsyncClient) -> None:
    answer = await public.get(f"{BY_DISTRICT}&format=parquet&lang=es")
    table = read_parquet(answer.content).read_all()
    columns = {name: cells_of(table, name) for name in table.column_names}
    plain = rows_of((await public.get(f"{BY_DISTRICT}&format=csv&lang=es")).content)
    assert answer.headers["content-type"] == "application/vnd.apache.parquet"
    assert answer.headers["content-disposition"] == 'attachment; filename="enrolled-district.parquet"'
    for name, cells in columns.items():
        texts = [
            cell.isoformat() if isinstance(cell, datetime) else "" if cell is None else str(cell) for cell in cells
        ]
        assert texts == [row[name] for row in plain], name
    assert list(columns) == list(plain[0])
    others = {name: kind for name, kind in types_of(table).items() if "Utf8" not in kind}
    assert others.keys() == {"value", "lower", "upper", "definition_version", "as_of"}
    assert {name for name, kind in others.items() if "Int64" in kind} == others.keys() - {"as_of"}
    told = {name.decode(): text.decode() for name, text in table.schema.metadata.items()}
    assert (told["unit"], told["definition_version"], told["licence"]) == ("people", "1", LICENCE)
    assert (told["as_of"], told["title"]) == (plain[0]["as_of"], "Personas inscritas")


async def test_the_types_of_parquet_are_the_same_where_nothing_is_counted(site: Site[ReportingResources]) -> None:
    async with site.browser() as browser:
        nothing = await browser.get("/api/indicators/enrolled?format=parquet")
        await fold_count_publish(site.resources.pool, *enrolled_people(0, 25))
        something = await browser.get("/api/indicators/enrolled?format=parquet")
    before, after = (read_parquet(one.content).read_all() for one in (nothing, something))
    assert (cells_of(before, "value"), cells_of(after, "value")) == ([None], [25])
    assert types_of(before) == types_of(after)


async def test_the_public_has_no_finer_figures_in_any_file(public: httpx.AsyncClient) -> None:
    finer = [await public.get(f"{BY_DISTRICT},sex&format={kind}") for kind in FORMATS]
    assert {answer.status_code for answer in finer} == {401}


async def test_codes_that_no_program_takes_for_numbers_join_figures_with_boundaries(public: httpx.AsyncClient) -> None:
    answer = await public.get("/api/districts.geojson")
    features = answer.json()["features"]
    rows = rows_of((await public.get(f"{BY_DISTRICT}&format=csv")).content)
    assert answer.headers["content-type"] == "application/geo+json"
    assert {one["properties"]["district_key"] for one in features} == {row["district_key"] for row in rows}
    assert not any(row["district_key"].isdigit() for row in rows)
    names = {one["id"]: one["properties"]["district_name"] for one in features}
    assert names["060102"] == "Asunción"


async def test_the_format_may_be_asked_for_by_media_type(public: httpx.AsyncClient) -> None:
    asked = {kind: await public.get(BY_DISTRICT, headers={"Accept": kind}) for kind in (*FORMATS.values(), "*/*")}
    assert asked.pop("*/*").headers["content-type"] == "application/json"
    assert all(answer.headers["content-type"].startswith(kind) for kind, answer in asked.items())
    assert all("Accept" in answer.headers["vary"].split(", ") for answer in asked.values())
    assert len({answer.headers["etag"] for answer in asked.values()}) == len(FORMATS)
    named = await public.get(f"{BY_DISTRICT}&format=json", headers={"Accept": "text/csv"})
    assert named.headers["content-type"] == "application/json"


async def test_search_engines_are_told_of_the_data_and_everybody_of_their_licence(public: httpx.AsyncClient) -> None:
    page = (await public.get("/")).text
    told = re.search(r'<script type="application/ld\+json">(.*?)</script>', page)
    assert told
    dataset = json.loads(told[1])
    assert (dataset["@type"], dataset["license"]) == ("Dataset", LICENCE)
    for one in dataset["distribution"]:
        assert (await public.get(one["contentUrl"])).headers["content-type"].startswith(one["encodingFormat"])
    assert f'<a rel="license" href="{LICENCE}">CC BY 4.0</a>' in page


async def test_another_licence_is_told_everywhere(fresh_databases: FreshDatabases) -> None:
    own = "https://www.datosabiertos.gob.pe/licencia"
    told = {"MINKA_REPORTING_DATA_LICENCE": "ODC-By", "MINKA_REPORTING_DATA_LICENCE_URL": own}
    async with serving(service, fresh_databases.variables("reporting") | told) as site, site.browser() as browser:
        assert f'<a rel="license" href="{own}">ODC-By</a>' in (await browser.get("/")).text
        assert (await browser.get(BY_DISTRICT)).json()["licence"] == own
        assert {row["licence"] for row in rows_of((await browser.get(f"{BY_DISTRICT}&format=csv")).content)} == {own}
