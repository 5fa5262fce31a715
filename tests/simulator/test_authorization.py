from typing import Any

import pytest

from batch_offboard.simulator import Assumptions, Org, Simulator, generate_org
from batch_offboard.simulator.models import Grant

from .small import (
    ADMIN,
    AGENT,
    ANNA,
    BARE_CLIENT,
    BEN,
    BERLIN,
    BERLIN_CLIENT,
    CLIENT,
    DAVID,
    EMPLOYEE,
    FELIX,
    HOME,
    NIGHT_SHIFT,
    NOBODY,
    Http,
)


def triples(grants: list[dict[str, Any]]) -> list[tuple[str, str, str]]:
    """Subject, role and division of each grant."""
    return [(g["subjectId"], g["role"]["id"], g["division"]["id"]) for g in grants]


def test_a_subjects_grants_are_their_own_and_their_groups(http: Http) -> None:
    """Those of a group carry the group as subject; what is there twice is shown once."""
    found = http.get(f"/authorization/subjects/{ANNA}").json["grants"]
    assert triples(found) == [(ANNA, EMPLOYEE, HOME), (ANNA, AGENT, "*")]
    path = f"/authorization/subjects/{BEN}"
    assert triples(http.get(path).json["grants"]) == [(BEN, AGENT, HOME)]
    twice = http.get(path, includeDuplicates=True).json["grants"]
    assert triples(twice) == [(BEN, AGENT, HOME), (NIGHT_SHIFT, AGENT, HOME)]


def test_a_subject_may_show_its_own_grants_only(org: Org) -> None:
    """Assumed."""
    with Simulator(org, assumptions=Assumptions(subject_shows_group_grants=False)) as sim:
        path = f"/authorization/subjects/{BEN}"
        found = Http(sim).get(path, includeDuplicates=True).json["grants"]
    assert triples(found) == [(BEN, AGENT, HOME)]


def test_subjects_need_the_permission_in_their_division(sim: Simulator) -> None:
    """Felix is in Berlin, Anna is not."""
    berlin = Http(sim, BERLIN_CLIENT)
    assert berlin.get(f"/authorization/subjects/{FELIX}").status == 200
    assert berlin.get(f"/authorization/subjects/{ANNA}").error == (403, "not.authorized")
    bare = Http(sim, BARE_CLIENT).get(f"/authorization/subjects/{ANNA}")
    assert bare.error == (403, "missing.permissions")
    assert berlin.get(f"/authorization/subjects/{NOBODY}").status == 404


def test_the_client_sees_its_own_grants_with_policies(sim: Simulator) -> None:
    """Without any permission."""
    found = Http(sim, BERLIN_CLIENT).get("/authorization/subjects/me").json
    assert triples(found["grants"]) == [(BERLIN_CLIENT, ADMIN, BERLIN)]
    policy = {"domain": "routing", "entityName": "queue", "actions": ["view"]}
    assert policy in found["grants"][0]["role"]["policies"]
    assert Http(sim, BARE_CLIENT).get("/authorization/subjects/me").json["grants"] == []


@pytest.mark.parametrize(
    ("shown", "full", "expected"),
    [
        ("always", False, True),
        ("with_full_roles", False, False),
        ("with_full_roles", True, True),
        ("never", True, False),
    ],
)
def test_when_own_policies_are_shown_is_assumed(
    org: Org, shown: Any, full: bool, expected: bool
) -> None:
    """And switchable."""
    with Simulator(org, assumptions=Assumptions(own_policies=shown)) as sim:
        found = Http(sim).get("/authorization/subjects/me", includeFullRoles=full).json
    assert expected == ("policies" in found["grants"][0]["role"])


def test_division_grants_are_those_of_users_groups_and_clients(http: Http) -> None:
    """Those for all divisions are in no division's list."""
    home = http.get(f"/authorization/divisions/{HOME}/grants").json["entities"]
    expected = [(ANNA, EMPLOYEE, HOME), (BEN, AGENT, HOME), (NIGHT_SHIFT, AGENT, HOME)]
    assert expected == triples(home)
    berlin = http.get(f"/authorization/divisions/{BERLIN}/grants").json["entities"]
    assert triples(berlin) == [(BERLIN_CLIENT, ADMIN, BERLIN)]


def test_division_grants_may_list_those_for_all_divisions(org: Org) -> None:
    """Assumed otherwise."""
    assumptions = Assumptions(division_grants_list_all_divisions=True)
    with Simulator(org, assumptions=assumptions) as sim:
        found = Http(sim).get(f"/authorization/divisions/{HOME}/grants").json["entities"]
    assert (ANNA, AGENT, "*") in triples(found)
    assert (CLIENT, ADMIN, "*") in triples(found)


def test_the_division_of_all_lists_what_is_granted_for_all(org: Org) -> None:
    """To who holds the permission for all; what it answers is assumed."""
    path = "/authorization/divisions/*/grants"
    with Simulator(org) as sim:
        found = triples(Http(sim).get(path).json["entities"])
        assert Http(sim, BERLIN_CLIENT).get(path).status == 403
    assert (ANNA, AGENT, "*") in found
    assert {division for _, _, division in found} == {"*"}
    with Simulator(org, assumptions=Assumptions(all_divisions_grants="nothing")) as sim:
        assert Http(sim).get(path).json["entities"] == []
    with Simulator(org, assumptions=Assumptions(all_divisions_grants=404)) as sim:
        assert Http(sim).get(path).status == 404


def test_division_grants_come_up_to_500_a_page() -> None:
    """With totals; more is refused."""
    org = generate_org(users=400, queues=0)
    path = f"/authorization/divisions/{next(iter(org.divisions))}/grants"
    with Simulator(org) as sim:
        http = Http(sim)
        body = http.get(path, pageSize=500).json
        assert (len(body["entities"]), body["pageSize"]) == (500, 500)
        total = sum(len(u.grants) for u in org.users.values())
        assert (total, 2) == (body["total"], body["pageCount"])
        assert http.get(path, pageSize=501).error == (400, "invalid.value")


def test_division_grants_outside_are_403(sim: Simulator) -> None:
    """Berlin's client may read Berlin's."""
    berlin = Http(sim, BERLIN_CLIENT)
    assert berlin.get(f"/authorization/divisions/{BERLIN}/grants").status == 200
    assert berlin.get(f"/authorization/divisions/{HOME}/grants").status == 403
    assert berlin.get(f"/authorization/divisions/{NOBODY}/grants").status == 404


def test_roles_can_be_given_and_taken_in_bulk(sim: Simulator, http: Http) -> None:
    """Those that are there already stay once."""
    before = sim.org.snapshot()
    path = f"/authorization/subjects/{DAVID}"
    pairs = [{"roleId": AGENT, "divisionId": HOME}, {"roleId": EMPLOYEE, "divisionId": "*"}]
    for _ in range(2):
        assert http.post(f"{path}/bulkadd", {"grants": pairs}, subjectType="PC_USER").status == 204
    found = triples(http.get(path).json["grants"])
    assert found == [(DAVID, AGENT, HOME), (DAVID, EMPLOYEE, "*")]
    assert http.post(f"{path}/bulkremove", {"grants": pairs}).status == 204
    assert before == sim.org.snapshot()


@pytest.mark.parametrize(
    "body",
    [
        {},
        [],
        {"grants": []},
        {"grants": ["x"]},
        {"grants": [{"roleId": NOBODY, "divisionId": HOME}]},
        {"grants": [{"roleId": AGENT, "divisionId": NOBODY}]},
    ],
)
def test_wrong_grants_are_refused(sim: Simulator, http: Http, body: object) -> None:
    """400, and nothing is changed."""
    before = sim.org.snapshot()
    assert http.post(f"/authorization/subjects/{ANNA}/bulkadd", body).error == (400, "bad.request")
    assert before == sim.org.snapshot()


def test_giving_roles_needs_the_permission_in_that_division(sim: Simulator) -> None:
    """Berlin's client cannot grant in Home, nor everywhere."""
    berlin = Http(sim, BERLIN_CLIENT)
    path = f"/authorization/subjects/{FELIX}/bulkadd"
    for division, status in ((BERLIN, 204), (HOME, 403), ("*", 403)):
        body = {"grants": [{"roleId": AGENT, "divisionId": division}]}
        assert status == berlin.post(path, body).status


def test_grants_for_the_inactive_may_be_refused(org: Org) -> None:
    """Assumed: undo must set active first."""
    with Simulator(org, assumptions=Assumptions(grants_for_inactive="refused")) as sim:
        body = {"grants": [{"roleId": AGENT, "divisionId": HOME}]}
        statuses = [
            Http(sim).post(f"/authorization/subjects/{i}/bulkadd", body).status
            for i in (DAVID, ANNA)
        ]
    assert statuses == [400, 204]


def test_roles_can_be_read(sim: Simulator, http: Http) -> None:
    """With their permissions."""
    assert http.get("/authorization/roles").ids == [ADMIN, EMPLOYEE, AGENT]
    role = http.get(f"/authorization/roles/{AGENT}").json
    policy = {"domain": "routing", "entityName": "queue", "actionSet": ["join"]}
    assert [policy] == role["permissionPolicies"]
    assert Http(sim, BARE_CLIENT).get("/authorization/roles").status == 403
    assert {EMPLOYEE, AGENT} == {r["id"] for r in http.get(f"/users/{ANNA}/roles").json["roles"]}


def holders(sim: Simulator, role: str, client: str = CLIENT) -> dict[str, list[str]]:
    """By id of who holds the role: the divisions that the listing shows."""
    path = f"/authorization/roles/{role}/subjectgrants"
    entities = Http(sim, client).get(path).json["entities"]
    return {each["id"]: [division["id"] for division in each["divisions"]] for each in entities}


def test_who_holds_a_role_is_listed_with_divisions(sim: Simulator) -> None:
    """Users, groups and clients, to who may view roles."""
    assert holders(sim, AGENT) == {ANNA: ["*"], BEN: [HOME], NIGHT_SHIFT: [HOME]}
    assert holders(sim, ADMIN) == {CLIENT: ["*"], BERLIN_CLIENT: [BERLIN]}
    path = "/authorization/roles/{}/subjectgrants"
    listed = Http(sim).get(path.format(AGENT)).json["entities"]
    assert [each["type"] for each in listed] == ["PC_USER", "PC_USER", "PC_GROUP"]
    assert Http(sim, BARE_CLIENT).get(path.format(AGENT)).status == 403
    assert Http(sim).get(path.format(NOBODY)).status == 404


@pytest.mark.parametrize(
    ("assumed", "client", "expected"),
    [
        ({"role_holders": "users"}, CLIENT, {ANNA: [HOME, "*"], BEN: [HOME]}),
        ({"role_holders_everywhere": "nothing"}, CLIENT, {ANNA: [HOME], BEN: [HOME]}),
        ({"role_holders_everywhere": "alone"}, CLIENT, {ANNA: ["*"], BEN: [HOME]}),
        ({"role_holders_divisions": "first"}, CLIENT, {ANNA: [HOME], BEN: [HOME]}),
        ({"role_holders_divisions": "permitted"}, BERLIN_CLIENT, {}),
        ({"role_holders_divisions": "permitted"}, CLIENT, {ANNA: [HOME, "*"], BEN: [HOME]}),
        ({"role_holders": "members"}, CLIENT, {ANNA: [HOME, "*"], BEN: [HOME, BERLIN]}),
    ],
    ids=str,
)
def test_what_the_listing_of_holders_shows_is_assumed(
    org: Org, assumed: dict[str, Any], client: str, expected: dict[str, list[str]]
) -> None:
    """And switchable; Anna holds the role for Home and for all, Ben's group for Berlin."""
    org.users[ANNA].grants.insert(0, Grant(role=AGENT, division=HOME))
    org.groups[NIGHT_SHIFT].grants = [Grant(role=AGENT, division=BERLIN)]
    with Simulator(org, assumptions=Assumptions(**assumed)) as sim:
        found = holders(sim, AGENT, client)
    assert {user: found[user] for user in (ANNA, BEN) if user in found} == expected
    assert (NIGHT_SHIFT in found) == (assumed.get("role_holders") != "users" and bool(found))
