"""A list as people and programs ask for it: pages, filters and files of it, and what is refused."""

import csv
import io
import re
from dataclasses import replace
from urllib.parse import parse_qs, urlsplit
from uuid import UUID

import pytest
from python_calamine import CalamineWorkbook

from chassis.tests.sample.orchard import some_trees
from chassis.tests.serving import Site, serve
from chassis.web import pagination
from chassis.web.views import MOST_ROWS

PAGE = {"accept": "text/html"}
LIST, API, VISITS = "/sample/orchard", "/sample/api/orchard", "/sample/api/visits"


@pytest.fixture
def site() -> Site:
    return serve()


async def names(site: Site, query: str = "") -> list[str]:
    async with site.browser() as browser:
        answer = await browser.get(f"{API}{query}")
    assert answer.status_code == 200, answer.text
    return [tree["name"] for tree in answer.json()["trees"]]


async def show(site: Site, query: str = "") -> str:
    async with site.browser(**PAGE) as browser:
        answer = await browser.get(f"{LIST}{query}")
    assert answer.status_code == 200, answer.text
    return answer.text


def rows(page: str) -> list[str]:
    return [re.sub("<[^>]*>", "", name) for name in re.findall(r'<th role="rowheader".*?</th>', page)]


def link(page: str, pattern: str) -> str:
    found = re.search(pattern, page, re.DOTALL)
    assert found, pattern
    return found[1].replace("&amp;", "&")


async def test_a_program_reads_the_whole_list_page_by_page(site: Site) -> None:
    seen, after = [], ""
    async with site.browser() as browser:
        while after is not None:
            answer = (await browser.get(API, params={"limit": 4, "sort": "name", "after": after})).json()
            seen += [tree["name"] for tree in answer["trees"]]
            after = answer["next"]
    assert len(seen) == 23
    assert seen == await names(site, f"?sort=name&limit={MOST_ROWS}")


async def test_a_person_reads_the_whole_list_page_by_page(site: Site) -> None:
    page = await show(site, "?sort=name&kind=aliso&limit=3")
    seen = rows(page)
    while 'rel="next"' in page:
        page = await show(site, link(page, r'rel="next" href="([^"]*)"'))
        assert "Primera página" in page
        seen += rows(page)
    assert seen == ["Ángel", "Ángel", "Jaén", "nogal viejo", "nogal viejo", "Oxamarca", "Oxamarca", "Zarumilla"]


async def test_headings_sort_and_say_how_it_is_sorted(site: Site) -> None:
    page = await show(site, "?state=grown")
    assert 'class="date" aria-sort="descending"' in page
    upwards = link(page, r'<a href="([^"]*)">Planted</a>')
    assert parse_qs(urlsplit(upwards).query) == {"state": ["grown"], "sort": ["planted_on"]}
    page = await show(site, upwards)
    assert 'class="date" aria-sort="ascending"' in page
    assert page.count("aria-sort") == 1
    assert "sort=-planted_on" in link(page, r'<a href="([^"]*)">Planted</a>')


async def test_a_form_without_scripts_searches_filters_and_keeps_the_rest(site: Site) -> None:
    page = await show(site, f"?q=a&native=no&limit=5&garden_id={UUID(int=1)}")
    assert '<form class="refine" method="get"' in page
    assert '<input type="hidden" name="limit" value="5">' in page
    assert f'<input type="hidden" name="garden_id" value="{UUID(int=1)}">' in page
    assert '<option value="no" selected>No</option>' in page
    assert 'name="q" type="search" value="a"' in page
    assert await names(site, "?q=jaen&native=&state=&kind=&sort=&after=&limit=") == ["Jaén"]
    assert await names(site, "?q=MOLLE+nunu") == []
    assert set(await names(site, "?q=molle")) == set(await names(site, "?kind=molle"))


@pytest.mark.parametrize(
    ("query", "status", "code", "field"),
    [
        ("?color=red", 400, "unknown_parameter", None),
        ("?limit=0", 422, "invalid", "limit"),
        (f"?limit={MOST_ROWS + 1}", 422, "invalid", "limit"),
        ("?limit=many", 422, "invalid", "limit"),
        ("?limit=1.0", 422, "invalid", "limit"),
        ("?limit=%2B5", 422, "invalid", "limit"),
        ("?limit=1_0", 422, "invalid", "limit"),
        ("?limit=%205", 422, "invalid", "limit"),
        ("?limit=٥", 422, "invalid", "limit"),
        ("?limit=1&limit=2", 400, "repeated_parameter", None),
        ("?limit=1&limit=many", 400, "repeated_parameter", None),
        ("?state=grown&state=felled", 400, "repeated_parameter", None),
        ("?sort=secret", 422, "invalid", "sort"),
        ("?sort=name;drop", 422, "invalid", "sort"),
        ("?state=burnt", 422, "invalid", "state"),
        ("?garden_id=7", 422, "invalid", "garden_id"),
        ("?native=perhaps", 422, "invalid", "native"),
        ("?after=AAAA", 422, "invalid_cursor", "after"),
        (f"?after={'A' * 3000}", 422, "invalid", "after"),
        (f"?q={'a' * 201}", 422, "invalid", "q"),
    ],
)
async def test_what_a_list_does_not_know_is_refused(
    site: Site, query: str, status: int, code: str, field: str | None
) -> None:
    async with site.browser() as browser:
        answer = await browser.get(f"{API}{query}")
    problem = answer.json()
    assert (answer.status_code, problem["code"], problem["field"]) == (status, code, field)


async def test_a_refused_order_names_no_column(site: Site) -> None:
    async with site.browser() as browser:
        answer = await browser.get(f"{LIST}?sort=secret")
    assert answer.json()["detail"] == "Esta lista no se puede ordenar por eso."
    assert "tree_id" not in answer.text


async def test_a_refusal_names_what_is_known(site: Site) -> None:
    async with site.browser() as browser:
        api, page = await browser.get(f"{API}?format=csv"), await browser.get(f"{LIST}?fromat=csv")
    assert api.json()["remedy"] == "Se conocen: after, garden_id, kind, limit, native, q, sort, state."
    assert page.json()["remedy"] == "Se conocen: after, format, garden_id, kind, limit, native, q, sort, state."
    assert "fromat" not in page.text


@pytest.mark.parametrize(
    ("query", "status", "choices"),
    [
        ("?sort=height", 422, "'name', '-name', 'planted_on', '-planted_on', 'native', '-native'"),
        ("?state=grown", 400, "after, limit, native, q, sort."),
        (f"?garden_id={UUID(int=1)}", 400, "after, limit, native, q, sort."),
        ("?sort=name&native=yes", 200, ""),
    ],
)
async def test_who_sees_fewer_columns_can_ask_for_fewer(site: Site, query: str, status: int, choices: str) -> None:
    async with site.browser() as visitor, site.gardener() as gardener:
        refused, answered = await visitor.get(f"{VISITS}{query}"), await gardener.get(f"{VISITS}{query}")
    assert (refused.status_code, answered.status_code) == (status, 200)
    assert choices in refused.text


async def test_a_cursor_of_another_order_is_refused(site: Site) -> None:
    async with site.browser() as browser:
        after = (await browser.get(API, params={"limit": 2, "sort": "name"})).json()["next"]
        answer = await browser.get(API, params={"sort": "-name", "after": after})
    assert (answer.status_code, answer.json()["code"]) == (422, "invalid_cursor")


async def test_the_interface_says_what_can_be_asked(site: Site) -> None:
    async with site.browser() as browser:
        described = (await browser.get("/sample/openapi.json")).json()["paths"]["/api/orchard"]["get"]["parameters"]
    parameters = {one["name"]: one["schema"] for one in described}
    assert set(parameters) == {"sort", "after", "limit", "q", "kind", "native", "state", "garden_id"}
    assert parameters["state"]["enum"] == ["planted", "grown", "felled"]
    assert parameters["limit"].items() >= {"type": "integer", "minimum": 1, "maximum": MOST_ROWS}.items()
    assert parameters["garden_id"]["format"] == "uuid"


async def test_an_empty_list_says_what_to_do_next(site: Site) -> None:
    assert "Nada coincide" in (page := await show(site, "?q=zzz&sort=name"))
    assert link(page, r'class="empty">.*?href="([^"]*)">Mostrar todo</a>') == "?sort=name"
    site.app.state.resources.trees = []
    page = await show(site)
    assert "No tree is planted yet." in page and 'href="/sample/plant"' in page
    assert "<form" not in page.partition("<main")[2] and "<table" not in page


async def test_a_csv_file_is_what_is_shown_of_all_pages(site: Site) -> None:
    first, second, *others = some_trees()
    named = [replace(first, name="=1+1", place="060101"), replace(second, name="@cmd"), *others]
    site.app.state.resources.trees = named
    async with site.browser() as browser:
        answer = await browser.get(f"{LIST}?format=csv&limit=2&sort=name&native=yes")
    assert answer.headers["content-type"] == "text/csv; charset=utf-8"
    assert answer.headers["content-disposition"] == 'attachment; filename="orchard.csv"'
    assert answer.content.startswith(b"\xef\xbb\xbf")
    headings, *lines = csv.reader(io.StringIO(answer.content.decode("utf-8-sig")))
    assert headings == ["Nombre", "Tipo", "Lugar", "Height", "Planted", "Seen", "Native", "Estado"]
    assert len(lines) == 8
    assert lines[0] == ["'=1+1", "Queñual", "060101", "0", "2025-01-01", "2026-05-01 10:00", "Sí", "Planted"]
    assert '"060101",0,"2025-01-01"' in answer.text


async def test_an_excel_file_keeps_numbers_dates_and_codes_what_they_are(site: Site) -> None:
    async with site.browser() as browser:
        answer = await browser.get(f"{LIST}?format=xlsx&sort=name&q=bernardino")
    assert answer.headers["content-disposition"] == 'attachment; filename="orchard.xlsx"'
    sheet = CalamineWorkbook.from_filelike(io.BytesIO(answer.content)).get_sheet_by_name("Orchard")
    headings, *lines = sheet.to_python()
    assert headings == ["Nombre", "Tipo", "Lugar", "Height", "Planted", "Seen", "Native", "Estado"]
    trees = [tree for tree in some_trees() if tree.name == "San Bernardino"]
    assert [line[0] for line in lines] == ["San Bernardino"] * len(trees)
    assert [line[2] for line in lines] == [tree.place or "" for tree in trees]
    assert [line[3] for line in lines] == ["" if tree.height is None else tree.height for tree in trees]
    assert [line[4] for line in lines] == [tree.planted_on or "" for tree in trees]


async def test_too_many_rows_for_a_file_are_refused(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pagination, "MOST_EXPORTED", 22)
    async with site.browser() as browser:
        refused = await browser.get(f"{LIST}?format=csv")
        filtered = await browser.get(f"{LIST}?format=csv&native=yes")
    assert (refused.status_code, refused.json()["code"]) == (422, "too_many_rows")
    assert "Fíltrela" in refused.json()["remedy"]
    assert filtered.status_code == 200


async def test_a_page_offers_its_files_as_it_is_filtered_and_sorted(site: Site) -> None:
    page = await show(site, "?native=yes&sort=-height&limit=3")
    assert page.index("format=xlsx") < page.index("format=csv") < page.index("CSV, para programas")
    for kind in ("csv", "xlsx"):
        address = link(page, rf'href="([^"]*format={kind})"')
        query = parse_qs(urlsplit(address).query)
        assert query == {"native": ["yes"], "sort": ["-height"], "limit": ["3"], "format": [kind]}
