"""A reaction for tests, which keeps what it heard and refuses when told to."""

from collections.abc import Awaitable, Callable

from chassis.messaging.dead_letters.store import PermanentError
from chassis.messaging.reactions import Reactions
from chassis.store.database import Connection
from contracts.enrollment import OrganizationRegistered
from contracts.envelope import Envelope


async def _nothing(event: OrganizationRegistered) -> None:
    return


class Heard:
    """Keeps the names it heard, in order, and refuses the one named `refused` while told to; `before` comes first."""

    def __init__(self) -> None:
        self.names: list[str] = []
        self.refusing = True
        self.before: Callable[[OrganizationRegistered], Awaitable[None]] = _nothing
        self.reactions = Reactions("sessions")
        self.reactions.on(OrganizationRegistered)(self.hear)

    async def hear(self, connection: Connection, event: OrganizationRegistered, envelope: Envelope) -> None:
        await self.before(event)
        if event.name == "refused" and self.refusing:
            raise PermanentError("told to refuse")
        self.names.append(event.name)
