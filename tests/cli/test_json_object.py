"""`--json`: one JSON object on stdout, however a command ends, and everything else on stderr."""

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from batch_offboard.simulator import ALWAYS, Fault, Org
from tests.support import (
    FAST_CONFIG,
    Role,
    Said,
    environment,
    id_of,
    org_of,
    people_named,
    permissions_without,
    run_command,
    simulator,
    start_command,
    write_list,
)

PEOPLE = people_named("P", 3)
TOO_LONG = Fault(action="status", status=429, retry_after=7200, method="PATCH", times=ALWAYS)


def org(**more: Any) -> Org:
    """Three people in a queue."""
    return org_of([*PEOPLE, "Zoe"], {"Billing": [*PEOPLE, "Zoe"]}, **more)


def told(said: Said, command: str) -> dict[str, Any]:
    """The one object of a command, which names the command and how it ended."""
    found: dict[str, Any] = json.loads(said.out)
    assert (found["command"], found["exit_code"]) == (command, said.code)
    assert "Traceback" not in said.err
    assert found["reason"]
    return found


def test_the_paths_are_whole_ones(tmp_path: Path) -> None:
    """However the run folder was named."""
    write_list(tmp_path / "leavers.csv", *PEOPLE)
    with simulator(org()) as sim:
        arguments = ("run", "leavers.csv", "--yes", "--json", "--run-dir", "first")
        found = told(run_command(sim, tmp_path, *arguments), "run")
    assert found["run_folder"] == str(tmp_path / "first")
    assert found["results"] == str(tmp_path / "first" / "results.csv")


UNUSABLE = {
    "a list that is not there": (["run", "no.csv", "--yes"], 2, "There is no file no.csv."),
    "no list": (["run"], 2, "Missing argument 'LIST'."),
    "an unknown option": (["check", "--lust", "x"], 2, "No such option '--lust'."),
    "results that are not there": (["rerun", "no.csv", "--yes"], 2, "There is no file no.csv."),
    "no credentials": (["run", "leavers.csv", "--yes"], 2, "GENESYS_CLIENT_SECRET"),
    "no credentials to check": (["check"], 2, "GENESYS_CLIENT_SECRET"),
    "no credentials to undo": (["undo", "runs/a", "--yes"], 2, "GENESYS_CLIENT_SECRET"),
    "nobody to ask": (["run", "leavers.csv"], 4, "--yes"),
}


@pytest.mark.parametrize(("arguments", "code", "words"), UNUSABLE.values(), ids=UNUSABLE.keys())
def test_a_command_that_cannot_begin(
    tmp_path: Path, arguments: list[str], code: int, words: str
) -> None:
    """The reason is the sentence that stands on stderr."""
    write_list(tmp_path / "leavers.csv", *PEOPLE)
    said = run_command(None, tmp_path, *arguments, "--json")
    assert (said.code, words in told(said, arguments[0])["reason"]) == (code, True)
    assert words in said.err


@pytest.mark.parametrize("command", ["run", "rerun"])
def test_a_file_that_is_not_there_is_named_once(tmp_path: Path, command: str) -> None:
    """The sentence begins with what happened, whoever looked for the file first."""
    said = run_command(None, tmp_path, command, "no.csv", "--yes", "--json")
    assert told(said, command)["reason"] == "There is no file no.csv."


CHATTY = """
import atexit, ctypes, os, sys

def chatter(event, _):
    if event in ("open", "socket.connect") and not chatting:
        chatting.append(event)
        print("a library's print")
        os.write(1, b"a library's write\\n")
        libc.puts(b"a C library's line")
        if not children:
            children.append(os.system("echo the line of a child"))
        chatting.clear()

chatting, children = [], []
libc = ctypes.CDLL(None)
atexit.register(os.write, 1, b"a last word\\n")
atexit.register(libc.puts, b"a last line, still in C's buffer")
from batch_offboard.cli import main
sys.addaudithook(chatter)
main(sys.argv[1:])
"""
"""Libraries that print at every file that is opened and every connection, and at the end."""


@pytest.mark.skipif(os.name != "posix", reason="the C library is found as on POSIX")
@pytest.mark.parametrize(
    "arguments", [("run", "leavers.csv", "--dry-run"), ("run", "no.csv", "--yes")]
)
def test_what_libraries_print_is_not_in_the_way(tmp_path: Path, arguments: tuple[str, ...]) -> None:
    """Whether in Python, on the descriptor, in C, by a child or after the end: it is on stderr."""
    write_list(tmp_path / "leavers.csv", *PEOPLE)
    (tmp_path / "config.yaml").write_text(FAST_CONFIG)
    with simulator(org()) as sim:
        ended = subprocess.run(
            [sys.executable, "-c", CHATTY, *arguments, "--json"],
            cwd=tmp_path,
            env=environment(sim),
            capture_output=True,
            encoding="utf-8",
            check=False,
        )
    told(Said(ended.returncode, ended.stdout, ended.stderr), "run")
    for words in (
        "library's print",
        "library's write",
        "C library's line",
        "of a child",
        "last word",
    ):
        assert words in ended.stderr


ENDINGS: dict[str, tuple[list[str], list[Fault], int, Callable[[dict[str, Any]], bool]]] = {
    "done": ([], [], 0, lambda it: it["counts"]["done"] == 3),
    "attention": (["nonsense,x"], [], 3, lambda it: it["attention_rows"] == 1),
    "stopped": ([], [TOO_LONG], 5, lambda it: "max_wait_seconds" in it["reason"]),
}


@pytest.mark.parametrize(("more", "faults", "code", "fits"), ENDINGS.values(), ids=ENDINGS.keys())
def test_a_run_that_began(
    tmp_path: Path,
    more: list[str],
    faults: list[Fault],
    code: int,
    fits: Callable[[dict[str, Any]], bool],
) -> None:
    """The summary, with the reason for a stop."""
    write_list(tmp_path / "leavers.csv", *PEOPLE, more=more)
    with simulator(org(), faults=faults) as sim:
        said = run_command(sim, tmp_path, "run", "leavers.csv", "--yes", "--json", "--verbose")
    assert (said.code, fits(told(said, "run"))) == (code, True)


def test_a_run_beyond_a_limit_is_refused(tmp_path: Path) -> None:
    """Exit 4; the run folder has the results that say not_run."""
    write_list(tmp_path / "leavers.csv", *PEOPLE)
    (tmp_path / "config.yaml").write_text(
        FAST_CONFIG.replace("guards: {", "guards: {max_rows: 2, ")
    )
    with simulator(org()) as sim:
        said = run_command(sim, tmp_path, "run", "leavers.csv", "--yes", "--json")
    found = told(said, "run")
    assert (said.code, found["counts"]["not_run"], "max_rows" in found["reason"]) == (4, 3, True)


def test_rerun_undo_and_check(tmp_path: Path) -> None:
    """Each names itself, and where its run folder is."""
    write_list(tmp_path / "leavers.csv", *PEOPLE)
    with simulator(org()) as sim:
        run_command(sim, tmp_path, "run", "leavers.csv", "--yes", "--run-dir", "first")
        rerun = run_command(sim, tmp_path, "rerun", "first", "--yes", "--json")
        undo = run_command(sim, tmp_path, "undo", "first", "--yes", "--json")
        check = run_command(sim, tmp_path, "check", "leavers.csv", "--json")
    assert (told(rerun, "rerun")["counts"]["done"], told(undo, "undo")["counts"]["done"]) == (3, 3)
    assert [row["symbol"] for row in told(check, "check")["rows"]] == ["*"] * 3
    assert (rerun.code, undo.code, check.code) == (0, 0, 3)


def test_a_check_that_finds_a_permission_missing(tmp_path: Path) -> None:
    """Exit 2, and the permission says held: false."""
    with simulator(org(client=(Role(permissions_without("directory:user:edit")),))) as sim:
        said = run_command(sim, tmp_path, "check", "--json")
    missing = [
        each["permission"] for each in told(said, "check")["permissions"] if not each["held"]
    ]
    assert (said.code, missing) == (2, ["directory:user:edit"])


def test_a_secret_that_is_wrong(tmp_path: Path) -> None:
    """Exit 2, without a run folder."""
    write_list(tmp_path / "leavers.csv", *PEOPLE)
    with simulator(org()) as sim:
        env = environment(sim) | {"GENESYS_CLIENT_SECRET": "another"}
        process = start_command(sim, tmp_path, "run", "leavers.csv", "--yes", "--json", env=env)
        out, err = process.communicate(timeout=60)
    said = Said(process.returncode, out, err)
    assert (said.code, set(told(said, "run"))) == (2, {"command", "exit_code", "reason"})


@pytest.mark.skipif(os.name != "posix", reason="signals as on POSIX")
@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_ctrl_c(tmp_path: Path, number: int) -> None:
    """Exit 130, with what was done until then; so where systemd, docker or `kill` ends it."""
    said = tmp_path / "said.txt"
    write_list(tmp_path / "leavers.csv", *PEOPLE)
    (tmp_path / "config.yaml").write_text(FAST_CONFIG.replace("workers: 4", "workers: 1"))
    wait = Fault(action="status", status=429, retry_after=150, method="PATCH", nth=2, times=ALWAYS)
    with simulator(org(), faults=[wait]) as sim:
        with said.open("w") as stderr:
            arguments = ("run", "leavers.csv", "--yes", "--json")
            process = start_command(sim, tmp_path, *arguments, is_waiting=True, stderr=stderr)
        end = time.monotonic() + 60
        while "Waiting 150 s" not in said.read_text("utf-8"):
            assert time.monotonic() < end, "waited in vain"
            time.sleep(0.02)
        process.send_signal(number)
        out, _ = process.communicate(timeout=60)
    found = told(Said(process.returncode, out, said.read_text("utf-8")), "run")
    assert (found["exit_code"], found["counts"]["not_run"]) == (130, 2)
    by = "Ctrl-C" if number == signal.SIGINT else "the signal SIGTERM"
    assert found["reason"] == f"Stopped by {by}."


@pytest.mark.skipif(os.name != "posix", reason="signals as on POSIX")
def test_the_end_of_a_command_that_still_reads_its_list(tmp_path: Path) -> None:
    """Whatever it was at, it says so, with its exit code."""
    os.mkfifo(tmp_path / "config.yaml")
    write_list(tmp_path / "leavers.csv", *PEOPLE)
    process = start_command(None, tmp_path, "check", "leavers.csv", "--json")
    with (tmp_path / "config.yaml").open("w"):  # opens once the command reads it
        process.send_signal(signal.SIGTERM)
        out, err = process.communicate(timeout=60)
    assert told(Said(process.returncode, out, err), "check")["exit_code"] == 130


@pytest.mark.parametrize("encoding", ["ascii", "cp1252"])
def test_a_console_of_few_letters(tmp_path: Path, encoding: str) -> None:
    """The object says the same, whatever letters stdout can show."""
    name = "Zoë Łukasik 🙂"
    path = tmp_path / "leavers.csv"
    path.write_text(f"user_id,name\n{id_of('Anna')},Somebody Else\n", "utf-8")
    with simulator(org_of(["Anna"], facts={"Anna": {"name": name}})) as sim:
        env = environment(sim) | {"PYTHONUTF8": "0", "PYTHONIOENCODING": encoding}
        process = start_command(sim, tmp_path, "run", "leavers.csv", "--yes", "--json", env=env)
        out, err = process.communicate(timeout=60)
    found = told(Said(process.returncode, out, err), "run")
    assert found["attention"][0]["user_name"] == name
