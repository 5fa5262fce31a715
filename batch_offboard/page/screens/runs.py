"""The screen “Earlier runs”: run folders as lines, and the state of one run."""

from dataclasses import dataclass
from enum import Enum
from pathlib import Path

from batch_offboard.commands.runs import PastRun, past_runs
from batch_offboard.errors import ExitCode
from batch_offboard.page.plans import used_by
from batch_offboard.record.journal import JOURNAL_NAME
from batch_offboard.results.fold import RunFold
from batch_offboard.wording import counted


class RunState(Enum):
    """The state of a run that is over, according to its journal; PLANNED is a finished dry run."""

    PLANNED = "planned"
    FINISHED = "finished"
    STOPPED = "stopped"
    REFUSED = "refused"
    CUT_SHORT = "cut short"


_ENDED = {
    ExitCode.OK: RunState.FINISHED,
    ExitCode.ATTENTION: RunState.FINISHED,
    ExitCode.USAGE: RunState.REFUSED,
    ExitCode.REFUSED: RunState.REFUSED,
}


def state_of(gathered: RunFold) -> RunState:
    """How the run ended; CUT_SHORT if its journal has no end. It must not be running."""
    finished, started = gathered.view().finished, gathered.started
    if finished is None:
        return RunState.CUT_SHORT
    known = {int(code): state for code, state in _ENDED.items()}
    state = known.get(finished.exit_code, RunState.STOPPED)
    return RunState.PLANNED if started.dry_run and state is RunState.FINISHED else state


def run_names(runs: Path) -> list[str]:
    """The names of the run folders in `runs`, newest first; symbolic links are left out."""
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
    """One line of the earlier runs.

    `rows` is how many rows its list has. `when` is when it began, in ISO 8601; it is empty if the
    journal cannot be read, and `ended` then says why. `listed` is the name of the list. `is_plan`
    is true for a dry run, `used` if its plan has been started.
    """

    name: str
    when: str = ""
    listed: str = ""
    kind: str = ""
    who: str = ""
    ended: str = ""
    open_rows: int = 0
    rows: int = 0
    refused: bool = False
    is_plan: bool = False
    used: bool = False


_LOOKED_AT = 6
"""How many folders are read for each run shown, as most may be plans or refused runs."""
_KINDS = {"run": "run", "rerun": "run again", "undo": "people put back"}
"""By command: what a run was."""
_PLANS = {"run": "plan", "rerun": "plan to run again", "undo": "plan to put people back"}
"""By command: what a plan was."""
_WORDS = {
    ExitCode.OK: "finished",
    ExitCode.DEFECT: "failed unexpectedly",
    ExitCode.USAGE: "refused, nothing was changed",
    ExitCode.ATTENTION: "finished",
    ExitCode.REFUSED: "refused, nothing was changed",
    ExitCode.STOPPED: "stopped early",
    ExitCode.INTERRUPTED: "stopped by you",
}
"""By exit code: how a run ended."""


def runs_shown(runs: Path) -> list[RunShown]:
    """The earlier runs, newest first; a folder that cannot be read says so."""
    names = set(run_names(runs))
    return [_shown(each) for each in past_runs(runs) if each.folder.name in names]


def latest_runs(runs: Path, most: int) -> list[RunShown]:
    """At most `most` runs, newest first, without those refused.

    A plan is among them only if it is the newest and has not been started.
    """
    names = set(run_names(runs))
    found = [
        _shown(each)
        for each in past_runs(runs, most * _LOOKED_AT)
        if each.started and each.folder.name in names and not each.refused
    ]
    return [run for n, run in enumerate(found) if not run.is_plan or (n == 0 and not run.used)][
        :most
    ]


def _shown(run: PastRun) -> RunShown:
    if run.started is None:
        return RunShown(run.folder.name, ended=run.problem)
    return RunShown(
        run.folder.name,
        run.started.at,
        run.list_name,
        (_PLANS if run.started.dry_run else _KINDS)[run.started.command],
        run.started.os_user,
        _ending(run),
        len(run.rows.numbers),
        run.started.rows,
        run.refused,
        run.started.dry_run,
        used_by(run.folder) is not None,
    )


def _ending(run: PastRun) -> str:
    """How a run ended, in a few words."""
    if run.problem:
        return run.problem
    if run.finished is None:
        return "running now" if run.running else "cut short"
    code = run.finished.exit_code
    words = _WORDS[ExitCode(code)] if code in set(ExitCode) else f"ended with code {code}"
    if run.started and run.started.dry_run and words == "finished":
        words = "started" if used_by(run.folder) else "not started"
    undone = len(run.rows_undone)
    return f"{words}; {counted(undone, 'row')} put back since" if undone else words
