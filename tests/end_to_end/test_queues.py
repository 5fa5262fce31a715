"""Queue memberships: all of them found, removed in bulk, and what is left named."""

from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from batch_offboard.record.events import Paused
from batch_offboard.results.moments import parse_moment
from batch_offboard.simulator import ALWAYS, Assumptions, Fault
from tests.support import (
    Role,
    config,
    divisions_unknown,
    fast_clock,
    id_of,
    member_queues,
    off,
    org_of,
    people_named,
    permissions_without,
    run_people,
    simulator,
    state_of,
    without_people,
)

MEMBERS = r"/routing/queues/[^/]+/members"


def removals(sim: Any) -> Any:
    """Every bulk call on members."""
    return sim.requests.matching("POST", MEMBERS)


def test_joined_and_not_joined_memberships_are_both_found_and_removed(tmp_path: Path) -> None:
    """A queue that the agent has switched off is a membership all the same."""
    org = org_of(["Anna", "Zoe"], {"Billing": ["Anna"], "Claims": [off("Anna")], "Chat": ["Zoe"]})
    with simulator(org) as sim:
        ended = run_people(sim, tmp_path, "Anna")
    anna = ended.of("Anna")
    assert (2, 2, 0, set()) == (
        anna.queues_before,
        anna.queues_removed,
        anna.queues_left,
        member_queues(org, "Anna"),
    )


def test_a_big_queue_is_left_by_a_hundred_members_a_call(tmp_path: Path) -> None:
    """101 members of one queue are two calls, always with `delete=true`."""
    people = people_named("Leaver", 101)
    org = org_of([*people, "Zoe"], {"Billing": [*people, "Zoe"]})
    with simulator(org) as sim:
        ended = run_people(sim, tmp_path, *people)
    assert sorted(len(each.body) for each in removals(sim)) == [1, 100]
    assert {"true"} == {each.query["delete"] for each in removals(sim)}
    assert {"done"} == set(ended.statuses)
    assert {id_of("Zoe")} == set(org.queues[id_of("Billing")].members)


def both_ways_org() -> Any:
    """People with memberships of every kind, and a queue by group."""
    return org_of(
        ["Anna", "Ben", "Cleo", "Zoe"],
        {
            "Billing": ["Anna", off("Ben"), "Zoe"],
            "Claims": [off("Anna"), "Cleo"],
            "Chat": ["Ben"],
        },
        groups={"Night Shift": ["Cleo"]},
        through={"Chat": ["Night Shift"]},
    )


def summary(ended: Any) -> list[tuple[object, ...]]:
    """What a person learns of each row."""
    return [
        (
            each.status, each.error_code, each.queues_before, each.queues_removed,
            each.queues_left, each.left_because, each.verified, each.retry,
        )
        for each in ended.results
    ]  # fmt: skip


def test_both_ways_of_reading_memberships_give_the_same_results(tmp_path: Path) -> None:
    """A sweep of the queues, or two listings per user where there are many queues."""
    few, many = both_ways_org(), both_ways_org()
    for number in range(30):
        spare = many.queues[id_of("Chat")].model_copy(
            update={"id": id_of(f"Spare {number}"), "members": {}, "member_groups": []}
        )
        many.queues[spare.id] = spare
    ways = []
    for name, org in (("few", few), ("many", many)):
        (tmp_path / name).mkdir()
        with simulator(org) as sim:
            ended = run_people(sim, tmp_path / name, "Anna", "Ben", "Cleo")
        ways.append((sim.count("GET", "/users/[^/]+/queues") > 0, summary(ended)))
    assert [by_user for by_user, _ in ways] == [False, True]
    assert ways[0][1] == ways[1][1]
    assert [row[0] for row in ways[0][1]] == ["done", "done", "partial"]


@pytest.mark.parametrize("many_queues", [False, True], ids=["sweep", "by user"])
@pytest.mark.parametrize(
    ("group_type", "kind"),
    [("GROUP", "group"), ("TEAM", "work team"), ("SKILLGROUP", "skill group")],
)
def test_membership_through_a_group_is_named_and_leaves_the_row_partial(
    tmp_path: Path, group_type: str, kind: str, many_queues: bool
) -> None:
    """Queue and group are named, retry is no, and an admin is asked to act."""
    spare = {f"Spare {number}": [] for number in range(20 if many_queues else 0)}
    org = org_of(
        ["Anna"],
        {"Billing": ["Anna"], "Chat": [], **spare},
        groups={"Night Shift": ["Anna"]},
        group_types={"Night Shift": group_type},
        through={"Chat": ["Night Shift"]},
    )
    with simulator(org) as sim:
        ended = run_people(sim, tmp_path, "Anna")
    anna = ended.of("Anna")
    assert (
        "partial", "group_membership", False, 1, 1, f"Chat: member through {kind} Night Shift",
    ) == (
        anna.status, anna.error_code, anna.retry, anna.queues_removed, anna.queues_left,
        anna.left_because,
    )  # fmt: skip
    assert f"take Anna Test out of {kind} Night Shift. Until then" in anna.next_action
    assert (3, "inactive", {"Chat"}) == (
        ended.exit_code,
        state_of(org, "Anna"),
        member_queues(org, "Anna"),
    )


@pytest.mark.parametrize("field", ["ring_groups", "routing_groups", "activation_groups"])
def test_a_group_is_named_wherever_the_queue_names_it(tmp_path: Path, field: str) -> None:
    """For a ring of bullseye routing, for conditional routing, for conditional activation."""
    org = org_of(["Anna", "Ben"], {"Chat": ["Ben"]}, groups={"Night Shift": ["Anna"]})
    setattr(org.queues[id_of("Chat")], field, [id_of("Night Shift")])
    with simulator(org) as sim:
        ended = run_people(sim, tmp_path, "Anna")
    anna = ended.of("Anna")
    assert (anna.status, anna.left_because) == (
        "partial",
        "Chat: member through group Night Shift",
    )
    assert "can be offered calls" in anna.next_action


@pytest.mark.parametrize("listed", ["twice", "user", "group"])
@pytest.mark.parametrize("many_queues", [False, True], ids=["sweep", "by user"])
def test_a_member_by_user_and_by_group_loses_the_membership_by_user(
    tmp_path: Path, listed: Any, many_queues: bool
) -> None:
    """However the listing shows such a person; what the group gives is left and named."""
    spare = {f"Spare {number}": [] for number in range(20 if many_queues else 0)}
    org = org_of(
        ["Anna"],
        {"Chat": ["Anna"], **spare},
        groups={"Night Shift": ["Anna"]},
        through={"Chat": ["Night Shift"]},
    )
    assumptions = Assumptions(double_membership_listed=listed)
    with simulator(org, assumptions=assumptions) as sim:
        ended = run_people(sim, tmp_path, "Anna")
    anna = ended.of("Anna")
    assert org.queues[id_of("Chat")].members == {}
    assert (
        anna.status,
        anna.error_code,
        anna.left_because,
    ) == ("partial", "group_membership", "Chat: member through group Night Shift")


def test_a_group_membership_is_named_without_verifying_too(tmp_path: Path) -> None:
    """`verify: false` saves the reading back, not the reason."""
    org = org_of(
        ["Anna"],
        {"Chat": []},
        groups={"Night Shift": ["Anna"]},
        through={"Chat": ["Night Shift"]},
    )
    with simulator(org) as sim:
        ended = run_people(sim, tmp_path, "Anna", settings=config(verify=False))
    anna = ended.of("Anna")
    assert (
        anna.status,
        anna.error_code,
        anna.queues_left,
        anna.left_because,
    ) == ("partial", "group_membership", 1, "Chat: member through group Night Shift")
    assert "out of group Night Shift" in anna.next_action


def guilty_org(inactive: str) -> Any:
    """Eight people in one queue; one of them is inactive already."""
    people = people_named("P", 8)
    return people, org_of(people, {"Billing": people}, facts={inactive: {"state": "inactive"}})


@pytest.mark.parametrize("many_queues", [False, True], ids=["sweep", "by user"])
def test_a_refused_bulk_call_is_split_until_only_the_guilty_row_carries_the_error(
    tmp_path: Path, many_queues: bool
) -> None:
    """A member whom Genesys will not remove costs nobody else their removal."""
    people = people_named("P", 8)
    spare = {f"Spare {number}": [] for number in range(20 if many_queues else 0)}
    org = org_of(people, {"Billing": people, **spare})
    guilty = Fault(
        action="status",
        status=400,
        code="bad.request",
        method="POST",
        path=MEMBERS,
        where=lambda request: id_of("P003") in str(request.body),
        times=ALWAYS,
    )
    with simulator(org, faults=[guilty]) as sim:
        ended = run_people(sim, tmp_path, *people)
    bad = ended.of("P003")
    assert ["done", "done", "partial", *["done"] * 5] == ended.statuses
    assert (400, "bad.request", {"Billing"}, "inactive", 1, True) == (
        bad.http_status,
        bad.error_code,
        member_queues(org, "P003"),
        bad.state_after,
        bad.queues_left,
        bad.retry,
    )
    assert bad.correlation_id in {each.correlation_id for each in removals(sim)}


@pytest.mark.parametrize("strangers", ["ignored", "refused"])
def test_a_member_who_is_gone_already_is_fine(tmp_path: Path, strangers: Any) -> None:
    """Somebody takes a person out between our reading and our call."""
    people = people_named("P", 4)
    org = org_of(people, {"Billing": people})

    def interfere(request: Any) -> None:
        if request.method == "PATCH" and id_of("P002") in request.path:
            org.remove_member(id_of("Billing"), id_of("P002"))

    assumptions = Assumptions(bulk_remove_stranger=strangers)
    with simulator(org, assumptions=assumptions, on_request=interfere) as sim:
        ended = run_people(sim, tmp_path, *people)
    assert ended.statuses == ["done"] * 4
    assert [set()] * 4 == [member_queues(org, name) for name in people]


def test_a_member_gone_before_a_refused_call_is_not_counted_as_removed_by_us(
    tmp_path: Path,
) -> None:
    """The evidence says what this run did, not what it found."""
    people = people_named("P", 2)
    org = org_of(people, {"Billing": people})

    def interfere(request: Any) -> None:
        if request.method == "PATCH":
            org.remove_member(id_of("Billing"), id_of("P002"))

    assumptions = Assumptions(bulk_remove_stranger="refused")
    with simulator(org, assumptions=assumptions, on_request=interfere) as sim:
        ended = run_people(sim, tmp_path, *people)
    assert [each.queues_removed for each in ended.results] == [1, 0]


@pytest.mark.parametrize("inactive", ["refused", "ignored"])
def test_whom_genesys_does_not_remove_once_inactive_is_never_called_done(
    tmp_path: Path, inactive: Any
) -> None:
    """If Genesys removes no inactive members, the rows say so; nobody is called done."""
    people = people_named("P", 3)
    org = org_of(people, {"Billing": people})
    assumptions = Assumptions(bulk_remove_inactive=inactive)
    with simulator(org, assumptions=assumptions) as sim:
        ended = run_people(sim, tmp_path, *people)
    assert ended.statuses == ["partial"] * 3
    assert [each.queues_left for each in ended.results] == [1] * 3
    assert sorted({each.error_code for each in ended.results}) != [""]


@pytest.mark.parametrize("behaviour", ["refused", "ignored"])
def test_an_agent_in_wrap_up_is_removed_once_the_wrap_up_is_over(
    tmp_path: Path, behaviour: Any
) -> None:
    """409, or silently not removed: read again, try again, read back."""
    people = people_named("P", 4)
    org = org_of(people, {"Billing": people}, facts={"P002": {"wrap_up_attempts": 1}})
    assumptions = Assumptions(wrap_up_in_bulk=behaviour)
    with simulator(org, assumptions=assumptions) as sim:
        ended = run_people(sim, tmp_path, *people)
    assert ended.statuses == ["done"] * 4
    assert org.queues[id_of("Billing")].members == {}


def test_an_endless_wrap_up_costs_only_the_agent_who_is_in_it(tmp_path: Path) -> None:
    """The 409 of one member is not carried by the others of the bulk call."""
    people = people_named("P", 8)
    org = org_of(people, {"Billing": people}, facts={"P002": {"wrap_up_attempts": 10_000}})
    with simulator(org) as sim:
        ended = run_people(sim, tmp_path, *people, settings=config(retry={"attempts": 3}))
    assert ["done", "partial", *["done"] * 6] == ended.statuses
    assert (409, "general.conflict", {"Billing"}) == (
        ended.of("P002").http_status,
        ended.of("P002").error_code,
        member_queues(org, "P002"),
    )


def test_a_long_wait_for_an_agent_says_why_and_until_when(tmp_path: Path) -> None:
    """Half a second and a whole one pass unsaid; two and four seconds do not."""
    org = org_of(["Anna"], {"Billing": ["Anna"]}, facts={"Anna": {"wrap_up_attempts": 10_000}})
    clock = replace(fast_clock(), random=lambda: 1.0)
    with simulator(org) as sim:
        retry = {"attempts": 5}
        ended = run_people(sim, tmp_path, "Anna", settings=config(retry=retry), clock=clock)
    told = [
        (event.scope, event.reason, parse_moment(event.until) - parse_moment(event.at))
        for event in ended.listener.events
        if isinstance(event, Paused)
    ]
    reason = "The agent is handling an interaction and cannot be removed from the queue."
    assert told[:2] == [("this call", reason, timedelta(seconds=each)) for each in (2, 4)]


def test_a_queue_that_is_deleted_meanwhile_has_no_members(tmp_path: Path) -> None:
    """404 on the removal and on reading it again: there is nothing left to leave."""
    org = org_of(["Anna", "Ben"], {"Billing": ["Anna", "Ben"], "Chat": ["Anna"]})

    def interfere(request: Any) -> None:
        if request.method == "PATCH" and id_of("Billing") in org.queues:
            for name in ("Anna", "Ben"):
                org.remove_member(id_of("Billing"), id_of(name))
            del org.queues[id_of("Billing")]

    with simulator(org, on_request=interfere) as sim:
        ended = run_people(sim, tmp_path, "Anna", "Ben")
    assert ended.statuses == ["done", "done"]


def test_a_refused_call_for_want_of_permission_is_not_split(tmp_path: Path) -> None:
    """403 in one division says nothing about a member: the rows carry it after one call.

    That the permission is missing there could not be found out before.
    """
    people = people_named("P", 4)
    org = org_of(
        people,
        {"Billing": people, "Berlin Sales": people},
        divisions={"Berlin": ["Berlin Sales"]},
        client=[
            Role(permissions_without("routing:queue:edit", "routing:queueMember:manage")),
            Role(("routing:queueMember:manage",), "Home"),
        ],
    )
    with simulator(org, **divisions_unknown()) as sim:
        ended = run_people(sim, tmp_path, *people)
    refused = [each for each in removals(sim) if each.status == 403]
    assert (len(refused), ended.statuses) == (1, ["partial"] * 4)
    assert {(403, refused[0].correlation_id)} == {
        (each.http_status, each.correlation_id) for each in ended.results
    }
    assert {(1, 1, "Berlin Sales")} == {
        (each.queues_removed, each.queues_left, each.left_because.partition(":")[0])
        for each in ended.results
    }


def test_nobody_off_the_list_is_touched(tmp_path: Path) -> None:
    """The whole organisation is as before but for the people on the list."""
    people = people_named("P", 30)
    leavers = people[::3]
    org = org_of(
        people,
        {
            "Billing": people,
            "Claims": [off(each) for each in people[::2]],
            "Chat": people[5:15],
        },
        groups={"Night Shift": people[10:20]},
        through={"Chat": ["Night Shift"]},
        facts={people[3]: {"state": "inactive"}, people[4]: {"state": "deleted"}},
    )
    before = org.snapshot()
    with simulator(org) as sim:
        run_people(sim, tmp_path, *leavers)
    after = org.snapshot()
    assert without_people(before, *leavers) == without_people(after, *leavers)
    assert {"inactive"} == {state_of(org, each) for each in leavers}
    assert before["groups"] == after["groups"]
