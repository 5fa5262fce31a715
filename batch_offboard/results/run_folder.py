"""The files of a run folder: reading its journal, digests, and atomic writing of files."""

import hashlib
import re
import tempfile
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path

from batch_offboard.errors import Action, UsageError
from batch_offboard.record.events import (
    Event,
    ResultsWritten,
    RowListed,
    RowsUndone,
    RunFinished,
    RunStarted,
    Warned,
)
from batch_offboard.record.file_system import FileSystem, is_unsupported
from batch_offboard.record.folder import REPORT_NAME, TEMPORARY_SUFFIX, RunFolder
from batch_offboard.record.journal_lines import JournalError, read_journal
from batch_offboard.results.fold import RunFold, fold
from batch_offboard.results.models import RunView

_AFTER_THE_END = (ResultsWritten, RowsUndone, Warned)
"""What is recorded after a run's end: files written, undos, and files that could not be written."""


def read_run(folder: RunFolder, kinds: tuple[type, ...] = (object,)) -> RunFold:
    """The fold of a run folder's journal: of all its events, or those of some kinds.

    Raises JournalError if it is missing, was altered after the run, or lacks part of the list,
    which would pass for the whole list.
    """
    try:
        gathered = fold(each for each in _recorded(folder) if isinstance(each, kinds))
    except LookupError as error:
        raise JournalError(
            f"{folder.journal}: the last line refers to something that no earlier line records. "
            "This journal can no longer serve as evidence."
        ) from error
    if not _has_begun(gathered):
        raise _not_begun(folder)
    return gathered


class NotBegunError(UsageError):
    """The journal ends before its run began: it is empty, or has only part of the list."""


def _not_begun(folder: RunFolder) -> UsageError:
    """The refusal of such a journal; if other files show that there was more, it proves nothing."""
    if folder.report.exists() or any(folder.path.glob("results*.*")):
        return no_proof(folder)
    return NotBegunError(
        f"The journal in {folder.path} ends before its run began. Nothing was changed.",
        Action("start_over"),
    )


def no_proof(folder: RunFolder) -> JournalError:
    """The refusal of a journal that is empty, or was cut off before its run began."""
    return JournalError(
        f"The journal in {folder.path} is empty, or was cut off before its run began. It proves "
        "nothing about what was done. Look for another copy. Do not start a run."
    )


def _recorded(folder: RunFolder) -> Iterator[Event]:
    """The events of the journal. Raises JournalError for one the program never writes there."""
    judge = _Judge()
    for line, event in enumerate(read_journal(folder.journal), 1):
        if fault := judge.fault(event):
            raise JournalError(
                f"{folder.journal}, line {line}: {fault}. This journal can no longer serve as "
                "evidence."
            )
        yield event


_IN_PLACE = (RunStarted, RowListed, RunFinished, ResultsWritten, RowsUndone)
"""What cannot be recorded just anywhere, even before a run's end."""


class _Judge:
    """Judges each event of a journal, in order: whether the program would write it there."""

    def __init__(self) -> None:
        self._has_begun = self._has_ended = self._is_reported = False
        self._listed = set[int]()
        self._undone = Counter[int]()

    def fault(self, event: Event) -> str:
        """What is wrong with the event; empty where nothing is."""
        if self._has_begun and not self._has_ended and not isinstance(event, _IN_PLACE):
            return ""
        found = self._fault(event)
        self._has_begun = True
        self._has_ended = self._has_ended or isinstance(event, RunFinished | RowsUndone)
        if isinstance(event, RowsUndone):
            self._is_reported = False
        elif isinstance(event, ResultsWritten):
            self._is_reported = self._is_reported or event.name == REPORT_NAME
        if isinstance(event, RowListed):
            self._listed.add(event.row)
        elif isinstance(event, RowsUndone):
            self._undone.update(dict.fromkeys(event.rows, 1 if event.by_run else -1))
        return found

    def _fault(self, event: Event) -> str:
        """What is wrong with an event at its place in the journal; empty if nothing is."""
        if self._has_ended and not isinstance(event, _AFTER_THE_END):
            return "this was added after the run had ended"
        if isinstance(event, RunStarted) and self._has_begun:
            return "this begins a run for the second time"
        if isinstance(event, RowListed) and event.row in self._listed:
            return "this lists a row for the second time"
        if isinstance(event, ResultsWritten) and not _FILE_NAME.fullmatch(event.name):
            return "this names a file that the program does not write"
        if self._is_reported and isinstance(event, ResultsWritten) and event.name == REPORT_NAME:
            return "this records the report for the second time"
        return _undo_fault(event, self._undone) if isinstance(event, RowsUndone) else ""


_FILE_NAME = re.compile(r"results(-[0-9]{1,2})?\.(csv|xlsx)|report\.html")


def _undo_fault(event: RowsUndone, undone: Mapping[int, int]) -> str:
    """What is wrong with the record of an undo, given how many undos each row has; or empty.

    Without a run it withdraws the last undo of its rows.
    """
    run_id = event.by_run
    if not run_id and any(undone.get(row, 0) < 1 for row in event.rows):
        return "this withdraws an undo that no earlier line records"
    if run_id and (not run_id.strip() or Path(run_id).name != run_id):
        return "this does not name the undo's run"
    return "" if event.rows else "this records an undo without rows"


def _has_begun(gathered: RunFold) -> bool:
    try:
        return len(gathered.records) >= gathered.started.rows
    except LookupError:
        return False


def is_as_written(sha256: str, view: RunView, name: str = "") -> bool:
    """Whether a results file of this digest is, byte for byte, one that the run wrote.

    With `name`, one that it wrote under this name.
    """
    return any(
        written.sha256 == sha256 and name in ("", written.name)
        for written in (*view.written, *view.workbooks)
    )


def sha256_of(path: Path) -> str:
    """The digest of a file in a run folder; UsageError when it cannot be read."""
    with readable(path), path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


@contextmanager
def readable(path: Path) -> Iterator[None]:
    """Raise UsageError with what to do where `path` cannot be read."""
    try:
        yield
    except OSError as error:
        raise UsageError(
            f"{path} cannot be read ({error.strerror or error}).",
            Action("close_file", path=path),
            Action("repeat"),
        ) from error


@contextmanager
def written_aside(
    folder: Path, prefix: str, pieces: Iterable[bytes], files: FileSystem
) -> Iterator[Path]:
    """A temporary file in `folder` with `pieces`, flushed to disk, accessible to its owner only.

    The caller moves it into place; otherwise it is deleted on exit.
    """
    descriptor, name = tempfile.mkstemp(prefix=prefix, suffix=TEMPORARY_SUFFIX, dir=folder)
    try:
        with open(descriptor, "wb") as file:  # noqa: PTH123 (a descriptor, not a path)
            file.writelines(pieces)
            file.flush()
            sync_if_supported(file.fileno(), files)
        yield Path(name)
    finally:
        with suppress(OSError):
            Path(name).unlink(missing_ok=True)


def sync_if_supported(descriptor: int, files: FileSystem) -> None:
    """Force what was written onto the disk, where that can be done."""
    try:
        files.sync(descriptor)
    except OSError as error:
        # What is made from the journal can be made again.
        if not is_unsupported(error):
            raise
