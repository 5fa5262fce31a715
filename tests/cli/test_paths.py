"""Files and run folders that are not there, or are something else."""

from pathlib import Path

import pytest

from batch_offboard.errors import ExitCode
from tests.cli.processes import program

NOBODY_LISTENS = {
    "GENESYS_DOMAIN": "http://127.0.0.1:1",
    "GENESYS_CLIENT_ID": "00000000-0000-4000-8000-000000000000",
    "GENESYS_CLIENT_SECRET": "none",
}
RUN = "20261001T073000Z-leavers"
RESULTS = f"email,offboard_status,offboard_run_id\na@x.example,done,{RUN}\n"


@pytest.fixture
def office(tmp_path: Path) -> Path:
    """A folder with a list, a run, and a copy of the run's results."""
    (tmp_path / "leavers.xlsx").write_bytes(b"not looked at")
    (tmp_path / "leavers.csv").write_text("email\na@x.example\n", "utf-8")
    (tmp_path / "list.csv").write_text("email\na@x.example\n", "utf-8")
    (tmp_path / "copy.csv").write_text(RESULTS, "utf-8")
    (tmp_path / "runs" / RUN).mkdir(parents=True)
    (tmp_path / "runs" / RUN / "journal.jsonl").write_text("", "utf-8")
    return tmp_path


TYPED = {
    "run leaver.xlsx": "Did you mean: batch-offboard run leavers.xlsx --yes",
    "check Leaver.csv": "Did you mean: batch-offboard check leavers.csv",
    f"rerun {RUN}": f"Did you mean: batch-offboard rerun runs/{RUN} --yes",
    f"undo runs/{RUN[:-2]}": f"Did you mean: batch-offboard undo runs/{RUN} --yes",
    f"report {RUN}": f"Did you mean: batch-offboard report runs/{RUN}",
    "run holidays.csv": "There is no file holidays.csv.",
    "undo list.csv": "To list the runs here: batch-offboard runs",
    "undo copy.csv": f"To use that folder: batch-offboard undo runs/{RUN} --yes",
    "report copy.csv": f"To use that folder: batch-offboard report runs/{RUN}",
    "report runs": "To list the runs here: batch-offboard runs",
    "rerun runs": "To list the runs here: batch-offboard runs",
    "rerun nowhere": "To list the runs here: batch-offboard runs",
    "undo nowhere": "To list the runs here: batch-offboard runs",
    "report nowhere": "To list the runs here: batch-offboard runs",
}


@pytest.mark.parametrize("typed", TYPED)
def test_what_was_probably_meant_is_said(typed: str, office: Path) -> None:
    """As a command that can be copied, where something is near; the last line says it."""
    words = typed.split()
    more = [] if words[0] in ("check", "report") else ["--yes"]
    ended = program(*words, *more, folder=office, credentials=NOBODY_LISTENS)
    assert (ended.code, ended.err.splitlines()[-1]) == (ExitCode.USAGE, TYPED[typed])


MISSING = {
    "run": "batch-offboard run leavers.xlsx --dry-run",
    "rerun": "batch-offboard rerun runs/20261001T073000Z-leavers",
    "undo": "batch-offboard undo runs/20261001T073000Z-leavers --dry-run",
    "report": "batch-offboard report runs/20261001T073000Z-leavers",
    "template": "batch-offboard template leavers.xlsx",
}


@pytest.mark.parametrize("command", MISSING)
def test_a_missing_argument_is_explained_with_an_example(command: str, tmp_path: Path) -> None:
    """Nobody has to know what PREVIOUS or RUN_DIR is."""
    ended = program(command, folder=tmp_path)
    assert ended.err.splitlines()[-1] == f"For example: {MISSING[command]}"
    assert " It is " in ended.err
