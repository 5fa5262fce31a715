"""What the phases of a run share: the organisation, the journal, the stop and the settings."""

import sys
from collections.abc import Awaitable, Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from functools import cached_property
from itertools import count
from pathlib import Path
from typing import TYPE_CHECKING, Literal, Protocol

from batch_offboard.errors import Action, StoppedError
from batch_offboard.genesys import MENTIONED_SECONDS, Clock, Stop, backoff_seconds
from batch_offboard.offboarding.agreement import PlanBasis
from batch_offboard.offboarding.belongings import GROUPS, QUEUES, STATION, TEAM, Belonging
from batch_offboard.offboarding.guards import Limits, too_many_failed
from batch_offboard.offboarding.leftovers import Leftover
from batch_offboard.offboarding.models import Answer, ApiError, Call
from batch_offboard.offboarding.steps import Step, optional_steps
from batch_offboard.record.events import (
    CallAnswered,
    CallStarted,
    Event,
    Paused,
    PhaseFinished,
    PhaseStarted,
    Warned,
)
from batch_offboard.run.permitted import Permissions
from batch_offboard.termination_list.candidates import UnknownAdvice
from batch_offboard.termination_list.models import UnusedColumn

if TYPE_CHECKING:
    from batch_offboard.genesys import Genesys


NO_BASIS = PlanBasis("", {}, "", ())
"""Where nothing is planned: a check only reads."""


class Listener(Protocol):
    """Receives the progress of a run: a terminal, a page, a test."""

    def begun(self, folder: Path) -> None:
        """The run folder exists, and the run is recorded in it."""

    def event(self, event: Event) -> None:
        """An event was recorded."""

    def progress(self, phase: str, done: int) -> None:
        """A phase has advanced."""

    def sent(self) -> None:
        """One more call was answered."""


@dataclass(frozen=True)
class RunSettings:
    """The settings of the phases of a run; times in seconds unless stated otherwise."""

    steps: tuple[Step, ...]
    attempts: int
    workers: int
    verify: bool
    snapshot_roles: bool
    snapshot_rings: Literal["used", "all"]
    limits: Limits
    protected: frozenset[str]
    accepted_names: frozenset[int]
    today: date
    leftovers: frozenset[Leftover] = frozenset()
    unused_columns: tuple[UnusedColumn, ...] = ()
    if_unknown: Mapping[str, UnknownAdvice] = field(default_factory=dict)
    read_back_waits_seconds: tuple[float, ...] = (1.0, 2.0, 4.0, 8.0)
    on_queue_waits_seconds: tuple[float, ...] = (10.0, 15.0)

    @cached_property
    def reads(self) -> frozenset[Belonging]:
        """Every belonging that a step needs, and the queues, which everybody done has left."""
        return frozenset({QUEUES}).union(*(step.reads for step in self.steps))

    @cached_property
    def optional_steps(self) -> tuple[Step, ...]:
        """The steps without columns of their own in results.csv."""
        return optional_steps(self.steps)

    @property
    def looks_for_work(self) -> bool:
        """Whether open callbacks and conversations are read."""
        return "work" in self.leftovers or any(step.needs_work for step in self.steps)

    def expand(
        self, *, employee_ids: bool = False, logins: bool = False, conversations: bool = False
    ) -> tuple[str, ...]:
        """What `get_users` expands, so that one reading shows every fact the steps need.

        With `logins`, also who is logged in or on queue, and the phones that `leftovers` asks for;
        with `conversations`, who is in one.
        """
        # Groups and work team explain why a person stays in a queue, whatever the steps.
        wanted = {each.expand for each in self.reads | {GROUPS, TEAM} if each.expand}
        if self.snapshot_roles or "roles" in self.leftovers:
            wanted.add("authorization")
        if employee_ids:
            wanted.add("employerInfo")
        if logins or conversations:
            wanted.update(("presence", "routingStatus"))
        if logins and "numbers" in self.leftovers:
            wanted.add(STATION.expand)
        if conversations:
            wanted.add("conversationSummary")
        return tuple(sorted(wanted))


@dataclass(frozen=True, slots=True)
class Run:
    """What all phases of one run share: the organisation, the journal, the stop, the settings.

    `permissions` are those of the OAuth client. `append` writes an event to the journal; `commit`
    waits until all that was written is on disk. `notes` are the first lines of the plan.
    """

    permissions: Permissions
    settings: RunSettings
    clock: Clock
    stop: Stop
    append: Callable[[Event], None]
    commit: Callable[[], Awaitable[None]]
    listener: Listener
    run_id: str = ""
    os_user: str = ""
    basis: PlanBasis = NO_BASIS
    notes: tuple[str, ...] = ()
    _call_ids: Iterator[int] = field(default_factory=lambda: iter(count(1)))

    @property
    def genesys(self) -> "Genesys":
        """The organisation."""
        return self.permissions.genesys

    @property
    def width(self) -> int:
        """How many things are begun at once: more than the workers, so that none is idle."""
        return 2 * self.settings.workers

    def now(self) -> str:
        """This moment, UTC, ISO 8601."""
        # Shared, as many events fall into the same hundredth of a second.
        return sys.intern(f"{self.clock.now().isoformat(timespec='milliseconds')[:22]}0Z")

    def record(self, *events: Event) -> None:
        """Write events to the journal."""
        for event in events:
            self.append(event)

    async def wait(self, seconds: float) -> None:
        """Let time pass; a stop ends the wait at once by raising its error."""
        await self.stop.unless(self.clock.sleep(seconds))

    async def back_off(self, tries: int, answer: Answer) -> None:
        """Wait before the next try of a call that was sent `tries` times, and record why."""
        seconds = backoff_seconds(tries, self.clock.random())
        if seconds > MENTIONED_SECONDS:
            now = self.clock.now()
            until = now + timedelta(seconds=seconds)
            reason = answer.error.message if answer.error else "No usable answer."
            self.record(Paused("this call", reason, now.isoformat(), until.isoformat()))
        await self.wait(seconds)

    def warn(
        self,
        code: str,
        message: str,
        names: tuple[str, ...] = (),
        actions: tuple[Action, ...] = (),
    ) -> None:
        """Record a warning about the whole run."""
        self.record(Warned(code, message, names, actions))

    async def send(self, step: str, call: Call) -> tuple[int | None, Answer]:
        """Perform a writing call: on disk before it leaves, and again with its answer.

        Also returns the call's number in the journal, or None for a call that was never sent.
        """
        call_id = next(self._call_ids)
        started = False

        async def record_start() -> None:
            nonlocal started
            started = True
            await self._keep(CallStarted(call_id, step, call, self.now()))

        try:
            answer = await self.genesys.perform(call, before_sending=record_start)
        except StoppedError as stop:
            if started:
                # The stop came before it was sent or, after a 429 or 401, sent again.
                error = ApiError(None, "interrupted", str(stop))
                await self._keep(CallAnswered(call_id, "refused", self.now(), error=error))
            raise
        if not started:
            return None, answer
        await self._keep(CallAnswered.of(call_id, answer, self.now()))
        return call_id, answer

    async def _keep(self, event: Event) -> None:
        """Write an event to the journal, and wait until it is on disk."""
        self.record(event)
        await self.commit()

    def judge_failures(
        self,
        phase: str,
        attempted: int,
        failed: int,
        waiting: int = 0,
        cause: UnknownAdvice | None = None,
    ) -> None:
        """Stop the run when too many of the rows attempted in a phase have failed.

        `waiting` is the number of rows that need nothing in this phase, but calls of other steps.
        `cause` is what to do if it is already known why they failed.
        """
        limit = self.settings.limits.max_failure_percent
        trips = too_many_failed(attempted, failed, limit, waiting)
        if trips and not self.stop.requested:
            what_to_do = "Check the errors in the results, fix the cause, then rerun."
            if cause:
                what_to_do = f"The cause is {cause.column}."
            self.stop.request(
                StoppedError(
                    f"The run was stopped, because {failed} of {attempted} rows failed in the "
                    f"phase “{phase}”. The limit is {limit:g}% (guards.max_failure_percent). "
                    f"{what_to_do}",
                    *(cause.actions if cause else ()),
                )
            )


class Phase:
    """A phase of a run, and how much of its total is done."""

    def __init__(
        self, run: Run, name: str, title: str, total: int, unit: str, *, shown: bool = True
    ) -> None:
        """Begin the phase; `total` counts what `unit` names.

        One that is not `shown` is part of a longer phase and neither recorded nor counted.
        """
        self._run, self._name, self._done, self._shown = run, name, 0, shown
        if shown:
            run.record(PhaseStarted(name, title, total, unit, run.now()))

    def __enter__(self) -> "Phase":
        return self

    def __exit__(self, *_: object) -> None:
        if self._shown:
            self._run.record(PhaseFinished(self._name, self._done, self._run.now()))

    def advance(self, count: int) -> None:
        """Count more of the total as done."""
        self._done += count
        if self._shown:
            self._run.listener.progress(self._name, self._done)
