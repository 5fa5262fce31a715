import pytest

from batch_offboard.simulator import Assumptions, Org, Simulator

from .small import (
    AGENT,
    ANNA,
    BARE_CLIENT,
    BEN,
    BERLIN_CLIENT,
    BILLING,
    CARLA,
    CHAT,
    DAVID,
    EMMA,
    EMPLOYEE,
    ENGLISH,
    FELIX,
    NIGHT_SHIFT,
    NOBODY,
    RULE_GROUP,
    STATION,
    TEAM,
    VIP,
    Http,
    guid,
)


@pytest.mark.parametrize(
    ("state", "expected"),
    [
        ({}, [ANNA]),
        ({"state": "active"}, [ANNA]),
        ({"state": "inactive"}, [DAVID]),
        ({"state": "deleted"}, [EMMA]),
        ({"state": "any"}, [EMMA, DAVID, ANNA]),
    ],
)
def test_users_by_id_are_active_ones_unless_asked_otherwise(
    http: Http, state: dict[str, str], expected: list[str]
) -> None:
    """Without `state` everyone inactive looks unknown; unknown ids are left out."""
    assert expected == http.get("/users", id=f"{EMMA},{DAVID},{NOBODY},{ANNA}", **state).ids


def test_any_may_leave_deleted_users_out(org: Org) -> None:
    """Assumed."""
    with Simulator(org, assumptions=Assumptions(any_includes_deleted=False)) as sim:
        assert Http(sim).get("/users", id=f"{EMMA},{DAVID}", state="any").ids == [DAVID]


def test_ids_may_be_repeated_parameters(sim: Simulator, http: Http) -> None:
    """Both spellings are understood."""
    reply = http.call("GET", f"/users?id={ANNA}&id={BEN}")
    assert reply.ids == [ANNA, BEN]


def test_more_than_a_hundred_ids_are_refused(http: Http) -> None:
    """With the code that says so."""
    ids = ",".join(guid(n) for n in range(101))
    assert http.get("/users", id=ids).error == (400, "max.user.ids")
    assert http.get("/users", id=ids[: -len(guid(1)) - 1]).status == 200


@pytest.mark.parametrize("path", ["/users?id=abc", "/users/abc", "/users/abc/queues"])
def test_an_id_that_is_no_guid_is_refused(http: Http, path: str) -> None:
    """400 `invalid.id`."""
    assert http.call("GET", path).error == (400, "invalid.id")


def test_a_wrong_state_is_refused_with_what_is_allowed(http: Http) -> None:
    """400 `invalid.value`."""
    reply = http.get("/users", state="gone")
    assert reply.error == (400, "invalid.value")
    assert "active, inactive, deleted, any" in reply.json["message"]


def test_one_user_is_found_when_active_or_inactive(http: Http) -> None:
    """A deleted one only when asked for."""
    statuses = [http.get(f"/users/{i}").status for i in (ANNA, DAVID, EMMA, NOBODY)]
    assert statuses == [200, 200, 404, 404]
    assert http.get(f"/users/{EMMA}", state="deleted").json["state"] == "deleted"


def test_expand_shows_what_is_asked_for(http: Http) -> None:
    """Roles of groups count too; rule-based groups are groups."""
    names = "groups,team,authorization,employerInfo,skills,languages,station"
    body = http.get(f"/users/{ANNA}", expand=names).json
    assert [g["id"] for g in body["groups"]] == [RULE_GROUP]
    assert body["team"]["id"] == TEAM
    assert {EMPLOYEE, AGENT} == {r["id"] for r in body["authorization"]["roles"]}
    assert body["employerInfo"] == {"employeeId": "0004711"}
    assert {s["id"]: s["proficiency"] for s in body["skills"]} == {CHAT: 3, VIP: 5}
    assert [s["id"] for s in body["languages"]] == [ENGLISH]
    assert body["station"]["associatedStation"]["id"] == STATION
    plain = http.get(f"/users/{ANNA}").json
    assert not set(names.split(",")) & set(plain)


def test_roles_through_groups_show_in_the_expanded_user(http: Http) -> None:
    """Carla has the role of Night Shift only."""
    body = http.get(f"/users/{CARLA}", expand="authorization,groups").json
    assert [r["id"] for r in body["authorization"]["roles"]] == [AGENT]
    assert [g["id"] for g in body["groups"]] == [NIGHT_SHIFT]


def test_an_unknown_expand_is_refused(http: Http) -> None:
    """It is not silently ignored."""
    assert http.get("/users", expand="everything").error == (400, "invalid.value")


def test_a_listing_may_leave_out_what_expand_asks_for(org: Org) -> None:
    """No answer says so: absence proves nothing, only the specific reads do."""
    assumptions = Assumptions(expands_left_out=("skills", "team", "station"))
    names = "skills,languages,team,station"
    with Simulator(org, assumptions=assumptions) as sim:
        http = Http(sim)
        (listed,) = http.get("/users", id=ANNA, expand=names).json["entities"]
        assert {*names.split(",")} & {*listed} == {"languages"}
        assert http.get(f"/users/{ANNA}/routingskills").ids == [CHAT, VIP]
        assert http.get(f"/users/{ANNA}/station").json["associatedStation"]["id"] == STATION
        assert http.get(f"/teams/{TEAM}/members").ids == [ANNA]


def test_a_mistyped_expand_that_is_left_out_is_no_assumption(org: Org) -> None:
    """A test that meant it would prove nothing."""
    with Simulator(org, assumptions=Assumptions(expands_left_out=("skill",))) as sim:
        assert Http(sim).get("/users").error == (400, "invalid.value")


def test_setting_inactive_takes_all_roles_and_leaves_the_rest(sim: Simulator, http: Http) -> None:
    """Only the state, the roles and the version change; queues stay."""
    expected = sim.org.snapshot()
    expected["users"][ANNA] |= {"state": "inactive", "grants": []}
    reply = http.patch(f"/users/{ANNA}", {"state": "inactive", "version": 7})
    assert (reply.status, reply.json["state"], reply.json["version"]) == (200, "inactive", 8)
    assert expected == sim.org.snapshot()


def test_setting_inactive_may_end_all_memberships_by_user(org: Org) -> None:
    """Assumed otherwise; Ben stays in Billing through Night Shift, and so does everybody else."""
    with Simulator(org, assumptions=Assumptions(inactivation_drops_memberships=True)) as sim:
        expected = org.snapshot()
        expected["users"][BEN] |= {"state": "inactive", "grants": []}
        del expected["queues"][BILLING]["members"][BEN]
        http = Http(sim)
        http.patch(f"/users/{BEN}", {"state": "inactive", "version": 1})
        assert expected == org.snapshot()
        assert http.get(f"/users/{BEN}/queues").ids == [BILLING]
        http.patch(f"/users/{BEN}", {"state": "active", "version": 2})
        assert BEN not in org.queues[BILLING].members


def test_setting_active_again_gives_no_role_back(sim: Simulator, http: Http) -> None:
    """Only those through groups are there, as they always were."""
    http.patch(f"/users/{BEN}", {"state": "inactive", "version": 1})
    http.patch(f"/users/{BEN}", {"state": "active", "version": 2})
    assert sim.org.users[BEN].grants == []
    body = http.get(f"/users/{BEN}", expand="authorization").json
    assert [r["id"] for r in body["authorization"]["roles"]] == [AGENT]


def test_a_stale_version_is_a_conflict(http: Http) -> None:
    """409 `general.conflict` by default."""
    reply = http.patch(f"/users/{ANNA}", {"state": "inactive", "version": 6})
    assert reply.error == (409, "general.conflict")
    assert "does not match the current version" in reply.json["message"]


def test_a_stale_version_may_be_a_bad_request(org: Org) -> None:
    """The other documented form."""
    with Simulator(org, assumptions=Assumptions(stale_version_status=400)) as sim:
        reply = Http(sim).patch(f"/users/{ANNA}", {"state": "inactive", "version": 6})
    assert reply.error == (400, "bad.request")
    assert "does not match the current version" in reply.json["message"]


@pytest.mark.parametrize(
    ("body", "error"),
    [
        ({"state": "inactive"}, (400, "bad.request")),
        ({"state": "inactive", "version": "7"}, (400, "bad.request")),
        ({"state": "inactive", "version": 7, "title": "Gone"}, (400, "bad.request")),
        ({"state": "sleeping", "version": 7}, (400, "invalid.value")),
        ({"title": "Boss", "version": 7}, (400, "simulator.unknown.request")),
        ([], (400, "bad.request")),
        (None, (400, "bad.request")),
    ],
)
def test_a_change_must_be_the_state_alone_with_the_version(
    sim: Simulator, http: Http, body: object, error: tuple[int, str]
) -> None:
    """And changes nothing otherwise."""
    before = sim.org.snapshot()
    assert error == http.patch(f"/users/{ANNA}", body).error
    assert before == sim.org.snapshot()


def test_other_fields_beside_the_state_may_be_dropped(org: Org) -> None:
    """Assumed."""
    with Simulator(org, assumptions=Assumptions(state_with_other_fields="state_only")) as sim:
        body = {"state": "inactive", "version": 7, "name": "Nobody"}
        reply = Http(sim).patch(f"/users/{ANNA}", body)
    assert (reply.json["state"], reply.json["name"]) == ("inactive", "Anna Bauer")


def test_deleting_is_soft_and_answers_200(sim: Simulator, http: Http) -> None:
    """The user is found with `state=deleted` and cannot be changed."""
    assert http.delete(f"/users/{ANNA}").status == 200
    assert sim.org.users[ANNA].state == "deleted"
    assert http.patch(f"/users/{ANNA}", {"state": "active", "version": 8}).status == 404


def test_changing_needs_the_permission_in_the_users_division(sim: Simulator) -> None:
    """Berlin's client changes Felix and nobody else; the bare one nobody at all."""
    berlin, bare = Http(sim, BERLIN_CLIENT), Http(sim, BARE_CLIENT)
    change = {"state": "inactive", "version": 1}
    assert berlin.patch(f"/users/{BEN}", change).error == (403, "not.authorized")
    assert berlin.patch(f"/users/{FELIX}", change).status == 200
    refused = bare.patch(f"/users/{BEN}", change)
    assert refused.error == (403, "missing.permissions")
    assert "directory:user:edit" in refused.json["message"]


def test_reading_users_needs_no_permission_unless_switched_on(org: Org) -> None:
    """With it, a list leaves out what may not be seen and one user is 403."""
    with Simulator(org) as sim:
        assert Http(sim, BARE_CLIENT).get(f"/users/{ANNA}").status == 200
    with Simulator(org, assumptions=Assumptions(user_reads_need_permission=True)) as sim:
        assert Http(sim, BARE_CLIENT).get("/users").error == (403, "missing.permissions")
        berlin = Http(sim, BERLIN_CLIENT)
        assert berlin.get("/users", id=f"{ANNA},{FELIX}").ids == [FELIX]
        assert berlin.get(f"/users/{ANNA}").error == (403, "not.authorized")


def test_a_user_listing_has_totals_and_pages(http: Http) -> None:
    """Four active users in pages of three."""
    first = http.get("/users", pageSize=3)
    assert tuple(first.json[k] for k in ("total", "pageCount", "pageSize")) == (4, 2, 3)
    second = http.call("GET", first.json["nextUri"].removeprefix("/api/v2"))
    assert "nextUri" not in second.json
    assert len({*first.ids, *second.ids}) == 4
    assert BILLING not in first.ids
