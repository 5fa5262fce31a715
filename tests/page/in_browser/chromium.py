"""A real browser on the page: what a person does there, and what is true of every screen."""

from __future__ import annotations

import os
import re
import shutil
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from urllib.parse import unquote

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, sync_playwright

from batch_offboard.commands.order import Outcome
from batch_offboard.commands.perform import Request
from batch_offboard.genesys import Stop
from batch_offboard.record.events import Event
from batch_offboard.run.agree import Ask
from batch_offboard.run.session import Listener
from tests.page.browser import SECONDS, Answer
from tests.page.serving import Page as Served
from tests.page.serving import in_fast_time

NEEDED = "BATCH_OFFBOARD_NEEDS_BROWSER"
"""Set where a missing browser is a failure."""

_NAMES = (
    "chromium-headless-shell",
    "chromium",
    "chromium-browser",
    "google-chrome",
    "chrome",
    "msedge",
)
"""Without windows to draw, the first needs a third of the time."""
_ARGUMENTS = (
    "--no-sandbox",
    "--disable-gpu",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)
_NARROW, _WIDE = {"width": 320, "height": 700}, {"width": 1280, "height": 900}
_SIZES = """() => {
  const small = [...document.querySelectorAll("a, button, input, select, summary")]
    .filter((each) => each.checkVisibility() && each.type !== "hidden" && !each.closest("p, .skip"))
    .map((each) => each.closest("label") ?? each)
    .filter((each) => each.getBoundingClientRect().height < 43.5)
    .map((each) => each.outerHTML);
  return { wide: document.documentElement.scrollWidth, small };
}"""
_WORDLESS = """() => [...document.querySelectorAll(".status, .legend li, progress, .badge")]
  .filter((each) => !/[a-z]/.test(each.textContent)).map((each) => each.outerHTML)"""
_VIOLATIONS = """async (options) =>
  (await axe.run({ ...options, preload: false, resultTypes: ["violations"] })).violations
    .flatMap((each) => each.nodes.map((node) => [each.help, node.html, node.failureSummary]))"""


@dataclass
class Chromium:
    """A browser that is open."""

    browser: Browser

    @contextmanager
    def tab(self, page: Served, *, script: bool = True) -> Iterator[Tab]:
        """A tab in which the page was opened; nothing in it may go to another server."""
        context = self.browser.new_context(java_script_enabled=script, viewport=_WIDE)
        context.set_default_timeout(SECONDS * 1000)
        tab = Tab(page, context.new_page())
        own = f"http://127.0.0.1:{page.port}/"
        context.on("request", lambda each: tab.note_request(each.url, own))
        tab.shown.on("console", lambda each: tab.noticed.append(each.text))
        tab.shown.on("dialog", lambda each: tab.noticed.append(f"dialog: {each.message}"))
        token = page.opened.session.start_token()
        tab.shown.goto(f"{own}open?token={token}")
        if not script:
            tab.press("Open batch-offboard")
        tab.shown.wait_for_selector("#list")
        try:
            yield tab
        finally:
            context.close()
        alarms = [each for each in tab.noticed if not each.startswith("Failed to load")]
        assert alarms == [], alarms


@dataclass
class Tab:
    """A tab, and what a person does in it. `noticed` are alarms of the browser."""

    page: Served
    shown: Page
    noticed: list[str] = field(default_factory=list)

    def note_request(self, url: str, own: str) -> None:
        """Notice a request to anybody but our own server."""
        if not url.startswith((own, "data:")):
            self.noticed.append(f"request: {url}")

    @property
    def heading(self) -> str:
        """The heading of the screen."""
        return self.shown.inner_text("h1")

    @property
    def words(self) -> str:
        """What the screen says."""
        return " ".join(self.shown.inner_text("main").split())

    def press(self, name: str) -> None:
        """Press a button, or follow a link."""
        named = {"name": re.compile(rf"^{re.escape(name)}( in a new tab)?$"), "exact": False}
        found = self.shown.get_by_role("button", **named)
        found.or_(self.shown.get_by_role("link", **named)).first.click()
        self.shown.wait_for_load_state()

    def go_to(self, answer: Answer) -> None:
        """Show a screen that was reached without this browser, as by another tab."""
        self.shown.goto(f"http://127.0.0.1:{self.page.port}{answer.path}")

    def hand_in(self, path: Path) -> None:
        """Choose a list, and go on."""
        self.shown.set_input_files("#list", str(path))
        self.press("Continue")

    def finish(self) -> None:
        """Wait until the job of the screen has ended and its screen has come by itself."""
        name = unquote(self.shown.url.rpartition("/runs/")[2].partition("/")[0])
        self.page.desk.place.run_jobs[name].job.join(SECONDS)
        self.shown.wait_for_selector("h1:not(:text-matches('made$|going on$|^Stopping$'))")
        self.shown.wait_for_load_state()  # until its styles are there

    def make_plan(self) -> None:
        """Make the plan, and wait for it."""
        self.press("Make the plan")
        self.finish()

    def start(self, number: int) -> None:
        """Go on from the plan and type the number."""
        self.press("Check and start…")
        self.shown.fill("#number", str(number))
        self.press("Start")

    def check(self, heading: str, *, thoroughly: bool = False) -> None:
        """What is true of every screen; `heading` begins the one that should be shown.

        It is looked at in a narrow window, which stays so; `thoroughly`, in a wide one, at night
        and in forced colours too.
        """
        assert self.heading.startswith(heading), self.words
        title = self.shown.title()
        is_wrong = self.shown.locator("#problem").count() > 0
        assert title.startswith("Error: ") == is_wrong
        assert title.endswith(" – batch-offboard")
        assert heading.rstrip(".") in title
        if is_wrong:
            assert self.shown.evaluate("document.activeElement.id") == "problem"
        self.check_sizes()
        self.shown.evaluate(_axe())
        assert self.shown.evaluate(_VIOLATIONS, {}) == []
        if thoroughly:
            self.shown.set_viewport_size(_WIDE)
            assert self.shown.evaluate(_VIOLATIONS, {}) == []
            self.shown.emulate_media(color_scheme="dark")
            assert self.shown.evaluate(_VIOLATIONS, {"runOnly": ["color-contrast"]}) == []
            self.shown.emulate_media(color_scheme="light", forced_colors="active")
            assert self.shown.evaluate(_VIOLATIONS, {"runOnly": ["color-contrast"]}) == []
            assert self.shown.evaluate(_WORDLESS) == []
            self.shown.emulate_media(forced_colors="none")

    def check_sizes(self) -> None:
        """Nothing but a region that scrolls is wider than 320 px; whatever is pressed is large."""
        if self.shown.viewport_size != _NARROW:
            self.shown.set_viewport_size(_NARROW)
        sizes = self.shown.evaluate(_SIZES)
        assert sizes == {"wide": 320, "small": []}, sizes


@cache
def _axe() -> str:
    """The script of axe-core."""
    return Axe().axe_script


@contextmanager
def chromium() -> Iterator[Chromium]:
    """The system's browser; the test is skipped where there is none, unless one is needed."""
    path = next(filter(None, map(shutil.which, _NAMES)), None)
    if path is None:
        missing = pytest.fail if NEEDED in os.environ else pytest.skip
        missing(f"none of {', '.join(_NAMES)} is on this machine")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=_ARGUMENTS)
        try:
            yield Chromium(browser)
        finally:
            browser.close()


@dataclass
class Gate:
    """Holds runs up after their first write, until it is opened."""

    opened: threading.Event = field(default_factory=threading.Event)
    reached: threading.Event = field(default_factory=threading.Event)

    def carry_out(self, request: Request, stop: Stop, ask: Ask, listener: Listener) -> Outcome:
        """Carry a request out, held up at the gate."""
        return in_fast_time(request, stop, ask, _Held(listener, self))


@dataclass
class _Held:
    listener: Listener
    gate: Gate

    def begun(self, folder: Path) -> None:
        self.listener.begun(folder)

    def event(self, event: Event) -> None:
        self.listener.event(event)

    def progress(self, phase: str, done: int) -> None:
        self.listener.progress(phase, done)
        if phase == "deactivate":
            self.gate.reached.set()
            assert self.gate.opened.wait(SECONDS)

    def sent(self) -> None:
        self.listener.sent()
