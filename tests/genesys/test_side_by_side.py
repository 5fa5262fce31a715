"""Pages read side by side: how many are asked for, and what a changing listing cannot hide."""

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass, field
from itertools import count, islice
from typing import Any, Literal, cast

import pytest
from hypothesis import given
from hypothesis import strategies as st

from batch_offboard.genesys.calls import Caller, Understood
from batch_offboard.genesys.decode import member_id
from batch_offboard.genesys.errors import Failure
from batch_offboard.genesys.pages import Page, PagesRead
from batch_offboard.genesys.reader import Reader
from batch_offboard.offboarding.limits import PAGE_SIZE
from batch_offboard.offboarding.models import ApiError
from batch_offboard.simulator import Simulator
from batch_offboard.simulator.generate import generate_org
from tests.genesys.connected import connected

SIZE = 3
"""Items on a page of a listing here."""
Changes = Mapping[int, tuple[str, int]]
"""By request: somebody is added or removed just before it is answered, and where."""


_NUMBERS = count()


def a_page(items: int, *, more: bool = False, pages: int = 0, cursor: str = "") -> Page[int]:
    """A page with so many items, none of them on any other page."""
    return Page(tuple(islice(_NUMBERS, items)), more, cursor, pages, 0)


@pytest.mark.parametrize(
    ("expected", "read", "asked"),
    [
        (0, [], range(1, 2)),
        (250, [], range(1, 4)),
        (0, [a_page(25)], range(0)),
        (0, [a_page(25, more=True)], range(2, 3)),
        (0, [a_page(25, pages=8)], range(2, 9)),
        (0, [a_page(25, pages=8, more=True, cursor="x")], range(2, 3)),
        (250, [a_page(100, more=True), a_page(100, more=True), a_page(50)], range(0)),
        (200, [a_page(100, more=True), a_page(100, more=True)], range(3, 4)),
        (200, [a_page(50, more=True), a_page(50, more=True)], range(3, 5)),
        (10**9, [a_page(100, more=True)], range(2, 10_001)),
    ],
)
def test_counted_pages_are_asked_for_together(
    expected: int, read: list[Page[int]], asked: range
) -> None:
    """By the number of items or of pages; beyond that one by one, until nothing follows."""
    pages = PagesRead[int](lambda item: item, expected)
    for number, page in enumerate(read, 1):
        pages.add(number, page)
    assert pages.next_pages() == asked


def test_one_by_one_is_one_by_one() -> None:
    """However many there are said to be."""
    pages = PagesRead[int](lambda item: item, 250, one_by_one=True)
    assert pages.next_pages() == range(1, 2)
    pages.add(1, a_page(25, pages=8, more=True))
    assert (pages.next_pages(), pages.side_by_side) == (range(2, 3), False)


def test_once_a_listing_was_read_side_by_side_that_stays_known() -> None:
    """Its overlaps count at the end, also where the last pages came one by one."""
    pages = PagesRead[int](lambda item: item, 250)
    assert pages.next_pages() == range(1, 4)
    for number in (1, 2, 3):
        pages.add(number, a_page(100, more=True))
    assert (pages.next_pages(), pages.side_by_side) == (range(4, 5), True)


def test_pages_after_the_last_one_are_left_out() -> None:
    """Of those asked for together; those that follow are asked for all the same."""
    pages = PagesRead[int](lambda item: item, 500)
    pages.next_pages()
    shown = []
    for number, more in ((1, True), (3, False), (2, True), (4, True)):
        pages.add(number, a_page(100, more=more))
        shown.append(pages.has_last_page)
    assert shown == [False, True, True, True]
    assert (pages.next_pages(), pages.has_last_page) == (range(5, 6), False)


def test_a_listing_has_no_end_after_ten_thousand_pages() -> None:
    """No listing has as many."""
    pages = PagesRead[int](lambda item: item)
    ends = []
    for number in range(1, 10_001):
        pages.add(number, a_page(1, more=True))
        ends.append((pages.is_endless, pages.has_last_page))
    assert ends == [(False, False)] * 9_999 + [(True, True)]


@dataclass
class Changing:
    """A listing that changes while it is read, as long as it is read for the first time."""

    items: list[str]
    changes: Changes
    with_totals: bool
    late: list[int]
    """How many turns each request takes."""
    beyond: Literal["empty", "last", "error"] = "empty"
    """What a page after the last one is."""
    asked: list[int] = field(default_factory=list)
    stayed: set[str] = field(default_factory=set)
    served: int = 0

    def __post_init__(self) -> None:
        self.stayed = set(self.items)

    async def carry_out(self, _operation: Any, arguments: Any, understand: Any) -> Any:
        """A page as it is when the request is answered: perhaps after one that was sent later."""
        number = arguments["page_number"]
        self.asked.append(number)
        for _ in range(self.late[len(self.asked) % len(self.late)]):
            await asyncio.sleep(0)
        if 1 not in self.asked[1:] or not self.changes:
            self._change()
        self.served += 1
        last = max(1, -(-len(self.items) // SIZE))
        if number > last and self.beyond == "error":
            return Failure("refused", ApiError(400, "bad.request", "There is no such page."))
        shown = min(number, last) if self.beyond == "last" else number
        return Understood(understand(self._page(shown)), 200, None)

    def _change(self) -> None:
        kind, where = self.changes.get(self.served, ("none", 0))
        if kind == "added":
            self.items.insert(where % (len(self.items) + 1), f"new{self.served}")
        if kind == "removed" and self.items:
            self.stayed.discard(self.items.pop(where % len(self.items)))

    def _page(self, number: int) -> dict[str, Any]:
        shown = self.items[(number - 1) * SIZE : number * SIZE]
        body: dict[str, Any] = {"entities": [{"id": each} for each in shown]}
        if self.with_totals:
            count = len(self.items)
            return body | {"total": count, "pageCount": -(-count // SIZE)}
        return body | {"nextUri": "next" if number * SIZE < len(self.items) else None}


def found_in(listing: Changing, expected: int = 0) -> set[str]:
    """What is found in a listing."""
    operation = ("divisions", {}) if listing.with_totals else ("queue_members", MEMBERS)
    reader = Reader(cast(Caller, listing))
    found = asyncio.run(reader.listing(*operation, member_id, expected=expected))
    assert isinstance(found, tuple), found
    assert len(found) == len({*found})
    return set(found)


MEMBERS = {"queue_id": "11111111-1111-4111-8111-111111111111", "member_by": None, "name": None}
COUNTS = st.integers(0, 60)
LATE = st.lists(st.integers(0, 6), min_size=1, max_size=8)


def changes(*kinds: str) -> st.SearchStrategy[Changes]:
    """A few changes of these kinds, most of them while the first pages are read.

    As many as fit on a page could make several pages in a row show nothing new, and a listing that
    repeats itself is an error.
    """
    change = st.tuples(st.sampled_from(kinds), st.integers(0, 60))
    return st.dictionaries(st.integers(0, 15), change, max_size=SIZE - 1)


@given(COUNTS, COUNTS, LATE, st.booleans())
def test_everybody_is_found_whatever_the_count(
    size: int, expected: int, late: list[int], totals: bool
) -> None:
    """A right count costs no request; a wrong one a few, and hides nobody."""
    listing = Changing([str(each) for each in range(size)], {}, totals, late)
    assert found_in(listing, expected) == listing.stayed
    needed = max(1, -(-size // SIZE))
    assert len(listing.asked) <= needed + max(0, min(16, -(-expected // SIZE) - needed))


@given(COUNTS, LATE, changes("added", "removed"))
def test_a_listing_with_totals_hides_nobody_who_stays(
    size: int, late: list[int], changed: Changes
) -> None:
    """Totals that differ show that it changed, and it is read again."""
    listing = Changing([str(each) for each in range(size)], changed, with_totals=True, late=late)
    assert found_in(listing) >= listing.stayed


@given(COUNTS, LATE, changes("added") | changes("removed"))
def test_the_counts_before_and_after_show_whether_somebody_slipped_between_pages(
    size: int, late: list[int], changed: Changes
) -> None:
    """A queue's members have no totals: fewer are found than there were, or more are there now."""
    listing = Changing([str(each) for each in range(size)], changed, with_totals=False, late=late)
    found = found_in(listing, expected=size)
    assert found >= listing.stayed or len(found) < size or len(listing.items) > size


@given(COUNTS, st.integers(0, 120), LATE, st.sampled_from(["last", "error"]))
def test_a_page_after_the_last_one_does_no_harm(
    size: int, expected: int, late: list[int], beyond: Any
) -> None:
    """Where the count is too large, it may be an error, or the last page once more."""
    listing = Changing([str(each) for each in range(size)], {}, False, late, beyond)
    assert found_in(listing, expected) == listing.stayed


def test_a_giant_queue_and_the_grants_of_a_division_are_read_side_by_side() -> None:
    """With the real SDK over HTTP, and with as many requests as one by one."""
    org = generate_org(users=1_300, queues=1, queues_per_user=1)
    queue = next(iter(org.queues.values()))
    division = next(iter(org.divisions))
    with Simulator(org) as sim:
        members = connected(
            sim,
            lambda genesys: genesys.queue_members(queue.id, expected=len(queue.members)),
        )
        asked = sim.count(path="/members$")
        connected(sim, lambda genesys: genesys.division_grants(division))
        granted = sim.count(path="/grants$")
    assert isinstance(members, tuple)
    assert {user_id for user_id, _ in members} == {*queue.members}
    assert (asked, granted > 1) == (-(-len(queue.members) // PAGE_SIZE), True)
