"""What programs look for at the root of a site: what they may look through, whom to tell, and the icon."""

from datetime import UTC, datetime, timedelta

import pytest

from services.reporting.app import service
from services.reporting.resources import ReportingResources
from tests.support.databases import FreshDatabases
from tests.support.sites import Site, serving


async def test_search_engines_find_the_public_page_and_no_codes(site: Site[ReportingResources]) -> None:
    async with site.browser() as browser:
        answer = await browser.get("/robots.txt")
    assert answer.headers["content-type"] == "text/plain; charset=utf-8"
    assert {"Allow: /$", "Allow: /enrollment/public/", "Disallow: /"} <= set(answer.text.splitlines())


async def test_the_icon_is_where_browsers_look(site: Site[ReportingResources]) -> None:
    async with site.browser() as browser:
        answer = await browser.get("/favicon.ico", follow_redirects=True)
    assert (answer.status_code, answer.headers["content-type"]) == (200, "image/svg+xml")


async def test_no_contact_is_made_up(site: Site[ReportingResources]) -> None:
    async with site.browser() as browser:
        assert (await browser.get("/.well-known/security.txt")).status_code == 404


async def test_the_contact_is_told_and_holds_less_than_a_year(fresh_databases: FreshDatabases) -> None:
    told = {"MINKA_REPORTING_SECURITY_CONTACT": "mailto:seguridad@minka.example"}
    async with serving(service, fresh_databases.variables("reporting") | told) as site, site.browser() as browser:
        text = (await browser.get("/.well-known/security.txt")).text
    fields = dict(line.split(": ", 1) for line in text.splitlines())
    assert fields["Contact"] == "mailto:seguridad@minka.example"
    assert datetime.now(UTC) < datetime.fromisoformat(fields["Expires"]) < datetime.now(UTC) + timedelta(days=365)


@pytest.mark.parametrize("contact", ["seguridad@minka.example", "mailto:", "mailto:a b", "http://minka.example", ""])
async def test_what_is_no_address_is_refused(fresh_databases: FreshDatabases, contact: str) -> None:
    told = {"MINKA_REPORTING_SECURITY_CONTACT": contact}
    with pytest.raises(ValueError, match="security_contact"):
        async with serving(service, fresh_databases.variables("reporting") | told):
            pass
