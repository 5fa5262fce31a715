"""“Earlier runs”, and the state that one run folder is in."""

from collections.abc import Iterator
from dataclasses import dataclass
from enum import Enum
from pathlib import Path

from batch_offboard.commands.runs import PastRun, past_runs
from batch_offboard.errors import ExitCode
from batch_offboard.present.past_runs import begun_at, how_it_ended, kind_of
from batch_offboard.record.journal import JOURNAL_NAME
from batch_offboard.results.fold import RunFold


class State(Enum):
    """What a run folder's journal says of its run."""

    PLANNED = "planned"
    FINISHED = "finished"
    STOPPED = "stopped"
    REFUSED = "refused"
    CUT_SHORT = "cut short"


_ENDED = {
    ExitCode.OK: State.FINISHED,
    ExitCode.ATTENTION: State.FINISHED,
    ExitCode.USAGE: State.REFUSED,
    ExitCode.REFUSED: State.REFUSED,
}


def state_of(gathered: RunFold) -> State:
    """The state of a run that is not going on."""
    finished, started = gathered.view().finished, gathered.started
    if finished is None:
        return State.CUT_SHORT
    known = {int(code): state for code, state in _ENDED.items()}
    state = known.get(finished.exit_code, State.STOPPED)
    return State.PLANNED if started.dry_run and state is State.FINISHED else state


def names_of(runs: Path) -> list[str]:
    """The names of the run folders, newest first. Links and files are no run folders."""
    if not runs.is_dir():
        return []
    found = (
        each.name
        for each in runs.iterdir()
        if not each.is_symlink() and each.is_dir() and _is_file(each / JOURNAL_NAME)
    )
    return sorted(found, reverse=True)


def _is_file(path: Path) -> bool:
    return path.is_file() and not path.is_symlink()


@dataclass(frozen=True, slots=True)
class RunShown:
    """One line of the earlier runs."""

    name: str
    when: str
    listed: str
    kind: str
    who: str
    ended: str
    open_rows: int
    refused: bool


def runs_shown(runs: Path) -> Iterator[RunShown]:
    """The earlier runs, newest first; a folder that cannot be read says so."""
    names = set(names_of(runs))
    return (_shown(each) for each in past_runs(runs) if each.folder.name in names)


def _shown(run: PastRun) -> RunShown:
    started = run.started
    return RunShown(
        run.folder.name,
        begun_at(started) if started else "",
        run.list_name,
        kind_of(started) if started else "",
        started.os_user if started else "",
        how_it_ended(run),
        len(run.rows.numbers),
        run.refused,
    )
