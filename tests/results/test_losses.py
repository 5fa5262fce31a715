"""What a run took from a person, and what an undo put back."""

from dataclasses import replace

import pytest

from batch_offboard.offboarding.models import Call, Holding, Membership, Named, Queue, RoleGrant
from batch_offboard.record.events import (
    CallAnswered,
    CallStarted,
    DivisionsRead,
    Event,
    GrantsRead,
    GrantsReadBack,
    MembershipsRead,
    MembershipsReadBack,
    QueuesRead,
    RestoreWanted,
    RowHeld,
    RowListed,
    UserRead,
    UserReadBack,
)
from batch_offboard.results.fold import fold
from batch_offboard.results.losses import Loss
from tests.results.test_fold import INACTIVE, REMOVE, SET_STATE, USER
from tests.results.views import started

HOME, BERLIN = Named("d1", "Home"), Named("d2", "Berlin")
IN_BILLING = Membership("Q1", joined=False, ring_number=2, by="user")
IN_CHAT = Membership("Q2", joined=True, ring_number=None, by="group")
AGENT, BOSS, GUEST = (
    RoleGrant("r1", "d2", "Agent"),
    RoleGrant("r2", "*", "Boss"),
    RoleGrant("r3", "d9", ""),
)
SETTINGS = {"verify": True, "steps": ["deactivate", "remove_from_queues", "leave_groups"]}
NIGHTS = Holding("g1", "Night Shift")
ANNA = replace(USER, holdings={"groups": (NIGHTS,)})
BEGUN: tuple[Event, ...] = (
    started(settings=SETTINGS),
    RowListed(2, ("u2", "Anna")),
    UserRead(2, ANNA, "10:00"),
    QueuesRead((Queue("Q1", "Billing", HOME, 4), Queue("Q2", "Chat", HOME, 4))),
    MembershipsRead(2, (IN_BILLING, IN_CHAT)),
    DivisionsRead((HOME, BERLIN)),
    GrantsRead(2, (BOSS, AGENT, GUEST)),
)
LEAVE = Call("leave_groups", {"group_id": "g1", "user_ids": ["u2"]}, (2,))
SENT: tuple[Event, ...] = (
    CallStarted(1, "deactivate", SET_STATE, "10:01"),
    CallAnswered(1, "done", "10:02", 200, "c-1"),
    CallStarted(2, "remove_from_queues", REMOVE, "10:03"),
    CallAnswered(2, "done", "10:04", 204, "c-2"),
    CallStarted(3, "leave_groups", LEAVE, "10:04"),
    CallAnswered(3, "done", "10:04", 204, "c-3"),
)
GONE = replace(INACTIVE, holdings={"groups": ()}, role_ids=())

BILLING = Loss("queue", Named("Q1", "Billing"), HOME, joined=False, ring_number=2)
CHAT = Loss("queue", Named("Q2", "Chat"), HOME)
ROLES = (
    Loss("role", Named("r3"), Named("d9")),
    Loss("role", Named("r1", "Agent"), BERLIN),
    Loss("role", Named("r2", "Boss"), Named("*", "all divisions")),
)
GROUP = Loss("group", Named("g1", "Night Shift"))


def taken(*events: Event) -> tuple[Loss, ...]:
    """What the row's person lost or got back."""
    return fold(events).view().taken(2)


def test_what_was_taken_is_known_by_name() -> None:
    """Queues as they were, roles with their divisions, groups; a queue that ended with a group."""
    read = (UserReadBack(2, GONE, "10:05"), MembershipsReadBack(2, (), "10:06"))
    assert (BILLING, CHAT, *ROLES, GROUP) == taken(*BEGUN, *SENT, *read)


def test_what_is_still_there_was_not_taken() -> None:
    """By what was read back."""
    back = replace(GONE, holdings={"groups": (NIGHTS,)}, role_ids=("r2",))
    left = MembershipsReadBack(2, (IN_BILLING, IN_CHAT), "10:06")
    assert ROLES[:2] == taken(*BEGUN, *SENT, UserReadBack(2, back, "10:05"), left)


def test_before_anything_is_read_back_the_answers_count() -> None:
    """A killed run has taken what Genesys has confirmed."""
    assert (BILLING, *ROLES) == taken(*BEGUN, *SENT)
    assert taken(*BEGUN) == ()
    assert ROLES == taken(*BEGUN, *SENT[:2])


def test_a_dry_run_says_what_would_be_taken() -> None:
    """Not what comes through a group, and nothing of a step that is not on."""
    dry = (started(settings=SETTINGS, dry_run=True), *BEGUN[1:])
    assert (BILLING, *ROLES) == taken(*dry)
    state_only = started(settings={"steps": ["deactivate"]}, dry_run=True)
    assert ROLES == taken(state_only, *BEGUN[1:])


@pytest.mark.parametrize("user", [None, ANNA])
def test_nothing_is_taken_from_who_is_held(user: object) -> None:
    """Whether or not a person was found."""
    held = RowHeld(2, "skipped", "protected", "No.", retry=False, at="10:00", user=ANNA)
    before = BEGUN[:2] if user is None else BEGUN
    assert taken(*before, held) == ()


WANTED = RestoreWanted(2, "active", (IN_BILLING,), (AGENT, BOSS), (), {"groups": (NIGHTS,)})
UNDO: tuple[Event, ...] = (
    started(command="undo", settings=SETTINGS),
    RowListed(2, ("u2", "Anna")),
    *BEGUN[3:4],
    DivisionsRead((HOME, BERLIN)),
    WANTED,
    UserRead(2, GONE, "11:00"),
    MembershipsRead(2, ()),
)


def test_an_undo_says_what_it_put_back() -> None:
    """What was missing before it and is there after it."""
    end = (
        UserReadBack(2, ANNA, "11:05"),
        MembershipsReadBack(2, (IN_BILLING,), "11:06"),
        GrantsReadBack(2, (AGENT,), "11:07"),
    )
    assert (BILLING, ROLES[1], GROUP) == taken(*UNDO, *end)
    nothing = (UserReadBack(2, GONE, "11:05"), MembershipsReadBack(2, (), "11:06"))
    assert taken(*UNDO, *nothing, GrantsReadBack(2, (), "11:07")) == ()
    assert taken(*UNDO) == ()


def test_a_dry_undo_says_what_it_would_put_back() -> None:
    """What is missing, and the roles that were taken."""
    dry = started(command="undo", settings=SETTINGS, dry_run=True)
    assert (BILLING, *ROLES[1:], GROUP) == taken(dry, *UNDO[1:])
