"""The first phase of a run and of an undo: who the people are, and what they hold today.

What can be read before the people are known is read in parallel with finding them: the members of
all queues and the role grants of all divisions, if that is cheaper than reading per person.
"""

from collections.abc import Awaitable, Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import partial

from batch_offboard.genesys.concurrency import together
from batch_offboard.offboarding.decisions import EarlierRuns
from batch_offboard.offboarding.models import ApiError, Queue, Snapshot
from batch_offboard.offboarding.people import due_hold, unreadable
from batch_offboard.offboarding.read_costs import (
    ring_queues,
    sample_of,
    sweep_cost,
    sweep_is_cheaper,
    sweep_stays_cheaper,
)
from batch_offboard.record.events import MembershipsRead, QueuesRead
from batch_offboard.run.holdings import survey_holdings
from batch_offboard.run.identify import identify
from batch_offboard.run.members import Swept, list_counted_members, list_without_newcomers, sweep
from batch_offboard.run.memberships import (
    Listings,
    Memberships,
    Readings,
    add_unknown,
    read_by_user,
    read_memberships,
)
from batch_offboard.run.progress import Progress
from batch_offboard.run.role_grants import GrantSurvey
from batch_offboard.run.session import Phase, Run
from batch_offboard.run.work import survey_work
from batch_offboard.termination_list.models import Termination

Unread = Mapping[int, ApiError]
"""By row: why what its person holds could not be read, so that the row has to be held."""


async def _nothing() -> bool:
    """The `begin` of a part that reads nothing before the people are known."""
    return True


@dataclass(frozen=True, slots=True)
class Part:
    """One part of the survey, such as `The role grants`.

    `begin` reads what can be read before it is known who they are, and says whether more can be
    read at all; `complete` reads all the rest.
    """

    name: str
    complete: Callable[[], Awaitable[Unread]]
    begin: Callable[[], Awaitable[bool]] = _nothing


async def survey(
    run: Run, progress: Progress, find: Awaitable[None], parts: Sequence[Part]
) -> None:
    """Find the people and read these parts of what they hold; hold rows that cannot be read."""
    _, *begun = await together(find, *(part.begin() for part in parts))
    # Unreadable parts come first: people held because of them need no reading in the others.
    people = len(progress.people)
    for readable in (False, True):
        these = [part for part, each in zip(parts, begun, strict=True) if each is readable]
        await _complete(run, progress, these)
    run.judge_failures("Reading what people hold", people, people - len(progress.people))
    run.stop.check()


async def _complete(run: Run, progress: Progress, parts: Sequence[Part]) -> None:
    unread = await together(*(part.complete() for part in parts))
    # Not before all have ended: a part may still be reading people who are held for another.
    for part, errors in zip(parts, unread, strict=True):
        for row, error in errors.items():
            if person := progress.people.get(row):
                progress.hold(run, row, unreadable(error, part.name, person.user))


@dataclass(frozen=True, slots=True)
class Expected:
    """The rows that can be attempted today, before their people have been looked up."""

    rows: Sequence[Termination]

    @classmethod
    def of(cls, rows: Sequence[Termination], today: date) -> "Expected":
        """Those of these rows that are due and name one person."""
        return cls(
            [each for each in rows if each.problem is None and due_hold(each, today) is None]
        )

    @property
    def people(self) -> int:
        """The most people that they can refer to."""
        return len(self.rows)

    @property
    def user_ids(self) -> frozenset[str] | None:
        """The people's user ids; None if a row has another identifier instead."""
        ids = frozenset(row.user_id for row in self.rows if row.user_id)
        return ids if all(row.user_id for row in self.rows) else None


async def survey_list(
    run: Run,
    progress: Progress,
    rows: Sequence[Termination],
    earlier: EarlierRuns,
    active_users: int | None,
    *,
    in_full: bool = True,
) -> None:
    """Find the people of these rows and read what the steps need to know about them.

    `active_users` is the size of the organisation, if it is known. `in_full` includes the ring
    numbers, which only an undo needs.
    """
    settings, expected = run.settings, Expected.of(rows, run.settings.today)
    parts: list[Part] = []
    if expected.people:
        parts.append(
            memberships_part(
                run, progress, expected=expected, active_users=active_users, in_full=in_full
            )
        )
    if expected.people and settings.snapshot_roles:
        grants = GrantSurvey(run, progress, expected.people, active_users)
        parts.append(Part("The role grants", grants.complete, grants.begin))
    if settings.looks_for_work:
        parts.append(Part("The open conversations", partial(survey_work, run, progress)))
    parts.append(Part("The holdings", partial(survey_holdings, run, progress)))
    await survey(run, progress, identify(run, progress, rows, earlier), parts)


def memberships_part(
    run: Run,
    progress: Progress,
    *,
    queue_ids: Mapping[int, Collection[str]] | None = None,
    expected: Expected | None = None,
    active_users: int | None = None,
    in_full: bool = True,
) -> Part:
    """The part for queue memberships: all of them or, by row, those of the queues that matter.

    With `expected`, they are read before the people are known if that is cheaper.
    """
    memberships = _Memberships(run, progress, queue_ids, expected, active_users, in_full=in_full)
    return Part("The queue memberships", memberships.complete, memberships.begin)


class _Memberships:
    def __init__(
        self,
        run: Run,
        progress: Progress,
        queue_ids: Mapping[int, Collection[str]] | None,
        expected: Expected | None,
        active_users: int | None,
        *,
        in_full: bool,
    ) -> None:
        self._run, self._progress = run, progress
        self._queue_ids, self._expected, self._in_full = queue_ids, expected, in_full
        self._active_users = active_users
        self._queues: tuple[Queue, ...] | ApiError = ()
        self._swept: Swept | None = None
        self._asks_first = False

    async def begin(self) -> bool:
        """List the queues, and all their members where that is the cheaper way."""
        run = self._run
        self._queues = queues = await run.genesys.queues()
        if isinstance(queues, ApiError):
            return False
        self._progress.queues.update({queue.id: queue for queue in queues})
        if self._queue_ids is not None:
            queues = self._those(queues, self._queue_ids)
        run.record(QueuesRead(queues))
        expected, rings = self._expected, self._with_rings(queues)
        if expected and sweep_is_cheaper(queues, expected.people, rings, self._active_users):
            self._asks_first = bool(sample_of(range(expected.people), queues))
            if not self._asks_first:
                await self._sweep(queues, expected.user_ids)
        return True

    async def _sweep(self, queues: Sequence[Queue], user_ids: frozenset[str] | None) -> None:
        run, title = self._run, "Reading queue memberships"
        with Phase(run, "memberships", title, sweep_cost(queues), "pages") as phase:
            list_one = list_without_newcomers(self._progress.listed, list_counted_members)
            swept = await sweep(run, queues, user_ids, phase.advance, list_one)
        # If listing everybody fails, memberships are read for each person.
        self._swept = None if isinstance(swept, ApiError) else swept

    async def _ask_first(self, people: Sequence[Snapshot], queues: Sequence[Queue]) -> Listings:
        """List the queues of some people, then make the sweep if it still costs less.

        Returns these people's own listings. The sweep includes queues that only they show.
        """
        sample, known = sample_of(people, queues), self._progress.queues
        answers = await together(*(self._run.genesys.user_queues(each.user.id) for each in sample))
        listed = {
            person.row: answer
            for person, answer in zip(sample, answers, strict=True)
            if not isinstance(answer, ApiError)
        }
        seen = [[each.queue_id for each in memberships] for memberships in listed.values()]
        rings = self._with_rings(queues)
        unknown = add_unknown(known, listed.values())
        if sweep_stays_cheaper(queues, len(people), rings, self._active_users, seen):
            now = await self._listed_again((*queues, *unknown))
            await self._sweep(now, frozenset(each.user.id for each in people))
        return Listings(queues=listed)

    async def _listed_again(self, queues: Iterable[Queue]) -> Sequence[Queue]:
        """These queues and any new ones, with current member counts for the sweep."""
        listed = await self._run.genesys.queues()
        if isinstance(listed, ApiError):
            return tuple(queues)
        self._progress.queues.update({queue.id: queue for queue in listed})
        self._run.record(QueuesRead(listed))
        return tuple({queue.id: queue for queue in (*queues, *listed)}.values())

    async def complete(self) -> Unread:
        """Record the memberships of the people concerned."""
        known, unread = self._progress.people, dict[int, ApiError]()
        people = [each for each in known.values() if self._concerns(each.row)]
        readings = await self._readings(people) if people else {}
        for person in people:
            listed = readings[person.row]
            if isinstance(listed, ApiError):
                unread[person.row] = listed
            else:
                known[person.row] = known[person.row].with_memberships(listed)
                self._run.record(MembershipsRead(person.row, listed))
        return unread

    def _with_rings(self, queues: Sequence[Queue]) -> Sequence[Queue]:
        """The queues whose members' ring numbers are to be read."""
        if not self._in_full:
            return ()
        return queues if self._run.settings.snapshot_rings == "all" else ring_queues(queues)

    def _concerns(self, row: int) -> bool:
        return self._queue_ids is None or bool(self._queue_ids.get(row))

    @staticmethod
    def _those(queues: Sequence[Queue], wanted: Mapping[int, Collection[str]]) -> tuple[Queue, ...]:
        ids = {queue_id for each in wanted.values() for queue_id in each}
        return tuple(queue for queue in queues if queue.id in ids)

    async def _readings(self, people: Sequence[Snapshot]) -> Readings:
        run, queues, known = self._run, self._queues, self._progress.queues
        if isinstance(queues, ApiError):
            return dict.fromkeys((person.row for person in people), queues)
        listed = await self._ask_first(people, queues) if self._asks_first else Listings()
        if self._swept is not None:
            swept, own = self._swept, listed.queues
            return {
                each.row: _with_own(swept.get(each.user.id, ()), own.get(each.row, ()))
                for each in people
            }
        if self._queue_ids is None:
            # A sweep costs more, or has failed.
            rings = self._with_rings(queues)
            return await read_by_user(run, known, people, rings, listed=listed)
        ids = self._queue_ids
        concerned = self._those(queues, {each.row: ids[each.row] for each in people})
        return await read_memberships(run, known, people, concerned, in_full=self._in_full)


def _with_own(swept: Memberships, own: Memberships) -> Memberships:
    """The memberships that a sweep shows, and those that only the person's own listing shows."""
    shown = {each.queue_id for each in swept}
    # Where nothing is added, the tuple is not copied.
    return swept + tuple(each for each in own if each.queue_id not in shown)
