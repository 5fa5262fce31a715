"""Reading memberships back: every removed one is listed again after its removal.

A membership that is still there after all readings is removed once more. One through a group that
the person has left must have ended, too.
"""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence

from batch_offboard.offboarding.belongings import QUEUES
from batch_offboard.offboarding.models import ApiError, Membership, Queue, Snapshot
from batch_offboard.offboarding.reasons import (
    group_label,
    may_come_through_group,
    membership_reason,
    source_groups,
)
from batch_offboard.offboarding.steps import Step
from batch_offboard.offboarding.steps.remove_from_queues import STEP_OFF
from batch_offboard.record.events import MembershipsReadBack, ReadBackFailed
from batch_offboard.run.members import (
    is_giant,
    list_counted_members,
    list_members_left,
    list_without_newcomers,
)
from batch_offboard.run.memberships import Listings, Memberships, read_memberships
from batch_offboard.run.progress import Progress
from batch_offboard.run.relist import Relisting
from batch_offboard.run.session import Run
from batch_offboard.run.verify import Take, verify
from batch_offboard.run.write import carry_out


def touched_queues(
    run: Run, progress: Progress, before: Mapping[int, Memberships]
) -> dict[int, tuple[str, ...]]:
    """By row, the queues to list again: those that were left, and those of left groups."""
    with_groups_too = ends_groups(run)
    shared: dict[tuple[str, ...], tuple[str, ...]] = {}  # many people are in the same queues
    touched = {}
    for row in progress.people:
        ended = (each for each in before[row] if each.by != "group" or with_groups_too)
        queue_ids = tuple(each.queue_id for each in ended)
        touched[row] = shared.setdefault(queue_ids, queue_ids)
    return touched


async def verify_memberships(
    run: Run, progress: Progress, before: Mapping[int, Memberships], relisting: Relisting
) -> None:
    """Verify that everybody has left the queues; `before` are the memberships in the survey.

    `relisting` covers the queues that were left; it may have begun while removals were running.
    """
    await relisting.list_rest()
    touched = touched_queues(run, progress, before)
    arrived = await _arrived_since(run, progress, before, relisting.listed)
    for row in arrived:
        touched[row] += tuple(_removable(progress.people[row].memberships or ()))
    await _remove_once_more(run, progress, arrived)
    for person in progress.people.values():
        if not touched[person.row]:
            _record(run, progress, person.row, person.memberships or ())
    rows = [row for row in progress.people if touched[row]]
    lagging = await _list_again(run, progress, rows, touched, relisting.listed)
    if not lagging:
        return
    for row, memberships in lagging.items():
        progress.people[row] = progress.people[row].with_memberships(memberships)
    await _remove_once_more(run, progress, lagging)
    lagging = await _list_again(run, progress, list(lagging), touched, Listings())
    for row, memberships in lagging.items():
        _record(run, progress, row, memberships)


async def _arrived_since(
    run: Run, progress: Progress, before: Mapping[int, Memberships], listed_before: Listings
) -> list[int]:
    """The rows whose people have joined a queue since they were surveyed, brought up to date.

    A queue that is new, or has more members than the survey and the removals explain, is listed for
    everybody. This finds people who were added while somebody looked at the plan. A giant queue
    with more members than were listed is listed again too: somebody added while its pages were read
    in parallel may have hidden a member.
    """
    queues = await run.genesys.queues()
    if isinstance(queues, ApiError):
        message = "Could not check whether anybody was added to a queue during the run: "
        run.warn("queues_unlisted", message + queues.message)
        # Listings from before the last removals may be outdated.
        listed_before.forget(progress.queues, progress.people)
        return []
    grown = _grown(progress, queues, before, listed_before)
    progress.queues.update({queue.id: queue for queue in grown})
    # A person may have been added to it after it was listed.
    listed_before.forget([queue.id for queue in grown], progress.people if grown else ())
    people = list(progress.people.values())
    list_one = list_without_newcomers(progress.listed, list_counted_members)
    readings = (
        await read_memberships(run, progress.queues, people, grown, list_one=list_one)
        if grown
        else {}
    )
    arrived = []
    for row, memberships in readings.items():
        if isinstance(memberships, ApiError):
            # This person may be the one who joined.
            run.record(ReadBackFailed(row, memberships, run.now()))
        elif new := _joined_since(before[row], memberships):
            person = progress.people[row]
            progress.people[row] = person.with_memberships((*(person.memberships or ()), *new))
            arrived.append(row)
    return arrived


def _grown(
    progress: Progress,
    queues: Iterable[Queue],
    before: Mapping[int, Memberships],
    listed_before: Listings,
) -> list[Queue]:
    """The queues that are new, or have more members than are accounted for."""
    removed = Counter(
        queue_id for row in progress.people for queue_id in _ended(progress, row, before[row])
    )
    return [
        queue
        for queue in queues
        if queue.id not in progress.queues
        or queue.member_count > progress.queues[queue.id].member_count - removed[queue.id]
        or _hides_members(queue, listed_before)
    ]


def _hides_members(queue: Queue, listed: Listings) -> bool:
    """Whether a giant queue has more members than its listing."""
    members = listed.members.get(queue.id)
    if members is None or not is_giant(queue):
        return False
    return queue.member_count > len({user_id for user_id, _ in members})


def _joined_since(before: Memberships, memberships: Iterable[Membership]) -> tuple[Membership, ...]:
    """Memberships that a removal can end and that the survey did not show."""
    surveyed = {each.queue_id for each in before}
    return tuple(
        each for each in memberships if each.by != "group" and each.queue_id not in surveyed
    )


def _ended(progress: Progress, row: int, before: Memberships) -> set[str]:
    now = {each.queue_id for each in progress.people[row].memberships or ()}
    return {each.queue_id for each in before} - now


def ends_groups(run: Run) -> bool:
    """Whether a step of this run can end what makes a person a member of a group."""
    return any(each.joins_queues for each in run.settings.reads)


def _should_have_ended(
    run: Run, progress: Progress, person: Snapshot, membership: Membership
) -> bool:
    """Whether a membership came through a group that the person is no longer in."""
    through_group = membership.by == "group" and ends_groups(run)
    return through_group and not may_come_through_group(person.user, membership, progress.queues)


def _queues_of(
    progress: Progress, people: Iterable[Snapshot], touched: Mapping[int, tuple[str, ...]]
) -> list[Queue]:
    queue_ids = {queue_id for person in people for queue_id in touched[person.row]}
    return [queue for queue_id, queue in progress.queues.items() if queue_id in queue_ids]


async def _list_again(
    run: Run,
    progress: Progress,
    rows: Sequence[int],
    touched: dict[int, tuple[str, ...]],
    listed: Listings,
) -> dict[int, Memberships]:
    """List these rows' memberships, again after waits; by row, those that still show what ended."""
    listings = iter((listed,))
    list_one = list_without_newcomers(progress.listed, list_members_left)

    async def read(rows: Sequence[int], take: Take[Memberships]) -> None:
        people = [progress.people[row] for row in rows]
        queues = _queues_of(progress, people, touched)
        # Earlier listings are used for the first reading only.
        known = next(listings, Listings())
        readings = await read_memberships(
            run, progress.queues, people, queues, listed=known, list_one=list_one
        )
        for row in rows:
            memberships = readings[row]
            if isinstance(memberships, ApiError):
                run.record(ReadBackFailed(row, memberships, run.now()))
            else:
                take(row, memberships)
                # Queues that only a listing by user shows must be listed in the next reading too.
                if removable := _removable(memberships):
                    touched[row] = tuple({*touched[row], *removable})

    def is_final(row: int, memberships: Memberships) -> bool:
        return _is_as_known(run, progress, progress.people[row], memberships)

    def record(row: int, memberships: Memberships) -> None:
        _record(run, progress, row, memberships)

    return await verify(run, rows, read, is_final, record)


def _is_as_known(run: Run, progress: Progress, person: Snapshot, memberships: Memberships) -> bool:
    """Whether no membership known to have ended is shown."""
    if any(_should_have_ended(run, progress, person, each) for each in memberships):
        return False
    return _removable(memberships) <= _removable(person.memberships or ())


def _removable(memberships: Iterable[Membership]) -> set[str]:
    """The queues of memberships that a removal can end: waiting does not end the others."""
    return {each.queue_id for each in memberships if each.by != "group"}


def _record(run: Run, progress: Progress, row: int, left: Memberships) -> None:
    if not left:
        run.record(MembershipsReadBack(row, left, run.now()))
        return
    otherwise = _not_left_because(run, progress, row)
    person, queues = progress.people[row], progress.queues
    user = person.user
    ended = tuple(each.queue_id for each in left if _should_have_ended(run, progress, person, each))
    # Of two memberships of one queue, the one by user comes last and so takes precedence.
    ordered = sorted(left, key=lambda each: each.by != "group")
    because = {each.queue_id: membership_reason(user, each, queues, otherwise) for each in ordered}
    groups = {group_label(group) for each in left for group in source_groups(user, each, queues)}
    because |= {queue_id: _still_listed(progress, queue_id) for queue_id in ended}
    names = tuple(sorted(groups))
    run.record(MembershipsReadBack(row, left, run.now(), because, names, ended))


def _still_listed(progress: Progress, queue_id: str) -> str:
    """Why a membership is still there although the person has left its group."""
    queue = progress.queues.get(queue_id)
    name = queue.name if queue else queue_id
    return f"{name}: still a member, although no longer in the group that led to it"


def _not_left_because(run: Run, progress: Progress, row: int) -> str:
    """Why a row's memberships that come through no group are still there."""
    if row in progress.not_inactive:
        return "not removed: still active"
    steps = _leaving_steps(run)
    if not steps:
        return f"not removed: {STEP_OFF}"
    for step in steps:
        error = progress.given_up.get(step.name, {}).get(row)
        if error is not None:
            return f"not removed: {error.message}"
    return "still a member after two removals"


async def _remove_once_more(run: Run, progress: Progress, rows: Iterable[int]) -> None:
    proceeding = [row for row in rows if row not in progress.not_inactive]
    for step in _leaving_steps(run):
        await carry_out(run, progress, step, proceeding)


def _leaving_steps(run: Run) -> list[Step]:
    return [step for step in run.settings.steps if QUEUES in step.reads]
