"""Permissions are held per division: rows for which one is missing are held before the run."""

import json
from pathlib import Path
from typing import Any

import pytest

from batch_offboard.record.events import PlanShown
from batch_offboard.simulator import Assumptions, Org
from batch_offboard.simulator.models import Named, Rating
from tests.rerun.chain import rerun_of, undo_of
from tests.support import (
    Ended,
    Role,
    config,
    id_of,
    member_queues,
    org_of,
    people_named,
    permissions_without,
    run_command,
    run_people,
    simulator,
    state_of,
    write_list,
)

EDIT, MANAGE = "directory:user:edit", ("routing:queueMember:manage", "routing:queue:edit")
IN_BERLIN = people_named("B", 9)
IN_PARIS = people_named("P", 2)


def client_with(division: str, *permissions: str) -> list[Role]:
    """A client that holds these permissions in one division, all others everywhere."""
    return [Role(permissions_without(*permissions)), Role(permissions, division)]


def org(client: list[Role], **more: Any) -> Org:
    """Anna at home, nine people in Berlin, two in Paris; a queue at home and one in Berlin."""
    return org_of(
        ["Anna", *IN_BERLIN, *IN_PARIS],
        {"Billing": ["Anna", *IN_BERLIN], "Berlin Sales": ["Anna", "B001"]},
        divisions={"Berlin": [*IN_BERLIN, "Berlin Sales"], "Paris": IN_PARIS},
        client=client,
        **more,
    )


def plan_of(ended: Ended) -> str:
    """The plan as it was shown."""
    (shown,) = [each for each in ended.events if isinstance(each, PlanShown)]
    return "\n".join(shown.lines)


def held(ended: Ended) -> set[str]:
    """The ids of the people whose rows are held for want of a permission; all look the same."""
    found = [each for each in ended.results if each.error_code == "missing_permission"]
    assert {(each.status, each.http_status) for each in found} == {("failed", None)}
    return {each.user_id for each in found}


@pytest.mark.parametrize("permitted", [200, 404], ids=["divisionspermitted", "subjects/me"])
@pytest.mark.parametrize("dry_run", [True, False])
def test_people_of_a_division_where_the_client_may_not_edit_users_are_held(
    tmp_path: Path, permitted: Any, dry_run: bool
) -> None:
    """One sentence for all in the plan, the divisions named; nothing is sent that fails."""
    assumptions = Assumptions(divisions_permitted_me=permitted)
    with simulator(org(client_with("Home", EDIT)), assumptions=assumptions) as sim:
        ended = run_people(sim, tmp_path, "Anna", *IN_BERLIN, *IN_PARIS, dry_run=dry_run)
        assert sim.count(status=403) == 0
        assert {state_of(sim.org, name) for name in (*IN_BERLIN, *IN_PARIS)} == {"active"}
        assert member_queues(sim.org, "B001") == {"Billing", "Berlin Sales"}
    assert held(ended) == {id_of(each) for each in (*IN_BERLIN, *IN_PARIS)}
    assert ended.of("Anna").status == ("planned" if dry_run else "done")
    assert ended.of("B001").error == f"The OAuth client lacks {EDIT} in the division Berlin."
    assert f"the OAuth client {EDIT} in the division Berlin." in ended.of("B001").next_action
    assert (
        f"11 rows on hold: the OAuth client lacks {EDIT} in the divisions Berlin and Paris."
        in plan_of(ended)
    )
    assert (ended.of("P001").retry, ended.exit_code) == (True, 3)


def test_people_in_a_queue_of_a_division_where_the_client_may_not_change_members_are_held(
    tmp_path: Path,
) -> None:
    """Even their state is left alone: the row is attempted as a whole or not at all."""
    with simulator(org(client_with("Home", *MANAGE))) as sim:
        ended = run_people(sim, tmp_path, "Anna", "B001", "B002", "P001", "Nobody")
        assert [state_of(sim.org, each) for each in ("Anna", "B001")] == ["active"] * 2
    assert held(ended) == {id_of("Anna"), id_of("B001")}
    assert (
        "lacks routing:queueMember:manage or routing:queue:edit in the division Berlin"
        in ended.of("Anna").error
    )
    assert [ended.of(each).status for each in ("B002", "P001")] == ["done", "done"]
    assert "2 rows on hold: the OAuth client lacks routing:queueMember:manage" in plan_of(ended)
    assert "1 row on hold: no such Genesys user" in plan_of(ended)


def test_one_alternative_in_each_division_is_enough(tmp_path: Path) -> None:
    """Members at home by one permission, in Berlin by the other."""
    client = [
        Role(permissions_without(*MANAGE)),
        Role(MANAGE[:1], "Home"),
        Role(MANAGE[1:], "Berlin"),
    ]
    with simulator(org(client)) as sim:
        ended = run_people(sim, tmp_path, "Anna", "B001")
    assert ended.statuses == ["done", "done"]


def test_who_needs_nothing_where_the_client_may_do_nothing_is_not_held(tmp_path: Path) -> None:
    """Inactive and in a queue at home: only the queue's division counts. And nothing to do."""
    facts = {name: {"state": "inactive"} for name in ("B002", "P001")}
    with simulator(org(client_with("Home", EDIT), facts=facts)) as sim:
        ended = run_people(sim, tmp_path, "B002", "P001")
    assert ended.statuses == ["done", "already_done"]


def test_it_costs_the_same_number_of_requests_for_few_and_for_many(tmp_path: Path) -> None:
    """One for each permission that the steps need, up to an alternative held in all divisions."""
    asked = []
    for number, names in enumerate((["B001"], IN_BERLIN)):
        folder = tmp_path / str(number)
        folder.mkdir()
        with simulator(org(client_with("Home", EDIT))) as sim:
            run_people(sim, folder, *names, settings=config(leftovers=[]))
            asked.append(sim.count("GET", "/paged/me$|/authorization/divisions$"))
    assert asked == [4, 4]


def test_a_permission_for_all_divisions_may_come_without_their_list(tmp_path: Path) -> None:
    """`allDivsPermitted` is enough: no row is held, and none is unverified."""
    assumptions = Assumptions(permitted_everywhere="flagged")
    with simulator(org([Role()]), assumptions=assumptions) as sim:
        ended = run_people(sim, tmp_path, "Anna", "B001")
    assert ([each.verified for each in ended.results], ended.exit_code) == ([True, True], 0)


@pytest.mark.parametrize(
    ("step", "permission"),
    [("revoke_tokens", "oauth:token:delete"), ("clear_skills", "routing:skill:assign")],
)
def test_further_steps_count_too(tmp_path: Path, step: str, permission: str) -> None:
    """A person whose skills may not be changed is held as well."""
    whole = org(client_with("Home", permission))
    whole.skills[id_of("Chat")] = Named(id=id_of("Chat"), name="Chat")
    for name in ("Anna", "P001"):
        whole.users[id_of(name)].skills = [Rating(id=id_of("Chat"), proficiency=3)]
    with simulator(whole) as sim:
        settings = config(steps=["deactivate", "remove_from_queues", step])
        ended = run_people(sim, tmp_path, "Anna", "P001", settings=settings)
    assert held(ended) == {id_of("P001")}


def test_a_rerun_does_the_held_rows_once_the_role_is_there(tmp_path: Path) -> None:
    """Retry is yes, and nothing else is needed."""
    with simulator(org(client_with("Home", EDIT))) as sim:
        first = run_people(sim, tmp_path, "Anna", "B001")
        (client,) = sim.org.clients.values()
        client.grants = [each.model_copy(update={"division": "*"}) for each in client.grants]
        again = rerun_of(sim, first.folder)
    assert (first.statuses, again.statuses) == (["done", "failed"], ["done", "done"])


def test_an_undo_holds_them_too(tmp_path: Path) -> None:
    """Nothing of the person is put back, and the undo of the others goes on."""
    with simulator(org([Role()])) as sim:
        first = run_people(sim, tmp_path, "Anna", *IN_BERLIN)
        (client,) = sim.org.clients.values()
        (role,) = [sim.org.roles[each.role] for each in client.grants]
        role.permissions = [each for each in role.permissions if each != EDIT]
        editor = role.model_copy(update={"id": id_of("Editor"), "permissions": [EDIT]})
        sim.org.roles[editor.id] = editor
        client.grants = [
            *client.grants,
            client.grants[0].model_copy(update={"role": editor.id, "division": id_of("Home")}),
        ]
        undone = undo_of(sim, first.folder)
        assert sim.count(status=403) == 0
        assert [state_of(sim.org, each) for each in ("Anna", "B001")] == ["active", "inactive"]
        assert member_queues(sim.org, "B001") == set()
    assert held(undone) == {id_of(each) for each in IN_BERLIN}
    assert f"Ask a Genesys admin to give the OAuth client {EDIT} in the division Berlin." in (
        undone.of("B001").next_action
    )
    assert f"9 rows cannot be put back: the OAuth client lacks {EDIT}" in plan_of(undone)


def test_check_shows_which_permission_is_held_in_which_division(tmp_path: Path) -> None:
    """As a table of 80 columns, and as JSON; a row that would be held says so."""
    path = write_list(tmp_path / "list.csv", "Anna", "B001", "B002")
    with simulator(org(client_with("Home", EDIT))) as sim:
        said = run_command(sim, tmp_path, "check", str(path))
        found = json.loads(run_command(sim, tmp_path, "check", "--json").out)
    lines = [line.split() for line in said.out.splitlines()]
    (numbered,) = [line[0] for line in lines if line[-3:] == [EDIT, "(for", "deactivate)"]]
    (header,) = [line for line in lines if line[:1] == ["division"]]
    column = header.index(numbered)
    answers = {line[0]: line[column] for line in lines if line[:1] in (["Home"], ["Berlin"])}
    assert answers == {"Home": "yes", "Berlin": "no"}
    assert f"in part    {EDIT}" in said.out
    assert f"lacks {EDIT} in the division Berlin" in said.out
    held_in = {each["name"]: each["permissions"][EDIT] for each in found["divisions"]}
    assert held_in == {"Home": True, "Berlin": False, "Paris": False}
