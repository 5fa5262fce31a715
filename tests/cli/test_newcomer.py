"""What a newcomer does first: the demo, then a first run with a file named .env."""

import csv
import socket
from collections.abc import Iterator
from pathlib import Path

import pytest

from batch_offboard.commands.practice import chosen_port, practice_organisation
from batch_offboard.errors import ExitCode
from batch_offboard.simulator import Simulator
from tests.cli.processes import program, simulating
from tests.samples.make import SAMPLES
from tests.support import Process, environment, start_command

LIST_ROWS = 12
"""The header and so many rows of the sample list: enough for done, failed and skipped."""


def rows_of(results: Path) -> dict[str, dict[str, str]]:
    """A results file by row number."""
    with results.open(encoding="utf-8-sig", newline="") as file:
        return {row["offboard_row"]: row for row in csv.DictReader(file, delimiter=";")}


def only_folder(folder: Path, number: int) -> Path:
    """The newest run folder, of so many."""
    found = sorted((folder / "runs").iterdir(), key=lambda each: each.stat().st_mtime_ns)
    assert len(found) == number
    return found[-1]


@pytest.fixture(scope="module", autouse=True)
def under_way(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Path, Process]]:
    """A demo, which keeps its own pace: it goes on beside the other tests."""
    folder = tmp_path_factory.mktemp("demo")
    process = start_command(None, folder, "demo", env=environment(None))
    yield folder, process
    process.kill()


@pytest.fixture
def office(tmp_path: Path) -> Path:
    """A working folder with the beginning of the sample list and settings that do not dawdle."""
    lines = (SAMPLES / "terminations.csv").read_bytes().splitlines(keepends=True)
    (tmp_path / "leavers.csv").write_bytes(b"".join(lines[: LIST_ROWS + 1]))
    settings = (SAMPLES / "config.yaml").read_text("utf-8").replace("900 ", "6000 ")
    (tmp_path / "config.yaml").write_text(settings, "utf-8")
    return tmp_path


def test_the_first_run_goes_as_the_readme_tells(office: Path) -> None:
    """Check, run, rerun, undo and a look at the evidence, each with its exit code."""
    with simulating(office) as lines:
        (office / ".env").write_text(lines, "utf-8")
        checked = program("check", "leavers.csv", folder=office)
        assert (
            checked.code,
            "Practice Organisation" in checked.out,
        ) == (ExitCode.ATTENTION, True)
        ran = program("run", "leavers.csv", "--yes", folder=office)
        folder = only_folder(office, 1)
        rows = rows_of(folder / "results.csv")
        assert (ran.code, rows["3"]["offboard_status"]) == (ExitCode.ATTENTION, "done")

        again = program("rerun", str(folder / "results.csv"), "--yes", folder=office)
        rerun = rows_of(only_folder(office, 2) / "results.csv")
        assert again.code == ExitCode.ATTENTION
        assert rows["3"] == rerun["3"]
        assert rerun["2"]["offboard_attempts"] == "2"

        undone = program("undo", str(folder), "--rows", "3", "--yes", folder=office)
        assert undone.code == ExitCode.OK
    verified = program("report", str(folder), "--verify", folder=office)
    assert (verified.code, "The journal is intact" in verified.out) == (ExitCode.OK, True)


def test_a_demo_in_a_folder_that_cannot_be_written(tmp_path: Path) -> None:
    """Exit 2, and it says what to do."""
    (tmp_path / "runs").write_text("a file where the folder should be", "utf-8")
    ended = program("demo", folder=tmp_path)
    assert ended.code == ExitCode.USAGE
    assert ended.err.endswith("Go to a folder that you can write to. Then: batch-offboard demo\n")


def test_the_demo_shows_the_whole_job_and_ends_with_0(under_way: tuple[Path, Process]) -> None:
    """No settings, no account; four phases; where the results are; what next."""
    office, process = under_way
    out, err = process.communicate(timeout=60)
    folder = only_folder(office, 1)
    assert (ExitCode.OK, {"journal.jsonl", "results.csv", "report.html"}) == (
        process.returncode,
        {each.name for each in folder.iterdir() if not each.name.startswith(".")},
    )
    for phase in ("Reading people", "Setting inactive", "Leaving queues", "Reading back"):
        assert f"\n{phase}" in err
    assert f"Results: {folder / 'results.csv'}" in out
    assert "Nobody real is on the list" in out
    assert "The demo went as expected" in out
    assert "batch-offboard simulate" in out
    assert "batch-offboard rerun" not in out, "its organisation has ended"
    (said,) = [line.split() for line in out.splitlines() if "batch-offboard run /" in line]
    (office / "config.yaml").write_text("rate: {per_minute: 60000}\n", "utf-8")
    with Simulator(practice_organisation(None)) as sim:
        ended = program(*said[1:], "--yes", folder=office, credentials=environment(sim))
    assert (ended.code, "batch-offboard rerun runs" in ended.out) == (ExitCode.ATTENTION, True)


def test_the_practice_organisation_is_served_where_it_was_before(tmp_path: Path) -> None:
    """At a port of its own, if it is free; at any other, if not; a named one must be free."""
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        assert chosen_port(None, usual=port) == (0, "it is taken")
        ended = program("simulate", "--port", str(port), folder=tmp_path)
    assert (ended.code, ended.out) == (ExitCode.USAGE, "")
    assert f"Port {port} cannot be used: it is taken." in ended.err
    assert [chosen_port(each, usual=port) for each in (None, 0)] == [(port, ""), (0, "")]
