"""The writing phases: a step's calls are made until none is needed, or a row is given up.

After any outcome but "done", the people are read again and the calls they still need are planned
anew. A refused call that may concern only some of its members is split, until only the rows at
fault carry the error.
"""

import asyncio
from collections import defaultdict, deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

from batch_offboard.genesys.concurrency import for_each, ignore
from batch_offboard.offboarding.batching import halves, same_target, singly, target_of
from batch_offboard.offboarding.effects import effect_on
from batch_offboard.offboarding.models import Answer, ApiError, Call, Snapshot, User
from batch_offboard.offboarding.planning import calls_needed
from batch_offboard.offboarding.steps import Step
from batch_offboard.record.events import EffectRead
from batch_offboard.run.progress import Progress
from batch_offboard.run.refresh import refresh
from batch_offboard.run.session import Phase, Run
from batch_offboard.termination_list.identifiers import compared
from batch_offboard.wording import plural

_CONCERNS_NO_MEMBER = frozenset({401, 403, 413, 415, 423})
"""A refusal with one of these statuses concerns the whole call, so splitting it is useless."""
_NOT_FOUND = 404

_SOMEONE_ELSE = ApiError(
    None,
    "identity_mismatch",
    "The person's name or e-mail address was changed in Genesys during the run.",
)
"""The error for a person whose user id may by now belong to somebody else."""


@dataclass(frozen=True, slots=True)
class StepCalls:
    """What a writing phase does; `calls` plans the calls that people still need.

    With `by_target`, calls that become possible on the same queue or group are made right after the
    one that made them possible. A refusal by a queue or group then does not count towards the limit
    of failures, because all other targets still have to be dealt with.
    """

    name: str
    title: str
    unit: str
    calls: Callable[[Iterable[Snapshot]], Iterator[Call]]
    by_target: bool = False


@dataclass(frozen=True, slots=True)
class CallObserver:
    """Callbacks of a writing phase.

    `ended` is called for each planned call once it and all that followed from it (parts, repeats)
    have ended, whatever the outcome. `all_begun` is that of `for_each`, which may call it again.
    """

    ended: Callable[[Call], None] = ignore
    all_begun: Callable[[], None] = ignore


UNOBSERVED = CallObserver()


async def carry_out(
    run: Run,
    progress: Progress,
    step: Step,
    rows: Iterable[int],
    observer: CallObserver = UNOBSERVED,
) -> None:
    """Make every call that these rows' people need for the step.

    Requests a stop of the run once too many rows have failed.
    """
    step_calls = StepCalls(step.name, step.title, step.unit, step.calls)
    chosen = tuple(rows)
    waiting = _waiting_for_others(run, step, [progress.people[row] for row in chosen])
    await make_calls(run, progress, step_calls, chosen, observer, waiting=waiting)


def _waiting_for_others(run: Run, step: Step, people: Sequence[Snapshot]) -> int:
    """How many people need no call of this step, but calls of other steps."""
    others = [each for each in run.settings.steps if each is not step]
    in_need = {row for call in calls_needed(people, others) for row in call.rows}
    return len(in_need - {row for call in step.calls(people) for row in call.rows})


async def make_calls(
    run: Run,
    progress: Progress,
    step_calls: StepCalls,
    rows: Iterable[int],
    observer: CallObserver = UNOBSERVED,
    *,
    waiting: int = 0,
) -> None:
    """Make every call that these rows' people need now to take the step.

    `waiting` people need nothing of it, but calls of other steps; the limit on failures takes them
    into account. Requests a stop of the run once too many rows have failed.
    """
    calls = deque(step_calls.calls([progress.people[row] for row in rows]))
    if not calls:
        return
    writing = _Writing(run, progress, step_calls, waiting=waiting)
    # A call for many rows takes as long as one for a single row.
    unit = plural(step_calls.unit) if all(len(call.rows) == 1 for call in calls) else "requests"
    with Phase(run, step_calls.name, step_calls.title, len(calls), unit) as phase:

        async def make(call: Call) -> None:
            await writing.make(call, run.settings.attempts)
            phase.advance(1)
            observer.ended(call)

        # A long list has many calls, and each needs memory for what it changes.
        taken = (calls.popleft() for _ in range(len(calls)))
        await for_each(taken, make, min(run.width, len(calls) + 1), observer.all_begun)


@dataclass(frozen=True, slots=True)
class _Doubt:
    """A call whose outcome is not simply "done": reading again shows what is still needed."""

    call_id: int
    call: Call
    answer: Answer


class _Writing:
    """Makes the calls of one phase, and counts failures for the limit on them."""

    def __init__(
        self, run: Run, progress: Progress, step_calls: StepCalls, *, waiting: int
    ) -> None:
        self._run, self._progress, self._step_calls = run, progress, step_calls
        self._waiting = waiting
        self._decided: set[int] = set()
        self._failed: set[int] = set()
        self._writing: defaultdict[str, asyncio.Lock] = defaultdict(asyncio.Lock)

    async def make(self, call: Call, attempts: int) -> None:
        """Make `call`, and whatever of it is still needed after reading again."""
        call_id, answer = await self._send(call)
        if answer.outcome == "done":
            self._apply(call)
            await self._follow(call, attempts)
        elif answer.outcome == "refused" and (parts := singly(call)):
            # One role that cannot be given must not keep all others from the person.
            for part in parts:
                await self.make(part, attempts)
        elif call_id is None or self._concerns_no_member(call, answer):
            self._give_up(call, call.rows, answer)
        else:
            await self._look_again(_Doubt(call_id, call, answer), attempts)

    async def _send(self, call: Call) -> tuple[int | None, Answer]:
        """Send a call; to one queue, group or team one at a time, as parallel changes conflict."""
        target_id = target_of(call)
        if not target_id:
            return await self._run.send(self._step_calls.name, call)
        async with self._writing[target_id]:
            return await self._run.send(self._step_calls.name, call)

    async def _follow(self, call: Call, attempts: int) -> None:
        """Make the calls on the same target that this finished call allows, if `by_target`."""
        if not self._step_calls.by_target or not (target_id := target_of(call)):
            return
        people = [self._progress.people[row] for row in call.rows]
        for each in self._step_calls.calls(people):
            if target_of(each) == target_id and each.operation != call.operation:
                await self.make(each, attempts)

    def _concerns_no_member(self, call: Call, answer: Answer) -> bool:
        """Whether a refusal is not about a single member, so that splitting would be useless.

        This includes a 404 for a queue that is no longer listed.
        """
        gone = answer.status == _NOT_FOUND and not self._is_listed(call)
        return answer.outcome == "refused" and (answer.status in _CONCERNS_NO_MEMBER or gone)

    def _is_listed(self, call: Call) -> bool:
        """Whether the call's queue exists; true for a call on no queue."""
        queue_id = call.arguments.get("queue_id")
        return queue_id is None or queue_id in self._progress.queues

    def _apply(self, call: Call) -> None:
        self._decide(call.rows)
        for row in call.rows:
            self._progress.people[row] = effect_on(self._progress.people[row], call)

    async def _look_again(self, doubt: _Doubt, attempts: int) -> None:
        """Read the people anew and make the calls they still need.

        Gives up if they cannot be read, or if one of them has become somebody else.
        """
        if doubt.answer.outcome != "refused":
            await self._run.back_off(1 + self._run.settings.attempts - attempts, doubt.answer)
        known = {row: self._progress.people[row].user for row in doubt.call.rows}
        unread = await refresh(self._run, self._progress, doubt.call)
        if unread is None and any(self._is_someone_else(user, row) for row, user in known.items()):
            unread = _SOMEONE_ELSE
        if unread is not None:
            self._give_up(doubt.call, doubt.call.rows, replace(doubt.answer, error=unread))
            return
        needed = self._still_needed(doubt)
        for call in needed:
            await self._again(doubt, call, attempts)

    def _is_someone_else(self, known: User, row: int) -> bool:
        now = self._progress.people[row].user
        return (compared(known.email), known.name) != (compared(now.email), now.name)

    def _still_needed(self, doubt: _Doubt) -> list[Call]:
        """The calls still needed on the same target; records where the call took effect."""
        people = [self._progress.people[row] for row in doubt.call.rows]
        needed = [each for each in self._step_calls.calls(people) if same_target(each, doubt.call)]
        open_rows = {row for call in needed for row in call.rows}
        done_rows = tuple(row for row in doubt.call.rows if row not in open_rows)
        self._decide(done_rows)
        ours = doubt.answer.outcome == "unknown"
        self._run.record(EffectRead(doubt.call_id, done_rows, ours, self._run.now()))
        return needed

    async def _again(self, doubt: _Doubt, needed: Call, attempts: int) -> None:
        """Make a call that is still needed: in halves, or repeated as long as attempts are left."""
        outcome, same_rows = doubt.answer.outcome, needed.rows == doubt.call.rows
        parts = halves(needed) if same_rows and outcome != "unknown" else ()
        for part in parts:
            await self.make(part, attempts)
        if parts:
            return
        if attempts > 1 and not (same_rows and outcome == "refused"):
            await self.make(needed, attempts - 1)
        else:
            self._give_up(needed, needed.rows, doubt.answer)

    def _give_up(self, call: Call, rows: Sequence[int], answer: Answer) -> None:
        error = answer.error or ApiError(answer.status, "unusable_answer", "No usable answer.")
        if not (self._step_calls.by_target and target_of(call) and answer.outcome == "refused"):
            self._failed.update(rows)
        self._progress.give_up(self._run, self._step_calls.name, call, rows, error)
        self._decide(rows)

    def _decide(self, rows: Iterable[int]) -> None:
        """Count rows whose outcome is known, and request a stop once too many have failed.

        Judged after successes too: only then may enough rows have been attempted.
        """
        self._decided.update(rows)
        title, decided = self._step_calls.title, len(self._decided)
        self._run.judge_failures(title, decided, len(self._failed), self._waiting)
