"""The lists of a cohort of 10,000 people, whose names are stored encrypted: pages over HTTP, and beside them, in one
process, the way that decrypts everybody for every page.

`python -m benchmarks.lists`; a page that takes more than 150 ms at the 95th percentile ends it with 1.
"""

import asyncio
import sys
import time
from collections.abc import Awaitable, Callable
from dataclasses import replace
from datetime import UTC, datetime
from functools import partial

import httpx
import uvloop

from benchmarks import cpu, results
from benchmarks.trial import enrollment, measured_trial
from chassis.store.unit_of_work import UnitOfWork
from chassis.web.pagination import page_of
from chassis.web.reads import Work
from chassis.web.views import View, first_rows
from services.enrollment.app import service
from services.enrollment.enrollments.commands import EnrollPerson
from services.enrollment.enrollments.service import enroll_person
from services.enrollment.people.cohort_pages import entries_of_cohort, page_of_cohort
from services.enrollment.people.domain import EVERYBODY
from services.enrollment.people.service import ENTRIES
from services.enrollment.resources import EnrollmentResources
from tests.support.sites import settings_of
from tests.support.trials import NewCohort, Trial

PEOPLE, WAITING = 10_000, 500
AT_ONCE = 100
REQUESTS, REQUESTS_OF_WHOLE = 20, 5
COMPARED = 11
MOST = 0.15
"""Seconds at the 95th percentile."""

READING = Work("benchmark")

Measured = dict[str, dict[str, dict[str, float]]]

COHORT, CLOSING, TO_SIGN = "/enrollment/cohorts/{cohort}", "/enrollment/cohorts/{cohort}/close", "{to_sign}"
PAGES = {
    "enrolled, by name": COHORT,
    "by name, descending": f"{COHORT}?sort=-names",
    "by state": f"{COHORT}?sort=status",
    "of one state, by name": f"{COHORT}?status=accepted",
    "by day": f"{COHORT}?sort=-accepted_at",
    "search of two words": f"{COHORT}?q=quispe+ros",
    "search of a part of a word, by state": f"{COHORT}?q=spe&sort=status",
    "search that finds nobody": f"{COHORT}?q=zzz",
    "to sign": TO_SIGN,
    "to sign, search": f"{TO_SIGN}?q=quispe+ros",
}
WHOLE = {
    "names for a roster, as JSON": "/enrollment/api/cohorts/{cohort}/enrollments",
    "all who enrolled, as CSV": f"{COHORT}?format=csv",
}
"""Answers that have everybody: they are measured, and no page."""

FAMILY = ("Quispe", "Chávez", "Ñahuis", "Malca", "Huamán", "Vásquez", "Terán", "Álvarez", "Cotrina", "Díaz")
GIVEN = ("Ana", "Rosa Elena", "José", "Óscar", "María", "Flor", "Segundo", "Elmer", "Yolanda", "Wilder")


def main() -> None:
    with measured_trial() as trial, asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        cohort = trial.cohort(capacity=PEOPLE - WAITING)
        runner.run(_fill(trial, cohort))
        seconds, compared = runner.run(measure(trial, cohort))
    results.keep("lists", {"people": PEOPLE, "requests": REQUESTS, "seconds": seconds, "compared_seconds": compared})
    for who, pages in seconds.items():
        for name, each in pages.items():
            print(f"{who}, {name}: {each}")
    print(compared)
    sys.exit(any(each["p95"] > MOST for who in ("coordinator", "facilitator") for each in seconds[who].values()))


async def measure(trial: Trial, cohort: NewCohort) -> tuple[Measured, dict[str, dict[str, list[float]]]]:
    """Percentiles of each list, by reader; and seconds of the first page and of a search, both ways."""
    to_sign = await _list_to_sign(trial, cohort)
    asked = {
        "coordinator": ("coordinator", PAGES | {f"closing, {WAITING} wait": CLOSING}, REQUESTS),
        "facilitator": (cohort.facilitator, PAGES, REQUESTS),
        "whole": ("coordinator", WHOLE, REQUESTS_OF_WHOLE),
    }
    seconds = {
        who: {
            name: await _pages(trial, person, address.format(cohort=cohort.cohort_id, to_sign=to_sign), requests)
            for name, address in pages.items()
        }
        for who, (person, pages, requests) in asked.items()
    }
    return seconds, {
        "page": await _compare(trial, cohort, ()),
        "search": await _compare(trial, cohort, ("quispe",)),
    }


async def _fill(trial: Trial, cohort: NewCohort) -> None:
    async with service.open(settings_of(service, trial.environment)) as resources:
        for first in range(0, PEOPLE, AT_ONCE):
            async with resources.pool.acquire() as connection, connection.transaction():
                unit = UnitOfWork(connection, datetime.now(UTC), "benchmark")
                for number in range(first, first + AT_ONCE):
                    await enroll_person(unit, _request(cohort, number), resources, EVERYBODY)


def _request(cohort: NewCohort, number: int) -> EnrollPerson:
    family = f"{_at(FAMILY, number)} {_at(FAMILY, number // 10)}"
    names = {"family_names": family, "given_names": _at(GIVEN, number // 100)}
    return EnrollPerson.model_validate(enrollment(cohort) | names)


def _at(names: tuple[str, ...], number: int) -> str:
    return names[number % len(names)]


async def _list_to_sign(trial: Trial, cohort: NewCohort) -> str:
    """The address of the list of a new session, as soon as enrollment knows the session."""
    session = trial.make("/sessions/api/sessions", cohort.training())["session_id"]
    address = f"/enrollment/cohorts/{cohort.cohort_id}/sessions/{session}/list"
    while trial.get(address, "coordinator").is_error:
        await asyncio.sleep(1)
    return address


async def _pages(trial: Trial, person: str, address: str, requests: int) -> dict[str, float]:
    """Percentiles of the seconds of a request, one after the other, and its processor seconds in web and PostgreSQL."""
    headers = trial.headers(person) | {"Accept": "text/html, application/json"}
    async with httpx.AsyncClient(base_url=trial.url, headers=headers, timeout=120) as http:

        async def page() -> None:
            (await http.get(address)).raise_for_status()

        await page()
        before = _processor_seconds(trial)
        seconds = [await _seconds_of(page) for _ in range(requests)]
        used = (_processor_seconds(trial) - before) / requests
        return {**results.percentiles(seconds), "processor": round(used, 4)}


def _processor_seconds(trial: Trial) -> float:
    """So far, with the little that PostgreSQL does for services without work."""
    used = cpu.used(trial.layout.home, trial.pids()["web"])
    return used.worker + used.postgresql


async def _compare(trial: Trial, cohort: NewCohort, words: tuple[str, ...]) -> dict[str, list[float]]:
    """Seconds of the first page by name both ways, interleaved."""
    view = replace(first_rows(ENTRIES, ENTRIES.rows), words=words)
    ways = {"everybody": _decrypting_everybody, "shown": _decrypting_the_page}
    seconds: dict[str, list[float]] = {name: [] for name in ways}
    async with service.open(settings_of(service, trial.environment)) as resources:
        await _decrypting_the_page(resources, cohort, view)
        for _ in range(COMPARED):
            for name, way in ways.items():
                seconds[name].append(round(await _seconds_of(partial(way, resources, cohort, view)), 4))
    return seconds


async def _decrypting_everybody(resources: EnrollmentResources, cohort: NewCohort, view: View) -> None:
    page_of(await entries_of_cohort(READING, resources, cohort.cohort_id, EVERYBODY), view)


async def _decrypting_the_page(resources: EnrollmentResources, cohort: NewCohort, view: View) -> None:
    await page_of_cohort(READING, resources, cohort.cohort_id, view, EVERYBODY)


async def _seconds_of(done: Callable[[], Awaitable[None]]) -> float:
    begun = time.monotonic()
    await done()
    return time.monotonic() - begun


if __name__ == "__main__":
    main()
