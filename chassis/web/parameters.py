"""The parameters of an address: each has a known name, stands once, and is written as its kind is."""

from collections.abc import Collection, Iterator

from fastapi.datastructures import DefaultPlaceholder
from fastapi.dependencies.models import Dependant
from fastapi.routing import APIRoute
from pydantic import BeforeValidator
from pydantic_core import PydanticCustomError
from starlette.datastructures import QueryParams
from starlette.requests import Request

from chassis.web.problems import Problem
from chassis.web.texts import _


async def check_parameters(request: Request) -> None:
    """The dependency of every route: what the interface is asked and would not obey is refused, as `check_names` says.

    Files and streams are left out: who leads others to one adds parameters of their own to its address.
    """
    route: APIRoute = request.scope["route"]
    if route.path.startswith("/api/") and isinstance(route.response_class, DefaultPlaceholder):
        check_names(request.query_params, known_names(route))


def known_names(route: APIRoute) -> list[str]:
    """The parameters of an address that the route knows."""
    return sorted(_names(route.dependant))


def _names(dependant: Dependant) -> Iterator[str]:
    yield from (parameter.alias for parameter in dependant.query_params)
    for part in dependant.dependencies:
        yield from _names(part)


def check_names(query: QueryParams, known: Collection[str]) -> None:
    """Raises a 400 for a parameter that is not `known`, and for one that stands twice: neither would be obeyed."""
    if not set(query) <= set(known):
        raise Problem(
            400,
            "unknown_parameter",
            _("The address has a parameter that is not known here."),
            remedy=_("Known: %(names)s.", names=", ".join(known)),
        )
    if len(query.multi_items()) > len(query):
        raise Problem(
            400,
            "repeated_parameter",
            _("A parameter stands in the address twice."),
            remedy=_("Give each parameter once."),
        )


def _digits(value: object) -> object:
    """Refuses what Python takes for a whole number too, such as +5, 1_0 and 1.0."""
    if isinstance(value, str) and not (value.isascii() and value.isdecimal()):
        raise PydanticCustomError("int_parsing", "digits alone")
    return value


DIGITS = BeforeValidator(_digits)
"""The validator of a whole number in an address: it is written with digits alone."""


def _empty_is_none(value: object) -> object:
    return None if value == "" else value


EMPTY_IS_NONE = BeforeValidator(_empty_is_none)
"""The validator of a parameter that forms, and some readers of streams, send empty where they have none."""
