import pytest

from batch_offboard.simulator import Simulator

from .small import ANNA, BARE_CLIENT, BEN, BERLIN_SALES, CHAT, ENGLISH, NOBODY, VIP, Http


def test_skills_and_languages_are_listed_with_proficiency(http: Http) -> None:
    """That is what undo needs."""
    skills = http.get(f"/users/{ANNA}/routingskills").json
    assert {s["id"]: s["proficiency"] for s in skills["entities"]} == {CHAT: 3, VIP: 5}
    assert skills["total"] == 2
    assert http.get(f"/users/{ANNA}/routinglanguages").ids == [ENGLISH]


def test_put_replaces_all_skills(sim: Simulator, http: Http) -> None:
    """An empty list takes all away."""
    path = f"/users/{ANNA}/routingskills/bulk"
    assert http.call("PUT", path, [{"id": CHAT, "proficiency": 1}]).ids == [CHAT]
    assert http.call("PUT", path, []).status == 200
    assert sim.org.users[ANNA].skills == []


def test_patch_adds_and_changes(sim: Simulator, http: Http) -> None:
    """The others stay."""
    body = [{"id": VIP, "proficiency": 2}]
    assert http.patch(f"/users/{ANNA}/routingskills/bulk", body).status == 200
    assert {s.id: s.proficiency for s in sim.org.users[ANNA].skills} == {CHAT: 3, VIP: 2}
    body = [{"id": ENGLISH, "proficiency": 1}]
    assert http.patch(f"/users/{BEN}/routinglanguages/bulk", body).ids == [ENGLISH]


def test_one_skill_or_language_can_be_taken(sim: Simulator, http: Http) -> None:
    """204, then 404."""
    for path in (f"routingskills/{CHAT}", f"routinglanguages/{ENGLISH}"):
        statuses = [http.delete(f"/users/{ANNA}/{path}").status for _ in range(2)]
        assert statuses == [204, 404]
    assert [s.id for s in sim.org.users[ANNA].skills] == [VIP]


def test_a_lost_skill_ends_the_skill_group_and_its_queue(sim: Simulator, http: Http) -> None:
    """And getting it back brings both back."""
    sim.org.remove_member(BERLIN_SALES, ANNA)
    assert BERLIN_SALES in http.get(f"/users/{ANNA}/queues").ids
    http.delete(f"/users/{ANNA}/routingskills/{VIP}")
    assert BERLIN_SALES not in http.get(f"/users/{ANNA}/queues").ids
    http.patch(f"/users/{ANNA}/routingskills/bulk", [{"id": VIP}])
    assert BERLIN_SALES in http.get(f"/users/{ANNA}/queues").ids


@pytest.mark.parametrize("body", [{}, ["x"], [{"id": "x"}], [{"id": NOBODY}]])
def test_wrong_skills_are_refused(sim: Simulator, http: Http, body: object) -> None:
    """400, and nothing is changed."""
    before = sim.org.snapshot()
    assert http.call("PUT", f"/users/{ANNA}/routingskills/bulk", body).status == 400
    assert before == sim.org.snapshot()


def test_changing_skills_needs_a_permission(sim: Simulator) -> None:
    """Languages accept either of two."""
    bare = Http(sim, BARE_CLIENT)
    skill = bare.delete(f"/users/{ANNA}/routingskills/{CHAT}")
    assert skill.error == (403, "missing.permissions")
    language = bare.delete(f"/users/{ANNA}/routinglanguages/{ENGLISH}")
    assert language.error == (403, "missing.any.permissions")
