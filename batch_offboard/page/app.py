"""The routes of the page, nothing else: what each shows is made in `handlers` and `screens`."""

from collections.abc import Awaitable, Callable, Sequence
from functools import partial

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Mount, Route

from batch_offboard.page.guarding import OPEN, OPEN_SCRIPT, App, Guarded
from batch_offboard.page.handlers import corrections, files, lists, opening, plans, practice, runs
from batch_offboard.page.handlers.errors import OUTSIDE_ERRORS, ErrorAnswers, inside_errors
from batch_offboard.page.shell import Shell

Handler = Callable[[Shell, Request], Awaitable[Response]]

_OUTSIDE: tuple[tuple[str, str, Handler], ...] = (
    ("GET", OPEN, opening.token_form),
    ("POST", OPEN, opening.opened),
    ("GET", OPEN_SCRIPT, opening.script),
)
_INSIDE: tuple[tuple[str, str, Handler], ...] = (
    ("GET", "/", lists.start_screen),
    ("GET", "/here", opening.keep_open),
    ("GET", "/static/{name}", opening.static),
    ("POST", "/lists", lists.upload),
    ("GET", "/lists/{id}", lists.list_screen),
    ("GET", "/lists/{id}/columns", lists.ask_columns),
    ("POST", "/lists/{id}/columns", lists.choose_columns),
    ("POST", "/lists/{id}/plan", lists.plan),
    ("POST", "/lists/{id}/again", lists.plan_rerun),
    ("GET", "/runs", runs.earlier),
    ("GET", "/runs/{run}", runs.run_screen),
    ("GET", "/runs/{run}/now", runs.now),
    ("POST", "/runs/{run}/plan", plans.plan_again),
    ("POST", "/runs/{run}/columns", plans.columns),
    ("GET", "/runs/{run}/start", plans.check),
    ("POST", "/runs/{run}/start", plans.start_run),
    ("GET", "/runs/{run}/stop", runs.ask_to_stop),
    ("POST", "/runs/{run}/stop", runs.stop),
    ("POST", "/runs/{run}/rest", runs.plan_rest),
    ("GET", "/runs/{run}/correct", corrections.ask),
    ("POST", "/runs/{run}/correct", corrections.plan_corrected),
    ("GET", "/runs/{run}/undo", corrections.ask_back),
    ("POST", "/runs/{run}/undo", corrections.take_back),
    ("GET", "/runs/{run}/results.csv", files.results),
    ("GET", "/runs/{run}/results.xlsx", files.workbook),
    ("GET", "/runs/{run}/report.html", files.report),
    ("GET", "/template.xlsx", files.template),
    ("POST", "/practice", practice.start_practice),
    ("POST", "/practice/end", practice.end_practice),
    ("GET", "/close", opening.ask_to_close),
    ("POST", "/close", opening.close),
)


def page_app(shell: Shell, used: Callable[[], None]) -> App:
    """The whole page behind its guard; `used` is called for each request of the person."""
    inside = _application(_routes(shell, _INSIDE), inside_errors(shell))
    outside = [*_routes(shell, _OUTSIDE), Mount(f"/{shell.session.prefix}", app=inside)]
    return Guarded(_application(outside, OUTSIDE_ERRORS), shell.session, shell.port, used)


def _application(routes: Sequence[BaseRoute], errors: ErrorAnswers) -> Starlette:
    application = Starlette(routes=routes, exception_handlers=errors)
    # A redirection to the same address with a slash would be made from `request.url`.
    application.router.redirect_slashes = False
    return application


def _routes(shell: Shell, table: tuple[tuple[str, str, Handler], ...]) -> list[Route]:
    return [
        Route(path, partial(handler, shell), methods=[method]) for method, path, handler in table
    ]
