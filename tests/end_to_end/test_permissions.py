"""What the OAuth client may do and see: role grants, divisions, permissions that are missing."""

from pathlib import Path
from typing import Any

import pytest

from batch_offboard.errors import ExitCode
from batch_offboard.offboarding.models import RoleGrant
from batch_offboard.record.events import GrantsRead
from batch_offboard.simulator import ALWAYS, Assumptions, Fault
from batch_offboard.simulator.models import Grant
from tests.rerun.chain import rerun_of
from tests.support import (
    Ended,
    Role,
    config,
    divisions_unknown,
    id_of,
    member_queues,
    org_of,
    people_named,
    permissions_without,
    run_people,
    simulator,
)


def grants_by_row(ended: Ended) -> dict[int, set[tuple[str, str]]]:
    """The role grants that the journal kept."""
    return {
        event.row: {(grant.role_id, grant.division_id) for grant in event.grants}
        for event in ended.events
        if isinstance(event, GrantsRead)
    }


def test_role_grants_are_kept_in_the_journal_before_anyone_is_set_to_inactive(
    tmp_path: Path,
) -> None:
    """One call per user where few people leave a big organisation."""
    org = org_of(["Anna", "Ben"], facts={"Ben": {"state": "inactive"}})
    with simulator(org) as sim:
        ended = run_people(sim, tmp_path, "Anna", "Ben")
    asked = sim.requests.matching("GET", "/authorization/subjects/[0-9a-f]")
    first_write = sim.writes[0].number
    assert {2: {(id_of("Employee"), id_of("Home")), (id_of("Agent"), id_of("Home"))}} == (
        grants_by_row(ended)
    )
    assert len(asked) == 1
    assert asked[0].number < first_write
    assert org.users[id_of("Anna")].grants == []


@pytest.mark.parametrize("listed", [False, True])
@pytest.mark.parametrize(
    ("everywhere", "by_division"), [("listed", True), ("nothing", False), (404, False)]
)
def test_a_long_list_reads_the_grants_by_division_and_misses_none(
    tmp_path: Path, listed: bool, everywhere: Any, by_division: bool
) -> None:
    """Where some may be hidden everybody is asked for: P005 holds one role in two ways."""
    people = people_named("P", 12)
    agent_everywhere = {"role": id_of("Agent"), "division": "*"}
    org = org_of(people, facts={"P003": {"grants": [agent_everywhere]}}, groups={"Sales": ["P004"]})
    org.groups[id_of("Sales")].grants = org.users[id_of("P001")].grants[:1]
    twice = org.users[id_of("P005")]
    twice.grants = [*twice.grants, *org.users[id_of("P003")].grants]
    assumptions = Assumptions(
        division_grants_list_all_divisions=listed, all_divisions_grants=everywhere
    )
    with simulator(org, assumptions=assumptions) as sim:
        ended = run_people(sim, tmp_path, *people)
    both = {(id_of("Employee"), id_of("Home")), (id_of("Agent"), id_of("Home"))}
    expected = dict.fromkeys(range(2, 14), both) | {
        4: {(id_of("Agent"), "*")},
        6: both | {(id_of("Agent"), "*")},
    }
    assert grants_by_row(ended) == expected
    by_user = sim.count("GET", "/authorization/subjects/[0-9a-f]")
    assert by_user == (0 if by_division else 12)


def test_grants_are_read_by_user_where_the_client_does_not_see_every_division(
    tmp_path: Path,
) -> None:
    """A role held in a division that it sees may be held in one that it does not see too."""
    people = people_named("P", 12)
    org = org_of(
        people,
        divisions={"Berlin": ["Somebody"]},
        client=[
            Role(permissions_without("authorization:grant:view")),
            Role(("authorization:grant:view",), "Home"),
        ],
    )
    user = org.users[id_of("P001")]
    user.grants = [*user.grants, Grant(role=user.grants[0].role, division=id_of("Berlin"))]
    with simulator(org) as sim:
        ended = run_people(sim, tmp_path, *people)
    assert (user.grants, len(grants_by_row(ended)[2])) == ([], 3)


def test_without_the_permission_there_is_one_warning_and_the_run_goes_on(tmp_path: Path) -> None:
    """The plan says that undo will not give roles back; nobody is held for it."""
    people = people_named("P", 12)
    client = [Role(permissions_without("authorization:grant:view"))]
    plans: list[Any] = []
    with simulator(org_of(people, client=client)) as sim:
        ended = run_people(sim, tmp_path, *people, ask=lambda plan: not plans.append(plan))
    assert ended.warnings.count("roles_unread") == 1
    assert set(ended.statuses) == {"done"}
    assert [plan.roles_kept for plan in plans] == [False]
    assert sim.count("GET", "/authorization/subjects/[0-9a-f]") < 10


def test_role_grants_can_be_left_unread(tmp_path: Path) -> None:
    """`snapshot_roles: false` costs no call for them, and the plan says what undo will miss."""
    plans: list[Any] = []
    with simulator(org_of(["Anna"])) as sim:
        ended = run_people(
            sim,
            tmp_path,
            "Anna",
            settings=config(snapshot_roles=False),
            ask=lambda plan: not plans.append(plan),
        )
    assert (ended.statuses, plans[0].roles_kept) == (["done"], False)
    assert sim.count("GET", "/authorization/subjects/[0-9a-f]") == 0
    assert sim.count("GET", "/grants$") == 0


def test_grants_are_kept_with_role_and_division(tmp_path: Path) -> None:
    """With the names of the roles too, for a person who has to give them back by hand."""
    with simulator(org_of(["Anna"])) as sim:
        ended = run_people(sim, tmp_path, "Anna")
    (event,) = [event for event in ended.events if isinstance(event, GrantsRead)]
    assert set(event.grants) == {
        RoleGrant(id_of("Employee"), id_of("Home"), "Employee"),
        RoleGrant(id_of("Agent"), id_of("Home"), "Agent"),
    }


# -- divisions


def berlin_org(*client: Role) -> Any:
    """Anna is in a queue at home and in one of Berlin."""
    return org_of(
        ["Anna", "Ben"],
        {"Billing": ["Anna", "Ben"], "Berlin Sales": ["Anna"]},
        divisions={"Berlin": ["Berlin Sales"], "Paris": []},
        client=client or (Role(),),
    )


HOME_QUEUES_ONLY = (
    Role(permissions_without("routing:queue:view")),
    Role(("routing:queue:view",), "Home"),
)


@pytest.mark.parametrize("permitted", [200, 404], ids=["divisionspermitted", "subjects/me"])
def test_divisions_that_the_client_does_not_see_leave_the_rows_partial(
    tmp_path: Path, permitted: Any
) -> None:
    """Known either way: one warning that names them, and no row is called done."""
    org = berlin_org(*HOME_QUEUES_ONLY)
    assumptions = Assumptions(divisions_permitted_me=permitted)
    with simulator(org, assumptions=assumptions) as sim:
        ended = run_people(sim, tmp_path, "Anna", "Ben")
    (warning,) = ended.outcome.view.warnings
    assert (warning.code, warning.names) == ("divisions_unseen", ("Berlin", "Paris"))
    assert [
        (each.status, each.error_code, each.verified, each.retry) for each in ended.results
    ] == [("partial", "divisions_unseen", False, True)] * 2
    assert "divisions Berlin and Paris" in ended.of("Anna").next_action
    assert (member_queues(org, "Anna"), ended.exit_code) == ({"Berlin Sales"}, ExitCode.ATTENTION)


def test_a_dry_run_calls_nobody_finished_who_may_be_in_a_queue_that_is_not_seen(
    tmp_path: Path,
) -> None:
    """Inactive, and in no queue that is seen: a rerun of the dry run's folder says what is left."""
    org = berlin_org(*HOME_QUEUES_ONLY)
    org.change_user(id_of("Anna"), state="inactive")
    org.remove_member(id_of("Billing"), id_of("Anna"))
    with simulator(org) as sim:
        dry = run_people(sim, tmp_path, "Anna", dry_run=True)
        real = rerun_of(sim, dry.folder)
    assert member_queues(org, "Anna") == {"Berlin Sales"}
    assert (dry.statuses, real.statuses) == (["planned"], ["partial"])


def test_where_divisions_cannot_be_found_out_rows_are_done_but_not_verified(
    tmp_path: Path,
) -> None:
    """One warning; `offboard_verified` stays at no."""
    org = berlin_org()
    with simulator(org, **divisions_unknown()) as sim:
        ended = run_people(sim, tmp_path, "Anna")
    assert ended.warnings == ["divisions_unknown"]
    anna = ended.of("Anna")
    assert (anna.status, anna.verified, ended.exit_code) == ("done", False, 0)
    assert member_queues(org, "Anna") == set()


def test_a_client_that_sees_every_division_one_by_one_is_not_warned(tmp_path: Path) -> None:
    """Seen in each division is seen everywhere."""
    client = [Role(division=each) for each in ("Home", "Berlin", "Paris")]
    with simulator(berlin_org(*client)) as sim:
        ended = run_people(sim, tmp_path, "Anna")
    assert (ended.warnings, ended.of("Anna").status, ended.of("Anna").verified) == (
        [],
        "done",
        True,
    )


def test_a_person_outside_the_clients_divisions_is_failed_with_the_missing_permission(
    tmp_path: Path,
) -> None:
    """403 on setting inactive, where the divisions could not be found out before: nothing is held.

    The row says what role is missing where, and is not taken on.
    """
    org = org_of(
        ["Anna", "Ben"],
        {"Billing": ["Anna", "Ben"]},
        divisions={"Berlin": ["Anna"]},
        client=[
            Role(permissions_without("directory:user:edit")),
            Role(("directory:user:edit",), "Home"),
        ],
    )
    with simulator(org, **divisions_unknown()) as sim:
        ended = run_people(sim, tmp_path, "Anna", "Ben")
    anna = ended.of("Anna")
    (refused,) = sim.requests.matching("PATCH", id_of("Anna"))
    assert (anna.status, anna.http_status, anna.correlation_id, anna.state_after) == (
        "failed",
        403,
        refused.correlation_id,
        "active",
    )
    assert "It is needed in the divisions of" in anna.next_action
    assert (member_queues(org, "Anna"), ended.of("Ben").status) == ({"Billing"}, "done")


# -- permissions


@pytest.mark.parametrize("permitted", [200, 404], ids=["divisionspermitted", "subjects/me"])
@pytest.mark.parametrize(
    "missing",
    [
        ("directory:user:edit",),
        ("routing:queue:view",),
        ("routing:queue:edit", "routing:queueMember:manage"),
    ],
)
def test_a_missing_permission_is_found_before_anything_is_written(
    tmp_path: Path, missing: tuple[str, ...], permitted: Any
) -> None:
    """Exit 2, the permission is named, and there is not one writing request."""
    org = org_of(["Anna"], {"Billing": ["Anna"]}, client=[Role(permissions_without(*missing))])
    assumptions = Assumptions(divisions_permitted_me=permitted)
    with simulator(org, assumptions=assumptions) as sim:
        ended = run_people(sim, tmp_path, "Anna")
    assert (ended.exit_code, len(sim.writes), ended.statuses) == (2, 0, ["not_run"])
    assert [name for name in missing if name not in str(ended.outcome.error)] == []


def test_one_of_two_alternative_permissions_is_enough(tmp_path: Path) -> None:
    """`routing:queue:edit` without `routing:queueMember:manage`."""
    client = [Role(permissions_without("routing:queueMember:manage"))]
    org = org_of(["Anna"], {"Billing": ["Anna"]}, client=client)
    with simulator(org) as sim:
        ended = run_people(sim, tmp_path, "Anna")
    assert (ended.exit_code, member_queues(org, "Anna")) == (0, set())


# -- what cannot be read is not written to


def test_a_user_who_cannot_be_read_is_failed_and_not_written_to(tmp_path: Path) -> None:
    """The second hundred of the list cannot be read; the first goes on."""
    people = people_named("P", 101)
    org = org_of(people, {"Billing": people})
    last = id_of("P101")
    unreadable = Fault(
        action="status",
        status=500,
        path="/users$",
        where=lambda request: request.query.get("id") == last,
        times=ALWAYS,
    )
    with simulator(org, faults=[unreadable]) as sim:
        ended = run_people(sim, tmp_path, *people, settings=config(retry={"attempts": 2}))
    failed = ended.results[100]
    assert (failed.status, failed.http_status, failed.error_code, failed.retry) == (
        "failed",
        500,
        "internal.server.error",
        True,
    )
    assert failed.correlation_id in {
        each.correlation_id for each in sim.requests.matching(status=500)
    }
    assert [each for each in sim.writes if last in f"{each.path}{each.body}"] == []
    assert set(ended.statuses[:100]) == {"done"}


def test_someone_whose_memberships_cannot_be_read_is_failed_and_not_written_to(
    tmp_path: Path,
) -> None:
    """Both ways fail for Anna: not even her state is changed; Ben is done."""
    org = org_of(["Anna", "Ben"], {f"Q{number}": [] for number in range(20)} | {"Q0": ["Anna"]})
    faults = [
        Fault(action="status", status=403, path=f"{id_of('Anna')}/queues", times=ALWAYS),
    ]
    with simulator(org, faults=faults) as sim:
        ended = run_people(sim, tmp_path, "Anna", "Ben")
    anna = ended.of("Anna")
    assert (anna.status, anna.http_status, anna.state_after) == ("failed", 403, "active")
    assert anna.correlation_id in {
        each.correlation_id for each in sim.requests.matching(status=403)
    }
    assert [each for each in sim.writes if id_of("Anna") in f"{each.path}{each.body}"] == []
    assert ended.of("Ben").status == "done"


def test_a_queue_that_cannot_be_listed_is_read_by_user_instead(tmp_path: Path) -> None:
    """The sweep is given up and every person's own listing tells."""
    org = org_of(["Anna", "Ben"], {"Billing": ["Anna"], "Chat": ["Ben"]})
    faults = [Fault(action="status", status=403, path="/members$", method="GET", times=ALWAYS)]
    with simulator(org, faults=faults) as sim:
        ended = run_people(sim, tmp_path, "Anna", "Ben")
    assert ended.statuses == ["done", "done"]
    assert [member_queues(org, name) for name in ("Anna", "Ben")] == [set(), set()]


def test_no_queue_can_be_listed_at_all(tmp_path: Path) -> None:
    """Every row is failed, and nobody is written to."""
    org = org_of(["Anna", "Ben"], {"Billing": ["Anna"]})
    faults = [Fault(action="status", status=500, path="/routing/queues$", times=ALWAYS)]
    with simulator(org, faults=faults) as sim:
        ended = run_people(sim, tmp_path, "Anna", "Ben", settings=config(retry={"attempts": 2}))
    assert (ended.statuses, len(sim.writes), ended.exit_code) == (["failed", "failed"], 0, 3)


@pytest.mark.parametrize("page_cap", [1, 7])
def test_a_server_that_grants_smaller_pages_hides_nobody(tmp_path: Path, page_cap: int) -> None:
    """Pages are followed to their end, whatever size was asked for."""
    people = people_named("P", 15)
    org = org_of([*people, "Zoe"], {"Billing": [*people, "Zoe"], "Chat": people[::2], "New": []})
    with simulator(org, assumptions=Assumptions(page_cap=page_cap)) as sim:
        ended = run_people(sim, tmp_path, *people)
    assert set(ended.statuses) == {"done"}
    assert {name for name in people if member_queues(org, name)} == set()
    assert [each.queues_removed for each in ended.results] == [2, 1] * 7 + [2]
