import pytest

from batch_offboard.simulator import Org
from batch_offboard.simulator.models import User

from .small import ANNA, BEN, BERLIN_SALES, BILLING, CARLA, CLAIMS, NIGHT_SHIFT


def test_memberships_lists_users_first_and_then_groups(org: Org) -> None:
    """A user who is in both ways has two memberships."""
    found = [(m.user_id, m.by, m.ring_number) for m in org.memberships(BILLING)]
    expected = [(ANNA, "user", 1), (BEN, "user", 2), (BEN, "group", 1), (CARLA, "group", 1)]
    assert expected == found


def test_memberships_of_agrees_with_the_queues(org: Org) -> None:
    """Both indexes tell the same of every user."""
    by_queue = sorted(m for queue_id in org.queues for m in org.memberships(queue_id))
    by_user = sorted(m for user_id in org.users for m in org.memberships_of(user_id))
    assert by_queue == by_user


def test_counts_count_people_once(org: Org) -> None:
    """Ben is in Billing in two ways and counts once; joined counts those who are joined."""
    assert org.counts(BILLING, set()) == (3, 2, 3)
    assert org.counts(CLAIMS, set()) == (3, 3, 2)
    assert org.counts(CLAIMS, {"deleted"}) == (2, 2, 1)


def test_counts_are_the_same_by_the_short_way_and_by_the_long_one(org: Org) -> None:
    """The count of a queue without groups is taken from the members alone."""
    assert org.counts(CLAIMS, set()) == org.counts(CLAIMS, {"no such state"})


def test_removing_a_member_leaves_the_membership_through_a_group(org: Org) -> None:
    """Ben is still in Billing, through Night Shift."""
    org.remove_member(BILLING, BEN)
    assert [(m.by, m.queue_id) for m in org.memberships_of(BEN)] == [("group", BILLING)]


def test_leaving_a_group_ends_the_membership_of_its_queues(org: Org) -> None:
    """Carla is in no queue any more, and her own settings in it are forgotten."""
    org.set_member(BILLING, CARLA, joined=False, ring_number=None)
    org.change_group(NIGHT_SHIFT, add=set(), remove={CARLA})
    assert org.memberships_of(CARLA) == []
    assert org.queues[BILLING].group_members == {}


def test_adding_a_member_again_keeps_joined_and_ring_number(org: Org) -> None:
    """Who is a member already stays as they are."""
    org.add_member(CLAIMS, ANNA)
    assert not org.queues[CLAIMS].members[ANNA].joined


def test_setting_a_member_changes_both_of_their_memberships(org: Org) -> None:
    """The joined flag is the user's, however they came to be in the queue."""
    org.set_member(BILLING, BEN, joined=False, ring_number=4)
    found = {(m.by, m.joined, m.ring_number) for m in org.memberships_of(BEN)}
    assert {("user", False, 4), ("group", False, 4)} == found


def test_snapshot_is_a_copy_that_shows_every_change(org: Org) -> None:
    """Before and after differ in exactly what was changed."""
    before = org.snapshot()
    org.remove_member(BERLIN_SALES, ANNA)
    after = org.snapshot()
    assert ANNA in before["queues"][BERLIN_SALES]["members"]
    del before["queues"][BERLIN_SALES]["members"][ANNA]
    assert before == after


def test_snapshot_leaves_versions_out(org: Org) -> None:
    """Two states that differ only in versions are the same state."""
    before = org.snapshot()
    org.change_user(ANNA)
    assert before == org.snapshot()


@pytest.mark.parametrize("name", sorted({*User.model_fields} - {"version", "wrap_up_attempts"}))
def test_snapshot_shows_whatever_a_user_holds(org: Org, name: str) -> None:
    """A belonging that is added to the user is compared without another line."""
    before = org.snapshot()
    setattr(org.users[ANNA], name, "other")
    assert before["users"][ANNA][name] != org.snapshot()["users"][ANNA][name]


def test_snapshot_knows_no_order_where_there_is_none(org: Org) -> None:
    """Skills, grants and members of a group can come back in any order."""
    before = org.snapshot()
    anna = org.users[ANNA]
    anna.skills, anna.grants = anna.skills[::-1], anna.grants[::-1]
    assert before == org.snapshot()
