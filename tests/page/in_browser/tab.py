"""A tab of a real browser: what a person does there, and what is true of every screen."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import unquote

from playwright.sync_api import Error, Page, Request

from tests.page.browser import SECONDS, Answer
from tests.page.in_browser import scripts
from tests.page.in_browser.looking import NARROW, Copy
from tests.page.serving import Page as Served

_WAITING = "made$|going on$|^Stopping$"
"""How the headings end of screens that give way to the next by themselves."""


@dataclass
class Tab:
    """A tab, and what a person does in it.

    `own` is how the addresses of our server begin, `noticed` are alarms of the browser, and
    `copies` are of the screens on which axe has to look yet.
    """

    page: Served
    own: str
    shown: Page
    copies: list[Copy] = field(default_factory=list)
    noticed: list[str] = field(default_factory=list)

    def note_request(self, request: Request) -> None:
        """Notice a request to anybody but our own server."""
        if not request.url.startswith((self.own, "data:")):
            self.noticed.append(f"request: {request.url}")

    # -- what is seen

    def see(self, script: str, given: Any = None) -> Any:
        """What a script in the tab finds."""
        return self.shown.evaluate(script, given)

    @property
    def heading(self) -> str:
        """The heading of the screen."""
        return self.text("h1")

    @property
    def words(self) -> str:
        """What the screen says."""
        return " ".join(self.text("main").split())

    @property
    def focused(self) -> str:
        """The id of what has the focus."""
        return str(self.see("document.activeElement.id"))

    def text(self, selector: str) -> str:
        """What an element says."""
        return str(self.see("(one) => document.querySelector(one).innerText", selector))

    def value(self, selector: str) -> str:
        """What is filled in in a field."""
        return str(self.see("(one) => document.querySelector(one).value", selector))

    def is_ticked(self, selector: str) -> bool:
        """Whether a box is ticked."""
        return bool(self.see("(one) => document.querySelector(one).checked", selector))

    def count(self, selector: str) -> int:
        """How many such elements there are."""
        return int(self.see("(all) => document.querySelectorAll(all).length", selector))

    # -- what is done

    def click(self, selector: str) -> None:
        """Click on an element, where it stays on this screen."""
        self.shown.mouse.click(*self.see(scripts.PLACE_OF, selector))

    def click_named(self, name: str) -> None:
        """Click on a button or link that does not lead to another screen."""
        self.shown.mouse.click(*self.see(scripts.PLACE_OF_NAMED, name))

    def press(self, name: str) -> None:
        """Press a button or follow a link, and wait for the screen to which it leads."""
        with self.shown.expect_event("load"):
            self.click_named(name)

    def press_at(self, selector: str) -> None:
        """Press a button or follow a link that has no name of its own on the screen."""
        with self.shown.expect_event("load"):
            self.click(selector)

    def tick(self, selector: str, *, ticked: bool = True) -> None:
        """Tick a box."""
        if self.is_ticked(selector) != ticked:
            self.click(selector)
        assert self.is_ticked(selector) == ticked

    def untick(self, selector: str) -> None:
        """Take the tick out of a box."""
        self.tick(selector, ticked=False)

    def fill(self, selector: str, text: str) -> None:
        """Type a text in place of what is in a field."""
        self.see(scripts.FOCUS, selector)
        self.shown.keyboard.insert_text(text)

    def choose(self, selector: str, value: str) -> None:
        """Choose one of several."""
        self.see(scripts.CHOOSE, [selector, value])

    def give(self, path: Path) -> None:
        """Choose a list."""
        devtools = self.shown.context.new_cdp_session(self.shown)
        found = devtools.send("Runtime.evaluate", {"expression": "document.querySelector('#list')"})
        chosen = {"files": [str(path)], "objectId": found["result"]["objectId"]}
        devtools.send("DOM.setFileInputFiles", chosen)
        devtools.detach()

    def hand_in(self, path: Path) -> None:
        """Choose a list, and go on."""
        self.give(path)
        self.press("Continue")

    def go_to(self, answer: Answer) -> None:
        """Show a screen that was reached without this browser, as by another tab."""
        self.shown.goto(self.own + answer.path.removeprefix("/"))

    def make_plan(self) -> None:
        """Make the plan, and wait for it."""
        self.press("Make the plan")
        self.finish()

    def start(self, number: int) -> None:
        """Go on from the plan and type the number."""
        self.press("Check and start…")
        self.fill("#number", str(number))
        self.press("Start")

    # -- what is waited for

    def end_job(self) -> None:
        """Wait until the job of the screen has ended."""
        name = unquote(self.shown.url.rpartition("/runs/")[2].partition("/")[0])
        self.page.desk.place.run_jobs[name].job.join(SECONDS)

    def finish(self) -> None:
        """Wait until the job of the screen has ended and its screen has come by itself."""
        self.end_job()
        self._wait(scripts.HAS_COME, _WAITING)

    def wait_for(self, words: str) -> None:
        """Wait until the screen says this."""
        self._wait(scripts.SAYS, words)

    def wait_for_end_of(self, words: str) -> None:
        """Wait until the screen does not say this any longer."""
        self._wait(scripts.SAYS_NO_MORE, words)

    def _wait(self, script: str, words: str) -> None:
        while True:
            try:
                self.see(script, [words, SECONDS])
            except Error as error:
                if "context was destroyed" not in error.message:  # else there is another screen
                    raise
            else:
                return

    # -- what is true of every screen

    def check(self, heading: str, *, thoroughly: bool = False) -> None:
        """What is true of every screen; `heading` begins the one that should be shown.

        It is looked at in a narrow window, which stays so. A copy is kept for `looking`.
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
        """Nothing but a region that scrolls is wider than 320 px; whatever is pressed is large."""
        if self.shown.viewport_size != NARROW:
            self.shown.set_viewport_size(NARROW)
        screen = self.see(scripts.SCREEN)
        assert (screen["wide"], screen["small"]) == (320, []), screen
        return screen
