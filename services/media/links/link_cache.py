"""The targets of codes, kept in memory. A link never changes, so a target that was found stays valid."""

from chassis.store.database import Pool
from services.media.links.domain import LinkTarget
from services.media.links.service import find_target


class LinkCache:
    """The targets that were found since this process started; at most as many as there are links."""

    def __init__(self, pool: Pool) -> None:
        self._pool = pool
        self._targets: dict[str, LinkTarget] = {}

    async def find(self, code: str) -> LinkTarget | None:
        """The target of a code, if it exists."""
        if target := self._targets.get(code):
            return target
        target = await find_target(self._pool, code)
        return target and self._targets.setdefault(code, target)
