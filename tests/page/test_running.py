"""A run that is going on, stopped, closed or cut short; and runs of every state."""

import shutil
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from batch_offboard.commands.order import Outcome
from batch_offboard.record.events import RunFinished
from batch_offboard.record.folder import RunFolder
from batch_offboard.record.journal_lines import read_journal
from batch_offboard.record.lock import locked
from batch_offboard.simulator import LoggedRequest, Simulator
from tests.page.browser import Answer, Browser
from tests.page.serving import Page, name_of, served
from tests.support import config, org_of, people_named, simulator, state_of, write_list

PEOPLE = people_named("P", 12)


class Held:
    """Keeps the first writing requests back until it is let go."""

    def __init__(self) -> None:
        self.reached, self.go_on = threading.Event(), threading.Event()

    def __call__(self, request: LoggedRequest) -> None:
        """Keep a writing request back."""
        if request.method in ("PATCH", "DELETE"):
            self.reached.set()
            assert self.go_on.wait(30)


@contextmanager
def running(folder: Path) -> Iterator[tuple[Page, Simulator, Held, Answer]]:
    """A page whose run is held at its first writing request."""
    held = Held()
    org = org_of(PEOPLE, {"Billing": PEOPLE})
    slow = config(rate={"workers": 1})
    with simulator(org, on_request=held) as sim, served(folder, sim, settings=slow) as page:
        try:
            shown = page.started(page.plan_of_people(*PEOPLE), len(PEOPLE))
            assert held.reached.wait(30)
            yield page, sim, held, shown
        finally:
            held.go_on.set()


def finished_event(folder: Path, name: str) -> RunFinished:
    """How a run ended, by its journal."""
    (found,) = [
        event
        for event in read_journal(folder / "runs" / name / "journal.jsonl")
        if isinstance(event, RunFinished)
    ]
    return found


def test_while_a_run_goes_on(tmp_path: Path) -> None:
    """Every tab shows it; no other job begins, and the page is not closed."""
    with running(tmp_path) as (page, _, held, shown):
        assert shown.heading == "The run is going on"
        tab = page.another()
        assert tab.get(shown.path).heading == "The run is going on"
        now = tab.get(f"{shown.path}/now").json
        assert now["running"] is True
        titles = [each["title"] for each in now["phases"]]
        assert titles
        assert set(titles) <= {
            each["title"] for each in tab.get(f"{shown.path}/now").json["phases"]
        }
        assert "Setting to inactive 0 of 12 people" in tab.get(shown.path).words
        assert "Removing from queues not begun" in tab.get(shown.path).words
        assert "Reading back states not begun" in shown.words
        assert [each["begun"] for each in now["phases"]].count(False) == 3
        plan = next(each for each in page.desk.place.run_jobs if each.endswith("dry-run"))
        again = tab.submit(tab.get(f"runs/{plan}"), "/plan")
        assert "Another run is going on. Wait for it or stop it." in again.words
        busy = tab.submit(tab.get(), "practice")
        assert "Another run is going on." in busy.words
        closing = tab.get("close")
        assert "Stop the run first, or leave this page open." in closing.words
        token = f"form_token={page.opened.session.form_token}".encode()
        assert "Stop the run first" in tab.post("close", token).words
        assert "running now" in tab.get("runs").words
        held.go_on.set()
        assert "Result" in page.finished(shown).title
    assert finished_event(tmp_path, name_of(shown)).exit_code == 0


def test_a_run_is_stopped_in_order(tmp_path: Path) -> None:
    """What is under way is finished and recorded; who was not reached can be done later."""
    with running(tmp_path) as (page, sim, held, shown):
        asked = page.browser.get(f"{shown.path}/stop")
        assert asked.heading == "Stop the run?"
        stopping = page.browser.submit(asked, "/stop")
        assert stopping.heading == "Stopping"
        assert "Requests under way are being finished." in stopping.words
        held.go_on.set()
        result = page.finished(shown)
        assert "Stopped by you." in result.words
        writes = len(sim.writes)
        assert writes < len(PEOPLE)
        finished = finished_event(tmp_path, name_of(shown))
        assert finished.exit_code == 130
        rest = page.browser.get(f"{result.path}/correct")
        plan = page.finished(page.browser.submit(rest, "/correct"))
        people = int(plan.heading.split()[2])
        done = page.finished(page.started(plan, people))
        assert "Result" in done.title
        assert {state_of(sim.org, each) for each in PEOPLE} == {"inactive"}


def test_closing_the_server_stops_the_run_in_order(tmp_path: Path) -> None:
    """As by a signal: nothing is cut off, and the journal says how it ended."""
    with running(tmp_path) as (page, _, held, shown):
        stop, pressed = page.desk.place.run_jobs[name_of(shown)].job.stop, threading.Event()
        with stop.calling(lambda _: pressed.set()):
            page.opened.server.end()
            assert pressed.wait(30)
        assert page.browser.get(shown.path).heading == "Stopping"
        late = page.another().submit(page.browser.get(), "practice")
        assert "batch-offboard is closing." in late.words
        held.go_on.set()
        page.thread.join(30)
        assert not page.thread.is_alive()
    assert finished_event(tmp_path, name_of(shown)).exit_code == 130


def cut(folder: Path, name: str, keep: Callable[[str], bool]) -> None:
    """Leave of a run what a crash leaves: the journal up to a line, and no results."""
    run = folder / "runs" / name
    journal = run / "journal.jsonl"
    lines = journal.read_text("utf-8").splitlines(keepends=True)
    kept = next(n for n, line in enumerate(lines) if keep(line))
    journal.write_text("".join(lines[:kept]), "utf-8")
    for path in run.iterdir():
        if path != journal:
            path.unlink()


def test_a_run_that_was_cut_short_is_run_to_its_end(tmp_path: Path) -> None:
    """After a crash: its files are made from the journal, and the rest is planned."""
    org = org_of(PEOPLE, {"Billing": PEOPLE})
    with simulator(org) as sim, served(tmp_path, sim) as page:
        name = name_of(page.run_of_people(*PEOPLE))
        cut(tmp_path, name, lambda line: '"call_answered"' in line)
    with simulator(org_of(PEOPLE, {"Billing": PEOPLE})) as sim, served(tmp_path, sim) as page:
        assert "cut short" in page.browser.get("runs").words
        shown = page.browser.get(f"runs/{name}")
        assert "Cut short: batch-offboard ended during this run." in shown.words
        assert page.browser.get(f"runs/{name}/results.csv").text.count("\n") == len(PEOPLE) + 1
        report = page.browser.get(f"runs/{name}/report.html")
        assert (report.status, "sandbox" in report.header("content-security-policy")) == (200, True)
        with locked(RunFolder(tmp_path / "runs" / name)):
            busy = page.browser.get(f"runs/{name}")
            assert "This run is going on in another program." in busy.words
            assert "running now" in page.browser.get("runs").words
        plan = page.finished(page.browser.submit(shown, "/rest"))
        assert plan.heading == f"The plan: {len(PEOPLE)} people"
        result = page.finished(page.started(plan, len(PEOPLE)))
        assert "12 rows" in result.words
        assert {state_of(sim.org, each) for each in PEOPLE} == {"inactive"}


def test_results_are_saved_wherever_they_were_written(tmp_path: Path) -> None:
    """Where another file had its name, as one that is open in Excel, a numbered one was written."""
    with running(tmp_path) as (page, _, held, shown):
        folder = tmp_path / "runs" / name_of(shown)
        for kind in ("xlsx", "csv"):
            (folder / f"results.{kind}").write_bytes(b"of somebody else")
        held.go_on.set()
        result = page.finished(shown)
        assert "Save results.xlsx Save results.csv Open the report" in result.words
        for kind in ("xlsx", "csv"):
            saved = page.browser.get(f"{result.path}/results.{kind}")
            assert saved.body == (folder / f"results-2.{kind}").read_bytes()
            named = saved.header("content-disposition")
            assert named == f'attachment; filename="{folder.name}-results-2.{kind}"'
            (folder / f"results-2.{kind}").unlink()
            made = page.browser.get(f"{result.path}/results.{kind}")
            assert made.body[:3] in (b"PK\x03", b"\xef\xbb\xbf")
            assert made.header("content-disposition").startswith("attachment; ")


def test_runs_of_every_state_are_listed_and_shown(tmp_path: Path) -> None:
    """Refused ones only where everything is asked for; damaged ones say so."""
    org = org_of(PEOPLE, {"Billing": PEOPLE})
    settings = config(guards={"max_rows": 3})
    with simulator(org) as sim, served(tmp_path, sim, settings=settings) as page:
        refused = name_of(page.plan_of_people(*PEOPLE))
        done = page.run_of_people("P001", "P002")
        runs = tmp_path / "runs"
        bad = runs / "20000101T000000Z-bad"
        shutil.copytree(runs / name_of(done), bad)
        text = (bad / "journal.jsonl").read_text("utf-8")
        (bad / "journal.jsonl").write_text(text.replace("inactive", "active"), "utf-8")
        empty = runs / "20000102T000000Z-none"
        empty.mkdir()
        (empty / "journal.jsonl").touch()
        shown = page.browser.get("runs")
        assert "finished" in shown.words
        assert f'{refused}"' not in shown.text
        everything = page.browser.get("runs?show=everything")
        assert f'{refused}"' in everything.text
        assert "Show everything (1 more)" in shown.words
        for name in (refused, name_of(done), bad.name, empty.name):
            answer = page.browser.get(f"runs/{name}")
            assert answer.status in (200, 400)
            assert answer.heading
        assert page.browser.get(f"runs/{bad.name}").heading == "This cannot be shown"
        for rest in ("start", "correct", "undo", "results.csv", "report.html"):
            assert page.browser.get(f"runs/{bad.name}/{rest}").status in (200, 400)


def test_a_stopped_plan_is_no_result(tmp_path: Path) -> None:
    """Nothing was changed, and it can be made again."""
    org = org_of(PEOPLE)
    reached, go_on = threading.Event(), threading.Event()

    def hold(request: LoggedRequest) -> None:
        if "/users" in request.path:
            reached.set()
            assert go_on.wait(30)

    with simulator(org, on_request=hold) as sim, served(tmp_path, sim) as page:
        path = write_list(tmp_path / "leavers.csv", *PEOPLE)
        understood = page.browser.hand_in(path.name, path.read_bytes())
        shown = page.browser.submit(understood, "/plan")
        assert shown.heading == "The plan is being made"
        assert reached.wait(30)
        page.browser.submit(page.browser.get(f"{shown.path}/stop"), "/stop")
        go_on.set()
        stopped = page.finished(shown)
        assert "This plan was not finished. leavers.csv" in stopped.words
        assert "Nothing was changed. Stopped by you." in stopped.words
        assert "Correct and run again" not in stopped.words
        again = page.finished(page.browser.submit(stopped, "/plan"))
        assert again.heading == "The plan: 12 people"


def test_a_defect_is_told_and_no_traceback(tmp_path: Path, capfd: Any) -> None:
    """And the page goes on."""

    def failing(*_: object) -> Outcome:
        raise RuntimeError("something with secrets")

    with simulator(org_of(PEOPLE)) as sim, served(tmp_path, sim) as page:
        page.desk.carry_out = failing
        shown = page.plan_of_people(*PEOPLE)
        assert (shown.status, shown.heading) == (500, "This cannot be shown")
        assert "failed unexpectedly" in shown.words
        assert "secrets" not in shown.text
        assert page.browser.get().status == 200


def test_a_job_that_is_over_can_be_stopped_again(tmp_path: Path) -> None:
    """It is over all the same."""
    with simulator(org_of(PEOPLE)) as sim, served(tmp_path, sim) as page:
        plan = page.plan_of_people("P001")
        token = f"form_token={page.opened.session.form_token}".encode()
        answer = page.browser.post(f"{plan.path}/stop", token)
        assert answer.header("location") == plan.path
        assert page.browser.get(plan.path).heading == "The plan: 1 person"


@pytest.mark.parametrize("path", ["lists/x", "lists/x/columns", "runs/x", "runs/x/correct"])
def test_what_is_no_longer_here_is_told(page: Page, path: str) -> None:
    """On a screen from which one can go on."""
    answer = page.browser.get(path)
    assert answer.status in (400, 404)
    assert answer.heading
    assert Browser(page.port).send("GET", answer.path).body == b"Open batch-offboard from its icon."
