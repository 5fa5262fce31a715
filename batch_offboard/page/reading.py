"""The folds of runs' journals; the last ones are cached, as each page of a screen needs them."""

from functools import lru_cache
from pathlib import Path

from batch_offboard.record.folder import RunFolder
from batch_offboard.results.fold import RunFold
from batch_offboard.results.models import RunView
from batch_offboard.results.put_back import shown_views
from batch_offboard.results.run_folder import read_run

_KEPT = 2
"""How many folds are cached; one of the longest list takes some hundred megabytes."""


def run_in(folder: Path) -> RunFold:
    """The fold of a run folder's journal. It is shared, so callers must not change it.

    Raises JournalError or UsageError as `read_run`, and OSError where there is no journal.
    """
    found = RunFolder(folder).journal.stat()
    return _read(folder, found.st_size, found.st_mtime_ns)


def shown_in(folder: Path) -> RunView:
    """The run in a folder as its files should show it: with what undos have put back since.

    Raises as `run_in`.
    """
    return shown_views(RunFolder(folder), run_in(folder))[-1]


@lru_cache(maxsize=_KEPT)
def _read(folder: Path, _size: int, _changed_at: int) -> RunFold:
    return read_run(RunFolder(folder))
