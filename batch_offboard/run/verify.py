"""The last phase: nothing is called done that was not read back.

The state of everybody, and every removed membership listed again after its removal. Reads may lag
behind writes, so what is not confirmed is read again a few times, with growing waits; a membership
that is still there then is removed once more. What came through a group has to end with it.
"""

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace

from batch_offboard.offboarding.batching import chunks
from batch_offboard.offboarding.belongings import QUEUES
from batch_offboard.offboarding.limits import USERS_PER_READ
from batch_offboard.offboarding.models import ApiError, Membership, Queue, Snapshot, User
from batch_offboard.offboarding.reasons import in_words, leading_groups, may_lead, reason
from batch_offboard.offboarding.steps import Step
from batch_offboard.record.events import MembershipsReadBack, ReadBackFailed, UserReadBack
from batch_offboard.run.concurrency import for_each, together
from batch_offboard.run.further_steps import record_left, shows_what_ended
from batch_offboard.run.holdings import in_full
from batch_offboard.run.memberships import Listings, Readings, read_memberships
from batch_offboard.run.refresh import SHOWN_NO_MORE
from batch_offboard.run.relist import Relisting
from batch_offboard.run.session import Phase, Run
from batch_offboard.run.write import carry_out


async def read_back(run: Run, before: Mapping[int, Snapshot], relisting: Relisting) -> None:
    """Read the end state of everybody; `before` are the people as they were surveyed.

    `relisting` is of the queues that were left; it may have begun once removals were settled.
    """
    works = [_read_back_states(run)]
    if QUEUES in run.settings.reads:
        works.append(_read_back_memberships(run, before, relisting))
    await together(*works)


async def _read_back_states(run: Run) -> None:
    people = list(run.people.values())
    with Phase(run, "read_back_states", "Reading back states", len(people), "people") as phase:
        lagging = await _states(run, people, phase.advance)
        for wait_seconds in run.settings.read_back_waits_seconds:
            if not lagging:
                return
            await run.wait(wait_seconds)
            waiting = [run.people[row] for row in lagging]
            lagging = await _states(run, waiting, lambda _: None)
        for row, user in lagging.items():
            if user is None:
                run.record(ReadBackFailed(row, SHOWN_NO_MORE, run.now()))
            else:
                _record_user(run, run.people[row], user)


async def _states(
    run: Run, people: Sequence[Snapshot], advance: Callable[[int], None]
) -> dict[int, User | None]:
    """Record the states that are as they should be; by row, what is shown of the others."""
    unconfirmed: dict[int, User | None] = {}

    async def read(chunk: tuple[Snapshot, ...]) -> None:
        users = await run.genesys.users(
            tuple(each.user.id for each in chunk), run.settings.expand()
        )
        seen = () if isinstance(users, ApiError) else await in_full(run, users)
        shown = {user.id: user for user in seen}
        for person in chunk:
            user = shown.get(person.user.id)
            if isinstance(users, ApiError):
                run.record(ReadBackFailed(person.row, users, run.now()))
            elif user is not None and _is_confirmed(run, person, user):
                _record_user(run, person, user)
            else:
                unconfirmed[person.row] = user
        advance(len(chunk))

    await for_each(chunks(people, USERS_PER_READ), read, run.width)
    return unconfirmed


def _is_confirmed(run: Run, person: Snapshot, user: User) -> bool:
    shown = shows_what_ended(run, person, user)
    return shown and user.state == person.user.state


def _record_user(run: Run, person: Snapshot, user: User) -> None:
    record_left(run, replace(person, user=user))
    run.record(UserReadBack(person.row, user, run.now()))


def touched_queues(run: Run, before: Mapping[int, Snapshot]) -> dict[int, tuple[str, ...]]:
    """By row the queues to list again: those that were left; with a group left, its queues too."""
    with_groups_too = ends_groups(run)
    return {
        row: tuple(
            each.queue_id
            for each in before[row].memberships or ()
            if each.by != "group" or with_groups_too
        )
        for row in run.people
    }


async def _read_back_memberships(
    run: Run, before: Mapping[int, Snapshot], relisting: Relisting
) -> None:
    await relisting.everything()
    touched = touched_queues(run, before)
    arrived = await _arrived_since(run, before, relisting.listed)
    for row in arrived:
        touched[row] += tuple(_removable(run.people[row].memberships or ()))
    await _remove_once_more(run, arrived)
    people = list(run.people.values())
    for person in people:
        if not touched[person.row]:
            _record(run, person, person.memberships or ())
    concerned = [person for person in people if touched[person.row]]
    waiting = await _list_again(run, concerned, touched, relisting.listed, last=False)
    if waiting:
        await _remove_once_more(run, waiting)
        still = [run.people[row] for row in waiting]
        await _list_again(run, still, touched, Listings(), last=True)


async def _arrived_since(
    run: Run, before: Mapping[int, Snapshot], listed_before: Listings
) -> list[int]:
    """The rows whose people have joined a queue since they were surveyed, brought up to date.

    A queue that is new, or has more members than the survey and the removals explain, is listed
    for everybody. This finds who was added while the plan was looked at.
    """
    queues = await run.genesys.queues()
    if isinstance(queues, ApiError):
        message = "Whether anybody was added to a queue during the run could not be looked up: "
        run.warn("queues_unlisted", message + queues.message)
        # Nothing tells whether what was listed before the last removals still holds.
        listed_before.forget(run.queues, run.people)
        return []
    removed = Counter(queue_id for row in run.people for queue_id in _ended(run, before[row]))
    grown = [
        queue
        for queue in queues
        if queue.id not in run.queues
        or queue.member_count > run.queues[queue.id].member_count - removed[queue.id]
    ]
    run.queues.update({queue.id: queue for queue in grown})
    # Somebody may have been put back there after it was listed.
    listed_before.forget([queue.id for queue in grown], run.people if grown else ())
    people = list(run.people.values())
    readings = await read_memberships(run, people, grown) if grown else {}
    arrived = []
    for row, memberships in readings.items():
        if isinstance(memberships, ApiError):
            # It may be this person by whom a queue has grown.
            run.record(ReadBackFailed(row, memberships, run.now()))
        elif new := _joined_since(before[row], memberships):
            person = run.people[row]
            run.people[row] = replace(person, memberships=(*(person.memberships or ()), *new))
            arrived.append(row)
    return arrived


def _joined_since(before: Snapshot, memberships: Iterable[Membership]) -> tuple[Membership, ...]:
    """Memberships that a removal can end and that the survey did not show."""
    surveyed = {each.queue_id for each in before.memberships or ()}
    return tuple(
        each for each in memberships if each.by != "group" and each.queue_id not in surveyed
    )


def _ended(run: Run, before: Snapshot) -> set[str]:
    now = {each.queue_id for each in run.people[before.row].memberships or ()}
    return {each.queue_id for each in before.memberships or ()} - now


def ends_groups(run: Run) -> bool:
    """Whether a step of this run can end what makes somebody a member of a group."""
    return any(each.joins_queues for each in run.settings.reads)


def _should_have_ended(run: Run, person: Snapshot, membership: Membership) -> bool:
    """Whether a membership came through a group that the person is in no more."""
    through_group = membership.by == "group" and ends_groups(run)
    return through_group and not may_lead(person.user, membership, run.queues)


def _queues_of(
    run: Run, people: Iterable[Snapshot], touched: Mapping[int, tuple[str, ...]]
) -> list[Queue]:
    queue_ids = {queue_id for person in people for queue_id in touched[person.row]}
    return [queue for queue_id, queue in run.queues.items() if queue_id in queue_ids]


async def _list_again(
    run: Run,
    people: Sequence[Snapshot],
    touched: dict[int, tuple[str, ...]],
    listed: Listings,
    *,
    last: bool,
) -> list[int]:
    """List, with patience for reads that lag; the rows that still show what should be gone."""
    for wait_seconds in (0.0, *run.settings.read_back_waits_seconds):
        if not people:
            return []
        if wait_seconds:
            await run.wait(wait_seconds)
        queues = _queues_of(run, people, touched)
        readings = await read_memberships(run, people, queues, listed=listed)
        listed = Listings()
        unconfirmed = _record_confirmed(run, people, readings)
        for row, memberships in unconfirmed.items():
            # What a listing by user has shown beyond that must not be forgotten in the next one.
            touched[row] = tuple({*touched[row], *_removable(memberships)})
        people = [run.people[row] for row in unconfirmed]
    for row, memberships in unconfirmed.items():
        if last:
            _record(run, run.people[row], memberships)
        else:
            run.people[row] = replace(run.people[row], memberships=memberships)
    return list(unconfirmed)


def _record_confirmed(
    run: Run, people: Iterable[Snapshot], readings: Readings
) -> dict[int, tuple[Membership, ...]]:
    unconfirmed: dict[int, tuple[Membership, ...]] = {}
    for person in people:
        memberships = readings[person.row]
        if isinstance(memberships, ApiError):
            run.record(ReadBackFailed(person.row, memberships, run.now()))
        elif _is_as_known(run, person, memberships):
            _record(run, person, memberships)
        else:
            unconfirmed[person.row] = memberships
    return unconfirmed


def _is_as_known(run: Run, person: Snapshot, memberships: Iterable[Membership]) -> bool:
    """Whether no membership is shown that ended as far as is known."""
    if any(_should_have_ended(run, person, each) for each in memberships):
        return False
    return _removable(memberships) <= _removable(person.memberships or ())


def _removable(memberships: Iterable[Membership]) -> set[str]:
    """The queues of memberships that a removal can end: waiting does not end the others."""
    return {each.queue_id for each in memberships if each.by != "group"}


def _record(run: Run, person: Snapshot, left: tuple[Membership, ...]) -> None:
    otherwise = _not_left_because(run, person.row)
    user, queues = person.user, run.queues
    ended = tuple(each.queue_id for each in left if _should_have_ended(run, person, each))
    # Of two memberships of one queue, the one by user is what is said last and stands.
    ordered = sorted(left, key=lambda each: each.by != "group")
    because = {each.queue_id: reason(user, each, queues, otherwise) for each in ordered}
    groups = {in_words(group) for each in left for group in leading_groups(user, each, queues)}
    because |= {queue_id: _still_listed(run, queue_id) for queue_id in ended}
    names = tuple(sorted(groups))
    run.record(MembershipsReadBack(person.row, left, run.now(), because, names, ended))


def _still_listed(run: Run, queue_id: str) -> str:
    queue = run.queues.get(queue_id)
    name = queue.name if queue else queue_id
    return f"{name}: still listed, although the group that led to it was left"


def _not_left_because(run: Run, row: int) -> str:
    """Why a row's memberships that come through no group are still there."""
    if row in run.not_inactive:
        return "not removed: still active"
    for step in _leaving_steps(run):
        error = run.given_up.get(step.name, {}).get(row)
        if error is not None:
            return f"not removed: {error.message}"
    return "still a member after two removals"


async def _remove_once_more(run: Run, rows: Iterable[int]) -> None:
    taken_further = [row for row in rows if row not in run.not_inactive]
    for step in _leaving_steps(run):
        await carry_out(run, step, taken_further)


def _leaving_steps(run: Run) -> list[Step]:
    return [step for step in run.settings.steps if QUEUES in step.reads]
