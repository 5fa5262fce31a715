"""Listings that change while they are read page by page."""

from collections.abc import Callable, Sequence
from pathlib import Path

import pytest

from batch_offboard.simulator import Assumptions, Fault, LoggedRequest, Org
from tests.support import id_of, member_queues, org_of, people_named, run_people, simulator


def test_a_member_who_slips_between_two_pages_is_found_all_the_same(tmp_path: Path) -> None:
    """Someone else leaves the queue between page one and two: the second page begins too late."""
    others = people_named("Other", 220)
    leavers = people_named("Leaver", 5)
    members = [*others[:100], *leavers, *others[100:]]
    org = org_of([*leavers, *others], {"Billing": members})
    left: list[str] = []

    def someone_leaves(request: LoggedRequest) -> None:
        second_page = request.query.get("pageNumber") == "2" and "members" in request.path
        if second_page and not left:
            left.append(others[0])
            org.remove_member(id_of("Billing"), id_of(others[0]))

    with simulator(org, on_request=someone_leaves) as sim:
        ended = run_people(sim, tmp_path, *leavers)
    assert ([others[0]], ["done"] * 5, [set()] * 5) == (
        left,
        ended.statuses,
        [member_queues(org, name) for name in leavers],
    )


def _leaves(org: Org) -> None:
    """The first member of the queue leaves it."""
    org.remove_member(id_of("Billing"), id_of("Other001"))


def _comes(org: Org) -> None:
    """Somebody becomes the first member of the queue."""
    members = org.queues[id_of("Billing")].members
    known = dict(members)
    members.clear()
    org.add_member(id_of("Billing"), id_of("Newcomer"))
    members.update(known)


class LatePages:
    """Pages of the queue's members that are answered after all others; then something changes.

    Once it `has_begun`, the first try of each is refused.
    """

    def __init__(self, late: set[int], change: Callable[[], None]) -> None:
        self.late, self.change = late, change
        self.tried: list[int] = []
        self.has_begun = True

    def is_late(self, request: LoggedRequest) -> bool:
        """Whether a request is for one of the pages."""
        path = f"/{id_of('Billing')}/members"
        listing = request.method == "GET" and request.path.endswith(path)
        return self.has_begun and listing and int(request.query["pageNumber"]) in self.late

    def on_request(self, request: LoggedRequest) -> None:
        """Change something right before the first of them is answered."""
        if self.is_late(request):
            self.tried.append(int(request.query["pageNumber"]))
            if len(self.tried) == len(self.late) + 1:
                self.change()

    @property
    def fault(self) -> Fault:
        """What refuses the first tries."""
        return Fault(action="status", status=503, where=self.is_late, times=len(self.late))


OTHERS, IDLE = people_named("Other", 1_150), people_named("Idle", 9)


def _giant(hidden_at: int, **facts: int) -> Org:
    """An organisation with a queue of twelve pages, in which the leaver has this place."""
    members = [*OTHERS[:hidden_at], "Leaver", *OTHERS[hidden_at:]]
    everybody = ["Leaver", *IDLE, *OTHERS, "Newcomer"]
    return org_of(everybody, {"Billing": members, "Sales": IDLE}, facts={"Leaver": facts})


@pytest.mark.parametrize(
    ("change", "hidden_at", "late"),
    [
        (_leaves, 100, {2}),
        (_leaves, 100, {*range(2, 13)}),
        (_comes, 199, {2}),
        (_comes, 199, {1, 2}),
    ],
)
def test_a_giant_queue_that_changes_between_its_pages_hides_nobody(
    change: Callable[[Org], None], hidden_at: int, late: set[int], tmp_path: Path
) -> None:
    """Its pages are read side by side; it changes before the late ones, after all the others.

    A member who leaves makes page two begin too late, one who comes makes it end too early.
    """
    org = _giant(hidden_at)
    pages = LatePages(late, lambda: change(org))
    with simulator(org, on_request=pages.on_request, faults=[pages.fault]) as sim:
        ended = run_people(sim, tmp_path, "Leaver", *IDLE)
    assert set(pages.tried[: len(late)]) == late
    assert (set(ended.statuses), member_queues(org, "Leaver")) == ({"done"}, set())


@pytest.mark.parametrize(
    ("change", "left_before", "hidden_at", "late"),
    [(_comes, OTHERS[:2], 201, {1, 2}), (_leaves, (), 100, {*range(2, 13)})],
)
def test_a_giant_queue_that_changes_while_it_is_read_back_hides_nobody(
    change: Callable[[Org], None],
    left_before: Sequence[str],
    hidden_at: int,
    late: set[int],
    tmp_path: Path,
) -> None:
    """A removal had no effect, and somebody who comes or leaves hides that between two pages.

    The queue's count is as if the removal had had effect: by who leaves then or left right before.
    """
    org = _giant(hidden_at, wrap_up_attempts=1)
    pages = LatePages(late, lambda: change(org))
    pages.has_begun = False

    def on_request(request: LoggedRequest) -> None:
        if request.method == "POST" and "members" in request.path and not pages.has_begun:
            pages.has_begun = True
            for name in left_before:
                org.remove_member(id_of("Billing"), id_of(name))
        pages.on_request(request)

    assumptions = Assumptions(wrap_up_in_bulk="ignored")
    with simulator(
        org, on_request=on_request, faults=[pages.fault], assumptions=assumptions
    ) as sim:
        ended = run_people(sim, tmp_path, "Leaver", *IDLE)
    assert {*pages.tried[: len(late)]} == late
    assert (set(ended.statuses), member_queues(org, "Leaver")) == ({"done"}, set())


@pytest.mark.parametrize("reading", [1, 2, 3])
@pytest.mark.parametrize("cap", [None, 25])
def test_a_queue_of_some_pages_that_changes_while_it_is_read_back_hides_nobody(
    reading: int, cap: int | None, tmp_path: Path
) -> None:
    """A removal had no effect; someone else leaves between two pages of any reading.

    The leaver then is on neither page, and the queue's count is as if the removal had had effect.
    """
    size = cap or 100
    others = people_named("Other", size * 5 // 2)
    members = [*others[:size], "Leaver", *others[size:]]
    everybody = ["Leaver", *IDLE, *others]
    facts = {"Leaver": {"wrap_up_attempts": 1}}
    org = org_of(everybody, {"Billing": members, "Sales": IDLE}, facts=facts)
    seen: list[int] = []
    removals: list[str] = []

    def on_request(request: LoggedRequest) -> None:
        if not request.path.endswith(f"/{id_of('Billing')}/members"):
            return
        if request.method == "POST":
            removals.append(request.path)
        elif removals:
            seen.append(int(request.query["pageNumber"]))
            if seen[-1] == 2 and seen.count(2) == reading:
                org.remove_member(id_of("Billing"), id_of(others[0]))

    assumptions = Assumptions(wrap_up_in_bulk="ignored", page_cap=cap)
    with simulator(org, on_request=on_request, assumptions=assumptions) as sim:
        ended = run_people(sim, tmp_path, "Leaver", *IDLE)
    assert seen.count(2) >= reading
    assert (set(ended.statuses), member_queues(org, "Leaver")) == ({"done"}, set()), seen


def test_a_queue_joined_during_the_run_is_found_although_it_changes_while_it_is_read(
    tmp_path: Path,
) -> None:
    """Someone adds a leaver once the plan is made; another member leaves between two pages."""
    others = people_named("Other", 250)
    org = org_of([*IDLE, *others], {"Billing": others, "Sales": IDLE})
    changes = [lambda: _joins_second_page(org, IDLE[0]), lambda: _leaves(org)]

    def on_request(request: LoggedRequest) -> None:
        begins = request.method == "POST" and request.path.endswith("/members")
        second = "/members" in request.path and request.query.get("pageNumber") == "2"
        if changes and (begins if len(changes) == 2 else second):
            changes.pop(0)()

    with simulator(org, on_request=on_request) as sim:
        ended = run_people(sim, tmp_path, *IDLE)
    assert changes == []
    assert (set(ended.statuses), member_queues(org, IDLE[0])) == ({"done"}, set())


def _joins_second_page(org: Org, name: str) -> None:
    """Somebody becomes the first member on the second page of the queue."""
    members = org.queues[id_of("Billing")].members
    known = list(members.items())
    members.clear()
    members.update(known[:100])
    org.add_member(id_of("Billing"), id_of(name))
    members.update(known[100:])


@pytest.mark.parametrize("newcomers", [1, 2])
@pytest.mark.parametrize("size", [250, 1_150])
def test_a_member_who_leaves_and_one_who_joins_hide_nobody_between_two_pages(
    newcomers: int, size: int, tmp_path: Path
) -> None:
    """A removal had no effect; as many members are then listed as should be there.

    The queue's count is as if the removal had had effect, as others have left before.
    """
    others = OTHERS[:size]
    new = [f"Newcomer{number}" for number in range(newcomers)]
    members = [*others[:100], "Leaver", *others[100:]]
    facts = {"Leaver": {"wrap_up_attempts": 1}}
    queues = {"Billing": members, "Sales": IDLE}
    org = org_of(["Leaver", *IDLE, *others, *new], queues, facts=facts)
    seen: list[int] = []
    removals: list[str] = []

    def on_request(request: LoggedRequest) -> None:
        if not request.path.endswith(f"/{id_of('Billing')}/members"):
            return
        if request.method == "POST":
            removals.append(request.path)
            for name in others[-newcomers:]:
                org.remove_member(id_of("Billing"), id_of(name))
        elif removals:
            seen.append(int(request.query["pageNumber"]))
            if seen.count(2) == 1 and seen[-1] == 2:
                org.remove_member(id_of("Billing"), id_of(others[0]))
                for name in new:
                    org.add_member(id_of("Billing"), id_of(name))

    assumptions = Assumptions(wrap_up_in_bulk="ignored")
    with simulator(org, on_request=on_request, assumptions=assumptions) as sim:
        ended = run_people(sim, tmp_path, "Leaver", *IDLE)
    assert (set(ended.statuses), member_queues(org, "Leaver")) == ({"done"}, set()), seen
