"""Clear skills and languages: proficiency comes back, and skill groups go with the skills."""

from pathlib import Path

import pytest

from batch_offboard.simulator import ALWAYS, Fault
from tests.rerun.chain import undo_of
from tests.steps.practice import furnished, steps
from tests.support import id_of, member_queues, run_people, simulator

CLEAR = steps("clear_skills", "clear_languages")
RATED = {
    "skills": {"Anna": {"Chat": 3.5, "VIP": 5}, "Ben": {"Chat": 1}},
    "languages": {"Anna": {"English": 4, "German": 2}},
}
WRITES = {"skills": ("PUT", "/routingskills/bulk"), "languages": ("DELETE", "/routinglanguages/")}


@pytest.mark.parametrize("reads", [0, 2])
def test_they_are_cleared_and_come_back_with_proficiency(tmp_path: Path, reads: int) -> None:
    """One call for all skills, one for each language; undo is the identity."""
    org = furnished(["Anna", "Ben", "Carl"], **RATED)
    before = org.snapshot()
    lag = [
        Fault(action="lag", method=method, path=path, reads=reads, times=ALWAYS)
        for method, path in WRITES.values()
        if reads
    ]
    with simulator(org, faults=lag) as sim:
        ended = run_people(sim, tmp_path, "Anna", "Ben", "Carl", settings=CLEAR)
        anna = org.users[id_of("Anna")]
        held = [*anna.skills, *anna.languages]
        counts = [sim.count(*write) for write in WRITES.values()]
        undone = undo_of(sim, ended.folder, settings=CLEAR)
    assert (set(ended.statuses), held, counts) == ({"done"}, [], [2, 2])
    assert set(undone.statuses) == {"done"}
    assert _rated(org.snapshot()) == _rated(before)


def _rated(snapshot: dict[str, object]) -> str:
    """The users of a snapshot, ratings in no order."""
    users = snapshot["users"]
    return str(sorted((key, sorted(str(user))) for key, user in users.items()))  # type: ignore[attr-defined]


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


@pytest.mark.parametrize("kind", ["skills", "languages"])
@pytest.mark.parametrize("status", [403, 404, 409])
def test_a_refusal_concerns_one_person(tmp_path: Path, kind: str, status: int) -> None:
    """Each skill or language that is left is named."""
    org = furnished(["Anna", "Ben"], **RATED)
    method, path = WRITES[kind]
    refused = Fault(
        action="status", status=status, method=method, path=f"{id_of('Anna')}{path}", times=ALWAYS
    )
    with simulator(org, faults=[refused]) as sim:
        ended = run_people(sim, tmp_path, "Anna", "Ben", settings=CLEAR)
    anna, word = ended.of("Anna"), kind.removesuffix("s")
    assert (anna.status, anna.http_status, anna.retry) == ("partial", status, True)
    assert anna.left_because.count(f"{word} ") == 2
    assert ended.of("Ben").status == "done"


def test_a_language_that_is_gone_already_is_no_failure(tmp_path: Path) -> None:
    """Somebody took it between reading and call: 404, read again, done."""
    org = furnished(["Anna"], languages={"Anna": {"English": 4}})

    def take(request: object) -> None:
        if sim.count("PATCH", id_of("Anna")):
            org.users[id_of("Anna")].languages = []

    with simulator(org, on_request=take) as sim:
        ended = run_people(sim, tmp_path, "Anna", settings=CLEAR)
    assert ended.statuses == ["done"]
