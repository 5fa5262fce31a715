"""Why somebody is still in a queue."""

from dataclasses import replace

import pytest

from batch_offboard.offboarding.models import (
    Holding,
    MemberGroup,
    Membership,
    User,
)
from batch_offboard.offboarding.reasons import (
    may_come_through_group,
    membership_reason,
    source_groups,
)

from .snapshots import queue

NIGHT, DAY = MemberGroup("g1", "Night Shift"), MemberGroup("g2", "Day Shift")
TEAM = MemberGroup("t1", "Team A", "TEAM")
SKILL = MemberGroup("s1", "VIP agents", "SKILLGROUP")
USER = User("u1", "Anna", "", "inactive", 1)
BY_GROUP = Membership("Q1", joined=True, ring_number=1, by="group")


def queues(*groups: MemberGroup) -> dict[str, object]:
    """One queue to which these groups lead."""
    return {"Q1": replace(queue("Q1", 3, "Billing EN"), member_groups=groups)}


@pytest.mark.parametrize(
    ("groups", "team", "leading", "words"),
    [
        ((Holding("g1"),), None, (NIGHT, DAY), "Billing EN: member through group Night Shift"),
        ((), Holding("t1"), (TEAM, DAY), "Billing EN: member through work team Team A"),
        ((), None, (SKILL,), "Billing EN: member through skill group VIP agents"),
        ((Holding("g1"), Holding("g2")), None, (NIGHT, DAY),
         "Billing EN: member through group Night Shift or group Day Shift"),
        ((Holding("g2"),), Holding("t1"), (TEAM, DAY),
         "Billing EN: member through work team Team A or group Day Shift"),
        ((), None, (), "Billing EN: member through a group that the OAuth client cannot see"),
    ],
)  # fmt: skip
def test_queue_and_group_are_named(
    groups: tuple[Holding, ...], team: Holding | None, leading: tuple[MemberGroup, ...], words: str
) -> None:
    """The person's own groups where they are known, else all that lead to the queue."""
    user = replace(USER, holdings={"groups": groups, "team": (team,) if team else ()})
    assert membership_reason(user, BY_GROUP, queues(*leading), "?") == words  # type: ignore[arg-type]


def test_a_membership_by_user_says_what_the_caller_knows() -> None:
    """No group is blamed for it."""
    by_user = replace(BY_GROUP, by="user")
    user = replace(USER, holdings={"groups": (Holding("g1"),)})
    assert source_groups(user, by_user, queues(NIGHT)) == ()  # type: ignore[arg-type]
    said = membership_reason(user, by_user, queues(NIGHT), "still there")  # type: ignore[arg-type]
    assert said == "Billing EN: still there"


def test_a_queue_that_is_not_known_is_told_by_its_id() -> None:
    """As when it is in a division that the client does not see."""
    assert (
        membership_reason(USER, replace(BY_GROUP, by="user"), {}, "still there")
        == "Q1: still there"
    )


CHAT = (Holding("s", "Chat", 3.0),)


@pytest.mark.parametrize(
    ("change", "leading", "leads"),
    [
        ({"groups": (Holding("g1"),)}, (NIGHT,), True),
        ({"groups": ()}, (NIGHT, DAY), False),
        ({"groups": (), "team": (Holding("t1"),)}, (TEAM,), True),
        ({"groups": (), "team": ()}, (TEAM,), False),
        ({"groups": (), "skills": CHAT}, (SKILL,), True),
        ({"groups": (), "skills": ()}, (SKILL,), False),
        ({"groups": ()}, (SKILL,), True),
        ({}, (NIGHT,), True),
        ({"groups": ()}, (), True),
    ],
)
def test_whether_a_group_still_leads_to_the_queue(
    change: dict[str, tuple[Holding, ...]], leading: tuple[MemberGroup, ...], leads: bool
) -> None:
    """Where nobody can tell, it may: only what must have ended is waited for."""
    user = replace(USER, holdings=change)
    assert may_come_through_group(user, BY_GROUP, queues(*leading)) is leads  # type: ignore[arg-type]
