"""`batch-offboard run` as a person or a script starts it: a process, its output, its exit code."""

import csv
import json
import os
import re
import select
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from batch_offboard.record.events import CallStarted
from batch_offboard.record.journal_lines import read_journal
from batch_offboard.simulator import ALWAYS, Fault, Simulator
from tests.in_process import give_command
from tests.support import (
    FAST_CONFIG,
    environment,
    id_of,
    org_of,
    people_named,
    run_command,
    simulator,
    start_command,
    state_of,
    write_list,
)
from tests.virtual_time import TIME

PEOPLE = people_named("P", 3)
posix_only = pytest.mark.skipif(os.name != "posix", reason="signals and terminals as on POSIX")


def org(**more: Any) -> Any:
    """Three people in a queue."""
    return org_of([*PEOPLE, "Zoe"], {"Billing": [*PEOPLE, "Zoe"]}, **more)


def results(folder: Path) -> list[dict[str, str]]:
    """The rows of the one results.csv under `folder`."""
    (path,) = folder.glob("runs/*/results.csv")
    with path.open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))


def wait_until(true: Callable[[], object], seconds: float = 30) -> None:
    """Wait until something is so."""
    end = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < end, "waited in vain"
        time.sleep(0.02)


def test_a_run_goes_by_the_clock_it_is_given(tmp_path: Path) -> None:
    """When it began, and how long Genesys may take to list what was removed."""
    clock = TIME.clock(start=datetime(2031, 5, 4, tzinfo=UTC))
    write_list(tmp_path / "leavers.csv", *PEOPLE)
    (tmp_path / "config.yaml").write_text(FAST_CONFIG, "utf-8")
    before = clock.monotonic()
    with simulator(org()) as sim:
        arguments = ("run", "leavers.csv", "--yes")
        said = give_command(environment(sim), tmp_path, *arguments, clock=clock)
    assert (said.code, clock.monotonic() - before > 3) == (0, True)
    assert {row["offboard_started_at"][:7] for row in results(tmp_path)} == {"2031-05"}


def test_a_run_to_its_end(tmp_path: Path) -> None:
    """Exit 0; summary on stdout, everything else on stderr; no secret anywhere."""
    write_list(tmp_path / "leavers.csv", *PEOPLE)
    with Simulator(org()) as sim:
        said = run_command(sim, tmp_path, "run", "leavers.csv", "--yes", "--verbose")
    assert (said.code, [row["offboard_status"] for row in results(tmp_path)]) == (0, ["done"] * 3)
    assert "results.csv" in said.out
    assert "3 people will be set to inactive" in said.err
    assert [each for each in (said.out, said.err) if sim.client_secret in each] == []
    assert re.findall("practice-[0-9a-f]{64}|Bearer|Basic ", said.out + said.err) == []


def test_a_summary_as_json(tmp_path: Path) -> None:
    """With `--json` stdout is one JSON object; rows that need attention are exit 3."""
    write_list(tmp_path / "leavers.csv", PEOPLE[0], more=["nonsense,x"])
    with Simulator(org()) as sim:
        said = run_command(sim, tmp_path, "run", "leavers.csv", "--yes", "--json", "--quiet")
    summary = json.loads(said.out)
    assert (said.code, summary["exit_code"]) == (3, 3)


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (None, "leavers.csv"),
        ("", "empty"),
        ("user_id,name\n", "rows"),
        ("colour,size\nred,4\n", "colour"),
    ],
    ids=["missing", "empty", "no rows", "no id column"],
)
def test_a_list_that_cannot_be_used(tmp_path: Path, content: str | None, words: str) -> None:
    """Exit 2 with a plain sentence, before anything is asked of Genesys."""
    if content is not None:
        (tmp_path / "leavers.csv").write_text(content, "utf-8")
    said = run_command(None, tmp_path, "run", "leavers.csv", "--yes")
    assert (said.code, "Traceback" in said.err, words in said.err) == (2, False, True)


def test_a_folder_instead_of_a_list(tmp_path: Path) -> None:
    """Exit 2."""
    (tmp_path / "leavers").mkdir()
    said = run_command(None, tmp_path, "run", "leavers", "--yes")
    assert (said.code, "folder" in said.err) == (2, True)


def test_one_list_a_run(tmp_path: Path) -> None:
    """More than one is a usage error."""
    said = run_command(None, tmp_path, "run", "one.csv", "two.csv", "--yes")
    assert said.code == 2


def test_an_unknown_key_in_the_configuration(tmp_path: Path) -> None:
    """Exit 2, naming the key and the nearest known one."""
    (tmp_path / "config.yaml").write_text("rate: {per_minite: 10}\n", "utf-8")
    write_list(tmp_path / "leavers.csv", *PEOPLE)
    said = run_command(None, tmp_path, "run", "leavers.csv", "--yes")
    assert (said.code, "per_minite" in said.err, "per_minute" in said.err) == (2, True, True)


def test_missing_credentials(tmp_path: Path) -> None:
    """Exit 2, naming the variables."""
    write_list(tmp_path / "leavers.csv", *PEOPLE)
    said = run_command(None, tmp_path, "run", "leavers.csv", "--yes")
    assert (said.code, "GENESYS_CLIENT_SECRET" in said.err) == (2, True)


def test_nothing_is_sent_in_the_clear_to_any_other_machine(tmp_path: Path) -> None:
    """Plain http beyond loopback is exit 2 before a secret is sent."""
    write_list(tmp_path / "leavers.csv", *PEOPLE)
    (tmp_path / ".env").write_text(
        "GENESYS_DOMAIN=http://192.0.2.1:80\nGENESYS_CLIENT_ID=a\nGENESYS_CLIENT_SECRET=b\n",
        "utf-8",
    )
    said = run_command(None, tmp_path, "run", "leavers.csv", "--yes")
    assert (said.code, [*tmp_path.glob("runs")]) == (2, [])


def test_without_a_terminal_and_without_yes_nothing_is_done(tmp_path: Path) -> None:
    """Exit 4 before anything is asked of Genesys."""
    write_list(tmp_path / "leavers.csv", *PEOPLE)
    with Simulator(org()) as sim:
        said = run_command(sim, tmp_path, "run", "leavers.csv")
    assert (said.code, len(sim.writes), "--yes" in said.err) == (4, 0, True)


def test_a_dry_run_needs_no_terminal(tmp_path: Path) -> None:
    """Exit 0, status planned, not one writing request."""
    write_list(tmp_path / "leavers.csv", *PEOPLE)
    with Simulator(org()) as sim:
        said = run_command(sim, tmp_path, "run", "leavers.csv", "--dry-run")
    assert (said.code, len(sim.writes)) == (0, 0)
    assert [row["offboard_status"] for row in results(tmp_path)] == ["planned"] * 3
    assert said.out.splitlines()[-1] == "To make these changes: batch-offboard run leavers.csv"


def test_a_guard_that_refuses_has_the_last_word(tmp_path: Path) -> None:
    """No tally of rows that were not reached, and no rerun that would be refused again."""
    write_list(tmp_path / "leavers.csv", *PEOPLE)
    with Simulator(org()) as sim:
        said = run_command(sim, tmp_path, "run", "leavers.csv", "--yes", "--max-rows", "2")
    assert (said.code, said.out) == (4, "")
    assert said.err.splitlines()[-2:] == [
        "This run would change 3 people, more than the limit of 2 (guards.max_rows). "
        "Nothing was changed.",
        "If that is what you want: batch-offboard run leavers.csv --yes --max-rows 3",
    ]


def test_a_stop_before_anything_was_changed_says_so(tmp_path: Path) -> None:
    """While people are still being read there is nothing to rerun."""
    write_list(tmp_path / "leavers.csv", *PEOPLE)
    fault = Fault(action="status", status=429, retry_after=7200, path="/users", times=ALWAYS)
    with Simulator(org(), faults=[fault]) as sim:
        said = run_command(sim, tmp_path, "run", "leavers.csv", "--yes")
    assert (said.code, said.out) == (5, "")
    assert said.err.splitlines()[-1].endswith("Nothing was changed.")
    assert "max_wait_seconds" in said.err.splitlines()[-1]


def test_a_wait_that_is_too_long(tmp_path: Path) -> None:
    """Exit 5, and the results say not_run."""
    write_list(tmp_path / "leavers.csv", *PEOPLE)
    fault = Fault(action="status", status=429, retry_after=7200, method="PATCH", times=ALWAYS)
    with Simulator(org(), faults=[fault]) as sim:
        said = run_command(sim, tmp_path, "run", "leavers.csv", "--yes")
    assert (said.code, "max_wait_seconds" in said.err) == (5, True)
    assert {row["offboard_status"] for row in results(tmp_path)} == {"not_run"}


@posix_only
def test_ctrl_c_while_a_long_pause_is_waited_out(tmp_path: Path) -> None:
    """Exit 130 within seconds; what was done is recorded, the rest is not_run."""
    said = tmp_path / "said.txt"
    write_list(tmp_path / "leavers.csv", *PEOPLE)
    (tmp_path / "config.yaml").write_text(FAST_CONFIG.replace("workers: 4", "workers: 1"))
    fault = Fault(action="status", status=429, retry_after=150, method="PATCH", nth=2, times=ALWAYS)
    with Simulator(org(), faults=[fault]) as sim:
        with said.open("w") as stderr:
            arguments = ("run", "leavers.csv", "--yes")
            process = start_command(sim, tmp_path, *arguments, is_waiting=True, stderr=stderr)
        wait_until(lambda: "Waiting 150 s" in said.read_text("utf-8"))
        began = time.monotonic()
        process.send_signal(signal.SIGINT)
        process.communicate(timeout=30)
    assert (process.returncode, "Traceback" in said.read_text("utf-8")) == (130, False)
    assert time.monotonic() - began < 8
    assert sorted(row["offboard_status"] for row in results(tmp_path)) == [
        "not_run",
        "not_run",
        "partial",
    ]
    assert sum(state_of(sim.org, name) == "inactive" for name in PEOPLE) == 1


@posix_only
def test_a_disk_that_is_full_stops_the_run(tmp_path: Path) -> None:
    """Exit 5 and a plain sentence; nothing was sent that is not in the journal."""
    people = people_named("P", 40)
    write_list(tmp_path / "leavers.csv", *people)
    with Simulator(org_of(people)) as sim:
        process = start_command(sim, tmp_path, "run", "leavers.csv", "--yes", file_bytes=70_000)
        _, err = process.communicate(timeout=60)
    assert (process.returncode, "Traceback" in err, "cannot be written" in err) == (5, False, True)
    (journal,) = tmp_path.glob("runs/*/journal.jsonl")
    recorded = {
        event.call.arguments["user_id"]
        for event in read_journal(journal)
        if isinstance(event, CallStarted)
    }
    changed = {id_of(name) for name in people if state_of(sim.org, name) == "inactive"}
    assert 0 < len(changed) < 40
    assert changed <= recorded


def test_a_check_shows_names_as_letters(tmp_path: Path) -> None:
    """Nobody in Genesys can move the cursor of whoever looks."""
    (tmp_path / "leavers.csv").write_text(f"user_id\n{id_of('Anna')}\n", "utf-8")
    strange = org_of(["Anna"], facts={"Anna": {"name": "\x1b[31mAnna\nrow 3"}})
    with Simulator(strange) as sim:
        said = run_command(sim, tmp_path, "check", "leavers.csv")
    assert "* row 2   [31mAnna row 3\n" in said.out


# -- at a terminal


def at_a_terminal(
    sim: Simulator, folder: Path, *arguments: str, answer: str | None
) -> tuple[int, str]:
    """Run a command at a pseudo-terminal and answer its question; None presses Ctrl-C instead."""
    import pty

    ours, theirs = pty.openpty()
    process = start_command(sim, folder, *arguments, terminal=theirs)
    os.close(theirs)
    typed = b"\x03" if answer is None else f"{answer}\n".encode()
    said, asked, until = "", False, time.monotonic() + 40
    while time.monotonic() < until:
        silent = not select.select([ours], [], [], 1)[0]
        if not silent:
            try:
                said += os.read(ours, 4096).decode("utf-8", "replace")
            except OSError:
                break
        # A Ctrl-C in the moment in which Python begins to wait for a line is seen with the next
        # one only, so it is pressed again, as a person would.
        lost = asked and silent and answer is None and "Cancelled" not in said
        if lost or (not asked and "Press Enter to cancel" in said):
            asked = True
            os.write(ours, typed)
    try:
        return process.wait(timeout=20), said
    finally:
        os.close(ours)  # not before: a command whose terminal goes away is hung up
        process.kill()


@posix_only
@pytest.mark.parametrize(("answer", "code", "inactive"), [("3", 0, 3), ("y", 4, 0), (None, 130, 0)])
def test_the_question_wants_the_number_of_people_typed(
    tmp_path: Path, answer: str | None, code: int, inactive: int
) -> None:
    """Anything else changes nothing, and so does Ctrl-C at the question."""
    write_list(tmp_path / "leavers.csv", *PEOPLE)
    with Simulator(org()) as sim:
        ended, said = at_a_terminal(sim, tmp_path, "run", "leavers.csv", answer=answer)
    assert (ended, sum(state_of(sim.org, name) == "inactive" for name in PEOPLE)) == (
        code,
        inactive,
    )
    assert "3 people will be set to inactive" in said
    assert "Press Enter to cancel: " in said
    assert ("Cancelled. Nothing was changed." in said) == (code != 0)
    assert ("not run" in said, "rerun" in said) == (False, False)
    assert len(results(tmp_path)) == 3


def test_help_answers_without_the_sdk(tmp_path: Path) -> None:
    """`--help` and `--version` come at once."""
    code = (
        "import sys; from batch_offboard.cli import group\n"
        "try: group.main(['run', '--help'], standalone_mode=False)\n"
        "finally: print('batch_offboard.genesys.sdk' in sys.modules)"
    )
    said = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True, cwd=Path.cwd()
    )
    assert said.stdout.splitlines()[-1] == "False"
