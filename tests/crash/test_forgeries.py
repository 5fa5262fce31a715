"""`report --verify` against a list of forgeries, and of honest edits."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from batch_offboard.cli.verified import verified_code, verified_lines
from batch_offboard.commands.report import rebuild
from batch_offboard.commands.verify import verify_run_folder
from batch_offboard.errors import UsageError
from tests.crash.forging import journals, packages, reports, texts, workbooks
from tests.crash.forging.case import Case, chained, lines_of
from tests.rerun.chain import rerun_of, undo_of
from tests.support import org_of, people_named, run_file, simulator, write_list

PEOPLE = people_named("P", 2)
TABLES = (journals, packages, reports, texts, workbooks)
FORGED = [case for each in TABLES for case in each.FORGED]
HONEST = [case for each in TABLES for case in each.HONEST]


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Run folders by themselves: `alone`, `killed`, and `undone` beside its undo and its rerun."""
    base = tmp_path_factory.mktemp("evidence")
    for name in ("alone", "undone"):
        with simulator(org_of(PEOPLE, {"A": PEOPLE, "B": PEOPLE[:1]})) as sim:
            (base / name).mkdir()
            people = write_list(base / "leavers.csv", *PEOPLE, more=["nonsense,=1+1"])
            run_file(sim, people, run_dir=base / name / name)
            if name == "undone":
                shutil.copy(base / name / name / "results.csv", base / name / "before.csv")
                undo_of(sim, base / name / name, rows=(2,), run_dir=base / name / "undo")
                rerun_of(sim, base / name / name, run_dir=base / name / "rerun")
    shutil.copytree(base / "alone" / "alone", base / "killed" / "killed")
    killed = base / "killed" / "killed"
    events = lines_of(killed)
    ends = next(n for n, each in enumerate(events) if each["kind"] == "user_read_back")
    chained(killed, [each for each in events[:ends] if each["kind"] != "results_written"])
    for name in ("results.csv", "results.xlsx", "report.html"):
        (killed / name).unlink()
    rebuild(killed)
    return base


def said(folder: Path) -> tuple[int, str]:
    """The exit code and what is said."""
    try:
        verified = verify_run_folder(folder)
    except UsageError as error:
        return error.exit_code, str(error)
    return verified_code(verified), "\n".join(verified_lines(verified))


@pytest.mark.parametrize("case", [*FORGED, *HONEST], ids=lambda each: each.name)
def test_what_is_said_of(place: Path, tmp_path: Path, case: Case) -> None:
    """The exit code, and the words that name what was done."""
    shutil.copytree(place / case.run, tmp_path / "runs")
    folder = tmp_path / "runs" / case.run
    case.forge(folder)
    code, text = said(folder)
    assert code == case.code, text
    assert [words for words in case.words if words not in text] == [], text
    assert [words for words in case.silent if words in text] == [], text


def test_there_are_many_kinds() -> None:
    """Each has its own name."""
    names = [each.name for each in (*FORGED, *HONEST)]
    assert len(set(names)) == len(names)
    assert len(FORGED) > 40
