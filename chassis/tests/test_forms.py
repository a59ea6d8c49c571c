"""Forms: mistakes stand above the fields in the fields' order, name their field, lead to it, and none is lost."""

import re

import pytest
from playwright.async_api import Browser, expect

from chassis.tests.sample.app import PlantTree
from chassis.tests.serving import Site, serve, settings
from chassis.web.forms import Form
from tests.support.browsers import free_port, listening

PAGE = {"accept": "text/html"}


@pytest.fixture
def site() -> Site:
    return serve()


def form(**errors: str) -> Form[PlantTree]:
    shown = Form[PlantTree](errors={name.replace("__", "."): text for name, text in errors.items()})
    for name, label in (("title", "Title"), ("place.row", "Row"), ("days", "Days")):
        shown.register(name, label)
    return shown


def test_mistakes_come_in_the_order_of_the_fields() -> None:
    mistakes = form(days="Choose one.", place__row="Write a number.", title="Write it.").mistakes()
    assert mistakes == [
        ("title", "Title: write it."),
        ("place.row", "Row: write a number."),
        ("days", "Days: choose one."),
    ]


def test_a_mistake_of_a_part_leads_to_the_nearest_field() -> None:
    assert form(days__0="Choose one.").mistakes() == [("days", "Days: choose one.")]
    assert form(days__0="Choose one.").error("days") == "Choose one."
    assert form(place="It is taken.").mistakes() == [("place.row", "Row: it is taken.")]


def test_a_label_that_is_a_sentence_loses_its_stop_before_the_mistake() -> None:
    shown = Form[PlantTree](errors={"agreed": "Ask first."})
    shown.register("agreed", "The member agreed.")
    assert shown.mistakes() == [("agreed", "The member agreed: ask first.")]


def test_a_mistake_of_no_field_is_shown_last_and_an_abbreviation_kept() -> None:
    mistakes = form(unknown="Not expected.", title="DNI is wrong.").mistakes()
    assert mistakes == [("title", "Title: DNI is wrong."), (None, "Not expected.")]
    assert Form[PlantTree](errors={"": "No."}).mistakes() == [(None, "No.")]


async def test_a_page_lists_what_was_wrong_and_keeps_what_was_typed(site: Site) -> None:
    typed = {"place.row": "0", "kind": "x<", "soil": "clay", "idempotency_key": "0197a000-0000-7000-8000-000000000009"}
    async with site.gardener() as gardener:
        answer = await gardener.post("/sample/trees", data=typed)
    assert answer.status_code == 422
    summary = re.findall(r'<li><a href="#([^"]*)">([^<]*)</a></li>', answer.text)
    assert summary == [
        ("kind", "Kind: escriba al menos 3 caracteres."),
        ("place.row", "Row: el número debe ser mayor que 0."),
    ]
    assert 'value="x&lt;"' in answer.text
    assert 'value="clay" checked' in answer.text
    assert typed["idempotency_key"] in answer.text
    assert "novalidate" in answer.text and 'action="/sample/trees"' in answer.text


async def test_a_page_without_mistakes_has_no_summary_and_a_new_key(site: Site) -> None:
    async with site.browser(**PAGE) as browser:
        first, second = (await browser.get("/sample/plant")).text, (await browser.get("/sample/plant")).text
    key = r'name="idempotency_key" value="([0-9a-f-]{36})"'
    assert "errors-title" not in first
    assert re.findall(key, first) != re.findall(key, second)


async def test_each_mistake_leads_the_keyboard_to_its_field(chromium: Browser) -> None:
    listener, address = free_port()
    site = serve(told=settings(public_url=address))
    async with listening(site.web, listener):
        page = await chromium.new_page()
        await page.goto(f"{address}/sample/")
        await expect(page.locator(".errors")).to_be_focused()
        names = await page.locator(".errors a").evaluate_all("links => links.map(link => link.hash.slice(1))")
        assert names == ["title", "seats", "mode", "days"]
        for name in names:
            await page.locator(f'.errors a[href="#{name}"]').press("Enter")
            await expect(page.locator(f'input[name="{name}"]').first).to_be_focused()
        await page.close()
