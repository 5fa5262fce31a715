"""Listing memberships again once their removals have ended, while other removals still run.

A removal may be delayed for minutes: an agent in wrap-up, a limit, a lost connection. Other
memberships are read back meanwhile, but only once no removal waits to be sent: each earlier reading
would delay somebody's removal. Nor is anything listed within some seconds of its last removal, as
reads lag, and pages that do not show it yet would have to be read again.
"""

import asyncio
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import replace
from functools import partial

from batch_offboard.genesys.concurrency import for_each, together
from batch_offboard.offboarding.models import ApiError, Call, Queue
from batch_offboard.offboarding.read_costs import sweep_cost, sweep_is_cheaper
from batch_offboard.offboarding.steps import Step
from batch_offboard.run.members import QueuePages, list_members_left, list_without_newcomers
from batch_offboard.run.memberships import Listings
from batch_offboard.run.progress import Progress
from batch_offboard.run.session import Phase, Run
from batch_offboard.run.write import CallObserver, carry_out

_SETTLING_SECONDS = 3.0
"""How long Genesys may take until its listings show a removal [assumed]."""

Unit = str | int
"""What is listed in one go: a queue's members (its id), or a person's queues (the row)."""


class Relisting:
    """The listings of memberships after the removals; `listed` is their result.

    `touched` are, by row, the queues to list. What could not be listed is missing from `listed`.
    """

    def __init__(self, run: Run, progress: Progress, touched: Mapping[int, Sequence[str]]) -> None:
        self.listed = Listings()
        self._run, self._progress = run, progress
        leaving = Counter(queue_id for ids in touched.values() for queue_id in {*ids})
        self._queues = {
            queue_id: _without(queue, leaving[queue_id])
            for queue_id, queue in progress.queues.items()
            if queue_id in leaving
        }
        """The queues to list, with the number of members that should be left."""
        queues = self._queues.values()
        people = [row for row, ids in touched.items() if ids]
        self._list_one = list_without_newcomers(progress.listed, list_members_left)
        self._by_queue = sweep_is_cheaper(queues, len(people))
        self._extent = (sweep_cost(queues), "pages") if self._by_queue else (len(people), "people")
        """The total of the phase and its unit: pages or people, as each takes about as long."""
        self._waiting: set[Unit] = {*self._queues} if self._by_queue else {*people}
        self._removals: Counter[Unit] = Counter()
        self._ready: asyncio.Queue[tuple[Unit, float] | None] = asyncio.Queue()
        """What can be listed, each with the earliest time for it; None at the end."""
        self._may_begin = asyncio.Event()

    async def remove_and_list(self, step: Step, rows: Sequence[int]) -> None:
        """Make the removals of these rows; list meanwhile what no removal will change any more."""
        removals = step.calls([self._progress.people[row] for row in rows])
        self._removals.update(unit for call in removals for unit in self._units(call))
        for unit in self._waiting:
            if not self._removals[unit]:
                self._ready.put_nowait((unit, 0.0))
        await together(self._remove(step, rows), self._list_ready())

    async def list_rest(self) -> None:
        """List everything that is not listed yet."""
        if self._waiting:
            with self._phase() as phase:
                await for_each([*self._waiting], partial(self._list, phase), self._run.width)

    def _call_ended(self, call: Call) -> None:
        for unit in self._units(call):
            self._removals[unit] -= 1
            if not self._removals[unit] and unit in self._waiting:
                self._ready.put_nowait((unit, self._run.clock.monotonic() + _SETTLING_SECONDS))

    def _units(self, call: Call) -> Sequence[Unit]:
        return (str(call.arguments["queue_id"]),) if self._by_queue else call.rows

    async def _remove(self, step: Step, rows: Sequence[int]) -> None:
        try:
            # Once no removal waits to be sent, a listing delays none.
            observer = CallObserver(self._call_ended, self._may_begin.set)
            await carry_out(self._run, self._progress, step, rows, observer)
        finally:
            self._may_begin.set()
            self._ready.put_nowait(None)

    async def _list_ready(self) -> None:
        await self._may_begin.wait()
        if self._waiting:
            with self._phase() as phase:
                workers = min(self._run.width, len(self._waiting))
                await together(*(self._take(phase) for _ in range(workers)))

    async def _take(self, phase: Phase) -> None:
        while (ready := await self._ready.get()) is not None:
            unit, settled_at = ready
            await self._run.wait(max(0.0, settled_at - self._run.clock.monotonic()))
            await self._list(phase, unit)
        # The end marker is put back for the other workers.
        self._ready.put_nowait(None)

    async def _list(self, phase: Phase, unit: Unit) -> None:
        self._waiting.discard(unit)
        if isinstance(unit, str):
            pages = QueuePages(self._queues[unit], phase.advance)
            queue = self._progress.queues[unit]
            members = await self._list_one(self._run, queue, pages.read)
            if not isinstance(members, ApiError):
                self.listed.members[unit] = members
            pages.end()
        else:
            queues = await self._run.genesys.user_queues(self._progress.people[unit].user.id)
            if not isinstance(queues, ApiError):
                self.listed.queues[unit] = queues
            phase.advance(1)

    def _phase(self) -> Phase:
        """The phase in which memberships are listed once more."""
        title = "Reading back memberships"
        return Phase(self._run, "read_back_queues", title, *self._extent)


def _without(queue: Queue, members: int) -> Queue:
    """The queue, with its member count lowered by so many."""
    return replace(queue, member_count=max(0, queue.member_count - members))
