"""The journals of runs, folded; the last ones are kept, as screens are turned over and filtered."""

from functools import lru_cache
from pathlib import Path

from batch_offboard.record.folder import RunFolder
from batch_offboard.results.fold import RunFold
from batch_offboard.results.run_folder import read_run

_KEPT = 2
"""A fold of the longest list takes some hundred megabytes."""


def run_in(folder: Path) -> RunFold:
    """The fold of a run folder's journal, which nobody may change.

    Raises JournalError or UsageError as `read_run`, and OSError where there is no journal.
    """
    found = RunFolder(folder).journal.stat()
    return _read(folder, found.st_size, found.st_mtime_ns)


@lru_cache(maxsize=_KEPT)
def _read(folder: Path, _size: int, _changed_at: int) -> RunFold:
    return read_run(RunFolder(folder))
