"""`batch-offboard open` as a process of its own: a second start, and signals during a run."""

import os
import signal
import threading
from pathlib import Path

import pytest

from batch_offboard.page.opening import RUNTIME_NAME
from batch_offboard.record.events import RunFinished
from batch_offboard.record.journal_lines import read_journal
from batch_offboard.simulator import LoggedRequest
from tests.page.browser import Answer, Browser
from tests.support import org_of, people_named, run_command, simulator, start_command, write_list

PEOPLE = people_named("P", 6)


def opened(address: str) -> Browser:
    """A browser that was opened on a printed address."""
    start, _, token = address.strip().partition("/open?token=")
    browser = Browser(int(start.rpartition(":")[2]))
    assert browser.open(token).status == 303
    return browser


def until(browser: Browser, path: str, heading: str) -> Answer:
    """The screen of a run once it has this heading."""
    while not (shown := browser.get(path)).heading.startswith(heading):
        assert shown.status == 200
    return shown


@pytest.mark.skipif(os.name != "posix", reason="signals")
@pytest.mark.parametrize(("number", "code"), [(signal.SIGINT, 0), (signal.SIGTERM, -15)])
def test_a_signal_stops_the_run_in_order(tmp_path: Path, number: int, code: int) -> None:
    """Ctrl-C and the end of the login: what is under way is recorded, and how it ended."""
    reached, go_on = threading.Event(), threading.Event()

    def hold(request: LoggedRequest) -> None:
        if request.method == "PATCH":
            reached.set()
            assert go_on.wait(30)

    with simulator(org_of(PEOPLE), on_request=hold) as sim:
        process = start_command(sim, tmp_path, "open", "--no-browser")
        try:
            line = process._pipes["stdout"].readline()  # type: ignore[union-attr]
            browser = opened(line.partition(": ")[2])
            again = run_command(sim, tmp_path, "open", "--no-browser")
            assert opened(again.out.partition(": ")[2]).port == browser.port
            path = write_list(tmp_path / "leavers.csv", *PEOPLE)
            understood = browser.hand_in(path.name, path.read_bytes())
            making = browser.submit(understood, "/plan")
            plan = until(browser, making.path, "The plan: 6")
            started = browser.submit(browser.get(f"{plan.path}/start"), "/start", number="6")
            assert reached.wait(30)
            process.send_signal(number)
            until(browser, started.path, "Stopping")
            go_on.set()
            out, err = process.communicate(30)
        finally:
            go_on.set()
            process.kill()
    journal = tmp_path / "runs" / started.path.rpartition("/")[2] / "journal.jsonl"
    (finished,) = [each for each in read_journal(journal) if isinstance(each, RunFinished)]
    assert (finished.exit_code, finished.reason) == (130, "Stopped on the page.")
    assert (out, err) == ("", "")
    if code == 0:
        assert process.returncode == 0
        assert not (tmp_path / RUNTIME_NAME).exists()
