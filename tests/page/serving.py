"""A page that is served in a thread, for a folder of its own, in the time of the fast clock."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from urllib.parse import unquote

from batch_offboard.commands.order import Outcome
from batch_offboard.commands.perform import Request, perform
from batch_offboard.config import Config
from batch_offboard.genesys import Clock, Stop
from batch_offboard.page.desk import Desk
from batch_offboard.page.lists import Drafts
from batch_offboard.page.serving import Opened
from batch_offboard.page.workspace import Workspace
from batch_offboard.run.agree import Ask
from batch_offboard.run.session import Listener
from batch_offboard.simulator import Simulator
from tests.page.browser import SECONDS, Answer, Browser
from tests.support import config, credentials_of, fast_clock, run_fast, write_list


@dataclass
class Hands:
    """The time of the page, which moves where a test moves it."""

    seconds: float = 1000.0

    def monotonic(self) -> float:
        """Seconds."""
        return self.seconds

    def now(self) -> datetime:
        """The moment by the calendar: today's, and what was moved."""
        return datetime.now(UTC) + timedelta(seconds=self.seconds - 1000.0)

    def move(self, **by: float) -> None:
        """Let time pass."""
        self.seconds += timedelta(**by).total_seconds()


def in_fast_time(request: Request, stop: Stop, ask: Ask, listener: Listener) -> Outcome:
    """Carry a request out on the fast clock."""
    return run_fast(perform(request, stop, ask, listener, fast_clock()))


@dataclass
class Page:
    """A page that is being served, and the browser of the person who opened it."""

    opened: Opened
    hands: Hands
    browser: Browser
    thread: threading.Thread = field(repr=False)

    @property
    def desk(self) -> Desk:
        """The page's desk."""
        return self.opened.desk

    @property
    def port(self) -> int:
        """The page's port."""
        return self.opened.server.port

    @property
    def folder(self) -> Path:
        """The folder that the page works in now."""
        return self.desk.place.folder

    def another(self) -> Browser:
        """Another tab of the same browser."""
        return Browser(self.port, self.browser.base, self.browser.cookie)

    def finished(self, shown: Answer) -> Answer:
        """The screen that follows when the job of the screen shown has ended."""
        work = self.desk.place.run_jobs
        while not (each := work[name_of(shown)]).is_over or each.replaced_by:
            each.job.join(SECONDS)
            shown = self.browser.get(shown.path)
        return self.browser.get(shown.path)

    def plan_of(self, path: Path) -> Answer:
        """Hand in a list and make its plan."""
        understood = self.browser.hand_in(path.name, path.read_bytes())
        return self.finished(self.browser.submit(understood, "/plan"))

    def plan_of_people(self, *people: str) -> Answer:
        """Hand in a list of these people and make its plan."""
        return self.plan_of(write_list(self.folder / "leavers.csv", *people))

    def checked(self, plan: Answer) -> Answer:
        """“Check before you start” of a plan."""
        return self.browser.get(f"{plan.path}/start")

    def started(self, plan: Answer, number: int, **fields: str) -> Answer:
        """The screen after the number was typed; its job may still be going on."""
        return self.browser.submit(self.checked(plan), "/start", number=str(number), **fields)

    def run_of_people(self, *people: str) -> Answer:
        """The result of a run of these people, all of whom it changes."""
        return self.finished(self.started(self.plan_of_people(*people), len(people)))


def name_of(shown: Answer) -> str:
    """The run that a screen is about."""
    return unquote(shown.path.rpartition("/runs/")[2].partition("/")[0])


@contextmanager
def served(
    folder: Path,
    sim: Simulator | None = None,
    *,
    settings: Config | None = None,
    hands: Hands | None = None,
    desk: Desk | None = None,
) -> Iterator[Page]:
    """A page for a folder while the `with` block lasts, opened in a browser.

    `desk` is one that reads its settings itself.
    """
    hands = hands or Hands()
    credentials, drafts = credentials_of(sim) if sim else None, Drafts(hands.monotonic)
    place = Workspace(folder, settings or config(), credentials, drafts)
    desk = desk or Desk(place, clock=Clock(now=hands.now), monotonic=hands.monotonic)
    desk.carry_out = in_fast_time
    opened = Opened.at(desk, 0, hands.monotonic)
    ready = threading.Event()
    thread = threading.Thread(target=opened.serve, args=(ready.set,))
    thread.start()
    assert ready.wait(SECONDS)
    try:
        browser = Browser(opened.server.port)
        assert browser.open(opened.session.start_token()).status == 303
        yield Page(opened, hands, browser, thread)
    finally:
        opened.server.end()
        thread.join(SECONDS)
        assert not thread.is_alive()
