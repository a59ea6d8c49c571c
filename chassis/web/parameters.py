"""The parameters of an address: each has a known name, stands once, and is written as its kind is."""

from collections.abc import Collection

from pydantic import BeforeValidator
from pydantic_core import PydanticCustomError
from starlette.datastructures import QueryParams

from chassis.web.problems import Problem
from chassis.web.texts import _


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
