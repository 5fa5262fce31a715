"""Where nobody reads along, or nothing is there to read from, a run goes on all the same."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from tests.support import environment, org_of, people_named, simulator, start_command, write_list

PEOPLE = people_named("P", 6)
posix_only = pytest.mark.skipif(os.name != "posix", reason="Windows closes no handle of a child")


def run_with(folder: Path, *options: str, **streams: Any) -> tuple[int, list[str], list[str]]:
    """A real run's exit code, the writing requests it made, and the files it left."""
    write_list(folder / "leavers.csv", *PEOPLE)
    with simulator(org_of([*PEOPLE, "Zoe"], {"Q1": [*PEOPLE, "Zoe"]})) as sim:
        arguments = ("run", "leavers.csv", "--yes", "--verbose", "--run-dir", "A", *options)
        process = start_command(sim, folder, *arguments, **streams)
        process.communicate(timeout=60)
        written = [each.method for each in sim.writes]
    return process.returncode, written, sorted(each.name for each in (folder / "A").iterdir())


FILES = [".lock", "journal.jsonl", "report.html", "results.csv", "results.xlsx"]
WHOLE = (0, ["PATCH"] * 6 + ["POST"], FILES)


def broken_pipe() -> int:
    """The writing end of a pipe that nobody reads, as of `| head` that has seen enough."""
    reading, writing = os.pipe()
    os.close(reading)
    return writing


@pytest.mark.parametrize("stream", ["stdout", "stderr"])
@pytest.mark.parametrize("options", [(), ("--json",)])
def test_a_pipe_that_nobody_reads_ends_no_run(
    tmp_path: Path, stream: str, options: tuple[str, ...]
) -> None:
    """Not one person less is done, the results are written, and the exit code is the rows'."""
    end = broken_pipe()
    try:
        assert run_with(tmp_path, *options, **{stream: end}) == WHOLE
    finally:
        os.close(end)


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="there is no full disk to write to")
def test_a_log_on_a_full_disk_ends_no_run(tmp_path: Path) -> None:
    """The journal is elsewhere, and has room."""
    with Path("/dev/full").open("w", encoding="utf-8") as full:
        assert run_with(tmp_path, stdout=full, stderr=full) == WHOLE


def closed(*descriptors: int) -> dict[str, Any]:
    """How a process is started without these, as by `2>&-`."""

    def close() -> None:
        for each in descriptors:
            os.close(each)

    return {"preexec_fn": close}


@posix_only
def test_closed_streams_end_no_run(tmp_path: Path) -> None:
    """As a scheduler may start it; by the real clock, so nothing is read back after seconds."""
    (tmp_path / "unread.yaml").write_text("verify: false\nguards: {max_percent_of_org: 100}\n")
    assert run_with(tmp_path, "--config", "unread.yaml", **closed(0, 1, 2)) == WHOLE


@posix_only
def test_without_standard_input_there_is_nobody_to_ask(tmp_path: Path) -> None:
    """Exit 4, as where it is no terminal."""
    write_list(tmp_path / "leavers.csv", *PEOPLE)
    ended = subprocess.run(
        [sys.executable, "-m", "batch_offboard", "run", "leavers.csv"],
        cwd=tmp_path,
        env=environment(None),
        capture_output=True,
        encoding="utf-8",
        timeout=60,
        check=False,
        **closed(0),
    )
    assert (ended.returncode, "This is not a terminal" in ended.stderr) == (4, True)
