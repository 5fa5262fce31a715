"""Files and run folders that a command was given, checked before anything else."""

import os
from collections.abc import Iterator
from difflib import get_close_matches
from pathlib import Path

from batch_offboard.cli.wording import Invocation
from batch_offboard.errors import UsageError

_CLOSE = 0.6
_RUNS = Path("runs")
_OF_A_RUN = ("rerun", "undo", "report")
"""The commands that are given a run folder or a results file."""


def check_there(path: Path, given: Invocation) -> None:
    """Raise UsageError, with the nearest file or run folder, if there is nothing at `path`."""
    if os.path.lexists(path):
        return
    said = [f"There is no file {path}."]
    if (near := _nearest(path)) is not None:
        said.append(f"Did you mean: {given.again(near)}")
    elif not path.suffix and given.context.info_name in _OF_A_RUN:
        said.append(_to_see_runs(given))
    raise UsageError("\n".join(said))


def run_folder(path: Path, given: Invocation) -> Path:
    """The run folder at `path`, or the one that the file at `path` is in.

    Raises UsageError, saying what it is instead, if it is no run folder.
    """
    from batch_offboard.record.folder import folder_of
    from batch_offboard.record.journal import JOURNAL_NAME

    check_there(path, given)
    folder = folder_of(path)
    if (folder / JOURNAL_NAME).exists():
        return folder
    raise UsageError("\n".join(_no_run(path, given)))


def _no_run(path: Path, given: Invocation) -> Iterator[str]:
    """What `path` is instead, and where the run is, as far as known."""
    from batch_offboard.record.journal import JOURNAL_NAME

    if path.is_dir():
        yield f"{path} is not a run folder: it has no journal."
    elif run := _run_named_in(path):
        yield f"{path} is a results file of run {run}, but it is not in that run's folder."
        if (_RUNS / run / JOURNAL_NAME).exists():
            yield f"To use that folder: {given.again(_RUNS / run)}"
            return
    else:
        yield f"{path} is not in a run folder, so it is not clear which run is meant."
    yield _to_see_runs(given)


def _to_see_runs(given: Invocation) -> str:
    """What to do for a path that leads to no run."""
    return f"To list the runs here: {given.other('runs', None)}"


def _run_named_in(path: Path) -> str:
    from batch_offboard.errors import OffboardError
    from batch_offboard.termination_list.results_table import most_named_run

    try:
        run = most_named_run(path)
    except OffboardError:
        return ""
    return run if Path(run).name == run else ""


def _nearest(path: Path) -> Path | None:
    """The file or folder beside `path`, or below `runs`, that has the most similar name."""
    for folder in (path.parent, _RUNS):
        try:
            there = sorted(folder.iterdir(), key=lambda each: (each.suffix == path.suffix, each))
        except OSError:
            continue
        by_stem = {each.stem.casefold(): each for each in there if each.name[:1] != "."}
        if found := get_close_matches(path.stem.casefold(), by_stem, 1, _CLOSE):
            return by_stem[found[0]]
    return None
