"""The routes of a service, for tests that look at all of them."""

from typing import Any

from fastapi.routing import APIRoute

from chassis.service import Service


def addresses_without_a_page(service: Service[Any]) -> set[str]:
    """Addresses of pages that take a form (POST) but do not answer a reload (GET)."""
    pages = [
        route
        for router in service.routers
        for route in router.routes
        if isinstance(route, APIRoute) and not route.include_in_schema
    ]
    taken = {route.path for route in pages if "POST" in (route.methods or ())}
    return taken - {route.path for route in pages if "GET" in (route.methods or ())}
