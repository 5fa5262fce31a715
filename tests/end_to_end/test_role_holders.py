"""Role grants read by role, where those for all divisions cannot be listed as those of `*`."""

from pathlib import Path
from typing import Any

import pytest

from batch_offboard.record.events import GrantsRead
from batch_offboard.simulator import ALWAYS, Assumptions, Fault, Org, Simulator
from batch_offboard.simulator.models import Grant
from tests.support import (
    Ended,
    Role,
    id_of,
    org_of,
    people_named,
    permissions_without,
    run_people,
    simulator,
)

PEOPLE = people_named("P", 24)
ALL = Role()
LESS = Role(permissions_without("authorization:role:view"))
AGENT_EVERYWHERE = Grant(role=id_of("Agent"), division="*")
IN_GROUPS = 2
UNLISTED = {"all_divisions_grants": "nothing"}


def organisation(*client: Role, twice: bool = True) -> Org:
    """P001 holds a role for all divisions alone, P002 besides Home, P003 in two divisions.

    P004 is in a group that holds a role for all divisions, P005 in one that holds one in Berlin.
    `twice`: the client holds its role for all divisions and for Home.
    """
    groups = {"Everywhere": ["P004"], "Berliners": ["P005"]}
    org = org_of(PEOPLE, groups=groups, divisions={"Berlin": ["P006"]}, client=client or (ALL,))
    in_berlin = Grant(role=id_of("Agent"), division=id_of("Berlin"))
    org.users[id_of("P001")].grants = [AGENT_EVERYWHERE]
    org.users[id_of("P002")].grants.append(AGENT_EVERYWHERE)
    org.users[id_of("P003")].grants.append(in_berlin)
    org.groups[id_of("Everywhere")].grants = [AGENT_EVERYWHERE]
    org.groups[id_of("Berliners")].grants = [in_berlin]
    if twice:
        own = org.clients[id_of("Client")].grants
        own.append(Grant(role=own[0].role, division=id_of("Home")))
    return org


def held(org: Org) -> dict[int, set[tuple[str, str]]]:
    """What each row's person holds of their own, by the row of the list."""
    users = [org.users[id_of(name)] for name in PEOPLE]
    grants = [{(grant.role, grant.division) for grant in user.grants} for user in users]
    return dict(enumerate(grants, start=2))


def kept(ended: Ended) -> dict[int, set[tuple[str, str]]]:
    """What the journal kept, by row."""
    return {
        event.row: {(grant.role_id, grant.division_id) for grant in event.grants}
        for event in ended.events
        if isinstance(event, GrantsRead)
    }


def ran(tmp_path: Path, org: Org, *faults: Fault, **assumed: Any) -> Simulator:
    """A run of everybody, which has kept all that each of them holds, and nothing else."""
    expected = held(org)
    tmp_path.mkdir(exist_ok=True)
    with simulator(org, assumptions=Assumptions(**(UNLISTED | assumed)), faults=faults) as sim:
        ended = run_people(sim, tmp_path, *PEOPLE)
    assert kept(ended) == expected
    assert "roles_unread" not in ended.warnings
    return sim


def asked(sim: Simulator) -> int:
    """How many people's grants were asked for one by one."""
    return sim.count("GET", "/authorization/subjects/[0-9a-f]")


def calls(sim: Simulator) -> int:
    """Calls to any route of roles and grants."""
    return sim.count("GET", "/authorization/(subjects|roles|divisions(/|$))")


@pytest.mark.parametrize("everywhere", ["nothing", 404])
def test_the_holders_of_each_role_are_listed_where_that_is_cheaper(
    tmp_path: Path, everywhere: Any
) -> None:
    """Complete with fewer calls; only members of groups that hold roles are asked for."""
    by_person = ran(tmp_path / "person", organisation(twice=False), all_divisions_grants=everywhere)
    by_role = ran(tmp_path / "role", organisation(), all_divisions_grants=everywhere)
    assert (asked(by_person), asked(by_role)) == (len(PEOPLE), IN_GROUPS)
    assert calls(by_role) < calls(by_person) / 2


@pytest.mark.parametrize(
    ("assumed", "by_person"),
    [
        ({"role_holders_everywhere": "nothing"}, len(PEOPLE)),
        ({"role_holders_everywhere": "alone"}, len(PEOPLE)),
        ({"role_holders_divisions": "first"}, len(PEOPLE)),
        ({"role_holders_divisions": "permitted"}, IN_GROUPS),
        ({"role_holders": "users"}, len(PEOPLE)),
        ({"role_holders": "members"}, IN_GROUPS),
        ({"own_policies": "never"}, len(PEOPLE)),
        ({"page_cap": 3}, IN_GROUPS),
        ({"division_grants_list_all_divisions": True}, IN_GROUPS),
    ],
    ids=str,
)
def test_nothing_is_missed_or_made_up_whatever_the_listing_shows(
    tmp_path: Path, assumed: dict[str, Any], by_person: int
) -> None:
    """A listing that cannot prove that it shows everything has everybody asked for."""
    assert asked(ran(tmp_path, organisation(), **assumed)) == by_person


@pytest.mark.parametrize(
    "client",
    [
        (LESS,),
        (LESS, Role(("authorization:role:view",), "Home")),
        (LESS, Role(("authorization:role:view",), "Berlin")),
    ],
    ids=["not at all", "at home", "in Berlin"],
)
def test_without_the_permission_for_all_divisions_everybody_is_asked_for(
    tmp_path: Path, client: tuple[Role, ...]
) -> None:
    """It costs one call to see that, and no role is listed."""
    sim = ran(tmp_path, organisation(*client))
    assert asked(sim) == len(PEOPLE)
    assert sim.count("GET", "/authorization/roles") == 0


@pytest.mark.parametrize(
    "path", ["/authorization/roles$", f"/roles/{id_of('Agent')}/", "/subjects/me$"]
)
def test_a_listing_that_is_refused_has_everybody_asked_for(tmp_path: Path, path: str) -> None:
    """The grants are complete all the same."""
    refused = Fault(action="status", method="GET", path=path, status=403, times=ALWAYS)
    assert asked(ran(tmp_path, organisation(), refused)) == len(PEOPLE)


def test_whoever_the_listings_show_differently_is_asked_for(tmp_path: Path) -> None:
    """P007 gets a role in Berlin after the roles were listed, before Berlin's grants are."""
    org = organisation()
    grant = Grant(role=id_of("Employee"), division=id_of("Berlin"))
    given: list[int] = []

    def give(request: Any) -> None:
        if "/authorization/divisions/" in request.path and "*" not in request.path and not given:
            given.append(request.number)
            org.users[id_of("P007")].grants.append(grant)

    with simulator(org, assumptions=Assumptions(**UNLISTED), on_request=give) as sim:
        ended = run_people(sim, tmp_path, *PEOPLE)
    assert (id_of("Employee"), id_of("Berlin")) in kept(ended)[8]
    assert len(given) == 1
    assert asked(sim) == IN_GROUPS + 1
