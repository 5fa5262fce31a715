import pytest

from batch_offboard.simulator import Assumptions, Org, Simulator, generate_org

from .small import (
    ANNA,
    BARE_CLIENT,
    BEN,
    BILLING,
    CARLA,
    NIGHT_SHIFT,
    NOBODY,
    RULE_GROUP,
    SKILL_GROUP,
    TEAM,
    Http,
    guid,
)

ENTITIES, DIVISION = {"expand": "entities"}, {"expand": "entities.division"}


def test_groups_teams_and_skill_groups_have_listings_of_their_own(http: Http) -> None:
    """Each with what it is called there."""
    assert http.get("/groups").ids == [NIGHT_SHIFT, RULE_GROUP]
    assert http.get("/teams").ids == [TEAM]
    assert http.get("/routing/skillgroups").ids == [SKILL_GROUP]
    assert [http.get(f"/groups/{i}").status for i in (TEAM, SKILL_GROUP)] == [404, 404]


def test_a_group_tells_its_version_and_members(http: Http) -> None:
    """Members are users."""
    body = http.get(f"/groups/{NIGHT_SHIFT}").json
    assert (body["version"], body["memberCount"]) == (1, 2)
    assert http.get(f"/groups/{NIGHT_SHIFT}/members").ids == [BEN, CARLA]


def test_only_a_dynamic_group_has_dynamic_settings(http: Http) -> None:
    """404 for the others."""
    statuses = [http.get(f"/groups/{i}/dynamicsettings").status for i in (RULE_GROUP, NIGHT_SHIFT)]
    assert statuses == [200, 404]


def test_leaving_a_group_ends_the_queue_membership_that_came_with_it(
    sim: Simulator, http: Http
) -> None:
    """Ben stays in Billing by user, Carla is out; several ids a call."""
    assert http.delete(f"/groups/{NIGHT_SHIFT}/members", ids=f"{BEN},{CARLA}").status == 200
    found = http.get(f"/routing/queues/{BILLING}/members").json["entities"]
    assert [(m["id"], m["memberBy"]) for m in found] == [(ANNA, "user"), (BEN, "user")]
    assert http.get(f"/users/{CARLA}/queues").ids == []
    assert set() == sim.org.groups[NIGHT_SHIFT].members


def test_adding_to_a_group_needs_its_version(sim: Simulator, http: Http) -> None:
    """409 for a stale one; the version goes up with every change."""
    path = f"/groups/{NIGHT_SHIFT}/members"
    assert http.post(path, {"memberIds": [ANNA]}).error == (400, "bad.request")
    assert http.post(path, {"memberIds": [ANNA], "version": 1}).status == 200
    assert http.post(path, {"memberIds": [ANNA], "version": 1}).error == (409, "general.conflict")
    assert {ANNA, BEN, CARLA} == sim.org.groups[NIGHT_SHIFT].members
    assert http.post(path, {"memberIds": [NOBODY], "version": 2}).status == 404


def test_at_most_fifty_a_call(http: Http) -> None:
    """Adding and removing, groups and teams."""
    ids = [guid(n) for n in range(51)]
    path = f"/groups/{NIGHT_SHIFT}/members"
    assert http.delete(path, ids=",".join(ids)).status == 400
    assert http.delete(path, ids=",".join(ids[:50])).status == 200
    assert http.post(path, {"memberIds": ids, "version": 2}).status == 400
    assert http.delete(path).status == 400
    assert http.delete(f"/teams/{TEAM}/members", id=",".join(ids)).status == 400


@pytest.mark.parametrize("status", [400, 409])
def test_a_rule_based_group_cannot_be_changed_by_hand(org: Org, status: int) -> None:
    """With which status is assumed."""
    assumptions = Assumptions(dynamic_group_status=status)  # type: ignore[arg-type]
    with Simulator(org, assumptions=assumptions) as sim:
        http = Http(sim)
        path = f"/groups/{RULE_GROUP}/members"
        assert status == http.delete(path, ids=ANNA).status
        assert status == http.post(path, {"memberIds": [BEN], "version": 1}).status
    assert {ANNA} == org.groups[RULE_GROUP].members


def test_a_team_can_be_left_and_joined(sim: Simulator, http: Http) -> None:
    """A user is in one team at most."""
    assert http.get(f"/teams/{TEAM}/members").ids == [ANNA]
    assert http.delete(f"/teams/{TEAM}/members", id=ANNA).status == 204
    assert "team" not in http.get(f"/users/{ANNA}", expand="team").json
    assert http.post(f"/teams/{TEAM}/members", {"memberIds": [ANNA, BEN]}).ids == [ANNA, BEN]
    assert {ANNA, BEN} == sim.org.groups[TEAM].members


def test_teams_need_permissions(sim: Simulator) -> None:
    """To see them and to change them; groups need none."""
    bare = Http(sim, BARE_CLIENT)
    assert bare.get("/teams").status == 403
    assert bare.delete(f"/teams/{TEAM}/members", id=ANNA).status == 403
    assert bare.get("/groups").status == 200


def test_team_members_are_paged_by_a_cursor() -> None:
    """There is no page number."""
    org = generate_org(users=100, queues=1, queues_per_user=0, groups=3, group_size=60)
    team = next(g for g in org.groups.values() if g.type == "TEAM")
    with Simulator(org) as sim:
        http = Http(sim)
        first = http.get(f"/teams/{team.id}/members", pageSize=40)
        second = http.call("GET", first.json["nextUri"].removeprefix("/api/v2"))
    assert team.members == {*first.ids, *second.ids}
    assert (len(first.ids), len(second.ids)) == (40, 20)
    assert "nextUri" not in second.json


def test_a_cursor_leads_back_too() -> None:
    """Before the second page comes the first; the rest of the request stays as it was."""
    org = generate_org(users=100, queues=1, queues_per_user=0, groups=3, group_size=60)
    team = next(g for g in org.groups.values() if g.type == "TEAM")
    with Simulator(org) as sim:
        http = Http(sim)
        first = http.get(f"/teams/{team.id}/members", pageSize=40, expand="entities")
        second = http.call("GET", first.json["nextUri"].removeprefix("/api/v2"))
        again = http.call("GET", second.json["previousUri"].removeprefix("/api/v2"))
    assert "previousUri" not in first.json
    assert (again.json, "name" in again.json["entities"][0]) == (first.json, True)


def test_names_of_team_members_and_divisions_come_when_asked_for(http: Http) -> None:
    """The SDK's page: "Expand the name on each user", "Expand the division on each team"."""
    path = f"/teams/{TEAM}/members"
    plain, named = (http.get(path, **query).json["entities"][0] for query in ({}, ENTITIES))
    assert ("name" in plain, named["name"]) == (False, "Anna Bauer")
    for path in ("/teams", f"/teams/{TEAM}"):
        plain, named = (http.get(path, **query).json for query in ({}, DIVISION))
        plain, named = (each.get("entities", [each])[0] for each in (plain, named))
        assert ("name" in plain["division"], named["division"]["name"]) == (False, "Home")
        assert http.get(path, expand="everything").error == (400, "invalid.value")


def test_teams_are_found_by_the_start_of_their_name(http: Http) -> None:
    """Ignoring case."""
    found = [http.get("/teams", name=name).ids for name in ("team", "TEAM%20A", "A")]
    assert found == [[TEAM], [TEAM], []]


def test_reading_whether_a_group_is_dynamic_needs_a_permission(sim: Simulator) -> None:
    """Leaving a group needs none."""
    answer = Http(sim, BARE_CLIENT).get(f"/groups/{NIGHT_SHIFT}/dynamicsettings")
    assert answer.error == (403, "missing.permissions")


def test_the_groups_of_a_user_may_come_without_names(org: Org) -> None:
    """Then only the group itself tells its name."""
    with Simulator(org, assumptions=Assumptions(user_groups_named=False)) as sim:
        groups = Http(sim).get(f"/users/{BEN}", expand="groups").json["groups"]
    assert [(each["id"], "name" in each) for each in groups] == [(NIGHT_SHIFT, False)]
