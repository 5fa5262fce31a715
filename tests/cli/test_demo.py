"""`batch-offboard demo`: the whole job, without settings and without an account."""

from pathlib import Path

from batch_offboard.commands.practice import practice_organisation
from batch_offboard.errors import ExitCode
from batch_offboard.simulator import Simulator
from tests.cli.processes import only_folder, program
from tests.support import environment


def test_a_demo_in_a_folder_that_cannot_be_written(tmp_path: Path) -> None:
    """Exit 2, and it says what to do."""
    (tmp_path / "runs").write_text("a file where the folder should be", "utf-8")
    ended = program("demo", folder=tmp_path)
    assert ended.code == ExitCode.USAGE
    assert ended.err.endswith("Go to a folder that you can write to. Then: batch-offboard demo\n")


def test_the_whole_job_is_shown_and_ends_with_0(tmp_path: Path) -> None:
    """No settings, no account; four phases; where the results are; what next."""
    demo = program("demo", folder=tmp_path)
    folder = only_folder(tmp_path, 1)
    assert (ExitCode.OK, {"journal.jsonl", "results.csv", "results.xlsx", "report.html"}) == (
        demo.code,
        {each.name for each in folder.iterdir() if not each.name.startswith(".")},
    )
    for phase in ("Reading people", "Setting to inactive", "Removing from queues", "Reading back"):
        assert f"\n{phase}" in demo.err
    assert f"Results: {folder / 'results.csv'}" in demo.out
    assert "Nobody on the list is real" in demo.out
    assert "The demo worked" in demo.out
    assert "batch-offboard simulate" in demo.out
    assert "batch-offboard rerun" not in demo.out, "its organisation has ended"
    (said,) = [line.split() for line in demo.out.splitlines() if "batch-offboard run /" in line]
    (tmp_path / "config.yaml").write_text("rate: {per_minute: 60000}\n", "utf-8")
    with Simulator(practice_organisation(None)) as sim:
        ended = program(*said[1:], "--yes", folder=tmp_path, credentials=environment(sim))
    assert (ended.code, "batch-offboard rerun runs" in ended.out) == (ExitCode.ATTENTION, True)
