"""How many members queues have now: one request for all who ask at about the same time."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence

from batch_offboard.offboarding.limits import QUEUES_PER_READ
from batch_offboard.offboarding.models import ApiError, Queue

ReadQueues = Callable[[Sequence[str]], Awaitable[tuple[Queue, ...] | ApiError]]
"""Reads the queues with these ids (at most QUEUES_PER_READ)."""


class MemberCounts:
    """Counts that are never older than the moment at which they were asked for."""

    def __init__(self, read_queues: ReadQueues) -> None:
        self._read_queues = read_queues
        self._wanted: list[str] = []
        self._counts: dict[str, int] = {}
        self._line = asyncio.Lock()
        """Held by the one task whose request is under way."""

    async def of(self, queue_id: str) -> int:
        """The number of members of a queue; 0 if it cannot be read.

        All who ask while a request is under way share the next one.
        """
        self._wanted.append(queue_id)
        async with self._line:
            if queue_id in self._wanted:
                await self._read()
        return self._counts.get(queue_id, 0)

    async def _read(self) -> None:
        asked, self._wanted = self._wanted[:QUEUES_PER_READ], self._wanted[QUEUES_PER_READ:]
        queues = await self._read_queues(asked)
        for queue_id in asked:
            self._counts.pop(queue_id, None)
        if not isinstance(queues, ApiError):
            self._counts.update({queue.id: queue.member_count for queue in queues})
