from collections.abc import Callable
from typing import Any, Literal

import pytest

from batch_offboard.simulator import Assumptions, Org, Simulator, generate_org
from batch_offboard.simulator.models import Member

from .small import (
    ANNA,
    BARE_CLIENT,
    BEN,
    BERLIN_CLIENT,
    BERLIN_SALES,
    BILLING,
    CARLA,
    CLAIMS,
    DAVID,
    EMMA,
    EMPTY_QUEUE,
    FELIX,
    NOBODY,
    Http,
    guid,
)


def members(*user_ids: str) -> list[dict[str, str]]:
    """The body of a bulk call."""
    return [{"id": user_id} for user_id in user_ids]


def bulk(http: Http, queue_id: str, *user_ids: str, delete: bool = True) -> Any:
    """A bulk removal or addition."""
    return http.post(f"/routing/queues/{queue_id}/members", members(*user_ids), delete=delete)


def test_delete_true_removes_and_touches_nobody_else(sim: Simulator, http: Http) -> None:
    """204 without a body."""
    expected = sim.org.snapshot()
    del expected["queues"][BILLING]["members"][ANNA]
    reply = bulk(http, BILLING, ANNA)
    assert (reply.status, reply.data) == (204, b"")
    assert expected == sim.org.snapshot()


@pytest.mark.parametrize("query", [{}, {"delete": False}])
def test_without_delete_true_the_same_call_adds(
    sim: Simulator, http: Http, query: dict[str, bool]
) -> None:
    """The trap."""
    http.post(f"/routing/queues/{EMPTY_QUEUE}/members", members(ANNA, BEN), **query)
    added = sim.org.queues[EMPTY_QUEUE].members.values()
    assert [(m.id, m.joined, m.ring_number) for m in added] == [(ANNA, True, 1), (BEN, True, 1)]


def test_removing_a_member_who_is_one_through_a_group_too_leaves_that(
    sim: Simulator, http: Http
) -> None:
    """Only the membership by user ends; Carla's, through the group, does not."""
    assert bulk(http, BILLING, BEN, CARLA).status == 204
    found = http.get(f"/routing/queues/{BILLING}/members").json["entities"]
    expected = [(ANNA, "user"), (BEN, "group"), (CARLA, "group")]
    assert expected == [(m["id"], m["memberBy"]) for m in found]


def test_at_most_a_hundred_a_call(http: Http) -> None:
    """101 are refused as a whole."""
    ids = [guid(n) for n in range(101)]
    assert bulk(http, BILLING, *ids).error == (400, "bad.request")
    assert bulk(http, BILLING, *ids[:100]).status == 204


@pytest.mark.parametrize("body", [None, {}, [], ["x"], [{"name": "x"}], [{"id": "no guid"}]])
def test_a_malformed_body_is_refused(http: Http, body: object) -> None:
    """400, never an empty success."""
    assert http.post(f"/routing/queues/{BILLING}/members", body, delete=True).status == 400


_STRANGER = (BILLING, NOBODY)
_INACTIVE = (CLAIMS, DAVID)
_DELETED = (CLAIMS, EMMA)


@pytest.mark.parametrize(
    ("assumption", "queue_and_user", "status", "gone"),
    [
        ({}, _STRANGER, 204, True),
        ({"bulk_remove_stranger": "refused"}, _STRANGER, 400, False),
        ({}, _INACTIVE, 204, True),
        ({"bulk_remove_inactive": "ignored"}, _INACTIVE, 204, False),
        ({"bulk_remove_inactive": "refused"}, _INACTIVE, 400, False),
        ({}, _DELETED, 204, True),
        ({"bulk_remove_deleted": "ignored"}, _DELETED, 204, False),
        ({"bulk_remove_deleted": "refused"}, _DELETED, 400, False),
    ],
)
def test_what_happens_to_an_unfit_member_is_switchable(
    org: Org, assumption: dict[str, Any], queue_and_user: tuple[str, str], status: int, gone: bool
) -> None:
    """Removed, silently left, or the whole call refused, Anna's part of it too."""
    queue_id, user_id = queue_and_user
    with Simulator(org, assumptions=Assumptions(**assumption)) as sim:
        assert status == bulk(Http(sim), queue_id, ANNA, user_id).status
        left = sim.org.queues[queue_id].members
        assert (status == 400) == (ANNA in left)
        assert gone == (user_id not in left) or user_id == NOBODY


def test_adding_an_inactive_user_is_switchable(org: Org) -> None:
    """And a deleted one cannot be added at all."""
    for unfit, status, inside in (("accepted", 204, 1), ("ignored", 204, 0), ("refused", 400, 0)):
        org.remove_member(EMPTY_QUEUE, DAVID)
        assumptions = Assumptions(bulk_add_inactive=unfit)  # type: ignore[arg-type]
        with Simulator(org, assumptions=assumptions) as sim:
            http = Http(sim)
            assert status == bulk(http, EMPTY_QUEUE, DAVID, delete=False).status
            assert inside == len(org.queues[EMPTY_QUEUE].members)
            assert bulk(http, EMPTY_QUEUE, EMMA, delete=False).status == 400


def test_one_member_can_be_removed(sim: Simulator, http: Http) -> None:
    """204, then 404, as for one who is there through a group only."""
    path = f"/routing/queues/{BILLING}/members"
    assert http.delete(f"{path}/{ANNA}").status == 204
    assert ANNA not in sim.org.queues[BILLING].members
    assert [http.delete(f"{path}/{i}").status for i in (ANNA, CARLA)] == [404, 404]


def test_removing_a_stranger_may_be_204(org: Org) -> None:
    """Assumed."""
    with Simulator(org, assumptions=Assumptions(single_remove_stranger_status=204)) as sim:
        assert Http(sim).delete(f"/routing/queues/{BILLING}/members/{NOBODY}").status == 204


def one_by_one(http: Http) -> Any:
    """Removal of Anna alone."""
    return http.delete(f"/routing/queues/{BILLING}/members/{ANNA}")


def both(http: Http) -> Any:
    """Removal of Anna and Ben."""
    return bulk(http, BILLING, ANNA, BEN)


@pytest.mark.parametrize("remove", [one_by_one, both])
def test_an_agent_in_wrap_up_meets_409_until_it_is_over(
    sim: Simulator, http: Http, remove: Callable[[Http], Any]
) -> None:
    """After so many attempts; a bulk removal is refused as a whole."""
    sim.org.users[ANNA].wrap_up_attempts = 2
    assert [remove(http).status for _ in range(2)] == [409, 409]
    assert {ANNA, BEN} == set(sim.org.queues[BILLING].members)
    assert remove(http).status == 204
    assert ANNA not in sim.org.queues[BILLING].members


def test_an_agent_in_wrap_up_may_silently_stay(org: Org) -> None:
    """Assumed: only reading back tells."""
    org.users[ANNA].wrap_up_attempts = 1
    with Simulator(org, assumptions=Assumptions(wrap_up_in_bulk="ignored")) as sim:
        assert both(Http(sim)).status == 204
    assert list(org.queues[BILLING].members) == [ANNA]


def test_members_can_be_unjoined_in_bulk_and_one_by_one(sim: Simulator, http: Http) -> None:
    """202; nobody is removed, and the ring numbers stay."""
    path = f"/routing/queues/{BILLING}/members"
    assert http.patch(path, [{"id": ANNA, "joined": False}]).status == 202
    assert http.patch(f"{path}/{BEN}", {"joined": False}).status == 202
    found = {m.id: (m.joined, m.ring_number) for m in sim.org.queues[BILLING].members.values()}
    assert found == {ANNA: (False, 1), BEN: (False, 2)}


@pytest.mark.parametrize(("takes_it", "ring"), [(True, 3), (False, 1)])
def test_whether_a_bulk_change_takes_ring_numbers_is_assumed(
    org: Org, takes_it: bool, ring: int
) -> None:
    """Joined it takes in either case, and it answers the same."""
    assumptions = Assumptions(bulk_member_patch_takes_ring_number=takes_it)
    with Simulator(org, assumptions=assumptions) as sim:
        body = [{"id": ANNA, "joined": False, "ringNumber": 3}]
        assert Http(sim).patch(f"/routing/queues/{BILLING}/members", body).status == 202
    assert org.queues[BILLING].members[ANNA] == Member(id=ANNA, joined=False, ring_number=ring)


def test_one_members_ring_number_or_joined_is_changed_but_not_both(
    sim: Simulator, http: Http
) -> None:
    """400 for both, and nothing is changed; 404 for who is no member."""
    path = f"/routing/queues/{BILLING}/members"
    assert http.patch(f"{path}/{ANNA}", {"joined": False, "ringNumber": 4}).status == 400
    assert sim.org.queues[BILLING].members[ANNA] == Member(id=ANNA)
    for body in ({"joined": False, "ringNumber": None}, {"ringNumber": 4}):
        assert http.patch(f"{path}/{ANNA}", body).status == 202
    assert sim.org.queues[BILLING].members[ANNA] == Member(id=ANNA, joined=False, ring_number=4)
    assert http.patch(f"{path}/{NOBODY}", {"joined": True}).status == 404


def test_who_is_no_member_is_disregarded_in_a_bulk_change(org: Org) -> None:
    """The others are changed; that the whole call is refused can be switched on."""
    body = [{"id": NOBODY, "joined": False}, {"id": ANNA, "joined": False}]
    for stranger, status, joined in ((404, 404, True), ("ignored", 202, False)):
        assumptions = Assumptions(bulk_join_stranger=stranger)  # type: ignore[arg-type]
        with Simulator(org, assumptions=assumptions) as sim:
            assert status == Http(sim).patch(f"/routing/queues/{BILLING}/members", body).status
        assert joined == org.queues[BILLING].members[ANNA].joined


@pytest.mark.parametrize("path", ["", f"/{DAVID}"])
def test_joining_an_inactive_member_is_switchable(org: Org, path: str) -> None:
    """In bulk and alone: not done, refused, done."""
    body: Any = {"joined": False} if path else [{"id": DAVID, "joined": False}]
    for unfit, status, joined in (("ignored", 202, True), ("refused", 400, True)):
        assumptions = Assumptions(join_inactive=unfit)  # type: ignore[arg-type]
        with Simulator(org, assumptions=assumptions) as sim:
            reply = Http(sim).patch(f"/routing/queues/{CLAIMS}/members{path}", body)
        assert (status, joined) == (reply.status, org.queues[CLAIMS].members[DAVID].joined)
    with Simulator(org) as sim:
        assert Http(sim).patch(f"/routing/queues/{CLAIMS}/members{path}", body).status == 202
    assert not org.queues[CLAIMS].members[DAVID].joined


@pytest.mark.parametrize(
    ("entry", "status"),
    [
        ({"id": "no guid", "joined": True}, 400),
        ({"id": ANNA, "ringNumber": 7}, 400),
        ({"id": ANNA, "joined": "yes"}, 400),
    ],
)
def test_a_wrong_joining_changes_nothing(
    sim: Simulator, http: Http, entry: dict[str, Any], status: int
) -> None:
    """Also for those before it in the same call."""
    before = sim.org.snapshot()
    body = [{"id": BEN, "joined": False}, entry]
    assert status == http.patch(f"/routing/queues/{BILLING}/members", body).status
    assert before == sim.org.snapshot()


def test_changing_needs_any_of_two_permissions_in_the_queues_division(sim: Simulator) -> None:
    """`routing:queue:edit` or `routing:queueMember:manage`."""
    refused = bulk(Http(sim, BARE_CLIENT), BILLING, ANNA)
    assert refused.error == (403, "missing.any.permissions")
    assert "routing:queue:edit, routing:queueMember:manage" in refused.json["message"]
    berlin = Http(sim, BERLIN_CLIENT)
    assert bulk(berlin, BILLING, ANNA).error == (403, "not.authorized")
    assert bulk(berlin, BERLIN_SALES, FELIX).status == 204


def test_an_id_of_dots_hits_no_queue(sim: Simulator, http: Http) -> None:
    """The queue itself cannot be deleted by accident here: it is a loud error."""
    before = sim.org.snapshot()
    reply = http.delete(f"/routing/queues/{BILLING}")
    assert reply.error == (405, "simulator.unknown.request")
    assert http.delete(f"/routing/queues/{BILLING}/").status == 404
    assert before == sim.org.snapshot()


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ({}, [(ANNA, "user"), (BEN, "user"), (BEN, "group"), (CARLA, "group")]),
        ({"memberBy": "user"}, [(ANNA, "user"), (BEN, "user")]),
        ({"memberBy": "group"}, [(BEN, "group"), (CARLA, "group")]),
        ({"joined": False}, []),
        ({"name": "ann"}, [(ANNA, "user")]),
        ({"name": "nobody"}, []),
    ],
)
def test_members_tell_how_they_came_to_be(
    http: Http, query: dict[str, str], expected: list[tuple[str, str]]
) -> None:
    """By user or by group."""
    found = http.get(f"/routing/queues/{BILLING}/members", **query).json["entities"]
    assert expected == [(m["id"], m["memberBy"]) for m in found]


@pytest.mark.parametrize(("filtered", "status", "count"), [("ignored", 200, 4), (400, 400, 0)])
def test_what_a_members_name_filters_is_assumed(
    org: Org, filtered: Literal["ignored", 400], status: int, count: int
) -> None:
    """By default those whose name contains it."""
    with Simulator(org, assumptions=Assumptions(member_name_filter=filtered)) as sim:
        answer = Http(sim).get(f"/routing/queues/{BILLING}/members", name="ann")
    assert (answer.status, len(answer.json.get("entities", []))) == (status, count)


@pytest.mark.parametrize("shown", ["user", "group"])
def test_a_double_membership_may_be_listed_once(org: Org, shown: str) -> None:
    """Assumed; the filters still show both."""
    assumptions = Assumptions(double_membership_listed=shown)  # type: ignore[arg-type]
    with Simulator(org, assumptions=assumptions) as sim:
        http = Http(sim)
        found = http.get(f"/routing/queues/{BILLING}/members").json["entities"]
        assert [shown] == [m["memberBy"] for m in found if m["id"] == BEN]
        for by in ("user", "group"):
            assert BEN in http.get(f"/routing/queues/{BILLING}/members", memberBy=by).ids


def test_members_show_joined_ring_number_and_everyone_inactive(http: Http) -> None:
    """Those who are inactive or deleted are listed still."""
    found = http.get(f"/routing/queues/{CLAIMS}/members").json["entities"]
    assert [(m["id"], m["joined"]) for m in found] == [(ANNA, False), (DAVID, True), (EMMA, True)]
    assert http.get(f"/routing/queues/{CLAIMS}/members", joined=False).ids == [ANNA]
    billing = http.get(f"/routing/queues/{BILLING}/members").json["entities"]
    assert [m["ringNumber"] for m in billing[:2]] == [1, 2]


def test_member_pages_end_when_next_uri_is_gone() -> None:
    """There are no totals; more than 100 a page is refused."""
    org = generate_org(users=230, queues=1, queues_per_user=1, groups=0)
    queue_id = next(iter(org.queues))
    with Simulator(org) as sim:
        http = Http(sim)
        path: str | None = f"/routing/queues/{queue_id}/members?pageSize=100"
        seen: list[str] = []
        sizes = []
        while path:
            reply = http.call("GET", path)
            assert not {"total", "pageCount", "lastUri"} & set(reply.json)
            seen += reply.ids
            sizes.append(len(reply.ids))
            path = reply.json.get("nextUri", "").removeprefix("/api/v2")
        assert sizes == [100, 100, 30]
        assert set(org.users) == set(seen)
        too_many = http.get(f"/routing/queues/{queue_id}/members", pageSize=101)
        assert too_many.error == (400, "invalid.value")
