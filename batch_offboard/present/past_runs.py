"""Past runs in words, as in the output of `runs`: what, when, how it ended, rows open."""

from datetime import datetime

from batch_offboard.commands.runs import PastRun
from batch_offboard.errors import ExitCode
from batch_offboard.record.events import RunStarted
from batch_offboard.wording import counted

_ENDINGS = {
    ExitCode.OK: "finished",
    ExitCode.DEFECT: "failed unexpectedly",
    ExitCode.USAGE: "refused, nothing was changed",
    ExitCode.ATTENTION: "finished, some rows need attention",
    ExitCode.REFUSED: "refused, nothing was changed",
    ExitCode.STOPPED: "stopped early",
    ExitCode.INTERRUPTED: "stopped by Ctrl-C",
}
"""By exit code: how a run ended."""
_DRY_RUNS = {"run": "dry run", "rerun": "dry rerun", "undo": "dry undo"}
"""By command: what a dry run is called."""


def kind_of(started: RunStarted) -> str:
    """The kind of run: `run`, `rerun`, `undo`, or `dry run` and so on."""
    return _DRY_RUNS[started.command] if started.dry_run else started.command


def begun_at(started: RunStarted) -> str:
    """When the run began, in this computer's time: `2026-11-27 14:02`."""
    try:
        return f"{datetime.fromisoformat(started.at).astimezone():%Y-%m-%d %H:%M}"
    except (ValueError, OverflowError, OSError):
        return started.at[:16]


def how_it_ended(run: PastRun) -> str:
    """How it ended: `finished, 3 rows open`, `running now`; if it has a problem, after a colon."""
    parts = [_ending(run), _open(run)]
    undone = len(run.rows_undone)
    parts += [f"{counted(undone, 'row')} put back since"] if undone else []
    parts += [f"continued in {run.continued.name}"] if run.continued else []
    return ": ".join(filter(None, (", ".join(filter(None, parts)), run.problem)))


def _ending(run: PastRun) -> str:
    """How it ended without its rows; empty if its journal cannot be read."""
    if run.started is None:
        return ""
    if run.finished is None:
        return "running now" if run.running else "cut short"
    if run.cancelled:
        return "cancelled, nothing was changed"
    try:
        code = ExitCode(run.finished.exit_code)
    except ValueError:
        return f"ended with code {run.finished.exit_code}"
    if run.started.dry_run and code == ExitCode.ATTENTION:
        return _ENDINGS[ExitCode.OK]
    return _ENDINGS[code]


def _open(run: PastRun) -> str:
    """How many rows are open, and how many of them are not due; empty if none is open."""
    rows = run.rows
    if not rows.numbers:
        return ""
    later = len(rows.not_due)
    if later == len(rows.numbers):
        not_due = ", not due yet"
    else:
        not_due = f", {later:,} of them not due yet" if later else ""
    edited = f" ({rows.results.name} was edited)" if rows.edited and rows.results else ""
    return f"{counted(len(rows.numbers), 'row')} open{not_due}{edited}"
