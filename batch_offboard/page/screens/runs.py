"""“Earlier runs”, and the state that one run folder is in."""

from collections.abc import Iterator
from dataclasses import dataclass
from enum import Enum
from pathlib import Path

from batch_offboard.errors import ExitCode, OffboardError
from batch_offboard.record.folder import RunFolder
from batch_offboard.record.journal import JOURNAL_NAME
from batch_offboard.results.fold import RunFold
from batch_offboard.results.run_folder import read_run


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
    view = gathered.view()
    if view.finished is None:
        return State.CUT_SHORT
    state = _ENDED.get(ExitCode(view.finished.exit_code), State.STOPPED)
    return State.PLANNED if view.started.dry_run and state is State.FINISHED else state


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
    state: str


_KINDS = {"run": "run", "rerun": "rerun", "undo": "put people back"}
_WORDS = {
    State.PLANNED: "plan",
    State.FINISHED: "finished",
    State.STOPPED: "stopped early",
    State.REFUSED: "refused; nothing was changed",
    State.CUT_SHORT: "cut short",
}


def runs_shown(runs: Path) -> Iterator[RunShown]:
    """The earlier runs, newest first; a folder that cannot be read says so."""
    for name in names_of(runs):
        try:
            gathered = read_run(RunFolder(runs / name))
        except OffboardError as error:
            yield RunShown(name, "", "", "", "", str(error), 0, "unreadable")
            continue
        view, state = gathered.view(), state_of(gathered)
        kind = _KINDS[view.started.command]
        yield RunShown(
            name,
            view.started.at,
            view.started.list.name,
            f"plan of a {kind}" if view.started.dry_run else kind,
            view.started.os_user,
            _WORDS[state],
            sum(row.retry for row in view.results) if not view.started.dry_run else 0,
            state.value,
        )
