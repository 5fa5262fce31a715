"""What holds of every step and every snapshot."""

from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from batch_offboard.offboarding.batching import bulk_calls, halves
from batch_offboard.offboarding.effects import after
from batch_offboard.offboarding.limits import MEMBERS_PER_CALL
from batch_offboard.offboarding.models import (
    Call,
    Group,
    Membership,
    Named,
    Proficiency,
    RoleGrant,
    Snapshot,
    User,
)
from batch_offboard.offboarding.planning import calls_needed
from batch_offboard.offboarding.steps import STEPS, Step, steps_named

QUEUES = st.sampled_from([f"Q{number}" for number in range(5)])
MEMBERSHIPS = st.lists(
    st.builds(
        Membership,
        QUEUES,
        st.booleans(),
        st.integers(1, 6),
        st.sampled_from(["user", "group"]),
    ),
    unique_by=lambda each: (each.queue_id, each.by),
    max_size=6,
).map(tuple)
GRANTS = st.lists(
    st.builds(RoleGrant, st.sampled_from("RST"), st.sampled_from(["D1", "*"])),
    unique=True,
    max_size=4,
).map(tuple)
RATED = st.lists(
    st.builds(Proficiency, st.sampled_from("abc"), st.just(""), st.sampled_from([0.0, 3.0])),
    unique_by=lambda each: each.id,
    max_size=3,
).map(tuple)
GROUPS = st.lists(
    st.builds(Group, st.sampled_from(["G1", "G2"]), st.just(""), st.booleans()),
    unique_by=lambda each: each.id,
    max_size=2,
).map(tuple)


def user(number: int) -> st.SearchStrategy[User]:
    """A user with any facts."""
    return st.builds(
        User,
        id=st.just(f"user-{number}"),
        name=st.just(f"Person {number}"),
        email=st.just(""),
        state=st.sampled_from(["active", "inactive"]),
        version=st.integers(1, 9),
        groups=GROUPS,
        team=st.none() | st.just(Named("T1")),
        skills=RATED,
        languages=RATED,
        station=st.none() | st.just(Named("S1")),
    )


def snapshot(number: int) -> st.SearchStrategy[Snapshot]:
    """A person in any state, with everything read."""
    return st.builds(
        Snapshot, row=st.just(number), user=user(number), memberships=MEMBERSHIPS, grants=GRANTS
    )


PEOPLE = st.integers(0, 4).flatmap(lambda n: st.tuples(*(snapshot(row) for row in range(2, 2 + n))))
BOTH = steps_named(["deactivate", "remove_from_queues"])


def applied(calls: list[Call], people: tuple[Snapshot, ...]) -> tuple[Snapshot, ...]:
    """The people once these calls were carried out."""
    for call in calls:
        people = tuple(after(call, person) for person in people)
    return people


@given(PEOPLE)
def test_planning_after_applying_yields_no_call(people: tuple[Snapshot, ...]) -> None:
    """For every step and for all of them: what is done is not done again."""
    for steps in ([step] for step in STEPS.values() if step.name != "revoke_tokens"):
        assert calls_needed(applied(calls_needed(people, steps), people), steps) == []


@given(PEOPLE)
def test_applying_leaves_nobody_active_or_a_member_by_user(people: tuple[Snapshot, ...]) -> None:
    """The end that the two steps of every run lead to."""
    ended = applied(calls_needed(people, BOTH), people)
    assert {person.user.state for person in ended} <= {"inactive"}
    assert {each.by for person in ended for each in person.memberships or ()} <= {"group"}


@given(PEOPLE)
def test_undo_after_applying_is_the_identity(people: tuple[Snapshot, ...]) -> None:
    """State, role grants, memberships with joined flag and ring number; only versions go on."""
    now = applied(calls_needed(people, BOTH), people)
    for _ in range(6):
        now = applied(undo_calls(BOTH, people, now), now)
    assert undo_calls(BOTH, people, now) == []
    assert [comparable(person) for person in now] == [comparable(person) for person in people]


def undo_calls(
    steps: tuple[Step, ...], before: tuple[Snapshot, ...], now: tuple[Snapshot, ...]
) -> list[Call]:
    """What undo would do next."""
    return [call for step in steps for call in step.undo(zip(before, now, strict=True))]


def comparable(person: Snapshot) -> Snapshot:
    """A person without version and order."""
    # Setting joined and ring number reaches both memberships of a queue, by user and by group.
    by_user = [each for each in person.memberships or () if each.by == "user"]
    return replace(
        person,
        user=replace(person.user, version=0),
        memberships=tuple(sorted(by_user, key=lambda each: each.queue_id)),
        grants=tuple(
            sorted(person.grants or (), key=lambda each: (each.role_id, each.division_id))
        ),
    )


@given(PEOPLE)
def test_nobody_is_served_who_was_not_asked_for(people: tuple[Snapshot, ...]) -> None:
    """The rows of a call are those of the people in its arguments."""
    ids = {person.row: person.user.id for person in people}
    for call in calls_needed(people, BOTH):
        named = call.arguments.get("user_ids") or [call.arguments["user_id"]]
        assert named == [ids[row] for row in call.rows]


ROWS = st.lists(st.integers(2, 999), unique=True, max_size=250)


@given(ROWS)
def test_bulk_calls_lose_no_row_and_keep_to_the_cap(rows: list[int]) -> None:
    """Every row once, in order, at most a hundred a call, beside its own value."""
    entries = [(row, f"user-{row}") for row in rows]
    calls = list(bulk_calls("remove_members", {"queue_id": "Q1"}, "user_ids", entries))
    assert [row for call in calls for row in call.rows] == rows
    assert all(1 <= len(call.rows) <= MEMBERS_PER_CALL for call in calls)
    assert [
        (row, value)
        for call in calls
        for row, value in zip(call.rows, call.arguments["user_ids"], strict=True)
    ] == entries


@given(st.lists(st.integers(2, 999), unique=True, min_size=1, max_size=100))
def test_halving_to_the_end_loses_no_row(rows: list[int]) -> None:
    """Every row ends in a call of its own, with its own user; both halves do the same thing."""
    entries = [(row, f"user-{row}") for row in rows]
    (call,) = bulk_calls("remove_members", {"queue_id": "Q1"}, "user_ids", entries)
    parts = [call]
    while any(len(part.rows) > 1 for part in parts):
        parts = [half for part in parts for half in (halves(part) or (part,))]
    assert [(part.rows, part.arguments) for part in parts] == [
        ((row,), {"queue_id": "Q1", "user_ids": [f"user-{row}"]}) for row in rows
    ]
    assert [halves(part) for part in parts] == [()] * len(rows)
