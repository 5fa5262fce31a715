"""Listing the members of queues, from listings that each test spells out page by page."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import cast

import pytest

from batch_offboard.genesys import Clock, Genesys, OnPage
from batch_offboard.offboarding.models import (
    ApiError,
    MemberGroup,
    Membership,
    Named,
    Queue,
    Snapshot,
    User,
)
from batch_offboard.run.members import (
    ListMembers,
    Members,
    QueuePages,
    Swept,
    is_giant,
    list_counted_members,
    list_members,
    list_members_among,
    list_members_left,
    list_without_newcomers,
    sweep,
)
from batch_offboard.run.session import Run
from tests.run.runs import run_of

Q, R = "q", "r"
DENIED, GONE = ApiError(403, "missing.permission", "Denied."), ApiError(404, "not.found", "Gone.")
GROUPS = (MemberGroup("g", "Night Shift", "GROUP"),)


def queue(members: int = 1, *, groups: bool = False, id: str = Q) -> Queue:
    """A queue that claims to have so many members."""
    return Queue(id, id, Named("d"), members, GROUPS if groups else ())


def member(user_id: str, queue_id: str = Q) -> tuple[str, Membership]:
    """A user's membership, as a listing shows it."""
    return user_id, Membership(queue_id, True, 1, "user")


def members(*user_ids: str, queue_id: str = Q) -> Members:
    """The memberships of these users, as a listing shows them."""
    return tuple(member(each, queue_id) for each in user_ids)


@dataclass
class Listings:
    """Answers listings in order: members by page, or an error. `asked` are the requests."""

    listings: Iterable[Sequence[str] | ApiError]
    counts: Iterable[int] = ()
    asked: list[object] = field(default_factory=list)

    def __post_init__(self) -> None:
        self._listings, self._counts = iter(self.listings), iter(self.counts)

    async def queue_members(
        self, queue_id: str, by: str | None, name: str | None, on_page: OnPage, expected: int = 0
    ) -> Members | ApiError:
        """The next listing. Each text in it is a page of user ids; an error follows three pages."""
        self.asked.append((queue_id, by, name, expected))
        listing = next(self._listings)
        for _ in "123" if isinstance(listing, ApiError) else listing:
            on_page()
        if isinstance(listing, ApiError):
            return listing
        return members(*" ".join(listing).split(), queue_id=queue_id)

    async def member_count(self, queue_id: str) -> int:
        """The next count."""
        self.asked.append(("count", queue_id))
        return next(self._counts)

    def run(self) -> Run:
        """A run whose organisation answers with these listings."""
        return run_of([], Clock(), cast(Genesys, self))


# -- one queue


@pytest.mark.parametrize(
    ("asked", "giant"),
    [(queue(1_000), False), (queue(1_001), True), (queue(1_001, groups=True), False)],
)
def test_the_pages_of_a_giant_queue_are_read_side_by_side(asked: Queue, giant: bool) -> None:
    """Giant: over ten pages, and no groups, through which an unknown number of members come."""
    assert is_giant(asked) is giant
    script = Listings([["a"], ["a"]])
    asyncio.run(list_members(script.run(), asked))
    expected = asked.member_count if giant else 0
    assert {each[3] for each in script.asked if isinstance(each, tuple)} == {expected}


def test_a_name_is_looked_for_on_one_page_after_another() -> None:
    """Even in a giant queue, few members have the name."""
    script = Listings([["a"]])
    found = asyncio.run(list_members(script.run(), queue(2_000), name="Ann"))
    assert (found, script.asked) == (members("a"), [(Q, None, "Ann", 0)])


@pytest.mark.parametrize(
    ("listings", "found"),
    [
        ([["a"], ["a b"]], members("a", "b")),
        ([DENIED], DENIED),
        ([["a"], DENIED], DENIED),
    ],
)
def test_a_queue_with_groups_is_listed_by_user_and_by_group(
    listings: Sequence[Sequence[str] | ApiError], found: Members | ApiError
) -> None:
    """Each member counts once; one listing without the other proves nothing."""
    script = Listings(listings)
    assert asyncio.run(list_members(script.run(), queue(groups=True))) == found
    assert script.asked == [(Q, by, None, 0) for by in ("user", "group")[: len(listings)]]


@pytest.mark.parametrize(
    ("asked", "listings", "found"),
    [
        (queue(3), [["a b"]], members("a", "b")),
        (queue(3), [["a b", "c"]], members("a", "b", "c")),
        (queue(3), [["a b", "c c"]], members("a", "b", "c", "c")),
        (queue(3), [["a b", ""], ["b", "c"]], members("a", "b", "c")),
        (queue(3), [["a a", "b"], ["b", "c"]], members("a", "b", "c")),
        (queue(3), [["a", "b"], DENIED], DENIED),
        (queue(3), [DENIED], DENIED),
        (queue(3, groups=True), [["a"], ["b"]], members("a", "b")),
        (queue(3, groups=True), [["a", ""], ["b"], ["a", ""], ["c"]], members("a", "b", "c")),
    ],
)
def test_a_queue_of_several_pages_that_shows_too_few_is_listed_twice(
    asked: Queue, listings: Sequence[Sequence[str] | ApiError], found: Members | ApiError
) -> None:
    """Both listings count; on one page nobody can have been missed."""
    script = Listings(listings)
    assert asyncio.run(list_counted_members(script.run(), asked)) == found
    assert len(script.asked) == len(listings)


@pytest.mark.parametrize(
    ("asked", "counts", "listings"),
    [
        (queue(100), [], [["a", "b"], ["a", "b"]]),
        (queue(101), [2], [["a", "b"]]),
        (queue(101), [3], [["a", "b"], ["a", "c"]]),
        (queue(101), [0], [["a", "b"], ["a", "c"]]),
    ],
)
def test_the_members_left_are_counted_first_if_they_fill_more_than_a_page(
    asked: Queue, counts: Sequence[int], listings: Sequence[Sequence[str]]
) -> None:
    """Without a count, the number before is assumed."""
    script = Listings(listings, counts)
    found = asyncio.run(list_members_left(script.run(), asked))
    users = dict.fromkeys(" ".join(" ".join(each) for each in listings).split())
    assert found == members(*users)
    assert [each for each in script.asked if each == ("count", Q)] == [("count", Q)] * len(counts)
    assert len(script.asked) == len(counts) + len(listings)


@pytest.mark.parametrize(
    ("before", "listings", "found", "known"),
    [
        (None, [["a", "b"]], "a b", "a b"),
        ("a b", [["a b"]], "a b", "a b"),
        ("a", [["a b"]], "a b", "a"),
        ("a b c", [["a", "b"]], "a b", "a b c"),
        ("a", [["a", "b"], ["b", "c"], ["b", "c"]], "a b c", "a b c"),
        ("a", [["a", "b"], ["a", "b"]], "a b", "a b"),
        ("a", [["a", "b"], ["b", "c"], ["c", "d"]], "a b c d", "a b c d"),
        ("a", [["a", "b"], ["c"]], "a b c", "a b"),
    ],
)
def test_a_queue_in_which_others_keep_joining_is_listed_up_to_three_times(
    before: str | None, listings: Sequence[Sequence[str]], found: str, known: str
) -> None:
    """Until nobody is new; all that any listing has shown counts, and is known from then on."""
    listed = {} if before is None else {Q: tuple(before.split())}
    script = Listings(listings)
    list_one = list_without_newcomers(listed, list_members)
    assert asyncio.run(list_one(script.run(), queue(3))) == members(*found.split())
    assert len(script.asked) == len(listings)
    assert set(listed.get(Q, ())) == set(known.split())


def test_a_listing_that_fails_the_second_time_proves_nothing() -> None:
    """It could have shown somebody whom the first one missed."""
    list_one = list_without_newcomers({Q: ("a",)}, list_members)
    assert asyncio.run(list_one(Listings([["a", "b"], DENIED]).run(), queue(3))) == DENIED


# -- for some people only


def person(user_id: str, name: str) -> Snapshot:
    """A person on the list, with this name in Genesys."""
    return Snapshot(2, User(user_id, name, f"{user_id}@x.example", "active", 1))


ANN, BOB = person("a", "Ann"), person("b", "Bob")
WHOLE = (Q, None, None, 0)


@pytest.mark.parametrize(
    ("size", "people", "listings", "found", "asked"),
    [
        (200, [ANN, BOB], [["a b c"]], "a b c", [WHOLE]),
        (201, [ANN, BOB], [["a x"], ["b"]], "a x b", ["Ann", "Bob"]),
        (201, [ANN, BOB], [["a b"]], "a b", ["Ann"]),
        (201, [ANN, BOB], [["a"], ["x"], ["a b c"]], "a b c", ["Ann", "Bob", WHOLE]),
        (201, [ANN, BOB], [DENIED, ["a b c"]], "a b c", ["Ann", WHOLE]),
        (201, [person("a", "")], [["a b c"]], "a b c", [WHOLE]),
    ],
)
def test_few_people_in_a_long_queue_are_looked_for_by_name(
    size: int,
    people: Sequence[Snapshot],
    listings: Sequence[Sequence[str] | ApiError],
    found: str,
    asked: Sequence[object],
) -> None:
    """Whoever is not found by name is looked for in the whole queue."""
    script = Listings(listings)
    among = asyncio.run(list_members_among(script.run(), queue(size), people))
    assert among == members(*found.split())
    named = [(Q, None, each, 0) if isinstance(each, str) else each for each in asked]
    assert script.asked == named


# -- many queues


@pytest.mark.parametrize(
    ("size", "groups", "read", "pages"),
    [
        (1, False, 1, [1]),
        (250, False, 1, [1, 2]),
        (250, True, 6, [1] * 4),
        (250, False, 3, [1] * 3),
    ],
)
def test_progress_counts_as_many_pages_of_a_queue_as_estimated(
    size: int, groups: bool, read: int, pages: list[int]
) -> None:
    """Whether fewer or more were read."""
    counted: list[int] = []
    progress = QueuePages(queue(size, groups=groups), counted.append)
    for _ in range(read):
        progress.read()
    progress.end()
    assert counted == pages


def swept(
    listings: Sequence[Sequence[str] | ApiError], wanted: Iterable[str] | None
) -> tuple[Swept | ApiError, int, int]:
    """What a sweep of two queues finds, the pages that it counts, and the listings asked for."""
    counted: list[int] = []
    script = Listings(listings)
    queues = (queue(150), queue(id=R))
    only = None if wanted is None else frozenset(wanted)
    found = asyncio.run(sweep(script.run(), queues, only, counted.append))
    return found, sum(counted), len(script.asked)


BOTH = {"a": (member("a")[1], member("a", R)[1]), "b": (member("b")[1],), "c": (member("c", R)[1],)}


@pytest.mark.parametrize(
    ("listings", "wanted", "found"),
    [
        ([["a b"], ["a c"]], None, BOTH),
        ([["a b"], ["a c"]], "ac", {each: BOTH[each] for each in "ac"}),
        ([["a b"], ["a c"]], "", {}),
        ([GONE, ["c"]], None, {"c": BOTH["c"]}),
        ([["b"], GONE], None, {"b": BOTH["b"]}),
    ],
)
def test_a_sweep_keeps_the_memberships_of_those_wanted(
    listings: Sequence[Sequence[str] | ApiError],
    wanted: str | None,
    found: Mapping[str, Sequence[Membership]],
) -> None:
    """A queue that was deleted meanwhile has no members."""
    assert swept(listings, wanted) == (found, 3, 2)


def test_a_sweep_ends_with_the_first_queue_that_cannot_be_listed() -> None:
    """The others alone prove nothing."""
    assert swept([DENIED], None) == (DENIED, 2, 1)
    assert swept([["a"], DENIED], None) == (DENIED, 3, 2)


@pytest.mark.parametrize("list_one", [list_members, list_counted_members, list_members_left])
def test_every_page_that_was_read_is_reported(list_one: ListMembers) -> None:
    """To the progress display; pages of a second listing too."""
    pages: list[None] = []
    script = Listings([["a", "b"]] * 2)
    twice = list_without_newcomers({Q: ("a",)}, list_one)
    asyncio.run(twice(script.run(), queue(2), lambda: pages.append(None)))
    assert len(pages) == 4


def test_memberships_are_in_the_order_of_the_queues() -> None:
    """Not in that of the answers, which is another in each run."""

    async def list_one(_run: Run, queue: Queue, _on_page: OnPage) -> Members:
        for _ in range(2 if queue.id == Q else 0):
            await asyncio.sleep(0)
        return members("a", queue_id=queue.id)

    run = Listings([]).run()
    assert run.width > 1
    found = asyncio.run(sweep(run, (queue(), queue(id=R)), None, lambda _pages: None, list_one))
    assert found == {"a": (member("a")[1], member("a", R)[1])}
