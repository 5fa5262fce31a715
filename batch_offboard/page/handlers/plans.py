"""Plans: making one again, the check before the start, and the start."""

from urllib.parse import quote

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response

from batch_offboard.errors import OffboardError
from batch_offboard.page import planning
from batch_offboard.page.plans import is_expired
from batch_offboard.page.reading import run_in
from batch_offboard.page.screens.plan import plan_heading_values, plan_rows
from batch_offboard.page.screens.runs import RunState, state_of
from batch_offboard.page.shell import Shell, numbers_in
from batch_offboard.record.events import PlanShown

_MOST_NOTE = 500
_MOST_TYPED = 20
"""How many characters of what was typed are shown again."""


async def plan_again(shell: Shell, request: Request) -> Response:
    """Make a plan again, with the names that a person has accepted, without those taken back.

    “Check and start…” also leads here if names were ticked that the plan does not have yet. So
    does “Keep these ticks”, for browsers without scripts, which only shows other rows.
    """
    form = await shell.posted(request)
    accepted, withdrawn = numbers_in(form, "accept"), numbers_in(form, "withdraw")
    name = shell.run_name(request)
    if name is None:
        return shell.not_found()
    if "keep" in form:
        looked_at = {key: request.query_params.get(key, "") for key in ("show", "find", "page")}
        return shell.to_run(name, **looked_at, accept=sorted(accepted))
    if "continue" in form and not accepted:
        return shell.to(f"runs/{quote(name, safe='')}/start")
    try:
        made = await run_in_threadpool(planning.plan_again, shell.desk, name, accepted, withdrawn)
    except OffboardError as error:
        return shell.refused(error)
    return shell.to_run(made)


async def columns(shell: Shell, request: Request) -> Response:
    """“Which column is which?” for the list of a plan."""
    await shell.posted(request)
    name = shell.run_name(request)
    if name is None:
        return shell.not_found()
    draft = await run_in_threadpool(planning.list_again, shell.desk, name)
    return shell.to(f"lists/{draft.id}/columns")


async def check(shell: Shell, request: Request) -> Response:
    """“Check before you start”"""
    return await run_in_threadpool(_check, shell, shell.run_name(request))


def _check(shell: Shell, name: str | None, error: str = "", note: str = "") -> Response:
    if name is None:
        return shell.not_found()
    gathered = run_in(shell.desk.place.runs / name)
    view = gathered.view()
    if state_of(gathered) is not RunState.PLANNED or view.plan is None:
        return shell.to_run(name)
    rows = plan_rows(gathered)
    used = planning.started_as(shell.desk.place, name)
    return shell.screen(
        "check",
        400 if error else 200,
        name=name,
        view=view,
        **plan_heading_values(view, shell.desk.clock.now(), rows),
        error=error,
        note=note,
        used=used,
    )


async def start_run(shell: Shell, request: Request) -> Response:
    """Start the run of a plan, once."""
    form = await shell.posted(request)
    name = shell.run_name(request)
    typed, note = str(form.get("number", "")).strip(), str(form.get("note", "")).strip()
    return await run_in_threadpool(_start, shell, name, typed, note[:_MOST_NOTE])


def _start(shell: Shell, name: str | None, typed: str, note: str) -> Response:
    if name is None:
        return shell.not_found()
    plan = _planned(shell, name)
    if plan is None:
        return shell.to_run(name)
    if error := _problem(shell, plan, typed):
        return _check(shell, name, error, note)
    try:
        begun = planning.start(shell.desk, name, plan.people, plan.digest, note)
    except OffboardError as refused:
        return _check(shell, name, str(refused), note)
    return shell.to_run(begun) if isinstance(begun, str) else shell.to_run(begun.run, plan=name)


def _planned(shell: Shell, name: str) -> PlanShown | None:
    """The plan of a run, if it can be started."""
    gathered = run_in(shell.desk.place.runs / name)
    return gathered.view().plan if state_of(gathered) is RunState.PLANNED else None


def _problem(shell: Shell, plan: PlanShown, typed: str) -> str:
    """Why the number that was typed starts nothing; empty if it does."""
    if is_expired(plan.at, shell.desk.clock.now()):
        return "This plan is older than 7 days. Make it again."
    if not typed[:1].isdecimal():
        return "Type the number of people."
    if typed not in _ways_to_type(plan.people):
        return (
            f"The plan changes {plan.people:,} people; you typed {typed[:_MOST_TYPED]}. Nothing "
            "was started."
        )
    return ""


def _ways_to_type(number: int) -> set[str]:
    """The ways to type a number: with or without a thousands separator."""
    return {str(number), *(f"{number:,}".replace(",", sign) for sign in ",.' ’")}
