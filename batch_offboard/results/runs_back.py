"""The earlier runs that a run names, and where their folders are now."""

from collections.abc import Collection, Iterable, Iterator, Sequence
from contextlib import ExitStack, suppress
from pathlib import Path
from typing import NamedTuple

from batch_offboard.errors import UsageError
from batch_offboard.record.events import Predecessor, RunStarted
from batch_offboard.record.folder import RunFolder
from batch_offboard.record.journal_lines import read_start
from batch_offboard.record.lock import locked


class ChainRun(NamedTuple):
    """A run of the chain: as a later run names it, its folder now, and its first event."""

    named: Predecessor
    folder: RunFolder
    started: RunStarted


def runs_before(started: RunStarted) -> tuple[Predecessor, ...]:
    """The earlier runs that a run names, nearest first."""
    return started.runs_before or ((started.previous,) if started.previous else ())


def runs_back(
    named: Iterable[Predecessor],
    near: Sequence[Path],
    held: ExitStack | None,
    *,
    own: Sequence[Path] = (),
) -> Iterator[ChainRun | Predecessor]:
    """These runs and all before them, each once; a run that is not found is yielded as named.

    A run is looked for at its recorded path, else under its id in the folders `near`, because
    people move the whole `runs` folder. Folders that are `own` or belong to a later run, which may
    have the same id, are left out. `held` locks each folder against other processes; None where
    they are only looked at.

    Raises RefusedError while another process uses one of the folders.
    """
    waiting = [(each, tuple(own)) for each in named]
    folders, unfound = list[Path](), set[str]()
    while waiting:
        each, later = waiting.pop(0)
        run = _found(each, (*(base / each.run_id for base in near), *folders), later)
        if _is_in(run.folder, folders) if run else each.run_id in unfound:
            continue
        if run is None:
            unfound.add(each.run_id)
        else:
            folders.append(run.folder.path)
            if held is not None:
                _hold(held, run.folder)
            waiting += [(one, (*later, run.folder.path)) for one in runs_before(run.started)]
        yield run or each


def _found(
    named: Predecessor, candidates: Iterable[Path], later: Collection[Path]
) -> ChainRun | None:
    paths = [Path(named.folder)] if named.folder else []
    if Path(named.run_id).name == named.run_id:  # a results file may have any text in this cell
        paths += candidates
    for folder in map(RunFolder, paths):
        started = read_start(folder.journal)
        if started is not None and started.run_id == named.run_id and not _is_in(folder, later):
            return ChainRun(named, folder, started)
    return None


def _is_in(folder: RunFolder, folders: Iterable[Path]) -> bool:
    return any(folder.path.samefile(each) for each in folders)


def _hold(held: ExitStack, folder: RunFolder) -> None:
    # In a folder that cannot be written, such as an archive, no run can be in progress.
    with suppress(UsageError):
        held.enter_context(locked(folder))
