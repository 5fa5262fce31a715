"""What is left of a row, and why."""

from typing import Any

import pytest

from batch_offboard.offboarding.models import (
    Holding,
    MemberGroup,
    Membership,
    Named,
    Queue,
    User,
)
from batch_offboard.record.events import StepsReadBack
from batch_offboard.results.row_evidence import groups_left, queue_count, reasons_left, rerun_helps
from batch_offboard.results.row_record import RowRecord

from .views import row_record

TEAM, NIGHT = MemberGroup("t1", "Claims Berlin", "TEAM"), MemberGroup("g1", "Night Shift")
HOME = Named("d1", "Home")
QUEUES = {
    "Q1": Queue("Q1", "Billing", HOME, 3, (TEAM, NIGHT)),
    "Q2": Queue("Q2", "Chat", HOME, 3),
}
USER = User(
    "u1", "Anna", "", "inactive", 1, holdings={"groups": (Holding("g1"),), "team": (Holding("t1"),)}
)
THROUGH = Membership("Q1", joined=True, ring_number=1, by="group")
BY_USER = Membership("Q2", joined=True, ring_number=1, by="user")


def record(**facts: Any) -> RowRecord:
    """A row whose person is in a queue by user and in one through a group and a team."""
    told: dict[str, Any] = {"user": USER, "memberships": (THROUGH, BY_USER)}
    return row_record(("u1",), **{**told, **facts})


def test_what_was_read_back_tells_why() -> None:
    """Its reasons stand, and what the optional steps have left comes after them."""
    told = record(
        left=(BY_USER,),
        because={"Q2": "Chat: still a member after two removals"},
        steps_left=StepsReadBack(2, ("group Night Shift: not ended: No.",), ""),
    )
    expected = ("Chat: still a member after two removals", "group Night Shift: not ended: No.")
    assert expected == reasons_left(told, QUEUES)


def test_before_anything_is_read_back_only_what_no_removal_ends_is_told() -> None:
    """A membership by user may be gone by then."""
    expected = ("Billing: member through work team Claims Berlin or group Night Shift",)
    assert expected == reasons_left(record(), QUEUES)


def test_nothing_is_told_of_a_person_who_was_not_read() -> None:
    """There is nothing to tell from."""
    assert () == reasons_left(record(user=None, memberships=()), QUEUES)


@pytest.mark.parametrize(
    ("told", "groups"),
    [
        (record(), ("group Night Shift", "work team Claims Berlin")),
        (record(left=(THROUGH,), groups=("work team Day",)), ("work team Day",)),
        (record(user=None), ()),
    ],
)
def test_the_groups_that_lead_there_have_kind_and_name(
    told: RowRecord, groups: tuple[str, ...]
) -> None:
    """An admin looks for a work team elsewhere than for a group."""
    assert groups == groups_left(told, QUEUES)


@pytest.mark.parametrize(
    ("left", "helps"),
    [
        (None, False),
        (StepsReadBack(2, (), ""), False),
        (StepsReadBack(2, ("group Night: …",), "", ("group Night",)), False),
        (StepsReadBack(2, ("group Night: …", "team Day: …"), "", ("group Night",)), True),
    ],
)
def test_a_rerun_helps_where_anything_can_be_ended(left: StepsReadBack | None, helps: bool) -> None:
    """Not with groups alone that follow a rule."""
    assert helps == rerun_helps(record(steps_left=left))


def test_a_queue_counts_once() -> None:
    """Somebody can be in it by user and through a group."""
    both = (THROUGH, Membership("Q1", joined=True, by="user"), BY_USER)
    assert queue_count(both) == 2
