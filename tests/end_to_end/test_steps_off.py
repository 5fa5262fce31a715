"""Steps that the settings leave out: what is called done is so, whoever ends what is left."""

from pathlib import Path
from typing import Any

import pytest

from batch_offboard.errors import ExitCode
from batch_offboard.record.events import PlanShown
from batch_offboard.results.run_verdict import verdict
from tests.rerun.chain import rerun_of, undo_of
from tests.support import (
    Ended,
    Role,
    config,
    id_of,
    member_queues,
    off,
    org_of,
    permissions_without,
    run_command,
    run_people,
    simulator,
    state_of,
    write_list,
)

ONLY_STATE = ["deactivate"]
QUEUES = {"Billing": ["Anna", off("Ben")], "Chat": ["Anna", "Zoe"], "Nights": []}


def org(**facts: Any) -> Any:
    """Anna in two queues, Ben in one that is switched off, Dan in one through a group."""
    people = ["Anna", "Ben", "Cleo", "Dan", "Zoe"]
    groups = {"Night Shift": ["Dan"]}
    return org_of(people, QUEUES, groups=groups, through={"Nights": ["Night Shift"]}, **facts)


def said(ended: Ended) -> list[tuple[object, ...]]:
    """What the results say of each row's queues."""
    return [
        (each.status, each.error_code, each.retry, each.queues_left, each.verified)
        for each in ended.results
    ]


KEPT = [
    ("partial", "queues_kept", True, 2, False),
    ("partial", "queues_kept", True, 1, False),
    ("done", "", False, 0, True),
]


def test_nobody_is_done_who_is_still_in_a_queue(tmp_path: Path) -> None:
    """Without the step that ends memberships: each is named, with the step that is left out."""
    with simulator(org()) as sim:
        settings = config(steps=ONLY_STATE)
        ended = run_people(sim, tmp_path, "Anna", "Ben", "Cleo", settings=settings)
        again = rerun_of(sim, ended.folder, settings=settings)
        shown = [each for each in ended.events if isinstance(each, PlanShown)]
        assert not sim.requests.matching("POST", "/members")
    assert verdict(ended.outcome.view).startswith(
        "1 of 3 people on the list is inactive and in no queue, 2 rows need attention"
    )
    assert said(ended) == said(again) == KEPT
    assert ended.exit_code == again.exit_code == ExitCode.ATTENTION
    anna = ended.of("Anna")
    assert anna.left_because == (
        "Billing: not removed: remove_from_queues is not among the steps; "
        "Chat: not removed: remove_from_queues is not among the steps"
    )
    assert "Ask a Genesys admin to add the step `remove_from_queues` to `steps`" in anna.next_action
    kept = "  remove_from_queues is not among the steps: people stay in their queues (3 memberships"
    assert any(line.startswith(kept) for line in shown[0].lines)


def test_a_rerun_with_the_step_finishes_the_rows(tmp_path: Path) -> None:
    """And its undo puts back what it changed."""
    there = org()
    with simulator(there) as sim:
        ended = run_people(sim, tmp_path, "Anna", "Ben", settings=config(steps=ONLY_STATE))
        again = rerun_of(sim, ended.folder)
        assert said(again) == [("done", "", False, 0, True)] * 2
        assert member_queues(there, "Anna") == set()
        back = undo_of(sim, again.folder)
    assert back.statuses == ["done", "done"]
    assert member_queues(there, "Anna") == {"Billing", "Chat"}


def test_an_undo_of_a_run_without_the_step_restores_the_state_alone(tmp_path: Path) -> None:
    """Nobody has left a queue, so nobody is put back into one."""
    there = org()
    with simulator(there) as sim:
        ended = run_people(sim, tmp_path, "Anna", "Ben", settings=config(steps=ONLY_STATE))
        back = undo_of(sim, ended.folder)
    assert (back.statuses, state_of(there, "Anna")) == (["done", "done"], "active")


@pytest.mark.parametrize("verify", [True, False])
def test_people_who_were_inactive_before_are_not_done_either(tmp_path: Path, verify: bool) -> None:
    """Nothing is sent for them, and they are in queues; no rerun ends one through a group."""
    inactive = {"state": "inactive"}
    with simulator(org(facts={"Ben": inactive, "Dan": inactive})) as sim:
        settings = config(steps=ONLY_STATE, verify=verify)
        ended = run_people(sim, tmp_path, "Ben", "Dan", settings=settings)
        assert list(sim.writes) == []
    assert said(ended) == [KEPT[1], ("partial", "group_membership", False, 1, False)]


def test_whoever_joins_a_queue_during_the_run_is_not_done(tmp_path: Path) -> None:
    """The queues are read after the last change, not only before the first."""
    there = org()

    def meanwhile(_plan: object) -> bool:
        there.add_member(id_of("Billing"), id_of("Cleo"))
        return True

    with simulator(there) as sim:
        settings = config(steps=ONLY_STATE)
        ended = run_people(sim, tmp_path, "Cleo", settings=settings, ask=meanwhile)
    assert said(ended) == [("partial", "queues_kept", True, 1, False)]


def test_no_run_begins_that_could_not_see_the_queues(tmp_path: Path) -> None:
    """What is called done has to be read, so the permission to read it is needed."""
    client = [Role(permissions_without("routing:queue:view"))]
    write_list(tmp_path / "leavers.csv", "Anna")
    (tmp_path / "config.yaml").write_text("steps: [deactivate]\n", "utf-8")
    with simulator(org(client=client)) as sim:
        run = run_command(sim, tmp_path, "run", "leavers.csv", "--yes")
        assert list(sim.writes) == []
        checked = run_command(sim, tmp_path, "check")
    assert (run.code, checked.code) == (2, 2)
    words = "routing:queue:view (for reading who is still in queues)"
    assert f"lacks {words}" in " ".join(run.err.split())
    assert f"MISSING    {words}" in checked.out
