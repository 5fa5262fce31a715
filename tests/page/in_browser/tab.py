"""A tab of a real browser: what a person does there, and what is true of every screen."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import unquote

from playwright.sync_api import Error, Page, Request

from tests.page.browser import SECONDS, Answer
from tests.page.in_browser import scripts
from tests.page.in_browser.axe_tab import NARROW, Copy
from tests.page.serving import Page as Served

_WAITING = "made$|going on$|^Stopping$"
"""The ends of the headings of screens that lead to the next one by themselves."""


@dataclass
class Tab:
    """A tab, and what a person does in it.

    `own` is the start of all our server's addresses. `noticed` are unwanted requests and errors in
    the browser, `copies` the screens that axe still has to check.
    """

    page: Served
    own: str
    shown: Page
    copies: list[Copy] = field(default_factory=list)
    noticed: list[str] = field(default_factory=list)

    def note_request(self, request: Request) -> None:
        """Note a request to any server but our own."""
        if not request.url.startswith((self.own, "data:")):
            self.noticed.append(f"request: {request.url}")

    # -- what the screen shows

    def see(self, script: str, given: Any = None) -> Any:
        """The value of a script run in the tab."""
        return self.shown.evaluate(script, given)

    @property
    def heading(self) -> str:
        """The heading of the screen."""
        return self.text("h1")

    @property
    def words(self) -> str:
        """The text of the screen, without header and footer."""
        return " ".join(self.text("main").split())

    @property
    def focused(self) -> str:
        """The id of what has the focus."""
        return str(self.see("document.activeElement.id"))

    def text(self, selector: str) -> str:
        """The visible text of an element."""
        return str(self.see("(one) => document.querySelector(one).innerText", selector))

    def value(self, selector: str) -> str:
        """What a field holds."""
        return str(self.see("(one) => document.querySelector(one).value", selector))

    def is_ticked(self, selector: str) -> bool:
        """Whether a box is ticked."""
        return bool(self.see("(one) => document.querySelector(one).checked", selector))

    def count(self, selector: str) -> int:
        """The number of elements that match."""
        return int(self.see("(all) => document.querySelectorAll(all).length", selector))

    # -- what a person does

    def click(self, selector: str) -> None:
        """Click on an element that does not lead to another screen."""
        self.shown.mouse.click(*self.see(scripts.PLACE_OF, selector))

    def click_named(self, name: str) -> None:
        """Click on a button or link that does not lead to another screen."""
        self.shown.mouse.click(*self.see(scripts.PLACE_OF_NAMED, name))

    def press(self, name: str) -> None:
        """Press a button or follow a link, and wait for the screen to which it leads."""
        with self.shown.expect_event("load"):
            self.click_named(name)

    def press_at(self, selector: str) -> None:
        """Press a button or follow a link whose name is not unique on the screen."""
        with self.shown.expect_event("load"):
            self.click(selector)

    def tick(self, selector: str, *, ticked: bool = True) -> None:
        """Tick a box, or untick it."""
        if self.is_ticked(selector) != ticked:
            self.click(selector)
        assert self.is_ticked(selector) == ticked

    def untick(self, selector: str) -> None:
        """Untick a box."""
        self.tick(selector, ticked=False)

    def fill(self, selector: str, text: str) -> None:
        """Type a text over what a field holds."""
        self.see(scripts.FOCUS, selector)
        self.shown.keyboard.insert_text(text)

    def choose(self, selector: str, value: str) -> None:
        """Choose an option of a list of choices."""
        self.see(scripts.CHOOSE, [selector, value])

    def choose_list(self, path: Path) -> None:
        """Choose the file of a list."""
        devtools = self.shown.context.new_cdp_session(self.shown)
        found = devtools.send("Runtime.evaluate", {"expression": "document.querySelector('#list')"})
        chosen = {"files": [str(path)], "objectId": found["result"]["objectId"]}
        devtools.send("DOM.setFileInputFiles", chosen)
        devtools.detach()

    def hand_in(self, path: Path) -> None:
        """Choose the file of a list, and continue."""
        self.choose_list(path)
        self.press("Continue")

    def go_to(self, answer: Answer) -> None:
        """Go to a screen that a request outside this browser has led to, as if in another tab."""
        self.shown.goto(self.own + answer.path.removeprefix("/"))

    def make_plan(self) -> None:
        """Make the plan, and wait for it."""
        self.press("Make the plan")
        self.finish()

    def start(self, number: int) -> None:
        """Continue from the plan, type the number of people, and start."""
        self.press("Check and start…")
        self.fill("#number", str(number))
        self.press("Start")

    # -- waiting

    def end_job(self) -> None:
        """Wait until the job of the screen has ended."""
        name = unquote(self.shown.url.rpartition("/runs/")[2].partition("/")[0])
        self.page.desk.place.run_jobs[name].job.join(SECONDS)

    def finish(self) -> None:
        """Wait until the job of the screen has ended and the next screen is shown by itself."""
        self.end_job()
        self._wait(scripts.HAS_COME, _WAITING)

    def wait_for(self, words: str) -> None:
        """Wait until the screen says this."""
        self._wait(scripts.SAYS, words)

    def wait_for_end_of(self, words: str) -> None:
        """Wait until the screen no longer says this."""
        self._wait(scripts.SAYS_NO_MORE, words)

    def _wait(self, script: str, words: str) -> None:
        while True:
            try:
                self.see(script, [words, SECONDS])
            except Error as error:
                if "context was destroyed" not in error.message:  # else the next screen is there
                    raise
            else:
                return

    # -- what is true of every screen

    def check(self, heading: str, *, thoroughly: bool = False) -> None:
        """Check what is true of every screen. Its heading must begin with `heading`.

        The window is made narrow and stays so. A copy of the screen is kept for axe.
        """
        screen = self.check_sizes()
        assert screen["heading"].startswith(heading), self.words
        title, is_wrong = screen["title"], screen["problems"] > 0
        assert title.startswith("Error: ") == is_wrong
        assert title.endswith(" – batch-offboard")
        assert heading.rstrip(".") in title
        assert not is_wrong or screen["focused"] == "problem"
        assert screen["wordless"] == [], screen["wordless"]
        self.copies.append(Copy(self.see(scripts.COPY), screen["focused"], thoroughly))

    def check_sizes(self) -> Any:
        """Check that the screen fits into 320 px and all controls are large; returns its facts."""
        if self.shown.viewport_size != NARROW:
            self.shown.set_viewport_size(NARROW)
        screen = self.see(scripts.SCREEN)
        assert (screen["wide"], screen["small"]) == (320, []), screen
        return screen
