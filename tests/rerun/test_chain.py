"""An undo of an earlier run is known to every later run of its chain, whatever the clocks say."""

from __future__ import annotations

import json
import random
import shutil
from contextlib import AbstractContextManager, suppress
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from batch_offboard.commands.verify import verify_run_folder
from batch_offboard.errors import Action, RefusedError, UsageError
from batch_offboard.genesys import Clock
from batch_offboard.record.events import Event, PhaseStarted
from batch_offboard.simulator import ALWAYS, Fault, Org, Simulator
from tests.prepared import After, after
from tests.rerun.chain import Row, edited, is_offboarded, rerun_of, results_of, undo_of
from tests.support import (
    Ended,
    Listening,
    fast_clock,
    id_of,
    member_queues,
    org_of,
    run_command,
    run_people,
    simulator,
    state_of,
)

ANN, BOB = 2, 3
"""Their rows."""
NO_CLAIMS = Fault(
    action="status",
    status=400,
    code="general.bad.request",
    method="POST",
    path=id_of("Claims"),
    times=ALWAYS,
)


def org() -> Org:
    """Two leavers, one who stays, and a queue for each case."""
    return org_of(
        ["Ann", "Bob", "Zoe"],
        {"Billing": ["Ann", "Zoe"], "Claims": ["Ann", "Zoe"], "Chat": ["Bob", "Zoe"]},
    )


def stopped_clock() -> Clock:
    """A clock on which everything happens at one moment, so that no time can tell the order."""
    return replace(fast_clock(), now=lambda: datetime(2026, 11, 23, 8, tzinfo=UTC))


def run_both(sim: Simulator, folder: Path) -> Ended:
    """The first run: Ann and Bob are done."""
    return run_people(sim, folder, "Ann", "Bob", clock=stopped_clock())


def after_both(folder: Path) -> AbstractContextManager[After]:
    """The organisation after the first run, and that run in this folder."""
    return after(org, run_both, folder)


def rerun_at(sim: Simulator, previous: Path, folder: Path, **options: object) -> Ended:
    """A rerun on the stopped clock; its run folder is made in `folder`."""
    return rerun_of(sim, previous, clock=stopped_clock(), working_folder=folder, **options)


def undo_at(sim: Simulator, run: Path, folder: Path, **options: object) -> Ended:
    """An undo on the stopped clock; its run folder is made in `folder`."""
    return undo_of(sim, run, clock=stopped_clock(), working_folder=folder, **options)


def codes(ended: Ended) -> dict[int, tuple[str, str]]:
    """Status and code by row."""
    return {row.row: (row.status, row.error_code) for row in ended.results}


UNDONE = ("skipped", "undone")
DONE = ("done", "")


# -- what is known


@pytest.mark.parametrize("what", ["folder", "file", "edited file", "copy beside runs"])
@pytest.mark.parametrize("reruns", [0, 1, 2])
def test_whom_an_undo_of_the_first_run_put_back_is_not_called_done(
    tmp_path: Path, what: str, reruns: int
) -> None:
    """Also by a file that a person edited or copied before the undo; nobody is touched."""
    with after_both(tmp_path) as (sim, first):
        last = first
        for _ in range(reruns):
            last = rerun_at(sim, last.folder, tmp_path)
        previous = {
            "folder": last.folder,
            "file": results_of(last),
            "edited file": results_of(last),
            "copy beside runs": tmp_path / "copy.csv",
        }[what]
        if what in ("edited file", "copy beside runs"):
            edited(results_of(last), previous, lambda row: {**row, "remark": "seen"})
        undo_at(sim, first.folder, tmp_path, rows=(ANN,))
        since = len(sim.writes)
        ended = rerun_at(sim, previous, tmp_path)
        assert len(sim.writes) == since
    assert codes(ended) == {ANN: UNDONE, BOB: DONE}
    ann = ended.of("Ann")
    assert (ended.exit_code, ann.retry, ann.http_status, ann.verified) == (3, False, None, False)
    assert ("name row 2 in the rerun" in ann.next_action, ann.attempts) == (True, 1)
    assert [verify_run_folder(each.folder).holds for each in (first, ended)] == [
        what != "edited file" or reruns > 0,
        True,
    ]


def test_blanks_beside_the_run_of_a_moved_file_hide_no_undo(tmp_path: Path) -> None:
    """A spreadsheet or a person has put them there."""
    with after_both(tmp_path) as (sim, first):
        copy = tmp_path / "copy.csv"
        edited(
            results_of(first),
            copy,
            lambda row: {**row, "offboard_run_id": f" {row['offboard_run_id']} "},
        )
        undo_at(sim, first.folder, tmp_path, rows=(ANN,))
        ended = rerun_at(sim, copy, tmp_path)
    assert (codes(ended), ended.warnings) == ({ANN: UNDONE, BOB: DONE}, [])


def test_the_commands_agree_on_who_was_put_back(tmp_path: Path) -> None:
    """On the command line: the rerun needs attention, and the undone run's record is whole."""
    with after_both(tmp_path) as (sim, first):
        second = rerun_at(sim, first.folder, tmp_path)
        undone = run_command(sim, tmp_path, "undo", str(first.folder), "--rows", "2", "--yes")
        ended = run_command(sim, tmp_path, "rerun", str(results_of(second)), "--yes", "--json")
        verified = run_command(None, tmp_path, "report", str(first.folder), "--verify")
    assert (undone.code, ended.code, verified.code) == (0, 3, 0), ended.err
    assert json.loads(ended.out)["exit_code"] == 3


def test_whom_a_rerun_finished_is_not_called_done_once_the_first_run_is_undone(
    tmp_path: Path,
) -> None:
    """The first run set Ann to inactive, the rerun took her out of the last queue."""
    with simulator(org()) as sim:
        sim.add_fault(NO_CLAIMS)
        first = run_both(sim, tmp_path)
        sim.clear_faults()
        second = rerun_at(sim, first.folder, tmp_path)
        undo_at(sim, first.folder, tmp_path, rows=(ANN,))
        assert state_of(sim.org, "Ann") == "active"
        third = rerun_at(sim, second.folder, tmp_path)
    assert [codes(each)[ANN][0] for each in (first, second)] == ["partial", "done"]
    assert codes(third) == {ANN: UNDONE, BOB: DONE}


def test_whom_a_run_of_the_same_id_offboarded_again_is_not_called_undone(tmp_path: Path) -> None:
    """A run's id is the name of its folder; the rerun knew of the undo when it began."""
    a, b, c = (tmp_path / day / "out" for day in "abc")
    with simulator(org()) as sim:
        run_people(sim, tmp_path, "Ann", "Bob", clock=stopped_clock(), run_dir=a)
        undo_at(sim, a, tmp_path, rows=(ANN,))
        rerun_at(sim, a, tmp_path, rows=(ANN,), run_dir=b)
        third = rerun_at(sim, b, tmp_path, run_dir=c)
        undo_at(sim, b, tmp_path, rows=(ANN,))
        last = rerun_at(sim, c, tmp_path)
    assert (codes(third)[ANN], codes(last)[ANN]) == (DONE, UNDONE)


def test_a_run_is_not_taken_for_an_earlier_one_of_the_same_id(tmp_path: Path) -> None:
    """The first run's folder was moved away and its undo cannot be known: that is told."""
    a, b = (tmp_path / day / "out" for day in "ab")
    with simulator(org()) as sim:
        run_people(sim, tmp_path, "Ann", "Bob", clock=stopped_clock(), run_dir=a)
        rerun_at(sim, a, tmp_path, run_dir=b)
        undo_at(sim, a, tmp_path, rows=(ANN,))
        a.rename(tmp_path / "away")
        ended = rerun_at(sim, b, tmp_path)
    assert ended.warnings == ["earlier_run_unread"]


def test_a_dry_run_between_hides_no_undo(tmp_path: Path) -> None:
    """Its row is planned, and would be attempted."""
    with simulator(org()) as sim:
        sim.add_fault(NO_CLAIMS)
        first = run_both(sim, tmp_path)
        sim.clear_faults()
        dry = rerun_at(sim, first.folder, tmp_path, dry_run=True)
        undo_at(sim, first.folder, tmp_path, rows=(ANN,))
        since = len(sim.writes)
        ended = rerun_at(sim, dry.folder, tmp_path)
        assert len(sim.writes) == since
    assert codes(dry)[ANN][0] == "planned"
    assert codes(ended) == {ANN: UNDONE, BOB: DONE}


@pytest.mark.parametrize("how", ["named", "yes"])
def test_a_person_can_have_them_offboarded_after_all(tmp_path: Path, how: str) -> None:
    """Named with --rows, or with yes typed beside the row that says so."""

    def type_yes(row: Row) -> Row:
        return {**row, "offboard_retry": "yes"} if row["offboard_row"] == "2" else row

    with after_both(tmp_path) as (sim, first):
        second = rerun_at(sim, first.folder, tmp_path)
        undo_at(sim, first.folder, tmp_path, rows=(ANN,))
        if how == "named":
            ended = rerun_at(sim, second.folder, tmp_path, rows=(ANN,))
        else:
            told = results_of(rerun_at(sim, second.folder, tmp_path))
            ended = rerun_at(sim, edited(told, told, type_yes), tmp_path)
        assert is_offboarded(sim.org, "Ann")
    assert codes(ended) == {ANN: DONE, BOB: DONE}
    assert (ended.of("Ann").attempts, ended.of("Ann").queues_before) == (2, 2)


def test_the_person_now_meant_by_a_corrected_row_was_not_put_back(tmp_path: Path) -> None:
    """The undo of Ann, whom the row meant in the first run, says nothing of Zoe."""

    def correct(row: Row) -> Row:
        if row["offboard_row"] != "2":
            return row
        return {**row, "user_id": id_of("Zoe"), "name": "Zoe Test"}

    with after_both(tmp_path) as (sim, first):
        path = edited(results_of(first), results_of(first), correct)
        second = rerun_at(sim, path, tmp_path, rows=(ANN,))
        undo_at(sim, first.folder, tmp_path, rows=(ANN,))
        third = rerun_at(sim, second.folder, tmp_path)
    assert codes(second)[ANN] == codes(third)[ANN] == DONE
    assert third.of("Zoe").row == ANN


# -- in which order


def offboarded_again(sim: Simulator, folder: Path) -> tuple[Ended, Ended]:
    """The first run, undone for Ann, and the rerun that did her after all."""
    first = run_both(sim, folder)
    undo_at(sim, first.folder, folder, rows=(ANN,))
    again = rerun_at(sim, first.folder, folder, rows=(ANN,))
    assert is_offboarded(sim.org, "Ann")
    return first, again


@pytest.mark.parametrize("what", ["folder", "copy beside runs"])
def test_whom_a_later_run_did_again_stays_done(tmp_path: Path, what: str) -> None:
    """The undo is older than what the later run did, also for the runs after that."""
    with simulator(org()) as sim:
        _, again = offboarded_again(sim, tmp_path)
        previous = again.folder
        if what != "folder":
            previous = edited(results_of(again), tmp_path / "copy.csv", lambda row: row)
        next_one = rerun_at(sim, previous, tmp_path)
        last = rerun_at(sim, next_one.folder, tmp_path)
    assert [codes(each) for each in (next_one, last)] == [{ANN: DONE, BOB: DONE}] * 2


def test_a_second_undo_of_the_first_run_is_known_too(tmp_path: Path) -> None:
    """It put back whom the rerun had done again."""
    with simulator(org()) as sim:
        first, again = offboarded_again(sim, tmp_path)
        undone = undo_at(sim, first.folder, tmp_path, rows=(ANN,))
        assert state_of(sim.org, "Ann") == "active"
        ended = rerun_at(sim, again.folder, tmp_path)
    assert (undone.statuses, codes(ended)) == (["done"], {ANN: UNDONE, BOB: DONE})
    assert undone.outcome.view.started.run_id in ended.of("Ann").error
    assert verify_run_folder(first.folder).holds is True


def test_a_second_undo_that_was_refused_leaves_the_order_as_it_was(tmp_path: Path) -> None:
    """Nothing was put back by it: the rerun's work stands, and the first undo is still told."""
    path = "users/" + id_of("Ann")
    refusals = [
        Fault(action="status", status=403, method="PATCH", path=path, times=ALWAYS),
        Fault(action="status", status=403, method="POST", path="/members", times=ALWAYS),
    ]
    with simulator(org()) as sim:
        first, again = offboarded_again(sim, tmp_path)
        for fault in refusals:
            sim.add_fault(fault)
        refused = undo_at(sim, first.folder, tmp_path, rows=(ANN,))
        sim.clear_faults()
        ended = rerun_at(sim, again.folder, tmp_path)
    assert (refused.statuses, codes(ended)) == (["failed"], {ANN: DONE, BOB: DONE})
    assert first.file_rows()[0]["offboard_error_code"] == "undone"


@pytest.mark.parametrize("seed", range(12))
def test_in_whatever_order_runs_are_rerun_and_undone_nobody_active_is_called_done(
    tmp_path: Path, seed: int
) -> None:
    """Undos of any run of the chain, reruns of the last, rows named or not, calls refused or not.

    And who is named last of all is done.
    """
    chance = random.Random(seed)
    with after_both(tmp_path) as (sim, first):
        chain = [first]
        for _ in range(7):
            if chance.random() < 0.4:
                sim.add_fault(NO_CLAIMS)
            rows = chance.choice([(), (ANN,), (BOB,), (ANN, BOB)])
            if chance.random() < 0.5:
                with suppress(UsageError):  # that run took nothing of these rows
                    undo_at(sim, chance.choice(chain).folder, tmp_path, rows=rows)
            else:
                chain.append(rerun_at(sim, chain[-1].folder, tmp_path, rows=rows))
            sim.clear_faults()
            seen = rerun_at(sim, chain[-1].folder, tmp_path, dry_run=True)
            assert_true_of(sim, seen)
        assert_true_of(sim, last := rerun_at(sim, chain[-1].folder, tmp_path, rows=(ANN, BOB)))
    assert set(codes(last).values()) <= {DONE, ("already_done", "")}


def assert_true_of(sim: Simulator, ended: Ended) -> None:
    """Whom the results call done cannot be routed a call."""
    for name in ("Ann", "Bob"):
        if ended.of(name).status in ("done", "already_done"):
            assert is_offboarded(sim.org, name), (name, codes(ended))


# -- undos that are cut short


class Killed(BaseException):
    """The process is gone."""


class AtFirstCalls(Listening):
    """Kills the undo when it is about to put the first people back."""

    def event(self, event: Event) -> None:
        """Kill it."""
        super().event(event)
        if isinstance(event, PhaseStarted) and event.phase == "remove_from_queues":
            raise Killed


@pytest.mark.parametrize("again", [False, True])
def test_a_killed_undo_is_known_before_it_sent_anything(tmp_path: Path, again: bool) -> None:
    """Whom it was about to put back is not called done, also where an earlier undo had told."""
    with simulator(org()) as sim:
        if again:
            first, second = offboarded_again(sim, tmp_path)
        else:
            first = run_both(sim, tmp_path)
            second = rerun_at(sim, first.folder, tmp_path)
        since = len(sim.writes)
        with pytest.raises(Killed):
            undo_at(sim, first.folder, tmp_path, rows=(ANN,), listener=AtFirstCalls())
        ended = rerun_at(sim, second.folder, tmp_path)
        assert len(sim.writes) == since
        assert verify_run_folder(first.folder).holds is True
        undone = undo_at(sim, first.folder, tmp_path, rows=(ANN,))
        assert member_queues(sim.org, "Ann") == {"Billing", "Claims"}
    assert codes(ended) == {ANN: UNDONE, BOB: DONE}
    assert undone.statuses == ["done"]


# -- where the folders are


def test_runs_that_were_moved_together_know_each_other(tmp_path: Path) -> None:
    """An earlier run is looked for beside the later one; undo names it where it lies now."""
    with after_both(tmp_path) as (sim, first):
        second = rerun_at(sim, first.folder, tmp_path)
        runs = tmp_path / "archive" / "2026"
        runs.parent.mkdir()
        shutil.move(tmp_path / "runs", runs)
        moved_first, moved_second = (runs / each.folder.name for each in (first, second))
        with pytest.raises(UsageError) as told:
            undo_at(sim, moved_second, tmp_path, rows=(ANN,))
        undo_at(sim, moved_first, tmp_path, rows=(ANN,))
        ended = rerun_at(sim, moved_second, tmp_path)
    assert told.value.actions == (Action("undo_run", moved_first, (2,)),)
    assert (codes(ended), ended.warnings) == ({ANN: UNDONE, BOB: DONE}, [])


def test_another_run_in_the_place_of_the_earlier_one_is_not_taken_for_it(tmp_path: Path) -> None:
    """`--run-dir` was used for it, the folder was deleted, and its name used again."""
    place = tmp_path / "place"
    with simulator(org()) as sim:
        first = run_people(sim, tmp_path, "Ann", "Bob", run_dir=place)
        second = rerun_at(sim, first.folder, tmp_path)
        shutil.rmtree(place)
        other = run_people(sim, tmp_path, "Zoe", run_dir=tmp_path / "other")
        other.folder.rename(place)
        undo_at(sim, place, tmp_path)
        ended = rerun_at(sim, second.folder, tmp_path)
    assert (codes(ended), ended.warnings) == ({ANN: DONE, BOB: DONE}, ["earlier_run_unread"])


@pytest.mark.parametrize("lost", [False, True])
def test_two_runs_of_one_name_are_told_apart(tmp_path: Path, lost: bool) -> None:
    """`--run-dir` may give any: a run is never taken for the one before it."""
    with simulator(org()) as sim:
        first = run_people(sim, tmp_path, "Ann", "Bob", run_dir=tmp_path / "one" / "run")
        second = rerun_at(sim, first.folder, tmp_path, run_dir=tmp_path / "two" / "run")
        third = rerun_at(sim, second.folder, tmp_path)
        undo_at(sim, first.folder, tmp_path, rows=(ANN,))
        if lost:
            shutil.rmtree(first.folder)
        with pytest.raises(UsageError, match="offboard_run_id" if lost else "since put row 2 back"):
            undo_at(sim, second.folder, tmp_path, rows=(ANN,))
        for previous in (second, third):
            ended = rerun_at(sim, previous.folder, tmp_path)
            assert codes(ended) == {ANN: DONE if lost else UNDONE, BOB: DONE}


def test_a_lost_run_is_named_where_finished_rows_rest_on_it(tmp_path: Path) -> None:
    """The rerun goes on all the same; it cannot know of an undo."""
    with simulator(org()) as sim:
        sim.add_fault(NO_CLAIMS)
        first = run_both(sim, tmp_path)
        sim.clear_faults()
        second = rerun_at(sim, first.folder, tmp_path)
        shutil.rmtree(first.folder)
        # A name of its own, as on the stopped clock it would take that of the deleted one.
        third = rerun_at(sim, second.folder, tmp_path, run_dir=tmp_path / "third")
        shutil.rmtree(second.folder)
        fourth = rerun_at(sim, third.folder, tmp_path)
    (warned,) = third.outcome.view.warnings
    assert (warned.code, warned.names) == ("earlier_run_unread", (first.folder.name,))
    assert warned.message.endswith(
        "1 finished row may have been put back by an undo since. Check these people in Genesys."
    )
    (warned,) = fourth.outcome.view.warnings
    assert set(warned.names) == {first.folder.name, second.folder.name}
    assert [each.exit_code for each in (third, fourth)] == [0, 0]


def test_a_changed_journal_of_an_earlier_run_tells_nothing(tmp_path: Path) -> None:
    """It is as good as lost: the rerun goes on and says so, the undo names the run."""
    with after_both(tmp_path) as (sim, first):
        second = rerun_at(sim, first.folder, tmp_path)
        lines = first.outcome.folder.journal.read_bytes().splitlines(keepends=True)
        first.outcome.folder.journal.write_bytes(b"".join([*lines[:5], *lines[6:]]))
        third = rerun_at(sim, second.folder, tmp_path)
        with pytest.raises(UsageError, match="Find the run named in offboard_run_id"):
            undo_at(sim, second.folder, tmp_path, rows=(ANN,))
    assert (third.warnings, third.exit_code) == (["earlier_run_unread"], 0)


def test_a_folder_that_cannot_be_locked_is_read_all_the_same(tmp_path: Path) -> None:
    """As in an archive that is only to be read: nothing can be under way in it."""
    with after_both(tmp_path) as (sim, first):
        second = rerun_at(sim, first.folder, tmp_path)
        undo_at(sim, first.folder, tmp_path, rows=(ANN,))
        lock = first.folder / ".lock"
        lock.unlink(missing_ok=True)
        lock.mkdir()
        ended = rerun_at(sim, second.folder, tmp_path)
    assert (codes(ended), ended.warnings) == ({ANN: UNDONE, BOB: DONE}, [])


def test_a_lost_run_on_which_nothing_rests_is_not_spoken_of(tmp_path: Path) -> None:
    """Everybody was done by the rerun."""
    lost = [
        Fault(action="status", status=400, method="PATCH", path=id_of(name), times=ALWAYS)
        for name in ("Ann", "Bob")
    ]
    with simulator(org()) as sim:
        for fault in lost:
            sim.add_fault(fault)
        first = run_both(sim, tmp_path)
        sim.clear_faults()
        second = rerun_at(sim, first.folder, tmp_path)
        shutil.rmtree(first.folder)
        third = rerun_at(sim, second.folder, tmp_path)
    assert (codes(third), third.warnings) == ({ANN: DONE, BOB: DONE}, [])


def test_the_undo_of_a_first_run_is_known_though_the_run_between_is_lost(tmp_path: Path) -> None:
    """Every rerun names all the runs before it."""
    with after_both(tmp_path) as (sim, first):
        second = rerun_at(sim, first.folder, tmp_path)
        third = rerun_at(sim, second.folder, tmp_path)
        shutil.rmtree(second.folder)
        undo_at(sim, first.folder, tmp_path, rows=(ANN,))
        ended = rerun_at(sim, third.folder, tmp_path)
    assert (codes(ended), ended.warnings) == ({ANN: UNDONE, BOB: DONE}, [])


def test_undo_of_a_rerun_says_what_an_undo_of_the_first_run_has_put_back(tmp_path: Path) -> None:
    """It is no reason to look elsewhere, unless that undo was cut short."""
    with after_both(tmp_path) as (sim, first):
        second = rerun_at(sim, first.folder, tmp_path)
        undo_at(sim, first.folder, tmp_path, rows=(ANN,))
        with pytest.raises(UsageError) as told:
            undo_at(sim, second.folder, tmp_path, rows=(ANN, BOB))
    assert told.value.actions == (
        Action("undo_run", first.folder, (3,)),
        Action("repeat_undo", first.folder, (2,)),
    )
    assert "An undo of an earlier run has since put row 2 back." in str(told.value)


# -- at the same time


def test_no_undo_of_the_first_run_begins_while_a_rerun_of_its_rerun_is_under_way(
    tmp_path: Path,
) -> None:
    """Exit 4, and nothing is told or sent."""
    with after_both(tmp_path) as (sim, first):
        last = rerun_at(sim, rerun_at(sim, first.folder, tmp_path).folder, tmp_path)
        asked: list[bool] = []

        def meanwhile(plan: object) -> bool:
            with pytest.raises(RefusedError, match=first.folder.name):
                undo_at(sim, first.folder, tmp_path)
            asked.append(True)
            return True

        ended = rerun_at(sim, last.folder, tmp_path, ask=meanwhile)
    assert (asked, codes(ended)) == ([True], {ANN: DONE, BOB: DONE})


@pytest.mark.parametrize("command", ["rerun", "undo"])
def test_nothing_later_in_the_chain_begins_while_the_first_run_is_undone(
    tmp_path: Path, command: str
) -> None:
    """Exit 4: a rerun would carry on what is being put back."""
    with after_both(tmp_path) as (sim, first):
        second = rerun_at(sim, first.folder, tmp_path)
        asked: list[bool] = []

        def meanwhile(plan: object) -> bool:
            begin = rerun_at if command == "rerun" else undo_at
            with pytest.raises(RefusedError, match=first.folder.name):
                begin(sim, second.folder, tmp_path)
            asked.append(True)
            return True

        undone = undo_at(sim, first.folder, tmp_path, ask=meanwhile)
    assert (asked, undone.exit_code) == ([True], 0)
