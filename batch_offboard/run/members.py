"""Listing the members of queues: of one, of one as far as some people go, or of many."""

from collections import defaultdict
from collections.abc import Awaitable, Callable, Collection, Container, Iterable, Mapping

from batch_offboard.genesys import OnPage, uncounted
from batch_offboard.offboarding.limits import PAGE_SIZE
from batch_offboard.offboarding.models import ApiError, Membership, Queue, Snapshot
from batch_offboard.offboarding.read_costs import sweep_cost
from batch_offboard.run.concurrency import for_each
from batch_offboard.run.session import Run

Members = tuple[tuple[str, Membership], ...]
"""User id and membership of each member."""
ListMembers = Callable[[Run, Queue, OnPage], Awaitable[Members | ApiError]]
Swept = Mapping[str, list[Membership]]
"""By user id: the memberships that a sweep has found."""

_QUEUE_GONE = 404
"""A queue that was deleted meanwhile has no members."""


class QueuePages:
    """A queue's pages as progress: each counts as it is read, all together as many as reckoned.

    More may be read, as Genesys may grant shorter pages and some queues are listed twice.
    """

    def __init__(self, queue: Queue, advance: Callable[[int], None]) -> None:
        self._left, self._advance = sweep_cost([queue]), advance

    def read(self) -> None:
        """One more page was read."""
        self._count(min(1, self._left))

    def end(self) -> None:
        """The queue is listed, or cannot be: what is left of its pages is done too."""
        self._count(self._left)

    def _count(self, pages: int) -> None:
        if pages:
            self._left -= pages
            self._advance(pages)


async def list_members(
    run: Run, queue: Queue, on_page: OnPage = uncounted, name: str | None = None
) -> Members | ApiError:
    """The members of a queue; of one that groups lead to, those by user and those by group.

    An unfiltered listing may show who is both only once, as either [assumed], and a membership by
    user that is not seen would be left behind. `name` asks for those called so.
    """
    if not queue.member_groups:
        return await run.genesys.queue_members(queue.id, None, name, on_page)
    found: dict[tuple[str, Membership], None] = {}
    for by in ("user", "group"):
        members = await run.genesys.queue_members(queue.id, by, name, on_page)
        if isinstance(members, ApiError):
            return members
        found.update(dict.fromkeys(members))
    return tuple(found)


async def list_counted_members(
    run: Run, queue: Queue, on_page: OnPage = uncounted
) -> Members | ApiError:
    """The members of a queue, listed again and united when one may have slipped between pages.

    When a member leaves the queue between two pages, the next page begins one member too late.
    The listing has no total; the queue's own count, if fresh, shows it.
    """
    members = await list_members(run, queue, on_page)
    if isinstance(members, ApiError) or queue.member_count <= PAGE_SIZE:
        return members
    if len({user_id for user_id, _ in members}) >= queue.member_count:
        return members
    again = await list_members(run, queue, on_page)
    return again if isinstance(again, ApiError) else tuple(dict.fromkeys((*members, *again)))


async def list_members_among(
    run: Run, queue: Queue, people: Collection[Snapshot]
) -> Members | ApiError:
    """The members of a queue, at least those of these people who are: all, or each by name.

    Asking by name is the cheaper way for a few people in a long queue. Who is not found so is
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
    queues: Iterable[Queue],
    wanted: Container[str] | None,
    advance: Callable[[int], None],
    list_one: ListMembers = list_members,
) -> Swept | ApiError:
    """List the members of all these queues, and keep the memberships of the `wanted` user ids.

    `wanted` is None for everybody's. An error when some queue cannot be listed.
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
    return unreadable[0] if unreadable else found
