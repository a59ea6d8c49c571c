"""Public data for pages of other sites: they may read what everybody may, without their visitors' credentials."""

from collections.abc import Callable, Iterable

from starlette.middleware.cors import CORSMiddleware
from starlette.routing import compile_path
from starlette.types import ASGIApp, Receive, Scope, Send

from chassis.web.access import EVERYBODY, Access, read_paths

DATA = ("/api/", "/charts/", "/contracts/", "/files/")
"""Where the addresses begin that have data, and no page that is meant for whoever looks at it."""

PAGES = ("/public/",)
DESCRIPTION = "/openapi.json"
METHODS = ("GET", "HEAD")
ASKED_WITH = ("If-None-Match", "Last-Event-ID", "Range")
TOLD = ("Accept-Ranges", "Content-Disposition", "Content-Range", "ETag", "Link", "Retry-After", "X-Correlation-Id")
A_DAY = 24 * 60 * 60


class CrossOriginReads:
    """Answers browsers that ask for a page of another site, where the route is of public data (Fetch, CORS)."""

    def __init__(self, app: ASGIApp, access: Access) -> None:
        self.app = app
        self.shared = CORSMiddleware(
            app,
            allow_origins=["*"],
            allow_methods=METHODS,
            allow_headers=ASKED_WITH,
            expose_headers=TOLD,
            max_age=A_DAY,
        )
        self.is_shared = matcher(shared_paths(access))

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        reads = scope["type"] == "http" and scope["method"] in {*METHODS, "OPTIONS"}
        app = self.shared if reads and self.is_shared(route_path(scope)) else self.app
        await app(scope, receive, send)


def shared_paths(access: Access) -> list[str]:
    """The paths of the routes that pages of other sites may read, as the table of access has them."""
    return [path for path in public_paths(access) if path.startswith((*DATA, DESCRIPTION))]


def public_paths(access: Access) -> list[str]:
    """The paths of data and pages that are the same for everybody."""
    shown = (path for path, roles in read_paths(access).items() if EVERYBODY in roles)
    return [DESCRIPTION, *(path for path in shown if path == "/" or path.startswith((*DATA, *PAGES)))]


def route_path(scope: Scope) -> str:
    """The path below the place where the application is mounted."""
    path: str = scope["path"]
    return path.removeprefix(scope.get("root_path", ""))


def matcher(paths: Iterable[str]) -> Callable[[str], bool]:
    expressions = [compile_path(path)[0] for path in paths]
    return lambda path: any(expression.match(path) for expression in expressions)
