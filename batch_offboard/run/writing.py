"""The writing phases: a step's calls are made until none is needed or a row has to be given up.

There is one way to deal with every doubt: read again, plan again. A call that was refused for a
reason that may concern one member is split until only the guilty rows carry the error.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from batch_offboard.offboarding.batching import USERS_PER_READ, chunks, halves, same_target
from batch_offboard.offboarding.effects import after
from batch_offboard.offboarding.models import Answer, ApiError, Call, Snapshot
from batch_offboard.offboarding.steps import Fact, Step
from batch_offboard.run.crew import for_each
from batch_offboard.run.events import EffectRead
from batch_offboard.run.finding import expansions
from batch_offboard.run.memberships import read_memberships
from batch_offboard.run.session import Phase, Run

_CONCERNS_NO_MEMBER = frozenset({401, 403, 413, 415})
"""A refusal with one of these statuses says nothing about a single member: no use in splitting."""


async def carry_out(run: Run, step: Step, rows: Iterable[int]) -> None:
    """Make every call that these rows' people need for the step."""
    people = [run.people[row] for row in rows]
    calls = list(step.calls(people))
    writing = _Writing(run, step)
    total = sum(len(call.rows) for call in calls)
    with Phase(run, step.name, step.title, total, step.unit) as phase:

        async def settle(call: Call) -> None:
            await writing.settle(call, run.settings.attempts)
            phase.advance(len(call.rows))

        await for_each(calls, settle, run.width)


@dataclass(frozen=True, slots=True)
class _Doubt:
    """A call that was not simply done: only reading again tells what is still needed."""

    call_id: int
    call: Call
    answer: Answer


class _Writing:
    """One step's calls being made, with the count that the breaker judges."""

    def __init__(self, run: Run, step: Step) -> None:
        self._run, self._step = run, step
        self._attempted: set[int] = set()
        self._failed: set[int] = set()

    async def settle(self, call: Call, attempts: int) -> None:
        """Make `call`, and whatever reading again shows to be still needed of it."""
        self._attempted.update(call.rows)
        call_id, answer = await self._run.send(self._step.name, call)
        if answer.outcome == "done":
            self._apply(call)
        elif answer.outcome == "refused" and answer.status in _CONCERNS_NO_MEMBER:
            self._give_up(call.rows, answer)
        else:
            await self._look_again(_Doubt(call_id, call, answer), attempts)

    def _apply(self, call: Call) -> None:
        for row in call.rows:
            self._run.people[row] = after(call, self._run.people[row])

    async def _look_again(self, doubt: _Doubt, attempts: int) -> None:
        if doubt.answer.outcome != "refused":
            await self._run.back_off(1 + self._run.settings.attempts - attempts)
        unread = await read_again(self._run, self._step, doubt.call)
        if unread is not None:
            self._give_up(doubt.call.rows, replace(doubt.answer, error=unread))
            return
        needed = self._still_needed(doubt)
        for call in needed:
            await self._again(doubt, call, attempts)

    def _still_needed(self, doubt: _Doubt) -> list[Call]:
        people = [self._run.people[row] for row in doubt.call.rows]
        needed = [each for each in self._step.calls(people) if same_target(each, doubt.call)]
        open_rows = {row for call in needed for row in call.rows}
        settled = tuple(row for row in doubt.call.rows if row not in open_rows)
        ours = doubt.answer.outcome == "unknown"
        self._run.record(EffectRead(doubt.call_id, settled, ours, self._run.now()))
        return needed

    async def _again(self, doubt: _Doubt, needed: Call, attempts: int) -> None:
        if doubt.answer.outcome == "refused" and needed.rows == doubt.call.rows:
            parts = halves(needed)
            if not parts:
                self._give_up(needed.rows, doubt.answer)
            for part in parts:
                await self.settle(part, attempts)
        elif attempts > 1:
            await self.settle(needed, attempts - 1)
        else:
            self._give_up(needed.rows, doubt.answer)

    def _give_up(self, rows: Sequence[int], answer: Answer) -> None:
        error = answer.error or ApiError(answer.status, "unusable_answer", "No usable answer.")
        self._failed.update(rows)
        self._run.give_up(self._step, rows, error)
        self._run.judge_failures(self._step.title, len(self._attempted), len(self._failed))


async def read_again(run: Run, step: Step, call: Call) -> ApiError | None:
    """Bring what the step goes by up to date for the people of a call; an error if it cannot."""
    people = [run.people[row] for row in call.rows]
    if Fact.MEMBERSHIPS in step.reads and "queue_id" in call.arguments:
        return await _memberships_again(run, people, str(call.arguments["queue_id"]))
    return await users_again(run, people)


async def _memberships_again(
    run: Run, people: Sequence[Snapshot], queue_id: str
) -> ApiError | None:
    queues = [run.queues[queue_id]] if queue_id in run.queues else []
    readings = await read_memberships(run, people, queues)
    for row, listed in readings.items():
        if isinstance(listed, ApiError):
            return listed
        run.people[row] = replace(run.people[row], memberships=listed)
    return None


async def users_again(run: Run, people: Sequence[Snapshot]) -> ApiError | None:
    """Read these users again into `run.people`, 100 a call."""
    failed: list[ApiError] = []

    async def read(chunk: Sequence[Snapshot]) -> None:
        rows = {person.user.id: person.row for person in chunk}
        users = await run.genesys.users(tuple(rows), expansions(run))
        if isinstance(users, ApiError):
            failed.append(users)
            return
        for user in users:
            row = rows[user.id]
            run.people[row] = replace(run.people[row], user=user)

    await for_each(chunks(people, USERS_PER_READ), read, run.width)
    return failed[0] if failed else None
