"""Runs: the list of earlier ones, one that is going on or has ended, and stopping one."""

from pathlib import Path

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from batch_offboard.errors import OffboardError
from batch_offboard.page import planning
from batch_offboard.page.moments import moment_in_words
from batch_offboard.page.plans import read_plan_source, used_by
from batch_offboard.page.reading import run_in
from batch_offboard.page.screens import plan as plan_screen
from batch_offboard.page.screens.result import result_values, unfinished_values
from batch_offboard.page.screens.runs import RunState, run_names, runs_shown, state_of
from batch_offboard.page.shell import Shell
from batch_offboard.page.workspace import RunJob
from batch_offboard.record.folder import RunFolder
from batch_offboard.record.lock import in_use
from batch_offboard.results.fold import RunFold

_ELSEWHERE = "This run is going on in another program. Wait until it has ended."
"""What is shown instead of a stop button for a run of another program."""


async def earlier(shell: Shell, request: Request) -> Response:
    """“Earlier runs”"""
    everything = request.query_params.get("show") == "everything"
    shown = await run_in_threadpool(runs_shown, shell.desk.place.runs)
    kept = [each for each in shown if everything or not each.refused]
    return shell.screen("runs", runs=kept, more=len(shown) - len(kept))


async def run_screen(shell: Shell, request: Request) -> Response:
    """The screen of the state that a run is in."""
    wanted = request.path_params["run"]
    run_job = shell.desk.place.run_jobs.get(wanted)
    if run_job is not None and not run_job.is_over:
        current = run_job.job.progress.now
        return shell.screen(
            "running",
            run_job=run_job,
            phases=current.phases,
            waiting=current.waits(shell.desk.clock.now()),
            notice=_started_before(shell, request),
        )
    if run_job is not None and run_job.replaced_by:
        return shell.to_run(run_job.replaced_by)
    name = shell.run_name(request)
    if name is None:
        return _refused(shell, run_job) if run_job is not None else shell.not_found()
    return await run_in_threadpool(_ended, shell, name, run_job, request)


def _ended(shell: Shell, name: str, run_job: RunJob | None, request: Request) -> Response:
    folder = RunFolder(shell.desk.place.runs / name)
    gathered = run_in(folder.path)
    state = state_of(gathered)
    if state is RunState.PLANNED:
        return _plan(shell, name, gathered, request)
    if state is RunState.REFUSED and run_job is not None:
        return _refused(shell, run_job)
    if state is RunState.CUT_SHORT and in_use(folder):
        return shell.cannot_show(_ELSEWHERE, 200)
    if gathered.started.dry_run:
        is_ours = read_plan_source(folder.path) is not None
        values = unfinished_values(gathered)
        return shell.screen("unfinished", name=name, may_plan_again=is_ours, **values)
    return shell.screen(
        "result",
        name=name,
        notice=_started_before(shell, request),
        **result_values(gathered, state, shell.desk.place.runs),
    )


def _started_before(shell: Shell, request: Request) -> str:
    """When the plan in the query was started, for a person who has just tried to; or empty."""
    plan = request.query_params.get("plan")
    if plan not in run_names(shell.desk.place.runs):
        return ""
    used = used_by(shell.desk.place.runs / plan)
    return (
        f"This plan was started {moment_in_words(used.at, shell.desk.clock.now())}." if used else ""
    )


def _plan(shell: Shell, name: str, gathered: RunFold, request: Request) -> Response:
    """The screen of a finished plan."""
    runs = shell.desk.place.runs
    source, used = read_plan_source(runs / name), planning.started_as(shell.desk.place, name)
    rows = plan_screen.plan_rows(gathered, planning.people_since(runs, name))
    query = request.query_params
    values = plan_screen.plan_values(
        rows, query.get("show", "all"), query.get("find", ""), query.get("page", "")
    )
    return shell.screen(
        "plan",
        name=name,
        **plan_screen.plan_heading_values(gathered.view(), shell.desk.clock.now(), rows),
        may_start=source is not None,
        has_list=source is not None and source.kind == "run",
        screen="plan of a rerun" if gathered.started.command == "rerun" else "plan",
        grown=bool(source and source.grown_from),
        ticked=planning.newly_accepted(runs, source),
        may_withdraw=source.accepted_names if source else frozenset(),
        corrected=Path(source.path).name if source and source.form else "",
        used=used,
        **values,
    )


def _refused(shell: Shell, run_job: RunJob) -> Response:
    if isinstance(run_job.error, OffboardError):
        return shell.refused(run_job.error)
    return shell.cannot_show("batch-offboard failed unexpectedly.", 500)


async def now(shell: Shell, request: Request) -> Response:
    """The snapshot of a run as JSON, for the script of the page."""
    run_job = shell.desk.place.run_jobs.get(request.path_params["run"])
    if run_job is None:
        return shell.not_found()
    current = run_job.job.progress.now
    phases = [
        {
            "title": each.title,
            "done": each.done,
            "total": each.total,
            "words": each.words,
            "begun": each.begun,
            "ended": each.ended,
        }
        for each in current.phases
    ]
    waiting = current.waits(shell.desk.clock.now())
    return JSONResponse({"running": not run_job.is_over, "waiting": waiting, "phases": phases})


async def ask_to_stop(shell: Shell, request: Request) -> Response:
    """“Stop the run?”"""
    run_job = shell.desk.place.run_jobs.get(request.path_params["run"])
    return shell.screen("stop", run=run_job.run) if run_job is not None else shell.not_found()


async def stop(shell: Shell, request: Request) -> Response:
    """Ask the run to stop."""
    await shell.posted(request)
    run_job = shell.desk.place.run_jobs.get(request.path_params["run"])
    if run_job is None:
        return shell.not_found()
    run_job.job.press_stop()
    return shell.to_run(run_job.run)


async def plan_rest(shell: Shell, request: Request) -> Response:
    """Make the plan for what a run that was cut short has left."""
    await shell.posted(request)
    name = shell.run_name(request)
    if name is None:
        return shell.not_found()
    try:
        made = await run_in_threadpool(planning.plan_rest, shell.desk, name)
    except OffboardError as error:
        return shell.refused(error)
    return shell.to_run(made)
