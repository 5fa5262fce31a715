from batch_offboard.simulator import Assumptions, Org, Simulator, generate_org

from .small import (
    ANNA,
    BARE_CLIENT,
    BERLIN_CLIENT,
    BERLIN_SALES,
    BILLING,
    CARLA,
    CLAIMS,
    DAVID,
    EMMA,
    EMPTY_QUEUE,
    FELIX,
    NIGHT_SHIFT,
    NOBODY,
    Http,
)


def test_a_queue_carries_counts_groups_and_division(http: Http) -> None:
    """Ben, who is in twice, counts once."""
    body = http.get(f"/routing/queues/{BILLING}").json
    counts = tuple(body[k] for k in ("memberCount", "userMemberCount", "joinedMemberCount"))
    assert counts == (3, 2, 3)
    assert [(g["id"], g["type"]) for g in body["memberGroups"]] == [(NIGHT_SHIFT, "GROUP")]
    assert body["division"]["name"] == "Home"


def test_the_listing_leaves_out_what_the_client_may_not_see(sim: Simulator, http: Http) -> None:
    """Silently; one queue outside is 403; without the permission the listing is 403."""
    assert http.get("/routing/queues").ids == [BILLING, CLAIMS, BERLIN_SALES, EMPTY_QUEUE]
    berlin = Http(sim, BERLIN_CLIENT)
    assert berlin.get("/routing/queues").ids == [BERLIN_SALES]
    assert berlin.get(f"/routing/queues/{BILLING}").error == (403, "not.authorized")
    assert berlin.get(f"/routing/queues/{BILLING}/members").error == (403, "not.authorized")
    refused = Http(sim, BARE_CLIENT).get("/routing/queues")
    assert refused.error == (403, "missing.permissions")
    assert "routing:queue:view" in refused.json["message"]


def test_the_listing_can_be_filtered(http: Http) -> None:
    """By id."""
    assert http.get("/routing/queues", id=CLAIMS).ids == [CLAIMS]


def test_an_unknown_queue_is_404(http: Http) -> None:
    """As is its member listing."""
    paths = (f"/routing/queues/{NOBODY}", f"/routing/queues/{NOBODY}/members")
    assert [http.get(path).status for path in paths] == [404, 404]


def test_listings_may_hide_inactive_and_deleted_members(org: Org) -> None:
    """Assumed; the counts agree with the listing."""
    hiding = Assumptions(inactive_members_listed=False, deleted_members_listed=False)
    with Simulator(org, assumptions=hiding) as sim:
        http = Http(sim)
        assert http.get(f"/routing/queues/{CLAIMS}/members").ids == [ANNA]
        assert http.get(f"/routing/queues/{CLAIMS}").json["memberCount"] == 1
        assert http.get(f"/users/{DAVID}/queues").ids == []


def test_the_server_may_grant_smaller_pages_than_asked_for() -> None:
    """Whoever trusts the page size misses people."""
    org = generate_org(users=30, queues=1, queues_per_user=1)
    path = f"/routing/queues/{next(iter(org.queues))}/members"
    with Simulator(org, assumptions=Assumptions(page_cap=20)) as sim:
        http = Http(sim)
        first = http.get(path, pageSize=100)
        assert (len(first.ids), first.json["pageSize"]) == (20, 20)
        second = http.get(path, pageSize=100, pageNumber=2)
        assert set(org.users) == {*first.ids, *second.ids}
        assert "nextUri" not in second.json


def test_a_users_queues_are_the_joined_ones_unless_asked_otherwise(http: Http) -> None:
    """So a membership that the agent has switched off is missed."""
    assert http.get(f"/users/{ANNA}/queues").ids == [BILLING, BERLIN_SALES]
    assert http.get(f"/users/{ANNA}/queues", joined=False).ids == [CLAIMS]
    assert http.get(f"/users/{CARLA}/queues").ids == [BILLING]


def test_a_users_queues_come_25_a_page_by_default() -> None:
    """With totals."""
    org = generate_org(users=1, queues=40, queues_per_user=40, unjoined_share=0)
    with Simulator(org) as sim:
        body = Http(sim).get(f"/users/{next(iter(org.users))}/queues").json
    assert 25 == len(body["entities"]) == body["pageSize"]
    assert body["total"] > 25
    assert "nextUri" in body


def test_a_users_queues_leave_out_what_the_client_may_not_see(sim: Simulator) -> None:
    """Berlin's client sees one of three."""
    assert Http(sim, BERLIN_CLIENT).get(f"/users/{ANNA}/queues").ids == [BERLIN_SALES]
    assert Http(sim, BERLIN_CLIENT).get(f"/users/{FELIX}/queues").ids == [BERLIN_SALES]


def test_unknown_and_deleted_users_have_no_queue_listing(http: Http) -> None:
    """404."""
    assert [http.get(f"/users/{i}/queues").status for i in (NOBODY, EMMA)] == [404, 404]
