"""What can be seen of a running service: JSON logs with correlation ids, and Prometheus metrics.

Logs and labels carry ids, types and counts; never a name, a document or a body.
"""

import logging
import platform
import secrets
import traceback
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any

import structlog
from prometheus_client import Counter, Gauge, Histogram, Info, disable_created_metrics

from chassis.runtime.traces import Step, span
from chassis.store.database import Pool
from chassis.version import VERSION

correlation_id: ContextVar[str | None] = ContextVar("correlation_id", default=None)
traceparent: ContextVar[str | None] = ContextVar("traceparent", default=None)

# Each counter would have a second series, with the instant of its first count.
disable_created_metrics()  # type: ignore[no-untyped-call]

BUILD = Info("minka_build", "The release that runs, and its Python.")
BUILD.info({"version": VERSION, "python": platform.python_version()})

RELAYED = Counter("minka_relayed_events_total", "Events handed to Kafka by the relay.", ["service", "topic"])
OUTBOX_AGE = Gauge("minka_outbox_age_seconds", "Age of the oldest event not yet relayed, of any worker.", ["service"])
REACTED = Counter("minka_reactions_total", "Records a reaction has seen.", ["service", "topic", "outcome"])
PROJECTED = Counter("minka_projected_events_total", "Records folded by a projection.", ["projection", "topic"])
LAG = Gauge(
    "minka_consumer_lag_records", "Records behind the end of the partition.", ["consumer", "topic", "partition"]
)
LAG_SECONDS = Gauge(
    "minka_consumer_lag_seconds",
    "Time since a consumer was last at the end of a topic: no unread record is older.",
    ["consumer", "topic"],
)
DEAD_LETTERS = Counter("minka_dead_letters_total", "Records parked or quarantined.", ["consumer", "topic", "kind"])
DEAD_LETTERS_BY_STATE = Gauge(
    "minka_dead_letters_by_state",
    "Dead letters waiting, redriving, redriven, discarded.",
    ["service", "consumer", "kind", "state"],
)
HALTED = Gauge("minka_consumer_halted", "1 while a consumer's loop stands still on purpose.", ["loop"])
JOBS = Counter(
    "minka_jobs_total",
    "Attempts of jobs: done, retried (to be tried again), failed (the last one), lost (taken over by another worker).",
    ["service", "kind", "outcome"],
)
JOBS_BY_STATE = Gauge("minka_jobs_by_state", "Jobs scheduled, due, running and failed.", ["service", "kind", "state"])
CONNECTIONS = Gauge("minka_database_connections", "Open connections of a pool: used, idle.", ["pool", "state"])
CONNECTION_LIMIT = Gauge("minka_database_connection_limit", "Connections that a pool may open.", ["pool"])
CONNECTION_WAITS = Gauge("minka_database_connection_waits", "Tasks that wait for a connection of a pool.", ["pool"])
HTTP_SECONDS = Histogram("minka_http_request_seconds", "Time to answer.", ["service", "method", "route", "status"])


def watch_pool(name: str, pool: Pool) -> None:
    """Shows the connections of a pool as they are at the moment when somebody asks for the metrics."""
    CONNECTIONS.labels(name, "used").set_function(lambda: pool.get_size() - pool.get_idle_size())
    CONNECTIONS.labels(name, "idle").set_function(pool.get_idle_size)
    CONNECTION_LIMIT.labels(name).set(pool.get_max_size())
    waiting: Any = pool
    CONNECTION_WAITS.labels(name).set_function(lambda: len(waiting._queue._getters))  # there is no public count


def configure_logging(service: str, level: str) -> None:
    """One JSON object a line on standard error, from structlog and from libraries alike."""
    shared: list[Any] = [
        structlog.contextvars.merge_contextvars,
        _add_correlation,
        structlog.stdlib.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
    ]
    structlog.configure(
        processors=[*shared, structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
        logger_factory=structlog.stdlib.LoggerFactory(),
        cache_logger_on_first_use=True,
    )
    handler = logging.StreamHandler()
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=shared,
            processors=[
                structlog.stdlib.ProcessorFormatter.remove_processors_meta,
                _exception_without_values,
                structlog.processors.EventRenamer("message"),
                structlog.processors.JSONRenderer(),
            ],
        )
    )
    logging.basicConfig(handlers=[handler], level=level, force=True)
    for noisy in ("aiokafka", "httpx", "faststream"):
        logging.getLogger(noisy).setLevel(logging.WARNING)
    structlog.contextvars.bind_contextvars(process=service)


def _exception_without_values(_logger: Any, _method: str, event: Any) -> Any:
    """An exception's text may quote what it stumbled over, so only its class and its path are logged."""
    error = event.pop("exc_info", None)
    if isinstance(error, tuple):
        error = error[1]
    if isinstance(error, BaseException):
        event["error"] = type(error).__name__
        event["at"] = [
            f"{frame.filename}:{frame.lineno} {frame.name}" for frame in traceback.extract_tb(error.__traceback__)
        ]
    return event


def _add_correlation(_logger: Any, _method: str, event: Any) -> Any:
    if (current := correlation_id.get()) is not None:
        event["correlation_id"] = current
    if (trace := traceparent.get()) is not None:
        event["trace_id"] = trace.split("-")[1]
    return event


@contextmanager
def correlated(correlation: str | None, trace: str | None, step: Step | None = None) -> Iterator[str]:
    """Carries the correlation id and `traceparent` of a request or an event through the block; draws missing ones.

    With a `step`, the block is a span of the trace.
    """
    current = correlation or secrets.token_hex(8)
    outer = correlation_id.set(current)
    with span(step, trace) as own:
        outer_trace = traceparent.set(own)
        try:
            yield current
        finally:
            correlation_id.reset(outer)
            traceparent.reset(outer_trace)
