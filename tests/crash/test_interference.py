"""Ctrl-C, a second process, a full disk, a results file that must not be replaced."""

from __future__ import annotations

import json
import os
import re
import signal
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from batch_offboard.commands.report import rebuild
from batch_offboard.commands.verify import verify_run_folder
from batch_offboard.errors import RefusedError
from batch_offboard.simulator import ALWAYS, Fault, Org, Simulator
from tests.rerun.chain import rerun_of, undo_of
from tests.support import (
    FAST_CONFIG,
    Said,
    config,
    id_of,
    org_of,
    people_named,
    run_command,
    run_people,
    simulator,
    start_command,
    state_of,
    write_list,
)

PEOPLE = people_named("P", 8)
posix_only = pytest.mark.skipif(os.name != "posix", reason="signals and limits as on POSIX")


def org(**more: Any) -> Org:
    """Eight people in a queue, beside one who stays."""
    return org_of([*PEOPLE, "Zoe"], {"Billing": [*PEOPLE, "Zoe"], "Chat": PEOPLE[:2]}, **more)


@pytest.fixture(scope="module")
def undisturbed(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    """The organisation after a run that nothing disturbs."""
    with simulator(org()) as sim:
        run_people(sim, tmp_path_factory.mktemp("undisturbed"), *PEOPLE)
        return sim.org.snapshot()


def wait_until(true: Callable[[], object], seconds: float = 60) -> None:
    """Wait until something is so."""
    end = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < end, "waited in vain"
        time.sleep(0.02)


def run_folder(folder: Path) -> Path:
    """The one run folder."""
    (path,) = (folder / "runs").iterdir()
    return path


# -- Ctrl-C


@posix_only
def test_ctrl_c_twice_ends_at_once_and_a_rerun_ends_the_rest(
    tmp_path: Path, undisturbed: dict[str, Any]
) -> None:
    """Exit 130 without waiting for a call that hangs; what it did is found out by the rerun."""
    said = tmp_path / "said.txt"
    write_list(tmp_path / "leavers.csv", *PEOPLE)
    hang = Fault(action="hang", method="PATCH", path=id_of(PEOPLE[4]), applied=True)
    with Simulator(org(), faults=[hang]) as sim:
        with said.open("w") as stderr:
            process = start_command(sim, tmp_path, "run", "leavers.csv", "--yes", stderr=stderr)
        wait_until(lambda: sim.count("PATCH", id_of(PEOPLE[4])))
        began = time.monotonic()
        process.send_signal(signal.SIGINT)
        wait_until(lambda: "Press Ctrl-C again to stop immediately" in said.read_text("utf-8"))
        folder = run_folder(tmp_path)
        for name in (".results-a1b2c3d4.tmp", ".report-a1b2c3d4.tmp", ".lock-holder"):
            (folder / name).touch()  # as at a moment in which such a file is being written
        process.send_signal(signal.SIGINT)
        process.communicate(timeout=30)
        took_seconds = time.monotonic() - began
        assert (process.returncode, took_seconds < 3) == (130, True)
        assert {each.name for each in folder.iterdir()} <= {".lock", "journal.jsonl", "results.csv"}
        assert said.read_text("utf-8").splitlines()[-2:] == [
            "Stopped immediately. Requests under way may have taken effect. "
            "The next run checks this.",
            f"To rerun the open rows: batch-offboard rerun {folder.relative_to(tmp_path)}",
        ]
        ended = rerun_of(sim, run_folder(tmp_path))
        assert sim.org.snapshot() == undisturbed
    assert set(ended.statuses) == {"done"}


@posix_only
def test_ctrl_c_twice_before_the_run_begins_leaves_nothing(tmp_path: Path) -> None:
    """While the login hangs there is no run yet: no folder, and a plain sentence."""
    write_list(tmp_path / "leavers.csv", *PEOPLE)
    said = tmp_path / "said.txt"
    with Simulator(org(), faults=[Fault(action="hang", path="/oauth/token")]) as sim:
        with said.open("w") as stderr:
            command = ("run", "leavers.csv", "--yes", "--json")
            process = start_command(sim, tmp_path, *command, stderr=stderr)
        wait_until(lambda: sim.count("POST", "/oauth/token"))
        process.send_signal(signal.SIGINT)
        wait_until(lambda: "again to stop immediately" in said.read_text() or process.poll())
        process.send_signal(signal.SIGINT)
        out, _ = process.communicate(timeout=30)
    assert (process.returncode, (tmp_path / "runs").exists()) == (130, False), said.read_text()
    assert json.loads(out or "")["exit_code"] == 130


@posix_only
def test_ctrl_c_in_a_rerun_while_it_waits_keeps_what_was_done(
    tmp_path: Path, undisturbed: dict[str, Any]
) -> None:
    """Exit 130 within seconds, results complete, the journal whole, and a third run ends it."""
    refused = Fault(action="status", status=400, method="POST", path="/members$", times=ALWAYS)
    pause = Fault(
        action="status", status=429, retry_after=150, method="POST", path="/members$", times=ALWAYS
    )
    with Simulator(org(), faults=[refused]) as sim:
        first = run_people(sim, tmp_path, *PEOPLE)
        sim.clear_faults()
        sim.add_fault(pause)
        arguments = ("rerun", str(first.folder), "--yes", "--run-dir", "second")
        process = start_command(sim, tmp_path, *arguments, is_waiting=True)
        wait_until(lambda: sim.count("POST", "/members", 429))
        began = time.monotonic()
        process.send_signal(signal.SIGINT)
        process.communicate(timeout=30)
        assert (process.returncode, time.monotonic() - began < 8) == (130, True)
        sim.clear_faults()
        assert verify_run_folder(tmp_path / "second").holds is True
        ended = rerun_of(sim, tmp_path / "second" / "results.csv")
        assert sim.org.snapshot() == undisturbed
    assert set(first.statuses) == {"partial"}
    assert [row.queues_removed for row in ended.results] == [2, 2, 1, 1, 1, 1, 1, 1]


# -- two processes


def test_a_run_folder_in_use_is_refused_to_everybody_else(tmp_path: Path) -> None:
    """Exit 4 for rerun, undo and report while a run is under way; none of them sends anything."""
    write_list(tmp_path / "leavers.csv", *PEOPLE)
    hold = Fault(action="hang", method="PATCH", path=id_of(PEOPLE[7]))
    with Simulator(org(), faults=[hold]) as sim:
        process = start_command(sim, tmp_path, "run", "leavers.csv", "--yes")
        wait_until(lambda: sim.count("PATCH") == 8)
        folder = run_folder(tmp_path)
        sent = len(sim.requests)
        for refused in (
            lambda: rerun_of(sim, folder),
            lambda: undo_of(sim, folder),
            lambda: rebuild(folder),
        ):
            with pytest.raises(RefusedError, match="Another run is using"):
                refused()
        assert len(sim.requests) == sent
        process.kill()
        process.communicate(timeout=30)
        assert rebuild(folder).results == "results.csv"


# -- the disk


def journaled_calls(folder: Path) -> list[dict[str, Any]]:
    """The calls that the journal says were about to leave, whole lines only."""
    lines = (folder / "journal.jsonl").read_bytes().split(b"\n")[:-1]
    events = [json.loads(line)["event"] for line in lines]
    return [event["call"] for event in events if event["kind"] == "call_started"]


@posix_only
@pytest.mark.parametrize("calls_recorded", [0, 3, 9])
def test_a_full_disk_stops_the_run_before_anything_is_sent_that_is_not_recorded(
    tmp_path: Path, undisturbed: dict[str, Any], calls_recorded: int
) -> None:
    """Exit 5 with a clear message; with room again a rerun of the folder ends it."""
    probe = tmp_path / "probe"
    probe.mkdir()
    with simulator(org()) as sim:
        journal = (run_people(sim, probe, *PEOPLE).folder / "journal.jsonl").read_bytes()
    starts = [found.start() for found in re.finditer(rb'\{"previous[^\n]*"call_started"', journal)]
    room = starts[calls_recorded] + 60
    write_list(tmp_path / "leavers.csv", *PEOPLE)
    (tmp_path / "config.yaml").write_text(FAST_CONFIG.replace("workers: 4", "workers: 1"))
    with Simulator(org()) as sim:
        process = start_command(sim, tmp_path, "run", "leavers.csv", "--yes", file_bytes=room)
        _, err = process.communicate(timeout=60)
        folder = run_folder(tmp_path)
        recorded = journaled_calls(folder)
        assert len(sim.writes) <= len(recorded) <= calls_recorded + 2
        assert (process.returncode, "Traceback" in err) == (5, False), err
        assert ("--run-dir" in err, "cannot be written" in err) == (True, True), err
        assert (
            f"To rerun the open rows: batch-offboard rerun {folder.relative_to(tmp_path)}\n" in err
        )
        ended = rerun_of(sim, folder)
        assert sim.org.snapshot() == undisturbed
    assert set(ended.statuses) == {"done"}


@posix_only
@pytest.mark.parametrize("arguments", [(), ("--dry-run",)], ids=["run", "dry run"])
def test_a_disk_that_is_full_from_the_start_asks_for_the_same_command_again(
    tmp_path: Path, undisturbed: dict[str, Any], arguments: tuple[str, ...]
) -> None:
    """Exit 5; there is nothing to rerun, and what it asks for works once there is room."""
    write_list(tmp_path / "leavers.csv", *PEOPLE)
    command = ("run", "leavers.csv", "--yes", *arguments)
    with Simulator(org()) as sim:
        process = start_command(sim, tmp_path, *command, file_bytes=500)
        _, err = process.communicate(timeout=60)
        assert (process.returncode, "Traceback" in err, len(sim.writes)) == (5, False, 0), err
        assert ("Then: batch-offboard" in err, "rerun" in err) == (True, False), err
        before = sim.org.snapshot()
        assert run_command(sim, tmp_path, *command).code == 0
        assert sim.org.snapshot() == (before if arguments else undisturbed)


@posix_only
def test_a_disk_that_is_full_in_an_undo_asks_for_the_undo_again(tmp_path: Path) -> None:
    """The folder of an undo cannot be rerun."""
    with Simulator(org()) as sim:
        done = run_people(sim, tmp_path, *PEOPLE)
        room = 2000 + (done.folder / "journal.jsonl").stat().st_size
        command = ("undo", str(done.folder), "--yes")
        process = start_command(sim, tmp_path, *command, file_bytes=room)
        _, err = process.communicate(timeout=60)
        assert (process.returncode, "Traceback" in err) == (5, False), err
        assert ("Then: batch-offboard" in err, "rerun" in err) == (True, False), err
        assert run_command(sim, tmp_path, *command).code == 0
        assert {state_of(sim.org, name) for name in PEOPLE} == {"active"}


def test_a_results_file_that_is_not_ours_is_left_alone(tmp_path: Path) -> None:
    """A numbered sibling is written and named, and `report` does not replace it either."""
    mine = tmp_path / "mine"
    mine.mkdir()
    (mine / "results.csv").write_text("my own notes")
    with simulator(org()) as sim:
        ended = run_people(sim, tmp_path, *PEOPLE, run_dir=mine)
    assert ended.outcome.results_name == "results-2.csv"
    assert rebuild(mine).results == "results-2.csv"
    assert (mine / "results.csv").read_text() == "my own notes"
    assert sorted(each.name for each in mine.iterdir() if not each.name.startswith(".")) == [
        "journal.jsonl",
        "report.html",
        "results-2.csv",
        "results.csv",
        "results.xlsx",
    ]


def test_a_results_file_edited_while_the_run_goes_on_is_left_alone(tmp_path: Path) -> None:
    """What the person has typed is not lost; the run's results stand beside it."""
    edits: list[Path] = []

    def edit(request: Any) -> None:
        files = [*tmp_path.glob("runs/*/results.csv")]
        if files and not edits:
            files[0].write_text("typed by a person")
            edits.append(files[0])

    people = people_named("P", 40)
    with simulator(org_of(people), on_request=edit) as sim:
        ended = run_people(
            sim, tmp_path, *people, settings=config(rate={"per_minute": 30, "burst": 1})
        )
    assert len(edits) == 1
    assert edits[0].read_text() == "typed by a person"
    assert ended.outcome.results_name == "results-2.csv"


# -- what must be nowhere


@posix_only
def test_secret_and_tokens_are_nowhere_and_folders_are_their_owners_only(tmp_path: Path) -> None:
    """In no file and no output of run, rerun and undo at --verbose."""
    write_list(tmp_path / "leavers.csv", *PEOPLE, more=["nonsense,x"])
    faults = [
        Fault(action="status", status=401, method="PATCH", path=id_of(PEOPLE[1])),
        Fault(action="status", status=400, method="PATCH", path=id_of(PEOPLE[0]), times=ALWAYS),
    ]
    said: list[Said] = []
    with Simulator(org(), faults=faults) as sim:
        for arguments in (
            ("run", "leavers.csv", "--run-dir", "first"),
            ("rerun", "first", "--run-dir", "second"),
            ("undo", "first", "--run-dir", "third"),
        ):
            said.append(run_command(sim, tmp_path, *arguments, "--yes", "--verbose"))
            sim.clear_faults()
    folders = [tmp_path / name for name in ("first", "second", "third")]
    files = [each for folder in folders for each in folder.rglob("*")]
    texts = [each.read_text("utf-8", errors="replace") for each in files]
    texts += [text for each in said for text in (each.out, each.err)]
    assert [sim.client_secret in text or "Bearer " in text for text in texts] == [False] * len(
        texts
    )
    assert re.findall("practice-[0-9a-f]{64}", "".join(texts)) == []  # what a token looks like
    assert [each.code for each in said] == [3, 3, 0]
    assert {oct(each.stat().st_mode & 0o777) for each in folders} == {"0o700"}
    assert {oct(each.stat().st_mode & 0o777) for each in files} == {"0o600"}
