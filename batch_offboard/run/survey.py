"""The first phase: who the rows of the list are, and what the people hold today.

What can be read before it is known who they turn out to be — the members of all queues, the role
grants of all divisions, where that is cheaper than asking for each person — is read side by side
with finding them.
"""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, replace
from datetime import date
from functools import partial

from batch_offboard.offboarding.belongings import QUEUES
from batch_offboard.offboarding.decisions import EarlierRuns
from batch_offboard.offboarding.models import ApiError, Queue, Snapshot
from batch_offboard.offboarding.people import due_hold, unreadable
from batch_offboard.offboarding.read_costs import sweep_cost, sweep_is_cheaper
from batch_offboard.record.events import MembershipsRead, QueuesRead
from batch_offboard.run.concurrency import together
from batch_offboard.run.holdings import survey_holdings
from batch_offboard.run.identify import identify
from batch_offboard.run.members import Swept, list_counted_members, sweep
from batch_offboard.run.memberships import Readings, look_up, members_to_look_up, read_by_user
from batch_offboard.run.role_grants import GrantSurvey
from batch_offboard.run.session import Phase, Run, row_held
from batch_offboard.termination_list.models import Termination

MEMBERSHIPS = "The queue memberships"


@dataclass(frozen=True, slots=True)
class Expected:
    """Whom the list can mean at most, before anybody was read: how many, and who by user id.

    `user_ids` is None where some row is known by something else.
    """

    people: int
    user_ids: frozenset[str] | None

    @classmethod
    def of(cls, rows: Sequence[Termination], today: date) -> "Expected":
        """The rows that can be attempted today."""
        due = [row for row in rows if row.problem is None and due_hold(row, today) is None]
        ids = frozenset(row.user_id for row in due if row.user_id)
        return cls(len(due), ids if all(row.user_id for row in due) else None)


async def survey(
    run: Run,
    rows: Sequence[Termination],
    earlier: EarlierRuns,
    active_users: int | None,
    *,
    in_full: bool = True,
) -> None:
    """Find the people of these rows and read what the steps must know of them.

    Whom it cannot find or read is held. `active_users` is the size of the organisation, where it
    is known. `in_full` is with every ring number, which only an undo needs.
    """
    expected = Expected.of(rows, run.settings.today)
    memberships, grants = MembershipSurvey(run, in_full=in_full), GrantSurvey(run)
    begun: list[Awaitable[None]] = [identify(run, rows, earlier)]
    completed: list[Callable[[], Awaitable[None]]] = []
    if expected.people and QUEUES in run.settings.reads:
        begun.append(memberships.begin(expected))
        completed.append(memberships.complete)
    if expected.people and run.settings.snapshot_roles:
        begun.append(grants.begin(expected.people, active_users))
        completed.append(grants.complete)
    completed.append(partial(survey_holdings, run))
    await together(*begun)
    await together(*(complete() for complete in completed))


class MembershipSurvey:
    """The queue memberships of the people, before anything is changed."""

    def __init__(self, run: Run, *, in_full: bool) -> None:
        self._run, self._in_full = run, in_full
        self._queues: tuple[Queue, ...] | ApiError = ()
        self._swept: Swept | None = None

    async def begin(self, expected: Expected) -> None:
        """List the queues, and all their members where that is the cheaper way."""
        run = self._run
        self._queues = queues = await run.genesys.queues()
        if isinstance(queues, ApiError):
            return
        run.queues.update({queue.id: queue for queue in queues})
        run.record(QueuesRead(queues))
        if sweep_is_cheaper(queues, expected.people, in_full=self._in_full):
            title, total = "Reading queue memberships", sweep_cost(queues)
            with Phase(run, "memberships", title, total, "pages") as phase:
                swept = await sweep(
                    run, queues, expected.user_ids, phase.advance, list_counted_members
                )
            # What cannot be listed for everybody is then asked for each person.
            self._swept = None if isinstance(swept, ApiError) else swept

    async def complete(self) -> None:
        """Record everybody's memberships; who cannot be read is not written to at all."""
        people = list(self._run.people.values())
        readings = await self._readings(people)
        for person in people:
            listed = readings[person.row]
            if isinstance(listed, ApiError):
                hold_unread(self._run, person, MEMBERSHIPS, listed)
            else:
                known = replace(self._run.people[person.row], memberships=listed)
                self._run.people[person.row] = known
                self._run.record(MembershipsRead(person.row, listed))

    async def _readings(self, people: Sequence[Snapshot]) -> Readings:
        if isinstance(self._queues, ApiError):
            return dict.fromkeys((person.row for person in people), self._queues)
        if self._swept is not None or not people:
            swept = self._swept or {}
            return {each.row: tuple(swept.get(each.user.id, ())) for each in people}
        return await self._by_user(people, self._queues if self._in_full else ())

    async def _by_user(self, people: Sequence[Snapshot], in_full: Sequence[Queue]) -> Readings:
        run, title = self._run, "Reading queue memberships"
        with Phase(run, "memberships", title, len(people), "people") as phase:
            readings = await read_by_user(run, people, phase.advance)
        if total := len(members_to_look_up(run, people, readings, in_full)):
            with Phase(run, "queue_members", "Reading queue members", total, "queues") as phase:
                await look_up(run, people, readings, in_full, phase.advance)
        return readings


def hold_unread(run: Run, person: Snapshot, what: str, error: ApiError) -> None:
    """Hold the row of a person of whom something could not be read, such as `The role grants`."""
    run.hold(row_held(person.row, unreadable(error, what, person.user), run.now()))
