"""The reader's locale: the language of texts, the region of numbers and dates, and the zone of times.

A request has its own, set by `LocaleMiddleware`; a job and a command line have that of their process.
"""

import os
import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from functools import cache, cached_property
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

import babel

if TYPE_CHECKING:  # a program of the sandbox imports this module for each file that it reads
    from starlette.requests import Request

    from chassis.runtime.settings import HttpSettings

PARAMETER = "lang"
"""The query parameter by which a reader chooses a language."""

COOKIE = "minka_lang"
COOKIE_LASTS = 365 * 24 * 3600
"""Seconds for which a browser keeps the language that was chosen."""

LONGEST_HEADER = 500
"""Characters of `Accept-Language` that are read; browsers send fewer than a hundred."""

_RANGE = re.compile(r"\s*([A-Za-z]{1,8})(?:-[A-Za-z0-9-]+)?\s*(?:;\s*q\s*=\s*(0(?:\.\d{0,3})?|1(?:\.0{0,3})?)\s*)?")


@dataclass(frozen=True)
class Locale:
    """`tag` is the language, with or without a region, as HTTP and HTML write it, such as `es-PE`."""

    tag: str
    zone: ZoneInfo

    @cached_property
    def language(self) -> str:
        """The language alone, by which catalogues are named."""
        return self.tag.partition("-")[0]

    @cached_property
    def region(self) -> babel.Locale:
        """How numbers and dates are written: as in the region, else as in the language."""
        try:
            return babel.Locale.parse(self.tag, sep="-")
        except babel.UnknownLocaleError:
            return babel.Locale(self.language)

    @property
    def own_name(self) -> str:
        """The language's name in itself, such as `Español`."""
        return (babel.Locale(self.language).display_name or self.language).capitalize()


_current: ContextVar[Locale] = ContextVar("locale")


def current() -> Locale:
    """The locale of this request, else of this process."""
    return _current.get(None) or _of_this_process()


def use(locale: Locale) -> None:
    """Makes this the locale of the process; for its start, before it begins any task."""
    _current.set(locale)


@contextmanager
def using(locale: Locale) -> Iterator[None]:
    """Makes this the locale within the block."""
    token = _current.set(locale)
    try:
        yield
    finally:
        _current.reset(token)


def offered(settings: "HttpSettings") -> dict[str, Locale]:
    """The locales of an installation by language; the first is the default."""
    locales = [Locale(tag, settings.time_zone) for tag in settings.languages]
    return {locale.language: locale for locale in locales}


def default(settings: "HttpSettings") -> Locale:
    """What is used where nobody chose."""
    return next(iter(offered(settings).values()))


def asked_for(request: "Request", locales: Mapping[str, Locale]) -> Locale | None:
    """The locale that the address asks for by `?lang=`, if it is offered."""
    return locales.get(_language(request.query_params.get(PARAMETER, "")))


def chosen(request: "Request", locales: Mapping[str, Locale]) -> Locale:
    """The locale of a request: by its address, else its cookie, else `Accept-Language`, else the default."""
    return (
        asked_for(request, locales)
        or locales.get(_language(request.cookies.get(COOKIE, "")))
        or preferred(",".join(request.headers.getlist("accept-language")), locales)
        or next(iter(locales.values()))
    )


def preferred(header: str, locales: Mapping[str, Locale]) -> Locale | None:
    """The locale that an `Accept-Language` header prefers; a range with a region also means its language."""
    ranges = [_RANGE.fullmatch(one) for one in header[:LONGEST_HEADER].split(",")]
    weighed = [(float(found[2] or 1), locales.get(_language(found[1]))) for found in ranges if found]
    best = sorted((one for one in weighed if one[0] and one[1]), key=lambda one: -one[0])
    return best[0][1] if best else None


def _language(tag: str) -> str:
    return tag.partition("-")[0].lower()


def of_environment(variables: Mapping[str, str]) -> Locale:
    """The locale of a process without settings: of `MINKA_LANG`, `LC_ALL`, `LC_MESSAGES` or `LANG`, else English."""
    named = (variables.get(name) for name in ("MINKA_LANG", "LC_ALL", "LC_MESSAGES", "LANG"))
    tag = next((name for name in named if name), "").partition(".")[0].partition("@")[0].replace("_", "-")
    zone = ZoneInfo(variables.get("MINKA_TIME_ZONE") or "UTC")
    try:
        babel.Locale(_language(tag))
    except (babel.UnknownLocaleError, ValueError):
        return Locale("en", zone)
    return Locale(tag, zone)


@cache
def _of_this_process() -> Locale:
    return of_environment(os.environ)
