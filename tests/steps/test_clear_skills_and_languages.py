"""Clear skills and languages: proficiency comes back, and skill groups go with the skills."""

from pathlib import Path

from tests.rerun.chain import undo_of
from tests.steps.practice import furnished, steps
from tests.support import id_of, member_queues, run_people, simulator

CLEAR = steps("clear_skills", "clear_languages")
RATED = {
    "skills": {"Anna": {"Chat": 3.5, "VIP": 5}, "Ben": {"Chat": 1}},
    "languages": {"Anna": {"English": 4, "German": 2}},
}
WRITES = {"skills": ("PUT", "/routingskills/bulk"), "languages": ("DELETE", "/routinglanguages/")}


def test_a_skill_given_since_stays_when_the_others_come_back(tmp_path: Path) -> None:
    """The call replaces all skills, so it names that one too."""
    org = furnished(["Anna", "Ben"], **RATED)
    with simulator(org) as sim:
        ended = run_people(sim, tmp_path, "Anna", settings=CLEAR)
        org.users[id_of("Anna")].skills = [
            rating.model_copy(update={"proficiency": 2.0})
            for rating in org.users[id_of("Ben")].skills
        ]
        undone = undo_of(sim, ended.folder, settings=CLEAR)
    levels = {rating.id: rating.proficiency for rating in org.users[id_of("Anna")].skills}
    assert (undone.statuses, levels) == (["done"], {id_of("Chat"): 3.5, id_of("VIP"): 5})


def test_a_skill_group_and_its_queue_end_with_the_skill(tmp_path: Path) -> None:
    """Without the step the queue is left through the group."""
    org = furnished(
        ["Anna", "Ben"],
        {"Premium": []},
        groups={"VIP agents": ["Anna"]},
        group_types={"VIP agents": "SKILLGROUP"},
        through={"Premium": ["VIP agents"]},
        skill_groups={"VIP agents": ["VIP"]},
        **RATED,
    )
    with simulator(org) as sim:
        without = run_people(sim, tmp_path, "Anna", settings=steps("clear_languages"))
        ended = run_people(sim, tmp_path, "Anna", settings=CLEAR)
    assert without.of("Anna").error_code == "group_membership"
    assert (ended.of("Anna").status, ended.of("Anna").queues_removed) == ("done", 1)
    assert member_queues(org, "Anna") == set()


def test_a_language_that_is_gone_already_is_no_failure(tmp_path: Path) -> None:
    """Somebody took it between reading and call: 404, read again, done."""
    org = furnished(["Anna"], languages={"Anna": {"English": 4}})

    def take(request: object) -> None:
        if sim.count("PATCH", id_of("Anna")):
            org.users[id_of("Anna")].languages = []

    with simulator(org, on_request=take) as sim:
        ended = run_people(sim, tmp_path, "Anna", settings=CLEAR)
    assert ended.statuses == ["done"]
