"""Who may call each route of the reporting service, and how often: it is the public's, finer slices are not."""

from chassis.web.access import EVERYBODY, Access
from chassis.web.rates import Rate

PUBLIC = {EVERYBODY: Rate.PUBLIC}

ACCESS: Access = {
    "GET /": PUBLIC,
    "GET /charts/{indicator}-by-{dimension}.svg": PUBLIC,
    "GET /api/indicators": PUBLIC,
    "GET /api/indicators/{indicator}": PUBLIC,
    "GET /api/districts.geojson": PUBLIC,
    "GET /api/stream": PUBLIC,
    "GET /contracts/schemas/{event_type}/{number}.json": PUBLIC,
    "GET /robots.txt": PUBLIC,
    "GET /favicon.ico": PUBLIC,
    "GET /.well-known/security.txt": PUBLIC,
    "GET /api/targets": PUBLIC,
    "GET /targets": PUBLIC,
}
