"""An earlier run as `rerun`, `undo` and `report` find it: a run folder, or its results file."""

import hashlib
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from batch_offboard.errors import UsageError
from batch_offboard.record.events import Predecessor
from batch_offboard.record.folder import RESULTS_NAME, RunFolder
from batch_offboard.record.journal import JournalError, read_journal
from batch_offboard.results.fold import RunFold, fold
from batch_offboard.results.models import PREFIX, RunView
from batch_offboard.results.results_csv import results_bytes
from batch_offboard.termination_list import ListSettings, read_results_file, results_list
from batch_offboard.termination_list.models import TerminationList


@dataclass(frozen=True, slots=True)
class Previous:
    """What a rerun carries on: the rows with their earlier results, and which run they are from.

    `path` is that run's folder, or the results file that lies beside no journal: then there is no
    `organisation_id`. `accepted_names` are the rows whose differing name a person has accepted
    then, and that were not edited since. `confirmed` are the rows that stand beside the user id
    which a run of the chain has read for them, as its journal tells.
    """

    path: Path
    listed: TerminationList
    run: Predecessor | None
    organisation_id: str | None
    accepted_names: frozenset[int] = frozenset()
    confirmed: frozenset[int] = frozenset()


def read_run(folder: RunFolder, kinds: tuple[type, ...] = (object,)) -> RunFold:
    """The journal of a run folder, folded: all of its events, or those of some kinds.

    Raises JournalError when it is missing, was changed after the run wrote it, or does not even
    hold the whole list: part of it would be taken for all of it.
    """
    try:
        gathered = fold(each for each in read_journal(folder.journal) if isinstance(each, kinds))
    except LookupError as error:
        raise JournalError(
            f"{folder.journal}: the last line speaks of what no line before it knows, so this "
            "journal can no longer serve as evidence."
        ) from error
    if not _has_begun(gathered):
        raise UsageError(
            f"The journal in {folder.path} ends before its run began; nothing was changed by it. "
            "Use `batch-offboard run` with the list, or the command that was given then."
        )
    return gathered


def _has_begun(gathered: RunFold) -> bool:
    try:
        return len(gathered.records) >= gathered.started.rows
    except LookupError:
        return False


def read_previous(path: Path, settings: ListSettings) -> Previous:
    """PREVIOUS of a rerun: a run folder, also of a killed run, or a results file."""
    if path.is_dir():
        return _of_folder(RunFolder(path), settings)
    listed = read_results_file(path, settings)
    beside = RunFolder(path.parent)
    if beside.journal.exists():
        view = read_run(beside).view()
        return _carried_on(beside, view, listed)
    return Previous(path, listed, _named_run(listed), None)


def _of_folder(folder: RunFolder, settings: ListSettings) -> Previous:
    view = read_run(folder).view()
    check_unedited(folder, view)
    listed = results_list(view.started.list.name, results_bytes(view), settings)
    return _carried_on(folder, view, listed)


def _carried_on(folder: RunFolder, view: RunView, listed: TerminationList) -> Previous:
    if view.started.command == "undo":
        raise UsageError(
            f"{folder.path} is the folder of an undo: what it has left is put back by another "
            "`batch-offboard undo` of the run that was undone. A rerun offboards."
        )
    run = Predecessor(view.started.run_id, str(folder.path.resolve()))
    cells = {result.row: each for result, each in zip(view.results, view.cells, strict=True)}
    unedited = {row.row for row in listed.rows if cells.get(row.row) == row.cells}
    accepted = unedited.intersection(view.accepted_names)
    organisation_id = view.started.organisation.id
    return Previous(folder.path, listed, run, organisation_id, frozenset(accepted))


def check_unedited(folder: RunFolder, view: RunView) -> None:
    """Raise UsageError when a person has edited results.csv since the run wrote it."""
    if folder.results.exists() and not is_as_written(sha256_of(folder.results), view):
        raise UsageError(
            f"{folder.results} was edited since the run wrote it. Use "
            f'`batch-offboard rerun "{folder.path / RESULTS_NAME}"` to go by what it says now.'
        )


def is_as_written(sha256: str, view: RunView) -> bool:
    """Whether a results file of this digest is byte for byte one that the run wrote."""
    return sha256 in {written.sha256 for written in view.written}


def sha256_of(path: Path) -> str:
    """The digest of a file in a run folder; UsageError when it cannot be read."""
    with readable(path), path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


@contextmanager
def readable(path: Path) -> Iterator[None]:
    """Say in words that `path` cannot be read, and what to do."""
    try:
        yield
    except OSError as error:
        raise UsageError(
            f"{path} cannot be read ({error.strerror or error}). Close it where it is open and "
            "see that you may read it, then try again."
        ) from error


def _named_run(listed: TerminationList) -> Predecessor | None:
    """The run that most rows of a moved results file name."""
    column = PREFIX + "run_id"
    named = Counter(columns[column] for columns in listed.earlier.values() if columns.get(column))
    return Predecessor(named.most_common(1)[0][0], "") if named else None
