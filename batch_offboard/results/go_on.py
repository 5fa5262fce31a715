"""How a person goes on with a run: what to do next as a value, and as the command to type. Pure."""

from dataclasses import dataclass
from pathlib import PurePath, PureWindowsPath
from typing import Literal

from batch_offboard.results.models import RunView
from batch_offboard.wording import pieces


@dataclass(frozen=True, slots=True)
class GoOn:
    """What to do next: with a results file or a run folder, for these rows or for all of them."""

    action: Literal["rerun", "undo", "rebuild", "verify"]
    path: str
    rows: tuple[int, ...] = ()
    dry_run: bool = False


def with_open_rows(view: RunView, results_file: PurePath) -> GoOn | None:
    """What does the rows that a run has left open; None where a rerun would do nothing."""
    if view.started.dry_run or view.started.command == "undo":
        return None
    return GoOn("rerun", str(results_file)) if any(row.retry for row in view.results) else None


def after_being_cut_off(view: RunView, folder: str) -> GoOn:
    """What goes on where a run was cut off, and goes no further than that run."""
    dry_run, previous = view.started.dry_run, view.started.previous
    if view.started.command != "undo" or previous is None:
        return GoOn("rerun", folder, dry_run=dry_run)
    # An undo is not resumed: the run is undone once more, for the same rows.
    rows = tuple(sorted(each.row for each in view.results))
    return GoOn("undo", folder_name(previous.folder), rows, dry_run)


def command(go_on: GoOn) -> str:
    """The command line that does it."""
    name = "report" if go_on.action in ("rebuild", "verify") else go_on.action
    words = [f'batch-offboard {name} "{go_on.path}"']
    words += [f"--rows {','.join(pieces(go_on.rows))}"] if go_on.rows else []
    words += ["--dry-run"] if go_on.dry_run else []
    words += ["--verify"] if go_on.action == "verify" else []
    return " ".join(words)


def folder_name(folder: PurePath | str) -> str:
    """A run folder as a report names it, `runs/…`: a computer's path is no evidence to be filed."""
    whole = PureWindowsPath(folder)  # it knows the separators of every system
    return f"runs/{whole.name}" if whole.parent.name == "runs" else whole.name
