"""What holds of every step and every snapshot."""

from dataclasses import replace

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from batch_offboard.offboarding.batching import bulk_calls, halves
from batch_offboard.offboarding.belongings import BELONGINGS, QUEUES, ROLES
from batch_offboard.offboarding.effects import after
from batch_offboard.offboarding.limits import MEMBERS_PER_CALL
from batch_offboard.offboarding.models import (
    Call,
    Callback,
    Holding,
    Leftovers,
    Membership,
    RoleGrant,
    Snapshot,
    User,
)
from batch_offboard.offboarding.planning import calls_needed
from batch_offboard.offboarding.steps import STEPS, Step, optional_steps, steps_named

QUEUE_IDS = st.sampled_from([f"Q{number}" for number in range(5)])
MEMBERSHIPS = st.lists(
    st.builds(
        Membership,
        QUEUE_IDS,
        st.booleans(),
        st.integers(1, 6),
        st.sampled_from(["user", "group"]),
    ),
    unique_by=lambda each: (each.queue_id, each.by),
    max_size=6,
).map(tuple)
CALLBACKS = st.lists(st.builds(Callback, st.sampled_from("CDE"), QUEUE_IDS), max_size=3).map(tuple)
GRANTS = st.lists(
    st.builds(RoleGrant, st.sampled_from("RST"), st.sampled_from(["D1", "*"])),
    unique=True,
    max_size=4,
).map(tuple)
AT_LEISURE = settings(max_examples=50, deadline=None, suppress_health_check=[HealthCheck.too_slow])
"""A busy machine is no failure."""


def several(
    ids: str, *, most: int, values: tuple[object, ...] = (None,), fixed: bool = False
) -> st.SearchStrategy[tuple[Holding, ...]]:
    """So many holdings at most, each with one of the values."""
    each = st.builds(
        Holding,
        st.sampled_from(ids),
        value=st.sampled_from(values),
        fixed=st.booleans() if fixed else st.just(False),
    )
    return st.lists(each, unique_by=lambda held: held.id, max_size=most).map(tuple)


OF_A_FORM = {
    "groups": several("GH", most=2, fixed=True),
    "team": several("T", most=1),
    "station": several("P", most=1),
    "default_station": several("P", most=1),
    "skills": several("abc", most=3, values=(0.0, 3.0)),
    "languages": several("abc", most=3, values=(0.0, 3.0)),
}
"""Belongings that cannot hold just anything; all others hold several plain things."""
HOLDINGS = st.fixed_dictionaries(
    {
        each.name: OF_A_FORM.get(each.name, several("abc", most=3))
        for each in BELONGINGS
        if each not in (QUEUES, ROLES)
    }
)


def user(number: int) -> st.SearchStrategy[User]:
    """A user with any facts."""
    return st.builds(
        User,
        id=st.just(f"user-{number}"),
        name=st.just(f"Person {number}"),
        email=st.just(""),
        state=st.sampled_from(["active", "inactive"]),
        version=st.integers(1, 9),
        holdings=HOLDINGS,
    )


def snapshot(number: int) -> st.SearchStrategy[Snapshot]:
    """A person in any state, with everything read."""
    return st.builds(
        Snapshot,
        row=st.just(number),
        user=user(number),
        memberships=MEMBERSHIPS,
        grants=GRANTS,
        leftovers=st.builds(Leftovers, CALLBACKS),
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


@AT_LEISURE
@given(PEOPLE)
def test_what_is_done_is_neither_left_nor_done_again(anyone: tuple[Snapshot, ...]) -> None:
    """For any people: after its calls a step yields none, and leaves only what is fixed."""
    before = tuple(replace(each, may_be_logged_in=True) for each in anyone)
    for step in optional_steps(STEPS.values()):
        now = applied(list(step.calls(before)), before)
        assert list(step.calls(now)) == []
        assert all(left.by_group for each in now for left in step.left(each))


@AT_LEISURE
@given(PEOPLE)
def test_undo_of_a_step_is_the_identity(before: tuple[Snapshot, ...]) -> None:
    """For any people: what the calls took is there again, with its value."""
    for step in optional_steps(STEPS.values()):
        now = applied(list(step.calls(before)), before)
        now = applied(undo_calls((step,), before, now), now)
        assert undo_calls((step,), before, now) == []
        assert [held_by(each) for each in now] == [held_by(each) for each in before]


def held_by(person: Snapshot) -> dict[str, dict[str, object]]:
    """What a person holds, without names and order: values by id."""
    return {
        name: {each.id: each.value for each in holdings}
        for name, holdings in person.user.holdings.items()
    }


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
