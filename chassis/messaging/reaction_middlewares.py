"""FastStream middlewares around every reaction, the outermost first.

1. FastStream's own for Prometheus measures sizes and durations.
2. `SettleMiddleware` repeats the work until the record has an outcome, and lets its offset be committed only then.
3. FastStream's own for exceptions parks the key of a record that cannot be handled, or quarantines the record.
4. `TransactionMiddleware` reads the event, takes the locks, and enters the inbox in the transaction of the effect.

No parameter is injected with FastStream's `Context` on the way of a record: each would cost it a thread.
"""

import time
from collections import defaultdict
from collections.abc import Awaitable, Callable, Sequence
from contextlib import nullcontext
from functools import partial
from typing import Any, Literal

from faststream import BaseMiddleware, ContextRepo, ExceptionMiddleware, PublishCommand, StreamMessage
from faststream.kafka import KafkaMessage
from faststream.kafka.prometheus import KafkaPrometheusMiddleware
from prometheus_client import REGISTRY

from chassis.messaging.dead_letters import store
from chassis.messaging.dead_letters.store import QueuedBehindParkedKey, Record
from chassis.messaging.reactions import ReactionRouter, traced
from chassis.runtime import telemetry
from chassis.runtime.health import Progress
from chassis.runtime.retry import retry_while_unavailable
from chassis.store.database import TRANSIENT, Pool, transaction
from contracts.envelope import EnvelopeError, from_headers

Outcome = Literal["handled", "repeated", "passed over", "parked", "quarantined"]
CallNext = Callable[[StreamMessage[Any]], Awaitable[Any]]

FLOOD_CHECK_SECONDS = 1.0
"""Between two looks for a flood of dead letters, while the topic itself adds none."""


def middlewares(reactions: ReactionRouter, pool: Pool, progress: Progress) -> Sequence[Any]:
    """The middlewares of one service's reactions, as a FastStream broker includes them with the router."""
    return (
        KafkaPrometheusMiddleware(registry=REGISTRY, app_name=reactions.service, metrics_prefix="minka_reactions"),
        partial(SettleMiddleware, reactions=reactions, flood=Flood(reactions, pool, progress)),
        ExceptionMiddleware(publish_handlers={Exception: partial(park, reactions, pool)}),
        partial(TransactionMiddleware, reactions=reactions, pool=pool),
    )


class Flood:
    """Stops a topic's subscriber while the service's reactions add too many dead letters."""

    def __init__(self, reactions: ReactionRouter, pool: Pool, progress: Progress) -> None:
        self.reactions = reactions
        self.pool = pool
        self.progress = progress
        self.next_look: defaultdict[str, float] = defaultdict(float)

    async def wait_out(self, topic: str) -> None:
        """Returns once there is no flood. Others add dead letters, too, so it looks now and then in any case."""
        if time.monotonic() >= self.next_look[topic]:
            loop = self.reactions.loop_name(topic)
            await store.wait_out_flood(self.pool, self.reactions.consumer, self.progress, loop)
            self.next_look[topic] = time.monotonic() + FLOOD_CHECK_SECONDS


class SettleMiddleware(BaseMiddleware[PublishCommand, Record]):
    """Settles one record. While the database is away, the work is repeated."""

    def __init__(self, msg: Record, /, *, context: ContextRepo, reactions: ReactionRouter, flood: Flood) -> None:
        super().__init__(msg, context=context)
        self.service = reactions.service
        self.offsets = reactions.offsets[msg.topic]
        self.flood = flood

    async def on_receive(self) -> None:
        self.offsets.begin()

    async def consume_scope(self, call_next: CallNext, msg: StreamMessage[Any]) -> Outcome:
        topic = self.msg.topic
        await retry_while_unavailable(partial(self.flood.wait_out, topic))
        outcome: Outcome = await retry_while_unavailable(partial(call_next, msg))
        if outcome in store.KINDS:
            self.flood.next_look[topic] = 0.0
        telemetry.REACTED.labels(self.service, topic, outcome).inc()
        return outcome

    async def after_processed(self, exc_type: Any = None, exc_val: Any = None, exc_tb: Any = None) -> None:
        """Lets the offset be committed. What is raised here is a fault of this code, or the end of the process."""
        self.offsets.settle(self.msg, exc_val)


class TransactionMiddleware(BaseMiddleware[PublishCommand, Record]):
    """Calls the handler in a transaction that holds the locks, unless the key is parked or the event was handled."""

    def __init__(self, msg: Record, /, *, context: ContextRepo, reactions: ReactionRouter, pool: Pool) -> None:
        super().__init__(msg, context=context)
        self.reactions = reactions
        self.pool = pool

    async def consume_scope(self, call_next: CallNext, msg: StreamMessage[Any]) -> Outcome:
        delivery = self.reactions.read(self.msg)
        if delivery is None:
            return "passed over"
        locks = (self.reactions.key_lock(self.msg), *delivery.subjects)
        with delivery.traced():
            async with transaction(self.pool, *locks) as connection:
                if await store.key_is_parked(connection, self.reactions.consumer, self.msg):
                    error = QueuedBehindParkedKey("the key is parked")
                    await store.park(connection, self.reactions.consumer, "parked", self.msg, error)
                    return "parked"
                if not await delivery.enter_inbox(connection):
                    return "repeated"
                msg.body = delivery.arguments(connection)
                msg.clear_cache()
                await call_next(msg)
                return "handled"


async def park(reactions: ReactionRouter, pool: Pool, error: Exception, message: KafkaMessage) -> Outcome:
    """Keeps the record that `error` ended as a dead letter. A transient error is raised again, to be retried."""
    if isinstance(error, TRANSIENT):
        raise error
    record: Any = message.raw_message
    readable = not isinstance(error, EnvelopeError)
    kind: store.Kind = "parked" if readable else "quarantined"
    with traced(from_headers(record.headers)) if readable else nullcontext():
        async with transaction(pool, reactions.key_lock(record)) as connection:
            await store.park(connection, reactions.consumer, kind, record, error)
    return kind
