"""Withdrawn consents are confirmed once their people were counted after the withdrawal."""

from chassis.messaging import outbox
from chassis.store.database import Connection
from chassis.store.queries import queries
from contracts.reporting import WithdrawalAppliedInReporting

sql = queries(__package__)

CONFIRMED_AT_ONCE = 1000


async def confirm_withdrawals(connection: Connection) -> None:
    """Announces the next withdrawals that took effect. The caller holds a lock that every such caller holds."""
    applied = await sql.apply_withdrawals.fetch(connection, limit=CONFIRMED_AT_ONCE)
    await outbox.add_all(connection, [WithdrawalAppliedInReporting.model_validate({**row}) for row in applied])
