"""What is refused before the first writing call, the dry run, and the exit codes of runs."""

import re
from pathlib import Path
from typing import Any

import pytest

from batch_offboard.errors import Action, RefusedError, UsageError
from batch_offboard.genesys import Credentials
from batch_offboard.simulator import ALWAYS, Fault
from tests.rerun.chain import rerun_of
from tests.support import (
    config,
    id_of,
    off,
    org_of,
    people_named,
    run_file,
    run_people,
    simulator,
    write_list,
)

PEOPLE = people_named("P", 6)


def org(**more: Any) -> Any:
    """Six people in two queues."""
    return org_of([*PEOPLE, "Zoe"], {"Billing": PEOPLE, "Chat": [off(PEOPLE[0]), "Zoe"]}, **more)


@pytest.mark.parametrize("dry_run", [False, True])
@pytest.mark.parametrize(
    ("guards", "words"),
    [
        ({"max_rows": 5}, ("6 people", "5", "guards.max_rows")),
        (
            {"max_percent_of_org": 50},
            ("6 of the organisation's 7", "85.7%", "50%", "guards.max_percent_of_org"),
        ),
    ],
    ids=["max_rows", "max_percent_of_org"],
)
def test_a_limit_refuses_the_run_before_anything_is_written(
    tmp_path: Path, guards: dict[str, Any], words: tuple[str, ...], dry_run: bool
) -> None:
    """Exit 4 with number and limit; the same in a dry run."""
    settings = config(guards=guards)
    with simulator(org()) as sim:
        ended = run_people(sim, tmp_path, *PEOPLE, settings=settings, dry_run=dry_run)
    status = "planned" if dry_run else "not_run"
    assert (ended.exit_code, len(sim.writes), set(ended.statuses)) == (4, 0, {status})
    assert [word for word in words if word not in str(ended.outcome.error)] == []


def test_max_rows_can_be_raised_for_one_run(tmp_path: Path) -> None:
    """The option wins over the configuration."""
    with simulator(org()) as sim:
        ended = run_people(
            sim, tmp_path, *PEOPLE, settings=config(guards={"max_rows": 5}), max_rows=6
        )
    assert ended.exit_code == 0


def test_people_who_need_nothing_do_not_count_against_max_rows(tmp_path: Path) -> None:
    """A second run of the same list changes nobody."""
    with simulator(org()) as sim:
        run_people(sim, tmp_path, *PEOPLE)
        writes = len(sim.writes)
        again = run_people(sim, tmp_path, *PEOPLE, settings=config(guards={"max_rows": 1}))
    assert (again.statuses, len(sim.writes)) == (["already_done"] * 6, writes)


def test_an_organisation_that_cannot_be_counted_is_a_refusal(tmp_path: Path) -> None:
    """The share cannot be judged, so nothing is changed."""
    fault = Fault(
        action="status",
        status=403,
        path="/users$",
        where=lambda request: "id" not in request.query,
        times=ALWAYS,
    )
    with simulator(org(), faults=[fault]) as sim:
        settings = config(guards={"max_percent_of_org": 99})
        ended = run_people(sim, tmp_path, *PEOPLE, settings=settings)
    assert (ended.exit_code, len(sim.writes)) == (4, 0)


def test_a_declined_question_changes_nothing(tmp_path: Path) -> None:
    """Exit 4, and the results say that nothing was run."""
    with simulator(org()) as sim:
        ended = run_people(sim, tmp_path, *PEOPLE, ask=lambda plan: False)
    assert (ended.exit_code, len(sim.writes), set(ended.statuses)) == (4, 0, {"not_run"})
    assert {each.retry for each in ended.results} == {True}


@pytest.mark.parametrize("dry_run", [False, True])
def test_a_refused_run_says_to_run_the_list_again(tmp_path: Path, dry_run: bool) -> None:
    """A rerun would be refused for the same reason; rows on hold are corrected in the list."""
    with simulator(org()) as sim:
        listed = (PEOPLE[0], PEOPLE[1], "Nobody")
        settings = config(guards={"max_rows": 1})
        ended = run_people(sim, tmp_path, *listed, settings=settings, dry_run=dry_run)
    actions = [each.next_action for each in ended.results]
    assert (ended.exit_code, [each for each in actions if "rerun" in each or "yes" in each]) == (
        4,
        [],
    )
    assert [each for each in actions if "un the list again" not in each] == []


def test_a_dry_run_says_to_correct_the_list_and_not_its_results(tmp_path: Path) -> None:
    """The run that follows reads the list."""
    with simulator(org()) as sim:
        ended = run_people(sim, tmp_path, PEOPLE[0], "Nobody", dry_run=True)
    planned, unknown = (each.next_action for each in ended.results)
    assert planned.endswith("start the real run.")
    assert unknown.endswith("then run the list again.") or "Then run the list again." in unknown


def test_the_results_of_a_declined_run_can_still_be_rerun(tmp_path: Path) -> None:
    """And a declined rerun says to start that rerun again."""
    with simulator(org()) as sim:
        first = run_people(sim, tmp_path, *PEOPLE[:2], ask=lambda plan: False)
        declined = rerun_of(sim, first.folder, ask=lambda plan: False)
        again = rerun_of(sim, declined.folder)
    assert {each.next_action for each in first.results} == {
        "HR: run the list again. This row was not started."
    }
    assert {each.next_action for each in declined.results} == {
        "HR: start the rerun again. This row was not started."
    }
    assert again.statuses == ["done", "done"]


def test_a_dry_run_reads_and_plans_and_writes_nothing(tmp_path: Path) -> None:
    """Status planned, in a run folder of its own; the same plan as the real run's."""
    plans: list[Any] = []
    listed = write_list(tmp_path / "list.csv", *PEOPLE, more=["nonsense,x"])
    facts = {PEOPLE[5]: {"state": "inactive"}}
    whole = org(facts=facts)
    whole.remove_member(id_of("Billing"), id_of(PEOPLE[5]))
    before = whole.snapshot()
    with simulator(whole) as sim:
        dry = run_file(sim, listed, dry_run=True, ask=lambda plan: not plans.append(plan))
        writes = len(sim.writes)
        real = run_file(sim, listed, ask=lambda plan: not plans.append(plan))
    assert (writes, dry.statuses) == (0, ["planned"] * 5 + ["already_done", "failed"])
    assert (dry.exit_code, real.exit_code) == (3, 3)
    assert plans[0] == plans[1]
    assert dry.folder != real.folder
    assert [each.attempts for each in dry.results] == [0] * 7
    assert [each.verified for each in dry.results] == [False] * 7
    assert before["queues"] != whole.snapshot()["queues"]


def test_the_plan_tells_the_numbers_that_a_person_is_asked_to_agree_to(tmp_path: Path) -> None:
    """People, memberships, queues left empty, memberships through groups, held rows."""
    plans: list[Any] = []
    whole = org_of(
        ["Anna", "Ben", "Zoe"],
        {"Billing": ["Anna", "Ben"], "Chat": ["Anna", "Zoe"], "Claims": []},
        groups={"Night Shift": ["Ben"]},
        through={"Claims": ["Night Shift"]},
        facts={"Ben": {"state": "inactive"}},
    )
    path = write_list(tmp_path / "list.csv", "Anna", "Ben", more=["nonsense,x"])
    with simulator(whole) as sim:
        run_file(sim, path, dry_run=True, ask=lambda plan: not plans.append(plan))
    plan = plans[0]
    assert (
        plan.people,
        plan.to_inactive,
        plan.memberships,
        plan.queues,
        plan.emptied_queues,
        plan.through_groups,
        dict(plan.held),
        plan.roles_kept,
    ) == (2, 1, 3, 2, ("Billing",), 1, {"invalid_user_id": 1}, True)


def test_exit_zero_counts_duplicates_and_rows_not_due_as_fine(tmp_path: Path) -> None:
    """0 when nothing needs a person; 3 as soon as one row does."""
    fine = write_list(tmp_path / "fine.csv", "P001", "P001")
    bad = write_list(tmp_path / "bad.csv", "P002", more=["nonsense,x"])
    with simulator(org()) as sim:
        codes = [run_file(sim, path).exit_code for path in (fine, bad)]
    assert codes == [0, 3]


def test_a_run_folder_that_holds_a_journal_is_refused(tmp_path: Path) -> None:
    """Exit 4 before anything is read."""
    with simulator(org()) as sim:
        first = run_people(sim, tmp_path, PEOPLE[0], run_dir=tmp_path / "mine")
        sent = len(sim.requests)
        with pytest.raises(RefusedError, match="already has"):
            run_people(sim, tmp_path, PEOPLE[1], run_dir=tmp_path / "mine")
    assert first.folder == tmp_path / "mine"
    assert [each.path for each in sim.requests[sent:] if "users" in each.path] == []


def test_a_run_folder_that_cannot_be_written_is_named(tmp_path: Path) -> None:
    """Exit 2 before any call that reads people."""
    (tmp_path / "file").write_text("not a folder")
    with simulator(org()) as sim, pytest.raises(UsageError, match="No run folder") as told:
        run_people(sim, tmp_path, PEOPLE[0], run_dir=tmp_path / "file" / "mine")
    assert told.value.actions == (Action("choose_run_folder"),)
    assert sim.writes == []


def test_two_runs_in_the_same_second_have_folders_of_their_own(tmp_path: Path) -> None:
    """The default folder counts on with -2, -3."""
    with simulator(org()) as sim:
        names = [run_people(sim, tmp_path, each).folder.name for each in PEOPLE[:3]]
    assert len(set(names)) == 3
    assert [name for name in names if not re.fullmatch(r"\d{8}T\d{6}Z-leavers(-\d+)?", name)] == []


def test_wrong_credentials_end_before_a_run_folder_is_made(tmp_path: Path) -> None:
    """Exit 2 with a sentence that says what to check; no folder is left behind."""
    from batch_offboard.commands.order import Options
    from batch_offboard.commands.run_list import RunRequest
    from batch_offboard.commands.settings import list_settings
    from batch_offboard.termination_list import read_termination_list
    from tests.support import Listening, performed

    settings = config()
    path = write_list(tmp_path / "list.csv", PEOPLE[0])
    listed = read_termination_list(path, list_settings(settings))
    with simulator(org()) as sim:
        credentials = Credentials(sim.url, sim.client_id, "wrong")
        request = RunRequest(listed, settings, credentials, Options(working_folder=tmp_path))
        with pytest.raises(UsageError, match="GENESYS_CLIENT_SECRET"):
            performed(request, Listening())
    assert [each.name for each in tmp_path.iterdir()] == ["list.csv"]
