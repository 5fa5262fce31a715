"""Files to save or to open: results, report, and the empty list."""

from collections.abc import Callable, Sequence
from pathlib import Path
from urllib.parse import quote

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import FileResponse, Response

from batch_offboard.page.reading import shown_in
from batch_offboard.page.shell import Shell
from batch_offboard.record.events import ResultsWritten
from batch_offboard.record.folder import REPORT_NAME, RESULTS_NAME, WORKBOOK_NAME, RunFolder
from batch_offboard.record.journal_lines import last_hash
from batch_offboard.results.report import report_html
from batch_offboard.results.results_csv import results_bytes
from batch_offboard.results.results_xlsx import has_workbook, workbook_bytes
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

    def made(folder: RunFolder) -> Response:
        view = shown_in(folder.path)
        path = folder.path / _last_written(view.written, RESULTS_NAME)
        return _saved(path, "text/csv", lambda: results_bytes(view))

    return await _file(shell, request, made)


async def workbook(shell: Shell, request: Request) -> Response:
    """The results as a workbook, to be saved; made from the journal if the run wrote none."""

    def made(folder: RunFolder) -> Response:
        view = shown_in(folder.path)
        if not has_workbook(view):
            return shell.not_found()
        path = folder.path / _last_written(view.workbooks, WORKBOOK_NAME)
        return _saved(path, _WORKBOOK, lambda: workbook_bytes(view))

    return await _file(shell, request, made)


def _saved(path: Path, kind: str, made: Callable[[], bytes]) -> Response:
    """A file to be saved, under a name that tells which run it is of."""
    name = f"{path.parent.name}-{path.name}"
    if _is_there(path):
        return FileResponse(path, media_type=kind, filename=name)
    disposition = f"attachment; filename*=utf-8''{quote(name, safe='')}"
    return Response(made(), media_type=kind, headers={"content-disposition": disposition})


async def report(shell: Shell, request: Request) -> Response:
    """The report, in a sandbox; made from the journal if the run wrote none."""
    return await _file(shell, request, _report)


def _report(folder: RunFolder) -> Response:
    view = shown_in(folder.path)
    path = folder.path / _last_written(view.reports, REPORT_NAME)
    if _is_there(path):
        return FileResponse(path, media_type="text/html", headers=_REPORT_HEADERS)
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


def _last_written(written: Sequence[ResultsWritten], name: str) -> str:
    """The file that the run wrote last of this kind: a numbered one where `name` was locked."""
    return Path(written[-1].name).name if written else name


def _is_there(path: Path) -> bool:
    """Whether the run wrote it; a run that was cut short may have written nothing."""
    return path.is_file() and not path.is_symlink()
