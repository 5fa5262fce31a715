"""Before it is too late: roles that only leavers have, groups they own, and what else there is."""

from pathlib import Path
from typing import Any

import pytest

from batch_offboard.offboarding.leftovers import MOST_ROLES
from batch_offboard.simulator import ALWAYS, Assumptions, Fault, Org
from batch_offboard.simulator.models import Grant, OAuthClient
from batch_offboard.simulator.models import Role as OrgRole
from tests.end_to_end.test_leftovers import told
from tests.rerun.chain import rerun_of
from tests.support import (
    Ended,
    Role,
    config,
    id_of,
    org_of,
    people_named,
    permissions_without,
    run_looking,
    run_people,
    simulator,
)

ROLES_TOO = config(leftovers=["roles"])
SPARE = people_named("Spare", 5)


def with_role(name: str, *people: str, org: Org | None = None) -> Org:
    """Only these people have this role."""
    org = org or org_of(["Anna", "Ben", "Cid", *SPARE], groups={"Night": ["Anna"]})
    org.roles[id_of(name)] = OrgRole(id=id_of(name), name=name)
    for person in people:
        org.users[id_of(person)].grants.append(Grant(role=id_of(name), division="*"))
    return org


def left(ended: Ended) -> list[str]:
    """What is left behind of each person."""
    return [each.left_behind for each in ended.results]


# -- roles


@pytest.mark.parametrize(
    ("holders", "lines", "left_behind"),
    [
        (
            ["Anna"],
            [
                "Note: only leavers have the role Master Admin: Anna Test. Before you start, "
                "ask a Genesys admin to give it to somebody else."
            ],
            ["nobody else had the role Master Admin", ""],
        ),
        (
            ["Anna", "Ben"],
            [
                "Note: only leavers have the role Master Admin: Anna Test, Ben Test. Before "
                "you start, ask a Genesys admin to give it to somebody else."
            ],
            ["nobody else had the role Master Admin"] * 2,
        ),
        (["Anna", "Cid"], [], ["", ""]),
        (["Cid"], [], ["", ""]),
    ],
)
def test_the_last_holder_of_a_role_is_a_warning(
    tmp_path: Path, holders: list[str], lines: list[str], left_behind: list[str]
) -> None:
    """Everybody else keeps Employee and Agent, so nothing is said of these."""
    with simulator(with_role("Master Admin", *holders)) as sim:
        ended = run_people(sim, tmp_path, "Anna", "Ben", settings=ROLES_TOO)
    assert told(ended, "Note:", "Not checked") == lines
    assert left(ended) == left_behind
    assert ended.statuses == ["done", "done"]


def test_a_group_that_has_the_role_has_it_for_others(tmp_path: Path) -> None:
    """Its members go on having it."""
    org = with_role("Master Admin", "Anna")
    org.groups[id_of("Night")].grants = [Grant(role=id_of("Master Admin"), division="*")]
    with simulator(org) as sim:
        ended = run_people(sim, tmp_path, "Anna", settings=ROLES_TOO)
    assert (told(ended, "Note:"), left(ended)) == ([], [""])


def test_at_most_five_roles_are_asked_for(tmp_path: Path) -> None:
    """Those of admins first; the others are named as being in doubt."""
    org = with_role("Zone Admin", "Anna")
    for number in range(7):
        with_role(f"Role {number}x", "Anna", org=org)
    with simulator(org) as sim:
        ended = run_people(
            sim, tmp_path, "Anna", settings=config(leftovers=["roles"], snapshot_roles=False)
        )
        asked = sim.count("GET", "/subjectgrants")
    assert asked == MOST_ROLES
    notes = told(ended, "Note: only", "Note: perhaps")
    assert [line.partition(":")[2].partition(":")[0] for line in notes] == [
        *(f" only leavers have the role Role {number}x" for number in range(4)),
        " only leavers have the role Zone Admin",
        " perhaps only leavers have these roles",
    ]
    assert "Role 4x, Role 5x, Role 6x." in notes[-1]


ROLES = "Not checked: roles that only leavers have. "


@pytest.mark.parametrize(
    ("more", "options", "line"),
    [
        (
            {"client": [Role(permissions_without("authorization:role:view"))]},
            {},
            ROLES + "The OAuth client lacks authorization:role:view.",
        ),
        (
            {},
            {"faults": [Fault(action="status", status=404, path="/roles$", times=ALWAYS)]},
            ROLES + "The requested resource was not found.",
        ),
        (
            {},
            {"assumptions": Assumptions(roles_are_counted=False)},
            ROLES + "Genesys does not say how many users have a role.",
        ),
    ],
)
def test_roles_that_cannot_be_looked_at_are_one_line(
    tmp_path: Path, more: dict[str, Any], options: dict[str, Any], line: str
) -> None:
    """And nobody is held for it."""
    with simulator(org_of(["Anna", *SPARE], **more), **options) as sim:
        ended = run_people(sim, tmp_path, "Anna", settings=ROLES_TOO)
    assert (told(ended, "Not checked"), ended.statuses) == ([line], ["done"])


@pytest.mark.parametrize("holders", ["own", "users", "members"])
def test_whoever_is_listed_as_holder(tmp_path: Path, holders: Any) -> None:
    """Under every reading of the listing, the last one is seen."""
    org = with_role("Master Admin", "Anna")
    with simulator(org, assumptions=Assumptions(role_holders=holders)) as sim:
        ended = run_people(sim, tmp_path, "Anna", settings=ROLES_TOO)
    assert left(ended) == ["nobody else had the role Master Admin"]


def test_a_role_that_is_gone_is_told_after_a_stop_too(tmp_path: Path) -> None:
    """Whoever is inactive has no roles: the run that took them is the last one to know."""
    org = with_role("Master Admin", "Anna")
    lost = Fault(action="status", status=401, times=ALWAYS)
    with simulator(org) as sim:

        def lose(request: Any) -> None:
            if request.method != "PATCH" and sim.writes:
                sim.faults.add(lost)

        sim.app.on_request = lose
        stopped = run_people(sim, tmp_path, "Anna", settings=ROLES_TOO)
        sim.app.on_request = None
        sim.faults.clear()
        again = rerun_of(sim, stopped.folder, settings=ROLES_TOO)
    assert (stopped.statuses, again.statuses) == (["partial"], ["done"])
    assert left(stopped) == left(again) == ["nobody else had the role Master Admin"]


# -- groups


def test_groups_that_they_own_are_named(tmp_path: Path) -> None:
    """In the plan, those of which no owner is left."""
    org = org_of(["Anna", "Ben", "Cid"], groups={"Night": ["Cid"], "Day": [], "Other": []})
    for group, owners in {
        "Night": ["Anna", "Ben"],
        "Day": ["Anna", "Cid"],
        "Other": ["Cid"],
    }.items():
        org.groups[id_of(group)].owners = [id_of(each) for each in owners]
    with simulator(org) as sim:
        ended = run_looking(sim, tmp_path, "Anna", "Ben")
    assert told(ended, "Groups left") == [
        "Groups left without an owner: Night. Before you start, ask a Genesys admin to name an "
        "owner for each."
    ]
    assert left(ended) == ["owns the groups Night and Day", "owns the group Night"]


def test_groups_that_cannot_be_read_are_one_line(tmp_path: Path) -> None:
    """With Genesys' answer."""
    refused = Fault(action="status", status=403, path="/groups$", times=ALWAYS)
    with simulator(org_of(["Anna", *SPARE]), faults=[refused]) as sim:
        ended = run_looking(sim, tmp_path, "Anna")
    assert told(ended, "Not checked") == [
        "Not checked: groups owned by leavers. You are not authorized to perform the requested "
        "action."
    ]
    assert ended.statuses == ["done"]


# -- only where it is asked for


ASKED = config(leftovers=["direct_reports", "forwarding", "clients"])


def with_everything(**more: Any) -> Org:
    """Anna is Cid's manager, forwards her calls, and has made an OAuth client."""
    org = org_of(["Anna", "Ben", "Cid"], **more)
    org.users[id_of("Cid")].manager = id_of("Anna")
    org.users[id_of("Anna")].forwarded_to = "+49 170 1"
    org.clients[id_of("Bot")] = OAuthClient(
        id=id_of("Bot"), name="Reporting", secret="never-to-be-seen", created_by=id_of("Anna")
    )
    return org


def test_what_else_depends_on_them_is_looked_for_where_it_is_asked_for(tmp_path: Path) -> None:
    """A request a person for reports and forwarding; the client's secret is nowhere."""
    with simulator(with_everything()) as sim:
        ended = run_people(sim, tmp_path, "Anna", "Ben", settings=ASKED)
        asked = [sim.count("GET", path) for path in ("/directreports", "/callforwarding")]
    assert told(ended, "Before you", "People whose") == [
        "Before you start, ask a Genesys admin to name another manager for 1 direct "
        "report of Anna Test.",
        "People whose calls are forwarded: Anna Test (+49 170 1). Before you start, ask a Genesys "
        "admin to turn this off.",
        "People whose OAuth clients keep working: Anna Test (Reporting). Before you start, ask a "
        "Genesys admin to replace the secrets.",
    ]
    assert left(ended) == [
        "is the manager of Cid Test; calls are forwarded to +49 170 1 (ask a Genesys admin to turn "
        "this off); created the OAuth client Reporting (ask a Genesys admin to replace its secret)",
        "",
    ]
    assert asked == [2, 2]
    for file in ended.folder.iterdir():
        assert b"never-to-be-seen" not in file.read_bytes()


def test_by_default_nobody_asks_for_it(tmp_path: Path) -> None:
    """Not one request."""
    with simulator(with_everything()) as sim:
        run_looking(sim, tmp_path, "Anna", "Ben")
        asked = sim.count("GET", "/directreports|/callforwarding|/oauth/clients$")
    assert asked == 0


@pytest.mark.parametrize(
    ("permission", "what"),
    [
        ("oauth:client:view", "OAuth clients created by leavers"),
        ("conversation:callForwarding:view", "call forwarding"),
    ],
)
def test_a_permission_that_is_missing_is_one_line(
    tmp_path: Path, permission: str, what: str
) -> None:
    """The rest is looked at."""
    org = with_everything(client=[Role(permissions_without(permission))])
    with simulator(org) as sim:
        ended = run_people(sim, tmp_path, "Anna", "Ben", settings=ASKED)
    assert told(ended, "Not checked") == [
        f"Not checked: {what}. The OAuth client lacks {permission}."
    ]
    assert "is the manager of Cid Test" in left(ended)[0]


@pytest.mark.parametrize("path", ["/directreports", "/callforwarding", "/oauth/clients"])
def test_what_genesys_refuses_is_one_line(tmp_path: Path, path: str) -> None:
    """However many people it concerns."""
    refused = Fault(action="status", status=404, path=path, times=ALWAYS)
    with simulator(with_everything(), faults=[refused]) as sim:
        ended = run_people(sim, tmp_path, "Anna", "Ben", settings=ASKED)
    assert (len(told(ended, "Not checked")), ended.statuses) == (1, ["done", "done"])


def test_who_could_not_be_looked_at_is_counted(tmp_path: Path) -> None:
    """What was found about the others is still said."""
    path = f"/users/{id_of('Ben')}/directreports"
    refused = Fault(action="status", status=404, path=path, times=ALWAYS)
    with simulator(with_everything(), faults=[refused]) as sim:
        ended = run_people(sim, tmp_path, "Anna", "Ben", settings=ASKED)
    (line,) = told(ended, "Not checked")
    assert line.startswith("Not checked: direct reports of 1 of 2 people. ")
    assert "is the manager of Cid Test" in left(ended)[0]
