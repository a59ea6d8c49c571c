"""The routes of a service, those of its pages included, and what they take."""

from collections.abc import Iterator
from copy import copy
from typing import Any

from fastapi.openapi.utils import get_openapi
from fastapi.routing import APIRoute

from chassis.service import SHARED, Service
from chassis.web.auth import sign_in


def routes_of(service: Service[Any]) -> Iterator[APIRoute]:
    """Each route, with its whole path inside of the service."""
    for router in (*service.routers, *(part.router for part in SHARED), sign_in.router):
        yield from (route for route in router.routes if isinstance(route, APIRoute))


def whole_document(service: Service[Any]) -> dict[str, Any]:
    """The OpenAPI document as if pages were part of the interface."""
    shown = [copy(route) for route in routes_of(service)]
    for route in shown:
        route.include_in_schema = True
    return get_openapi(title=service.name, version="1", routes=shown)
