"""A plan: made again, checked, started."""

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response

from batch_offboard.errors import OffboardError
from batch_offboard.page.plans import is_expired, used_by
from batch_offboard.page.screens.plan import plan_told
from batch_offboard.page.screens.runs import State, state_of
from batch_offboard.page.shell import Shell
from batch_offboard.record.folder import RunFolder
from batch_offboard.results.models import RunView
from batch_offboard.results.run_folder import read_run

_MOST_NOTE = 500


async def again(shell: Shell, request: Request) -> Response:
    """Make a plan again, with the names that a person has accepted."""
    form = await shell.posted(request)
    name = shell.run_name(request)
    if name is None:
        return shell.not_found()
    accepted = {int(text) for each in form.getlist("accept") if (text := str(each)).isdecimal()}
    try:
        made = await run_in_threadpool(shell.desk.plan_again, name, frozenset(accepted))
    except OffboardError as error:
        return shell.start_screen(str(error))
    return shell.to(f"runs/{made}")


async def check(shell: Shell, request: Request) -> Response:
    """“Check before you start”"""
    return await run_in_threadpool(_check, shell, shell.run_name(request), "")


def _check(shell: Shell, name: str | None, error: str, note: str = "") -> Response:
    if name is None:
        return shell.not_found()
    gathered = read_run(RunFolder(shell.desk.runs / name))
    view = gathered.view()
    if state_of(gathered) is not State.PLANNED or view.plan is None:
        return shell.to(f"runs/{name}")
    return shell.screen(
        "check",
        400 if error else 200,
        name=name,
        view=view,
        **plan_told(view, shell.desk.clock.now()),
        error=error,
        note=note,
        used=used_by(shell.desk.runs / name),
    )


async def start(shell: Shell, request: Request) -> Response:
    """Start the run of a plan, once."""
    form = await shell.posted(request)
    name = shell.run_name(request)
    typed, note = str(form.get("number", "")).strip(), str(form.get("note", "")).strip()
    return await run_in_threadpool(_start, shell, name, typed, note[:_MOST_NOTE])


def _start(shell: Shell, name: str | None, typed: str, note: str) -> Response:
    if name is None:
        return shell.not_found()
    view = read_run(RunFolder(shell.desk.runs / name)).view()
    if view.plan is None:
        return shell.to(f"runs/{name}")
    if error := _problem(shell, view, typed):
        return _check(shell, name, error, note)
    try:
        begun = shell.desk.start(name, view.plan.people, view.plan.digest, note)
    except OffboardError as refused:
        return _check(shell, name, str(refused), note)
    if isinstance(begun, str):
        return shell.to(f"runs/{begun}")
    return shell.to(f"runs/{name}/start")


def _problem(shell: Shell, view: RunView, typed: str) -> str:
    """Why the number that was typed starts nothing; empty if it does."""
    if view.plan is None or not typed.isdecimal():
        return "Type the number of people."
    if int(typed) != view.plan.people:
        return (
            f"The plan changes {view.plan.people:,} people; you typed {typed}. Nothing was started."
        )
    if is_expired(view.plan.at, shell.desk.clock.now()):
        return "This plan is older than 7 days. Make it again."
    return ""
