"""Server-rendered pages: one layout, one style sheet, every text from the catalogues."""

from collections.abc import Iterator, Sequence
from functools import cache
from importlib.resources import files
from pathlib import Path
from urllib.parse import urlencode

from fastapi import Request
from fastapi.responses import HTMLResponse, RedirectResponse
from itsdangerous import BadData, URLSafeTimedSerializer
from jinja2 import BaseLoader, ChoiceLoader, Environment, FileSystemLoader, PrefixLoader, StrictUndefined
from pydantic import BaseModel, TypeAdapter

from chassis.runtime.settings import HttpSettings
from chassis.store.identifiers import new_id
from chassis.web import locale, texts
from chassis.web.auth.principal import Principal
from chassis.web.formats import FILTERS
from chassis.web.pages.assets import read_assets

NOTICE_COOKIE = "minka_notice"
NOTICE_LASTS = 60
"""Seconds within which the page after a redirect must be seen for its notice to be shown."""


class Entry(BaseModel):
    """A link that all services show, in the navigation or in the footer; without roles it is everybody's."""

    label: str | dict[str, str]
    href: str
    in_footer: bool = False
    roles: frozenset[str] = frozenset()

    @property
    def text(self) -> str:
        """The label in the reader's language, else in the first that it has."""
        if isinstance(self.label, str):
            return self.label
        return self.label.get(locale.current().language) or next(iter(self.label.values()))

    def is_for(self, principal: Principal | None) -> bool:
        """Whether this person may go there."""
        return not self.roles or (principal is not None and not self.roles.isdisjoint(principal.roles))


class Pages:
    """What one service's pages are made from; opened once, when its application is made."""

    def __init__(self, package: str, settings: HttpSettings) -> None:
        self.assets = read_assets("chassis", package)
        self.navigation = _read_navigation(settings.navigation_file)
        self.notices = URLSafeTimedSerializer(settings.session_secret.get_secret_value(), salt="notice")
        self.environment = _environment(package)


def render(request: Request, template: str, status: int = 200, **context: object) -> HTMLResponse:
    """The page. Templates extend `base.html` and find the names of `_surroundings` beside their own context."""
    pages: Pages = request.app.state.pages
    text = pages.environment.get_template(template).render(**_surroundings(request, pages), **context)
    response = HTMLResponse(text, status)
    if NOTICE_COOKIE in request.cookies:
        response.delete_cookie(NOTICE_COOKIE, path="/")
    return response


def render_unkept(request: Request, template: str, status: int = 200, **context: object) -> HTMLResponse:
    """The page, which stays in no cache: it has data of a person, and the next one may use the same phone.

    What is shown to somebody who signed in is never kept.
    """
    page = render(request, template, status, **context)
    page.headers["Cache-Control"] = "no-store"
    return page


def see_other(request: Request, path: str, notice: str | None = None) -> RedirectResponse:
    """After a form did its work: on to a page of this service, which shows the notice once."""
    response = RedirectResponse(f"{request.app.state.prefix}{path}", 303)
    if notice:
        pages: Pages = request.app.state.pages
        secure = request.app.state.settings.public_url.startswith("https:")
        value = pages.notices.dumps(notice)
        response.set_cookie(
            NOTICE_COOKIE, value, max_age=NOTICE_LASTS, path="/", secure=secure, httponly=True, samesite="lax"
        )
    return response


def static_root(request: Request) -> str:
    """Where the service's style sheets, scripts and pictures are."""
    pages: Pages = request.app.state.pages
    return f"{request.app.state.prefix}/static/{pages.assets.digest}"


def _surroundings(request: Request, pages: Pages) -> dict[str, object]:
    principal: Principal | None = getattr(request.state, "principal", None)
    root = request.app.state.prefix
    entries = [entry for entry in pages.navigation if entry.is_for(principal)]
    navigation = [entry for entry in entries if not entry.in_footer]
    return {
        "root": root,
        "static": static_root(request),
        "path": request.url.path,
        "query": request.query_params,
        "locale": locale.current(),
        "other_languages": _other_languages(request),
        "principal": principal,
        "ends_everywhere": request.app.state.provider.ends_everywhere,
        "navigation": navigation,
        "footer_links": [entry for entry in entries if entry.in_footer],
        "current_entry": _current_entry(navigation, request.url.path),
        "notice": _notice(request, pages),
    }


def _current_entry(navigation: Sequence[Entry], path: str) -> Entry | None:
    """The entry that leads nearest to this address; the root is the current one for itself alone."""
    above = [entry for entry in navigation if entry.href == path or _is_above(entry.href.rstrip("/"), path)]
    return max(above, key=lambda entry: len(entry.href), default=None)


def _is_above(href: str, path: str) -> bool:
    return bool(href) and path.startswith(f"{href}/")


def _other_languages(request: Request) -> list[tuple[locale.Locale, str]]:
    """The languages that the reader may switch to, each with the address of this page in it."""
    query = request.query_params.multi_items()
    return [
        (other, f"?{urlencode([(locale.PARAMETER, language), *query])}")
        for language, other in locale.offered(request.app.state.settings).items()
        if language != locale.current().language
    ]


def _notice(request: Request, pages: Pages) -> str | None:
    try:
        return str(pages.notices.loads(request.cookies.get(NOTICE_COOKIE, ""), max_age=NOTICE_LASTS))
    except BadData:
        return None


@cache
def _environment(package: str) -> Environment:
    environment = Environment(
        loader=ChoiceLoader([*_loaders(package), *_loaders("chassis")]),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        optimized=False,  # what a filter makes of a constant depends on the reader
        extensions=["jinja2.ext.i18n"],
    )
    environment.install_gettext_callables(  # type: ignore[attr-defined]
        lambda message: texts.translations().gettext(message),
        lambda singular, plural, number: texts.translations().ngettext(singular, plural, number),
        newstyle=True,
    )
    environment.filters |= FILTERS | {"with_code": texts.with_code}
    environment.globals["new_id"] = new_id
    return environment


def _loaders(package: str) -> Iterator[BaseLoader]:
    """Templates of a folder `cohorts/templates` are named `cohorts/…`; those of a folder `pages` have no prefix."""
    root = Path(str(files(package)))
    for folder in sorted(root.rglob("templates")):
        if "tests" not in folder.relative_to(root).parts:
            idea = folder.parent.name
            loader = FileSystemLoader(folder)
            yield loader if idea == "pages" or folder.parent == root else PrefixLoader({idea: loader})


def _read_navigation(path: Path | None) -> Sequence[Entry]:
    return TypeAdapter(list[Entry]).validate_json(path.read_bytes()) if path else ()
