"""Whatever an idea declares is part of its service: routes, reactions, jobs, projections and indicators."""

import pkgutil
from collections.abc import Iterable, Iterator
from dataclasses import replace
from importlib import import_module
from types import ModuleType
from typing import Any

import pytest
from fastapi import APIRouter

from chassis.messaging.projections.projection import Projection
from chassis.messaging.reactions import Reaction, ReactionRouter
from chassis.runtime.jobs import Jobs
from chassis.service import Service
from contracts.enrollment import ModulePublished
from contracts.topics import TOPICS
from deploy.trial.web import SERVICES
from services.reporting.indicators.domain import Indicator
from services.reporting.indicators.registry import INDICATORS

every_service = pytest.mark.parametrize("service", SERVICES.values(), ids=SERVICES)


def modules_of(service: Service[Any]) -> list[ModuleType]:
    """The modules of the service's ideas."""
    package = import_module(service.package)
    found = pkgutil.walk_packages(package.__path__, f"{service.package}.")
    names = [module.name for module in found if not {"tests", "__main__"} & set(module.name.split("."))]
    return [import_module(name) for name in names if name.count(".") > 2]


def omissions(service: Service[Any], modules: Iterable[ModuleType]) -> list[str]:
    """What the modules declare and the service does not have, with what to do about it."""
    return [
        f"{module.__name__}.{name} is not among {place}"
        for module in modules
        for name, declared in vars(module).items()
        for place in missing_from(service, declared)
    ]


def missing_from(service: Service[Any], declared: object) -> Iterator[str]:
    """The place where the object has to be named and is not."""
    app_module = f"services/{service.name}/app.py"
    if isinstance(declared, APIRouter) and all(declared is not router for router in service.routers):
        yield f"the routers of {app_module}"
    if isinstance(declared, ReactionRouter) and not declared.reactions.items() <= reactions_of(service).items():
        yield f"the reactions of {app_module}"
    if isinstance(declared, Jobs) and not declared.lanes.items() <= service.jobs.lanes.items():
        yield f"the jobs of {app_module}"
    if isinstance(declared, Projection) and declared not in service.projections:
        yield f"the projections of {app_module}"
    if isinstance(declared, Indicator) and declared not in INDICATORS.values():
        yield "the modules of services/reporting/indicators/registry.py"


def reactions_of(service: Service[Any]) -> dict[str, Reaction]:
    return service.reactions.reactions if service.reactions else {}


def unreadable(service: Service[Any]) -> list[str]:
    """The topics that the service reads without being one of their readers: the broker would refuse it."""
    topics = set(service.reactions.offsets) if service.reactions else set()
    topics |= {topic for projection in service.projections for topic in projection.topics}
    return [
        f"{service.name} is not among the readers of {topic} in contracts/topics.py"
        for topic in sorted(topics)
        if service.name not in TOPICS[topic].readers
    ]


@every_service
def test_a_service_may_read_what_it_reacts_to(service: Service[Any]) -> None:
    assert unreadable(service) == []


def test_a_forbidden_topic_is_seen() -> None:
    service = replace(SERVICES["media"], reactions=SERVICES["enrollment"].reactions, name="visitors")

    assert unreadable(service) == [
        "visitors is not among the readers of media.visits in contracts/topics.py",
        "visitors is not among the readers of reporting.events in contracts/topics.py",
        "visitors is not among the readers of sessions.events in contracts/topics.py",
    ]


@every_service
def test_whatever_an_idea_declares_is_part_of_its_service(service: Service[Any]) -> None:
    modules = modules_of(service)

    assert any(isinstance(declared, APIRouter) for module in modules for declared in vars(module).values())
    assert omissions(service, modules) == []


def forgotten_reactions() -> ReactionRouter:
    async def follow(*arguments: object) -> None: ...

    reactions = ReactionRouter("sessions")
    reactions.on(ModulePublished)(follow)
    return reactions


def forgotten_jobs() -> Jobs[Any]:
    async def remind(*arguments: object) -> None: ...

    jobs: Jobs[Any] = Jobs()
    jobs.on("remind")(remind)
    return jobs


@pytest.mark.parametrize(
    ("forgotten", "place"),
    [(APIRouter(), "routers"), (forgotten_reactions(), "reactions"), (forgotten_jobs(), "jobs")],
)
def test_an_omission_is_seen(forgotten: object, place: str) -> None:
    idea = ModuleType("services.sessions.obstacles")
    vars(idea)["declared"] = forgotten

    assert omissions(SERVICES["sessions"], [idea]) == [
        f"services.sessions.obstacles.declared is not among the {place} of services/sessions/app.py"
    ]
