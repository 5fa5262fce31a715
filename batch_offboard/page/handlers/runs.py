"""Runs: going on, ended, earlier; their files."""

from collections.abc import Callable

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import FileResponse, JSONResponse, Response

from batch_offboard.errors import OffboardError
from batch_offboard.page.desk import Work
from batch_offboard.page.plans import read_plan_source, used_by
from batch_offboard.page.screens import plan as plan_screen
from batch_offboard.page.screens.result import WORKBOOK_NAME, result_values
from batch_offboard.page.screens.runs import State, runs_shown, state_of
from batch_offboard.page.shell import Shell
from batch_offboard.record.folder import REPORT_NAME, RunFolder
from batch_offboard.results.fold import RunFold
from batch_offboard.results.run_folder import read_run
from batch_offboard.results.summary import results_name


async def earlier(shell: Shell, request: Request) -> Response:
    """“Earlier runs”"""
    everything = request.query_params.get("show") == "everything"
    shown = await run_in_threadpool(runs_shown, shell.desk.runs)
    kept = [each for each in shown if everything or not each.refused]
    return shell.screen("runs", runs=kept, more=len(shown) - len(kept))


async def shown(shell: Shell, request: Request) -> Response:
    """The screen of the state that a run is in."""
    wanted = request.path_params["run"]
    work = shell.desk.work.get(wanted)
    if work is not None and not work.is_over:
        current = work.job.watch.now
        waiting = current.waits(shell.desk.clock.now())
        return shell.screen("running", work=work, phases=current.phases, waiting=waiting)
    if work is not None and work.replaced_by:
        return shell.to(f"runs/{work.replaced_by}")
    name = shell.run_name(request)
    if name is None:
        return _refused(shell, work) if work is not None else shell.not_found()
    return await run_in_threadpool(_ended, shell, name, work, request)


def _ended(shell: Shell, name: str, work: Work | None, request: Request) -> Response:
    gathered = read_run(RunFolder(shell.desk.runs / name))
    state = state_of(gathered)
    if state is State.PLANNED:
        return _plan(shell, name, gathered, request)
    if state is State.REFUSED and work is not None:
        return _refused(shell, work)
    workbooks = [WORKBOOK_NAME] if (shell.desk.runs / name / WORKBOOK_NAME).is_file() else []
    files = [*workbooks, "results.csv"]
    return shell.screen("result", name=name, files=files, **result_values(gathered, state))


def _plan(shell: Shell, name: str, gathered: RunFold, request: Request) -> Response:
    source = read_plan_source(shell.desk.runs / name)
    new_people = shell.desk.new_people(name)
    rows = plan_screen.plan_rows(gathered, new_people)
    query = request.query_params
    values = plan_screen.plan_values(
        rows, query.get("show", "all"), query.get("find", ""), query.get("page", "")
    )
    return shell.screen(
        "plan",
        name=name,
        **plan_screen.plan_told(gathered.view(), shell.desk.clock.now()),
        used=used_by(shell.desk.runs / name),
        may_start=source is not None,
        grown=bool(source and source.grown_from),
        **values,
    )


def _refused(shell: Shell, work: Work) -> Response:
    error = work.job.error or (work.job.outcome.error if work.job.outcome else None)
    if isinstance(error, OffboardError):
        return shell.refused(error)
    return shell.cannot_show("batch-offboard failed unexpectedly.", 500)


async def now(shell: Shell, request: Request) -> Response:
    """The snapshot of a run, for the script."""
    work = shell.desk.work.get(request.path_params["run"])
    if work is None:
        return shell.not_found()
    current = work.job.watch.now
    phases = [
        {
            "name": each.name,
            "title": each.title,
            "done": each.done,
            "total": each.total,
            "words": each.words,
            "ended": each.ended,
        }
        for each in current.phases
    ]
    waiting = current.waits(shell.desk.clock.now())
    return JSONResponse({"running": not work.is_over, "waiting": waiting, "phases": phases})


async def ask_to_stop(shell: Shell, request: Request) -> Response:
    """“Stop the run?”"""
    work = shell.desk.work.get(request.path_params["run"])
    return shell.screen("stop", run=work.run) if work is not None else shell.not_found()


async def stop(shell: Shell, request: Request) -> Response:
    """Ask the run to stop."""
    await shell.posted(request)
    work = shell.desk.work.get(request.path_params["run"])
    if work is None:
        return shell.not_found()
    work.job.press_stop()
    return shell.to(f"runs/{work.run}")


async def rest(shell: Shell, request: Request) -> Response:
    """Make the plan for what a run that was cut short has left."""
    await shell.posted(request)
    name = shell.run_name(request)
    if name is None:
        return shell.not_found()
    try:
        made = await run_in_threadpool(shell.desk.plan_rest, name)
    except OffboardError as error:
        return shell.refused(error)
    return shell.to(f"runs/{made}")


async def results(shell: Shell, request: Request) -> Response:
    """The results file, to be saved."""

    def file(name: str) -> Response:
        view = read_run(RunFolder(shell.desk.runs / name)).view()
        path = shell.desk.runs / name / results_name(view)
        return FileResponse(path, media_type="text/csv", filename=f"{name}-{path.name}")

    return await _file(shell, request, file)


async def workbook(shell: Shell, request: Request) -> Response:
    """The results as a workbook, to be saved."""

    def file(name: str) -> Response:
        path = shell.desk.runs / name / WORKBOOK_NAME
        if not path.is_file():
            return shell.not_found()
        return FileResponse(path, filename=f"{name}-{path.name}")

    return await _file(shell, request, file)


async def report(shell: Shell, request: Request) -> Response:
    """The report, in a sandbox of its own."""
    policy = (
        "sandbox; default-src 'none'; style-src 'unsafe-inline'; img-src data:; "
        "form-action 'none'; base-uri 'none'; frame-ancestors 'none'"
    )

    def file(name: str) -> Response:
        return FileResponse(
            shell.desk.runs / name / REPORT_NAME,
            media_type="text/html",
            headers={"content-security-policy": policy},
        )

    return await _file(shell, request, file)


async def _file(shell: Shell, request: Request, file: Callable[[str], Response]) -> Response:
    name = shell.run_name(request)
    if name is None:
        return shell.not_found()
    return await run_in_threadpool(file, name)
