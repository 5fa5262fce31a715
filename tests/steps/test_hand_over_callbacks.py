"""Hand callbacks over to their queues, before their owners leave them."""

from pathlib import Path
from typing import Any

import pytest

from batch_offboard.errors import ExitCode
from batch_offboard.simulator import ALWAYS, Assumptions, Fault, Org
from batch_offboard.simulator.models import Conversation
from tests.rerun.chain import rerun_of, undo_of
from tests.steps.practice import steps
from tests.support import Ended, Role, id_of, org_of, permissions_without, run_people, simulator

HAND_OVER = steps("hand_over_callbacks")
UPDATE = "/callbacks/bulk/update"


def waiting(**more: Any) -> Org:
    """Anna has two callbacks in a queue, and one that Genesys shows without a queue if wanted."""
    org = org_of(["Anna", "Ben"], {"Billing": ["Anna", "Ben"]}, **more)
    add(org, "C1", owned=True)
    add(org, "C2", scheduled="2030-01-01T09:00:00.000Z")
    return org


def add(org: Org, name: str, queue: str = "Billing", **facts: Any) -> None:
    """A callback of Anna."""
    queue_id = id_of(queue) if queue else ""
    org.conversations[id_of(name)] = Conversation(
        id=id_of(name), user=id_of("Anna"), queue=queue_id, **facts
    )


def owners(org: Org) -> set[str]:
    """The ids of the users who have callbacks; empty for a queue's."""
    return {each.user for each in org.conversations.values()}


def said(ended: Ended) -> tuple[str, str, str]:
    """What the results say of Anna."""
    anna = ended.of("Anna")
    return anna.status, anna.error_code, anna.left_behind


@pytest.mark.parametrize("owner", ["scored_agent", "participant"])
@pytest.mark.parametrize("reads", [0, 2])
def test_callbacks_become_their_queues_before_the_queue_is_left(
    tmp_path: Path, owner: Any, reads: int
) -> None:
    """One request a person, read back; a second run finds nothing to do."""
    org = waiting()
    lag = [Fault(action="lag", method="POST", path=UPDATE, reads=reads, times=ALWAYS)]
    assumed = Assumptions(callback_owner=owner)
    with simulator(org, assumptions=assumed, faults=lag if reads else []) as sim:
        ended = run_people(sim, tmp_path, "Anna", "Ben", settings=HAND_OVER)
        writes = [each.path for each in sim.writes]
        again = run_people(sim, tmp_path, "Anna", "Ben", settings=HAND_OVER)
    assert (said(ended), owners(org)) == (("done", "", ""), {""})
    assert [path.endswith(UPDATE) for path in writes[2:]] == [True, False]
    assert (again.statuses, len(sim.writes)) == (["already_done"] * 2, len(writes))


def test_the_other_reading_is_seen(tmp_path: Path) -> None:
    """Where a callback without an agent stays its owner's, nobody is called done."""
    org = waiting()
    with simulator(org, assumptions=Assumptions(callback_without_agent="kept")) as sim:
        ended = run_people(sim, tmp_path, "Anna", "Ben", settings=HAND_OVER)
        second = rerun_of(sim, ended.folder, settings=HAND_OVER)
    for each in (ended, second):
        assert said(each) == ("partial", "still_there", "2 callbacks were theirs")
        assert each.of("Anna").left_because.count("callback ") == 2
    assert ended.of("Ben").status == "done"


def test_a_callback_without_a_queue_is_left_and_named(tmp_path: Path) -> None:
    """The others are handed over, and nobody waits for it."""
    org = waiting()
    add(org, "C3", queue="", owned=True)
    with simulator(org) as sim:
        ended = run_people(sim, tmp_path, "Anna", settings=HAND_OVER)
    anna = ended.of("Anna")
    assert said(ended) == ("partial", "still_there", "1 callback was theirs")
    assert anna.left_because == f"callback {id_of('C3')}: Genesys shows no queue for it"


def test_a_callback_that_others_own_too_is_left_and_named(tmp_path: Path) -> None:
    """Nothing is taken from somebody who is not on the list."""
    org = waiting()
    add(org, "C3", owned=True, further_owners=[id_of("Ben")])
    with simulator(org) as sim:
        ended = run_people(sim, tmp_path, "Anna", settings=HAND_OVER)
    why = f"callback {id_of('C3')}: Genesys shows others as its owners too"
    assert (ended.of("Anna").left_because, said(ended)[2]) == (why, "1 callback was theirs")
    assert [org.conversations[id_of(each)].user for each in ("C1", "C3")] == ["", id_of("Anna")]


def test_an_answer_that_counts_errors_is_no_success(tmp_path: Path) -> None:
    """A callback that has ended meanwhile is none that is left."""
    org = waiting()

    def end(request: Any) -> None:
        if request.path.endswith(UPDATE):
            org.change_conversation(id_of("C1"), ended=True)

    with simulator(org, on_request=end) as sim:
        ended = run_people(sim, tmp_path, "Anna", settings=HAND_OVER)
    assert (said(ended), org.conversations[id_of("C2")].user) == (("done", "", ""), "")


@pytest.mark.parametrize("status", [400, 403, 409, 500])
def test_a_refusal_is_named(tmp_path: Path, status: int) -> None:
    """The queue is left all the same: access ends."""
    refused = Fault(action="status", status=status, path=UPDATE, times=ALWAYS)
    org = waiting()
    with simulator(org, faults=[refused]) as sim:
        ended = run_people(sim, tmp_path, "Anna", settings=HAND_OVER)
    anna = ended.of("Anna")
    assert (anna.status, anna.http_status, anna.queues_left) == ("partial", status, 0)
    assert anna.left_because.count("callback ") == 2


def test_what_cannot_be_read_back_is_not_done(tmp_path: Path) -> None:
    """From the write on, the query is refused."""
    org, refused = waiting(), Fault(action="status", status=403, path="/analytics", times=ALWAYS)
    with simulator(org) as sim:

        def refuse(request: Any) -> None:
            if request.path.endswith(UPDATE):
                sim.faults.add(refused)

        sim.app.on_request = refuse
        ended = run_people(sim, tmp_path, "Anna", "Ben", settings=HAND_OVER)
    assert ended.statuses == ["partial", "done"]
    assert "not seen" in ended.of("Anna").left_because


@pytest.mark.parametrize(
    "missing",
    [
        ("conversation:callback:edit",),
        ("analytics:conversationDetail:view", "analytics:agentConversationDetail:view"),
    ],
)
def test_its_permissions_are_asked_for(tmp_path: Path, missing: tuple[str, ...]) -> None:
    """Before anything is changed."""
    org = waiting(client=[Role(permissions_without(*missing))])
    with simulator(org) as sim:
        ended = run_people(sim, tmp_path, "Anna", settings=HAND_OVER)
    assert (ended.exit_code, sim.writes) == (ExitCode.USAGE, [])
    assert f"{' or '.join(missing)} (for hand_over_callbacks)" in str(ended.outcome.error)


def test_an_undo_leaves_callbacks_with_the_queue_and_says_so(tmp_path: Path) -> None:
    """In the plan of the run, and in that of the undo."""
    org = waiting()
    with simulator(org) as sim:
        ended = run_people(sim, tmp_path, "Anna", settings=HAND_OVER)
        undone = undo_of(sim, ended.folder, settings=HAND_OVER)
    assert (undone.statuses, owners(org)) == (["done"], {""})
    for run, words in ((ended, "An undo cannot put this back:"), (undone, "Cannot be put back:")):
        (plan,) = [each for each in run.events if each.kind == "plan_shown"]
        assert any(f"{words} callbacks" in line.strip() for line in plan.lines)


def test_it_works_without_looking_for_work_otherwise(tmp_path: Path) -> None:
    """`leftovers` may be empty."""
    org = waiting()
    with simulator(org) as sim:
        settings = steps("hand_over_callbacks", leftovers=[])
        ended = run_people(sim, tmp_path, "Anna", settings=settings)
    assert (ended.statuses, owners(org)) == (["done"], {""})
