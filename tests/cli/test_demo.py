"""`batch-offboard demo`: the whole job, without settings and without an account."""

from pathlib import Path

from batch_offboard.commands.practice import practice_organisation
from batch_offboard.errors import ExitCode
from batch_offboard.simulator import Simulator
from tests.cli.processes import only_folder, program
from tests.support import Process, environment


def test_a_demo_in_a_folder_that_cannot_be_written(tmp_path: Path) -> None:
    """Exit 2, and it says what to do."""
    (tmp_path / "runs").write_text("a file where the folder should be", "utf-8")
    ended = program("demo", folder=tmp_path)
    assert ended.code == ExitCode.USAGE
    assert ended.err.endswith("Go to a folder that you can write to. Then: batch-offboard demo\n")


def test_the_whole_job_is_shown_and_ends_with_0(under_way: tuple[Path, Process]) -> None:
    """No settings, no account; four phases; where the results are; what next."""
    office, process = under_way
    out, err = process.communicate(timeout=60)
    folder = only_folder(office, 1)
    assert (ExitCode.OK, {"journal.jsonl", "results.csv", "results.xlsx", "report.html"}) == (
        process.returncode,
        {each.name for each in folder.iterdir() if not each.name.startswith(".")},
    )
    for phase in ("Reading people", "Setting inactive", "Leaving queues", "Reading back"):
        assert f"\n{phase}" in err
    assert f"Results: {folder / 'results.csv'}" in out
    assert "Nobody on the list is real" in out
    assert "The demo worked" in out
    assert "batch-offboard simulate" in out
    assert "batch-offboard rerun" not in out, "its organisation has ended"
    (said,) = [line.split() for line in out.splitlines() if "batch-offboard run /" in line]
    (office / "config.yaml").write_text("rate: {per_minute: 60000}\n", "utf-8")
    with Simulator(practice_organisation(None)) as sim:
        ended = program(*said[1:], "--yes", folder=office, credentials=environment(sim))
    assert (ended.code, "batch-offboard rerun runs" in ended.out) == (ExitCode.ATTENTION, True)
