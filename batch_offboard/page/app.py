"""The routes of the page, nothing else: what each shows is made in `screens`."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from starlette.applications import Starlette
from starlette.concurrency import run_in_threadpool
from starlette.datastructures import FormData, UploadFile
from starlette.requests import Request
from starlette.responses import (
    FileResponse,
    JSONResponse,
    PlainTextResponse,
    RedirectResponse,
    Response,
)
from starlette.routing import Mount, Route

from batch_offboard.errors import OffboardError, UsageError
from batch_offboard.page.desk import Desk, Work
from batch_offboard.page.guarding import (
    FROM_ITS_ICON,
    OPEN,
    OPEN_SCRIPT,
    App,
    BodyTooLargeError,
    Guarded,
    cookie_name,
)
from batch_offboard.page.lists import MOST_BYTES, Draft
from batch_offboard.page.plans import PlanSource, is_expired, read_plan_source, used_by
from batch_offboard.page.rendering import rendered
from batch_offboard.page.screens.plan import ROWS_A_PAGE, SHOWN, chosen_rows, plan_rows
from batch_offboard.page.screens.runs import State, names_of, runs_shown, state_of
from batch_offboard.page.screens.understood import findings_shown, unused_letters, used_columns
from batch_offboard.page.session import START_SECONDS, Redeemed, Session
from batch_offboard.record.folder import REPORT_NAME, RESULTS_NAME, RunFolder
from batch_offboard.results.causes import shared_causes
from batch_offboard.results.run_folder import read_run
from batch_offboard.results.run_verdict import attention, counts, status_words, verdict
from batch_offboard.results.summary import results_name

_STATIC = Path(__file__).parent / "static"
_SEE_OTHER = 303
_MOST_FIELDS = 50_000

Handler = Callable[[Request], Awaitable[Response]]


def page_app(desk: Desk, session: Session, port: int, close: Callable[[], None]) -> App:
    """The whole page behind its guard; `close` ends the server."""
    page = Page(desk, session, port, close)
    routes = [
        Route(OPEN, page.open_form, methods=["GET"]),
        Route(OPEN, page.open, methods=["POST"]),
        Route(OPEN_SCRIPT, page.script, methods=["GET"]),
        Mount(f"/{session.prefix}", routes=list(page.routes())),
    ]
    handlers: dict[Any, Any] = {
        404: _not_found,
        405: _not_found,
        PermissionError: _not_ours,
        BodyTooLargeError: page.too_large,
    }
    return Guarded(Starlette(routes=routes, exception_handlers=handlers), session, port)


async def _not_found(_request: Request, _error: Exception) -> Response:
    return PlainTextResponse("", 404)


async def _not_ours(_request: Request, _error: Exception) -> Response:
    return PlainTextResponse("", 403)


@dataclass
class Page:
    """The handlers of all routes."""

    desk: Desk
    session: Session
    port: int
    close_server: Callable[[], None]

    def routes(self) -> list[Route]:
        """Everything below the secret prefix."""
        return [
            Route("/", self.start, methods=["GET"]),
            Route("/here", self.here, methods=["GET"]),
            Route("/static/{name}", self.static, methods=["GET"]),
            Route("/lists", self.take_list, methods=["POST"]),
            Route("/lists/{id}", self.understood, methods=["GET"]),
            Route("/lists/{id}/plan", self.make_plan, methods=["POST"]),
            Route("/runs", self.runs, methods=["GET"]),
            Route("/runs/{run}", self.run, methods=["GET"]),
            Route("/runs/{run}/now", self.now, methods=["GET"]),
            Route("/runs/{run}/plan", self.plan_again, methods=["POST"]),
            Route("/runs/{run}/start", self.check, methods=["GET"]),
            Route("/runs/{run}/start", self.start_run, methods=["POST"]),
            Route("/runs/{run}/stop", self.ask_to_stop, methods=["GET"]),
            Route("/runs/{run}/stop", self.stop, methods=["POST"]),
            Route("/runs/{run}/results.csv", self.results, methods=["GET"]),
            Route("/runs/{run}/report.html", self.report, methods=["GET"]),
            Route("/close", self.ask_to_close, methods=["GET"]),
            Route("/close", self.close, methods=["POST"]),
        ]

    # -- opening

    async def open_form(self, request: Request) -> Response:
        """The form that uses the start token up; the script presses it at once."""
        return rendered("open", token=request.query_params.get("token", ""))

    async def open(self, request: Request) -> Response:
        """Let the person in, or give a second start its token."""
        form = await request.form(max_files=0, max_fields=2)
        secret = str(form.get("secret", ""))
        if secret:
            if not self.session.is_second_start(secret):
                return PlainTextResponse("", 403)
            return PlainTextResponse(self.session.start_token(START_SECONDS))
        if self.session.redeem(str(form.get("token", ""))) is not Redeemed.OPENED:
            return PlainTextResponse(FROM_ITS_ICON, 403)
        path = f"/{self.session.prefix}"
        answer = RedirectResponse(f"{path}/", _SEE_OTHER)
        answer.set_cookie(
            cookie_name(self.port),
            self.session.cookie,
            path=path,
            httponly=True,
            samesite="strict",
        )
        return answer

    async def script(self, _request: Request) -> Response:
        """The script of the opening form."""
        return FileResponse(_STATIC / "open.js")

    async def static(self, request: Request) -> Response:
        """The one stylesheet and the one script."""
        name = request.path_params["name"]
        if name not in ("page.css", "page.js"):
            return PlainTextResponse("", 404)
        return FileResponse(_STATIC / name)

    # -- lists

    async def start(self, _request: Request) -> Response:
        """“Who is leaving?”"""
        return self._start()

    def _start(self, error: str = "") -> Response:
        status = 400 if error else 200
        connected = self.desk.credentials is not None
        return self._screen("start", status, error=error, connected=connected)

    async def here(self, _request: Request) -> Response:
        """A sign of an open page."""
        return PlainTextResponse("", 204)

    async def too_large(self, _request: Request, _error: Exception) -> Response:
        """A list that is too large for the page."""
        return self._start("The list must be smaller than 20 MB.")

    async def take_list(self, request: Request) -> Response:
        """Take a list in."""
        form = await self._posted(request, max_files=1)
        given = form.get("list")
        if not isinstance(given, UploadFile) or not given.filename:
            return self._start("Choose a list.")
        data = await given.read(MOST_BYTES + 1)
        if len(data) > MOST_BYTES:
            return self._start("The list must be smaller than 20 MB.")
        if not data.strip():
            return self._start("The list is empty.")
        name = Path(given.filename.replace("\\", "/")).name[:200] or "list"
        draft = self.desk.drafts.add(name, data, self.desk.config)
        return self._to(f"lists/{draft.id}")

    async def understood(self, request: Request) -> Response:
        """“What was understood”"""
        draft = self._draft(request)
        if draft is None:
            return self._start("This list is no longer here. Choose it again.")
        listed = await run_in_threadpool(lambda: draft.read)
        if isinstance(listed, OffboardError):
            return self._start(str(listed))
        return self._screen(
            "understood",
            draft=draft,
            listed=listed,
            used=list(used_columns(listed)),
            unused=unused_letters(listed),
            findings=findings_shown(listed),
            error="",
        )

    async def make_plan(self, request: Request) -> Response:
        """Begin the dry run that makes the plan of a list."""
        await self._posted(request)
        draft = self._draft(request)
        if draft is None:
            return self._start("This list is no longer here. Choose it again.")
        source = PlanSource("run", draft.name, sheet=draft.sheet, choices=draft.choices)
        return await self._planned(source, draft.data)

    async def plan_again(self, request: Request) -> Response:
        """Make a plan again, with the names that a person has accepted."""
        form = await self._posted(request)
        name = self._run_name(request)
        source = read_plan_source(self.desk.runs / name) if name else None
        if name is None or source is None:
            return PlainTextResponse("", 404)
        accepted = {int(text) for each in form.getlist("accept") if (text := str(each)).isdecimal()}
        source = PlanSource(
            source.kind,
            source.name,
            source.path,
            sheet=source.sheet,
            choices=source.choices,
            accepted_names=source.accepted_names | accepted,
            rows=source.rows,
        )
        data = (self.desk.runs / name / "plan-list.bin") if source.kind == "run" else None
        return await self._planned(source, data.read_bytes() if data else b"")

    async def _planned(self, source: PlanSource, data: bytes) -> Response:
        try:
            name = await run_in_threadpool(self.desk.plan, source, data)
        except OffboardError as error:
            return self._start(str(error))
        return self._to(f"runs/{name}")

    # -- runs

    async def runs(self, _request: Request) -> Response:
        """“Earlier runs”"""
        shown = await run_in_threadpool(lambda: list(runs_shown(self.desk.runs)))
        return self._screen("runs", runs=shown)

    async def run(self, request: Request) -> Response:
        """The screen of the state that a run is in."""
        name = self._run_name(request)
        work = self.desk.work.get(request.path_params["run"])
        if work is not None and work.job.is_running:
            return self._screen("running", work=work, now=work.job.watch.now)
        if work is not None and name is None:
            return self._refused(work)
        if name is None:
            return PlainTextResponse("", 404)
        return await run_in_threadpool(self._ended_run, name, work, request)

    def _ended_run(self, name: str, work: Work | None, request: Request) -> Response:
        gathered = read_run(RunFolder(self.desk.runs / name))
        view, state = gathered.view(), state_of(gathered)
        if state is State.PLANNED:
            rows = plan_rows(gathered)
            show = request.query_params.get("show", "all")
            find = request.query_params.get("find", "")
            chosen = chosen_rows(rows, show if show in SHOWN else "all", find)
            page = _number(request.query_params.get("page", ""), 1)
            return self._screen(
                "plan",
                name=name,
                view=view,
                plan=view.plan,
                rows=chosen[(page - 1) * ROWS_A_PAGE : page * ROWS_A_PAGE],
                counts={key: len(chosen_rows(rows, key, "")) for key in SHOWN if key != "new"},
                shown=SHOWN,
                show=show,
                find=find,
                page=page,
                pages=max(1, -(-len(chosen) // ROWS_A_PAGE)),
                own=read_plan_source(self.desk.runs / name) is not None,
            )
        if work is not None and work.grown:
            return self._screen("grown", name=name, work=work)
        return self._screen(
            "result",
            name=name,
            state=state,
            verdict=verdict(view),
            counts=counts(view),
            words=status_words(view),
            causes=shared_causes(attention(view)),
        )

    async def now(self, request: Request) -> Response:
        """The snapshot of a run, for the script."""
        work = self.desk.work.get(request.path_params["run"])
        if work is None:
            return PlainTextResponse("", 404)
        now = work.job.watch.now
        return JSONResponse(
            {
                "running": work.job.is_running,
                "stopping": work.job.is_stopping,
                "waiting": now.waiting,
                "phases": [
                    {
                        "name": each.name,
                        "title": each.title,
                        "done": each.done,
                        "total": each.total,
                        "unit": each.unit,
                        "left": each.time_left,
                    }
                    for each in now.phases
                ],
            }
        )

    async def check(self, request: Request) -> Response:
        """“Check before you start”"""
        return await run_in_threadpool(self._check, request, "")

    def _check(self, request: Request, error: str) -> Response:
        name = self._run_name(request)
        if name is None:
            return PlainTextResponse("", 404)
        gathered = read_run(RunFolder(self.desk.runs / name))
        view = gathered.view()
        if state_of(gathered) is not State.PLANNED or view.plan is None:
            return self._to(f"runs/{name}")
        started = used_by(self.desk.runs / name)
        status = 400 if error else 200
        return self._screen(
            "check", status, name=name, view=view, plan=view.plan, error=error, used=started
        )

    async def start_run(self, request: Request) -> Response:
        """Start the run of a plan, once."""
        form = await self._posted(request)
        name = self._run_name(request)
        if name is None:
            return PlainTextResponse("", 404)
        view = await run_in_threadpool(lambda: read_run(RunFolder(self.desk.runs / name)).view())
        if view.plan is None:
            return self._to(f"runs/{name}")
        typed = str(form.get("number", "")).strip()
        if not typed.isdecimal():
            return await run_in_threadpool(self._check, request, "Type the number of people.")
        if int(typed) != view.plan.people:
            error = (
                f"The plan changes {view.plan.people} people; you typed {typed}. "
                "Nothing was started."
            )
            return await run_in_threadpool(self._check, request, error)
        if is_expired(view.plan.at, self.desk.clock.now()):
            error = "This plan is older than 7 days. Make it again."
            return await run_in_threadpool(self._check, request, error)
        note = str(form.get("note", "")).strip()[:500]
        try:
            begun = await run_in_threadpool(
                self.desk.start, name, view.plan.people, view.plan.digest, note
            )
        except UsageError as refused:
            return await run_in_threadpool(self._check, request, str(refused))
        return self._to(f"runs/{begun if isinstance(begun, str) else begun.run}")

    async def ask_to_stop(self, request: Request) -> Response:
        """“Stop the run?”"""
        return self._screen("stop", run=request.path_params["run"])

    async def stop(self, request: Request) -> Response:
        """Ask the run to stop."""
        await self._posted(request)
        if work := self.desk.work.get(request.path_params["run"]):
            work.job.press_stop()
        return self._to(f"runs/{request.path_params['run']}")

    async def results(self, request: Request) -> Response:
        """The results file, to be saved."""
        name = self._run_name(request)
        if name is None:
            return PlainTextResponse("", 404)
        view = await run_in_threadpool(lambda: read_run(RunFolder(self.desk.runs / name)).view())
        path = self.desk.runs / name / results_name(view)
        return FileResponse(path, media_type="text/csv", filename=f"{name}-{RESULTS_NAME}")

    async def report(self, request: Request) -> Response:
        """The report, in a sandbox of its own."""
        name = self._run_name(request)
        if name is None:
            return PlainTextResponse("", 404)
        policy = "sandbox; default-src 'none'; style-src 'unsafe-inline'; img-src data:"
        return FileResponse(
            self.desk.runs / name / REPORT_NAME,
            media_type="text/html",
            headers={"content-security-policy": policy},
        )

    # -- closing

    async def ask_to_close(self, _request: Request) -> Response:
        """“Close batch-offboard?”"""
        return self._screen("close", running=self.desk.running is not None)

    async def close(self, request: Request) -> Response:
        """End the server, unless a run is going on."""
        await self._posted(request)
        if self.desk.running is not None:
            return self._screen("close", running=True)
        self.close_server()
        return self._screen("closed")

    # -- shared

    def _screen(self, template: str, status: int = 200, **values: Any) -> Response:
        return rendered(
            template,
            status,
            base=f"/{self.session.prefix}/",
            form_token=self.session.form_token,
            practice=self.desk.practice,
            **values,
        )

    def _refused(self, work: Work) -> Response:
        defect = not isinstance(work.job.error, OffboardError)
        text = "batch-offboard failed unexpectedly." if defect else str(work.job.error)
        return self._screen("refused", text=text)

    def _to(self, path: str) -> Response:
        return RedirectResponse(f"/{self.session.prefix}/{path}", _SEE_OTHER)

    def _draft(self, request: Request) -> Draft | None:
        return self.desk.drafts.find(request.path_params["id"])

    def _run_name(self, request: Request) -> str | None:
        """The run's name where there is one of that name: a path is never built from a request."""
        wanted = request.path_params["run"]
        return next((each for each in names_of(self.desk.runs) if each == wanted), None)

    async def _posted(self, request: Request, max_files: int = 0) -> FormData:
        """The fields of one of our own forms."""
        form = await request.form(
            max_files=max_files, max_fields=_MOST_FIELDS, max_part_size=MOST_BYTES + 1
        )
        if not self.session.is_own_form(str(form.get("form_token", ""))):
            raise PermissionError
        return form


def _number(text: str, otherwise: int) -> int:
    return max(1, int(text)) if text.isdecimal() and len(text) < 7 else otherwise
