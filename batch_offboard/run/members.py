"""Listing the members of queues: of one, of one for some people only, or of many."""

from collections import defaultdict
from collections.abc import Awaitable, Callable, Collection, Container, Iterable, Mapping
from dataclasses import dataclass, replace

from batch_offboard.genesys import OnPage
from batch_offboard.genesys.concurrency import for_each, ignore
from batch_offboard.offboarding.limits import PAGE_SIZE
from batch_offboard.offboarding.models import ApiError, Membership, Queue, Snapshot
from batch_offboard.offboarding.read_costs import sweep_cost
from batch_offboard.run.session import Run

Members = tuple[tuple[str, Membership], ...]
"""User id and membership of each member."""
ListMembers = Callable[[Run, Queue, OnPage], Awaitable[Members | ApiError]]
Swept = Mapping[str, tuple[Membership, ...]]
"""By user id: the memberships that a sweep has found."""

_GIANT = 10 * PAGE_SIZE
_MOST_LISTINGS = 3
"""So often a queue is listed in which others keep joining."""
_QUEUE_GONE = 404
"""A queue that was deleted meanwhile has no members."""


def is_giant(queue: Queue) -> bool:
    """Whether the pages of a queue are read side by side: one by one, all else would wait for them.

    How many of the members are members by group is not known.
    """
    return queue.member_count > _GIANT and not queue.member_groups


class QueuePages:
    """A queue's pages as progress: each counts when read, in total as many as estimated.

    More may be read, because Genesys may return shorter pages and some queues are listed twice.
    """

    def __init__(self, queue: Queue, advance: Callable[[int], None]) -> None:
        self._left, self._advance = sweep_cost([queue]), advance

    def read(self) -> None:
        """Count one more page."""
        self._count(min(1, self._left))

    def end(self) -> None:
        """Count the remaining pages: the queue has been listed, or cannot be."""
        self._count(self._left)

    def _count(self, pages: int) -> None:
        if pages:
            self._left -= pages
            self._advance(pages)


@dataclass(slots=True)
class _PageCount:
    """The number of pages read, each passed on to `on_page`."""

    on_page: OnPage
    number: int = 0

    def read(self) -> None:
        """Count one more."""
        self.number += 1
        self.on_page()


async def list_members(
    run: Run, queue: Queue, on_page: OnPage = ignore, name: str | None = None
) -> Members | ApiError:
    """The members of a queue, listed by user and by group if groups lead to it.

    An unfiltered listing may show a person who is both only once, as either [assumed], and an
    unseen membership by user would be left behind. `name` narrows the listing to that name.
    """
    if not queue.member_groups:
        expected = queue.member_count if is_giant(queue) and name is None else 0
        return await run.genesys.queue_members(queue.id, None, name, on_page, expected)
    found: dict[tuple[str, Membership], None] = {}
    for by in ("user", "group"):
        members = await run.genesys.queue_members(queue.id, by, name, on_page)
        if isinstance(members, ApiError):
            return members
        found.update(dict.fromkeys(members))
    return tuple(found)


async def list_counted_members(
    run: Run, queue: Queue, on_page: OnPage = ignore
) -> Members | ApiError:
    """The members of a queue, from two listings if the first may have missed one between pages.

    When a member leaves the queue between two pages, the next page begins one member too late. The
    listing has no total; the queue's own count, from right before, shows it.
    """
    pages = _PageCount(on_page)
    members = await list_members(run, queue, pages.read)
    if isinstance(members, ApiError) or pages.number <= (2 if queue.member_groups else 1):
        return members
    if len({user_id for user_id, _ in members}) >= queue.member_count:
        return members
    again = await list_members(run, queue, on_page)
    return again if isinstance(again, ApiError) else tuple(dict.fromkeys((*members, *again)))


async def list_members_left(run: Run, queue: Queue, on_page: OnPage = ignore) -> Members | ApiError:
    """The members of a queue after removals, counted again first if they fill more than a page.

    If a removal had no effect and its member is missed between two pages, as many members are
    listed as should be left, so the removal would seem to have worked. With the count from before
    the removals, the queue would always be listed twice.
    """
    if queue.member_count > PAGE_SIZE:
        counted = await run.genesys.member_count(queue.id)
        queue = replace(queue, member_count=counted or queue.member_count)
    return await list_counted_members(run, queue, on_page)


def list_without_newcomers(known: dict[str, tuple[str, ...]], list_one: ListMembers) -> ListMembers:
    """A listing by `list_one`, repeated if others have joined a queue of several pages meanwhile.

    One who joins and one who leaves between two pages can hide a member, though as many are listed
    as were counted before. `known` has, by queue, the user ids listed before in such queues, and is
    brought up to date. A listing without newcomers hides nobody.
    """

    async def list_again_if_new(
        run: Run, queue: Queue, on_page: OnPage = ignore
    ) -> Members | ApiError:
        found: dict[tuple[str, Membership], None] = {}
        for _ in range(_MOST_LISTINGS):
            pages = _PageCount(on_page)
            members = await list_one(run, queue, pages.read)
            if isinstance(members, ApiError):
                return members
            found.update(dict.fromkeys(members))
            if pages.number < 2:
                break
            before, now = known.get(queue.id), {user_id for user_id, _ in members}
            known[queue.id] = tuple(now.union(before or ()))
            if before is None or now <= {*before}:
                break
        return tuple(found)

    return list_again_if_new


async def list_members_among(
    run: Run, queue: Queue, people: Collection[Snapshot]
) -> Members | ApiError:
    """The members of a queue, at least those among these people: from all pages, or by name.

    Asking by name is the cheaper way for a few people in a long queue. People not found by name are
    looked for in the whole listing.
    """
    if len(people) >= sweep_cost([queue]):
        return await list_members(run, queue)
    found: dict[tuple[str, Membership], None] = {}
    for person in people:
        if not _is_among(person, found):
            named = await list_members(run, queue, name=person.user.name or None)
            found.update(dict.fromkeys(() if isinstance(named, ApiError) else named))
            if not _is_among(person, found):
                return await list_members(run, queue)
    return tuple(found)


def _is_among(person: Snapshot, members: Iterable[tuple[str, Membership]]) -> bool:
    return any(user_id == person.user.id for user_id, _ in members)


async def sweep(
    run: Run,
    queues: Collection[Queue],
    wanted: Container[str] | None,
    advance: Callable[[int], None],
    list_one: ListMembers = list_members,
) -> Swept | ApiError:
    """List the members of all these queues, and keep the memberships of the `wanted` user ids.

    `wanted` is None for everybody's. Each one's are in the order of the queues, so that results do
    not depend on which answer comes first. Returns an error if a queue cannot be listed.
    """
    found: defaultdict[str, list[Membership]] = defaultdict(list)
    unreadable: list[ApiError] = []

    async def read(queue: Queue) -> None:
        if unreadable:
            return
        pages = QueuePages(queue, advance)
        members = await list_one(run, queue, pages.read)
        if not isinstance(members, ApiError):
            for user_id, membership in members:
                if wanted is None or user_id in wanted:
                    found[user_id].append(membership)
        elif members.status != _QUEUE_GONE:
            unreadable.append(members)
        pages.end()

    await for_each(queues, read, run.width)
    if unreadable:
        return unreadable[0]
    # Each list goes as its tuple comes: of a long list, both would take much memory.
    place = {queue.id: number for number, queue in enumerate(queues)}
    return {
        user_id: tuple(sorted(found.pop(user_id), key=lambda each: place[each.queue_id]))
        for user_id in list(found)
    }
