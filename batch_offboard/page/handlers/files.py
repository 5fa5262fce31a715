"""Files to save or to open: results, report, and the empty list."""

from collections.abc import Callable
from pathlib import Path

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import FileResponse, Response

from batch_offboard.page.screens.result import WORKBOOK_NAME
from batch_offboard.page.shell import Shell
from batch_offboard.record.folder import RunFolder
from batch_offboard.record.journal import last_hash
from batch_offboard.results.report import report_html
from batch_offboard.results.results_csv import results_bytes
from batch_offboard.results.run_folder import read_run
from batch_offboard.results.summary import results_name
from batch_offboard.termination_list.template import template_workbook

_REPORT_HEADERS = {
    "content-security-policy": "sandbox; default-src 'none'; style-src 'unsafe-inline'; "
    "img-src data:; form-action 'none'; base-uri 'none'; frame-ancestors 'none'"
}
"""The report runs no script and sends nothing, whatever is in it."""
_WORKBOOK = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
_TEMPLATE_NAME = "leavers.xlsx"


async def results(shell: Shell, request: Request) -> Response:
    """The results file, to be saved; made from the journal if the run wrote none."""
    return await _file(shell, request, _results)


def _results(folder: RunFolder) -> Response:
    view = read_run(folder).view()
    path = folder.path / results_name(view)
    name = f"{folder.path.name}-{path.name}"
    if _is_there(path):
        return FileResponse(path, media_type="text/csv", filename=name)
    answer = Response(results_bytes(view), media_type="text/csv")
    answer.headers["content-disposition"] = 'attachment; filename="results.csv"'
    return answer


async def workbook(shell: Shell, request: Request) -> Response:
    """The results as a workbook, to be saved."""

    def made(folder: RunFolder) -> Response:
        path = folder.path / WORKBOOK_NAME
        if not _is_there(path):
            return shell.not_found()
        return FileResponse(path, media_type=_WORKBOOK, filename=f"{folder.path.name}-{path.name}")

    return await _file(shell, request, made)


async def report(shell: Shell, request: Request) -> Response:
    """The report, in a sandbox; made from the journal if the run wrote none."""
    return await _file(shell, request, _report)


def _report(folder: RunFolder) -> Response:
    if _is_there(folder.report):
        return FileResponse(folder.report, media_type="text/html", headers=_REPORT_HEADERS)
    view = read_run(folder).view()
    html = report_html(view, journal_hash=last_hash(folder.journal), folder=folder.path)
    content = html.encode("utf-8", "backslashreplace")
    return Response(content, media_type="text/html", headers=_REPORT_HEADERS)


async def template(_shell: Shell, _request: Request) -> Response:
    """An empty list, to be filled in."""
    content = await run_in_threadpool(template_workbook)
    answer = Response(content, media_type=_WORKBOOK)
    answer.headers["content-disposition"] = f'attachment; filename="{_TEMPLATE_NAME}"'
    return answer


async def _file(shell: Shell, request: Request, made: Callable[[RunFolder], Response]) -> Response:
    name = shell.run_name(request)
    if name is None:
        return shell.not_found()
    return await run_in_threadpool(made, RunFolder(shell.desk.place.runs / name))


def _is_there(path: Path) -> bool:
    """Whether the run wrote it; a run that was cut short may have written nothing."""
    return path.is_file() and not path.is_symlink()
