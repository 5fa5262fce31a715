"""Reading memberships back from an organisation in memory, in virtual time."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, cast

import pytest

from batch_offboard.genesys import Genesys, OnPage
from batch_offboard.offboarding.models import (
    Answer,
    ApiError,
    Call,
    MemberGroup,
    Membership,
    Named,
    Queue,
    Snapshot,
    User,
)
from batch_offboard.offboarding.steps import steps_named
from batch_offboard.record.events import Event, MembershipsReadBack, ReadBackFailed, Warned
from batch_offboard.run.progress import Progress
from batch_offboard.run.relist import Relisting
from batch_offboard.run.verify_memberships import touched_queues, verify_memberships
from tests.genesys import virtual_time
from tests.run.runs import run_of

DENIED = ApiError(403, "missing.permission", "Denied.")
ROW = 2
GIANT = tuple(f"other{number:04}" for number in range(1_200))
Change = Callable[["Organisation"], object]


@dataclass
class Organisation:
    """Queues and the ids of their members. What others change meanwhile is in `changes`.

    Each change is made just before a request is answered. Its key is the request, and how many like
    it came before: `("queues", 0)`. Requests in `unread` are refused; if `sticky`, removals succeed
    without any effect. `removed` and `asked` record what was removed and asked.
    """

    members: dict[str, list[str]]
    changes: Mapping[tuple[str, int], Change] = field(default_factory=dict)
    through_night_shift: Mapping[str, Sequence[str]] = field(default_factory=dict)
    unread: frozenset[str] = frozenset()
    sticky: bool = False
    removed: list[tuple[str, str]] = field(default_factory=list)
    asked: dict[str, int] = field(default_factory=dict)

    def _ask(self, what: str) -> bool:
        times = self.asked.get(what, 0)
        self.asked[what] = times + 1
        self.changes.get((what, times), lambda _: None)(self)
        return what not in self.unread

    def queue(self, id: str, members: int) -> Queue:
        """A queue with so many members."""
        groups = (MemberGroup("g", "Night Shift"),) if id in self.through_night_shift else ()
        return Queue(id, id, Named("d"), members, groups)

    async def queues(self) -> tuple[Queue, ...] | ApiError:
        """All queues as they are now."""
        if not self._ask("queues"):
            return DENIED
        return tuple(self.queue(id, len(members)) for id, members in self.members.items())

    async def member_count(self, queue_id: str) -> int:
        """How many members a queue has."""
        self._ask(f"count {queue_id}")
        return len(self.members[queue_id])

    async def queue_members(
        self, queue_id: str, by: str | None, _name: str | None, on_page: OnPage, _expected: int = 0
    ) -> Any:
        """The members of a queue: direct ones (`user`), those through the group, or all."""
        if not self._ask(queue_id):
            return DENIED
        members = () if by == "group" else tuple(self.members[queue_id])
        others = () if by == "user" else tuple(self.through_night_shift.get(queue_id, ()))
        for _ in range(0, max(1, len(members)), 100):
            on_page()
        return (
            *((each, Membership(queue_id, True, 1, "user")) for each in members),
            *((each, Membership(queue_id, True, 1, "group")) for each in others),
        )

    async def user_queues(self, user_id: str) -> Any:
        """The queues of a user."""
        if not self._ask("user"):
            return DENIED
        return tuple(Membership(id, True) for id, them in self.members.items() if user_id in them)

    async def perform(self, call: Call, *, before_sending: Callable[[], Any]) -> Answer:
        """Remove members; without effect if the organisation is `sticky`."""
        await before_sending()
        queue_id = str(call.arguments["queue_id"])
        for user_id in cast(Sequence[str], call.arguments["user_ids"]):
            self.removed.append((queue_id, user_id))
            if not self.sticky and user_id in self.members[queue_id]:
                self.members[queue_id].remove(user_id)
        return Answer("done", 200)


def person(id: str) -> User:
    """An inactive person who is known to be in no group."""
    return User(id, id, f"{id}@x.example", "inactive", 2, holdings={"groups": ()})


def verified(
    org: Organisation,
    counts: Mapping[str, int],
    *,
    people: int = 1,
    given_up: str = "",
    steps: Sequence[str] = ("deactivate", "remove_from_queues"),
) -> list[Event]:
    """The events of reading back Ann (`a`) and other people, all just removed from `Q`.

    `counts` are the numbers of members before that. If a step was `given_up`, all are still in `Q`.
    """
    events: list[Event] = []
    left = (Membership("Q", True, 1, "user"),)
    now = left if given_up else ()
    ids = ["a", *(f"also{each}" for each in range(1, people))]
    progress = Progress({row: Snapshot(row, person(id), now) for row, id in enumerate(ids, ROW)})
    before = dict.fromkeys(progress.people, left)
    progress.queues = {id: org.queue(id, count) for id, count in counts.items()}
    if given_up:
        progress.given_up[given_up] = {ROW: DENIED}

    async def work() -> None:
        run = run_of(events, virtual_time.virtual_clock(), cast(Genesys, org))
        run = replace(run, settings=replace(run.settings, steps=steps_named(steps)))
        relisting = Relisting(run, progress, touched_queues(run, progress, before))
        await verify_memberships(run, progress, before, relisting)

    virtual_time.run(work())
    return events


def left_in(events: Sequence[Event]) -> list[tuple[dict[str, str], set[str]]]:
    """By recorded reading: the reasons by queue, and the ids of the queues that are left."""
    readings = [each for each in events if isinstance(each, MembershipsReadBack)]
    return [(dict(each.because), {one.queue_id for one in each.left}) for each in readings]


def join(queue_id: str, *user_ids: str) -> Change:
    """A change: these users become the first members of a queue, which is made if it is new."""
    return lambda org: org.members.__setitem__(
        queue_id, [*user_ids, *org.members.get(queue_id, [])]
    )


NOTHING_LEFT = ({}, set())
MANY = 10
"""People for whom it is cheaper to list a giant queue than their queues one by one."""


@pytest.mark.parametrize(
    ("org", "counts", "removed"),
    [
        (Organisation({"Q": ["x"]}), {"Q": 2}, []),
        (Organisation({"Q": ["x", "a"]}), {"Q": 2}, ["Q"]),
        (Organisation({"Q": ["x", "a"]}), {"Q": 3}, ["Q"]),
        (Organisation({"Q": ["x"]}, {("queues", 0): join("Q", "a")}), {"Q": 2}, ["Q"]),
        (Organisation({"Q": ["x"]}, {("queues", 0): join("R", "a", "y")}), {"Q": 2, "R": 1}, ["R"]),
        (Organisation({"Q": ["x"]}, {("queues", 0): join("New", "a")}), {"Q": 2}, ["New"]),
        (
            Organisation({"Q": [*GIANT]}, {("queues", 0): join("New", "a", "y")}),
            {"Q": 1_200 + MANY},
            ["New"],
        ),
        (
            Organisation({"Q": [*GIANT]}, {("queues", 0): join("Q", "a")}),
            {"Q": 1_201 + MANY},
            ["Q"],
        ),
        (
            Organisation({"Q": [*GIANT]}, {("queues", 0): join("Q", "a")}),
            {"Q": 1_200 + MANY},
            ["Q"],
        ),
        (
            Organisation(
                {"Q": ["x"]}, {("queues", 0): join("Q", "a")}, unread=frozenset(["queues"])
            ),
            {"Q": 2},
            ["Q"],
        ),
    ],
    ids=[
        "gone",
        "in vain",
        "not counted",
        "again",
        "joined",
        "new queue",
        "new queue, many people",
        "hidden",
        "grown",
        "queues unread",
    ],
)
def test_nobody_is_left_in_a_queue(
    org: Organisation, counts: Mapping[str, int], removed: Sequence[str]
) -> None:
    """Whoever is still or again a member, or has joined another queue, is removed once more."""
    people = MANY if counts["Q"] > 1_000 else 1
    events = verified(org, counts, people=people)
    assert left_in(events) == [NOTHING_LEFT] * people
    assert org.removed == [(each, "a") for each in removed]
    assert not [each for each, members in org.members.items() if "a" in members]
    warned = [each.code for each in events if isinstance(each, Warned)]
    assert warned == ["queues_unlisted"] * ("queues" in org.unread)


@pytest.mark.parametrize(
    ("size", "people", "second"),
    [(1, 1, ("Q", 1)), (1_200, 1, ("user", 1)), (1_200, MANY, ("user", 0))],
)
def test_a_listing_that_lags_is_waited_for(size: int, people: int, second: tuple[str, int]) -> None:
    """A membership that has ended is not removed once more."""

    def shown_no_longer(org: Organisation) -> None:
        org.members["Q"].remove("a")

    org = Organisation({"Q": [*GIANT[:size], "a"]}, {second: shown_no_longer})
    events = verified(org, {"Q": size + 1 + people}, people=people)
    assert (left_in(events), org.removed) == ([NOTHING_LEFT] * people, [])


@pytest.mark.parametrize("people", [1, MANY])
@pytest.mark.parametrize("queue_id", ["R", "New"])
def test_a_queue_joined_meanwhile_is_read_back_too(queue_id: str, people: int) -> None:
    """The removal from it may have no effect either."""
    changes = {("queues", 0): join(queue_id, "a")}
    org = Organisation({"Q": [*GIANT], "R": ["x"]}, changes, sticky=True)
    first, *others = left_in(verified(org, {"Q": 1_200 + people, "R": 1}, people=people))
    assert [first, *others].count(NOTHING_LEFT) == people - 1
    left = ({queue_id: f"{queue_id}: still a member after two removals"}, {queue_id})
    assert left in (first, *others)


def test_a_giant_queue_that_shows_all_its_members_is_listed_once() -> None:
    """It takes twelve requests."""
    org = Organisation({"Q": [*GIANT]})
    assert left_in(verified(org, {"Q": 1_200 + MANY}, people=MANY)) == [NOTHING_LEFT] * MANY
    assert org.asked == {"count Q": 1, "Q": 1, "queues": 1}


def test_a_membership_that_cannot_be_ended_is_left_with_its_reason() -> None:
    """After two removals, the first of which came before this test begins."""
    org = Organisation({"Q": ["a", "x"]}, sticky=True)
    reading = ({"Q": "Q: still a member after two removals"}, {"Q"})
    assert (left_in(verified(org, {"Q": 3})), org.removed) == ([reading], [("Q", "a")])


def test_a_membership_through_a_group_is_not_waited_for() -> None:
    """It lasts as long as the person is in the group."""
    org = Organisation({"Q": ["x"]}, through_night_shift={"Q": ["a"]})
    reading = ({"Q": "Q: member through group Night Shift"}, {"Q"})
    assert (left_in(verified(org, {"Q": 2})), org.removed) == ([reading], [])
    assert org.asked["Q"] == 2


def test_of_two_memberships_of_a_queue_the_direct_one_is_the_reason() -> None:
    """It is the one that a removal can end."""
    org = Organisation({"Q": ["a", "x"]}, through_night_shift={"Q": ["a"]}, sticky=True)
    reading = ({"Q": "Q: still a member after two removals"}, {"Q"})
    assert (left_in(verified(org, {"Q": 3})), org.removed) == ([reading], [("Q", "a")])


def test_nothing_is_removed_from_a_person_who_is_still_active() -> None:
    """Not even from a queue that they have joined meanwhile."""
    org = Organisation({"Q": ["a", "x"]}, {("queues", 0): join("R", "a")})
    events = verified(org, {"Q": 2}, given_up="deactivate")
    because = {each: f"{each}: not removed: still active" for each in ("Q", "R")}
    assert left_in(events) == [(because, {"Q", "R"})]
    assert org.removed == []


def test_a_removal_that_was_refused_is_the_reason() -> None:
    """It is given in Genesys' words."""
    org = Organisation({"Q": ["a", "x"]}, sticky=True)
    events = verified(org, {"Q": 2}, given_up="remove_from_queues")
    assert left_in(events) == [({"Q": "Q: not removed: Denied."}, {"Q"})]


WITH_GROUPS = ("deactivate", "leave_groups", "remove_from_queues")


def test_a_membership_through_a_group_that_was_left_has_to_end() -> None:
    """It is waited for, as no removal can end it."""
    org = Organisation({"Q": ["x"]}, through_night_shift={"Q": ["a"]})
    events = verified(org, {"Q": 2}, steps=WITH_GROUPS)
    because = {"Q": "Q: still a member, although no longer in the group that led to it"}
    assert (left_in(events), org.removed) == ([(because, {"Q"})], [])
    assert [each.ended_elsewhere for each in events if isinstance(each, MembershipsReadBack)] == [
        ("Q",)
    ]
    assert org.asked["Q"] > 2


def test_a_direct_membership_does_not_end_with_groups_that_were_left() -> None:
    """Not even in a queue that also has members through groups."""
    org = Organisation({"Q": ["a", "x"]}, through_night_shift={"Q": ["x"]}, sticky=True)
    events = verified(org, {"Q": 3}, steps=WITH_GROUPS)
    reading = ({"Q": "Q: still a member after two removals"}, {"Q"})
    assert left_in(events) == [reading]


def test_what_cannot_be_read_back_is_recorded_as_unread() -> None:
    """It does not count as ended."""
    org = Organisation({"Q": ["x"]}, unread=frozenset(["Q", "user"]))
    events = verified(org, {"Q": 2})
    failed = [(each.row, each.error) for each in events if isinstance(each, ReadBackFailed)]
    assert (left_in(events), failed) == ([], [(ROW, DENIED)])
