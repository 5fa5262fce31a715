"""A real browser on the page."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

import pytest
from playwright.sync_api import Browser, BrowserContext, sync_playwright

from tests.page.browser import SECONDS
from tests.page.in_browser import scripts
from tests.page.in_browser.axe_tab import WIDE, AxeTab
from tests.page.in_browser.tab import Tab
from tests.page.serving import Page as Served

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
    # Screens take two thirds of the time in few processes, and where none is set up anew for each.
    "--in-process-gpu",
    "--disable-features=RenderDocument",
    "--renderer-process-limit=1",
)
_NOT_DRAWING = "--enable-begin-frame-control"
"""Screens are laid out, but drawn only where this is asked for, which nobody does."""


@dataclass
class Chromium:
    """A browser that is open; the tabs with script share a `context`."""

    browser: Browser
    context: BrowserContext
    axe_tab: AxeTab

    @contextmanager
    def tab(self, page: Served, *, by_link: bool = False) -> Iterator[Tab]:
        """A tab on the page; nothing in it may go to another server.

        It is the person's who opened the page already, or, `by_link`, opens it by a link.
        """
        self.context.clear_cookies()
        url = _own(page) + page.browser.base.removeprefix("/")
        if not by_link:
            name, _, value = page.browser.cookie.partition("=")
            self.context.add_cookies([{"name": name, "value": value, "url": url}])
        with _tab(self.context, page) as tab:
            if by_link:
                tab.shown.goto(_link(page))
                tab.shown.wait_for_selector("#list")
            else:
                tab.shown.goto(url)
            yield tab
            self.axe_tab.check(tab.copies)

    @contextmanager
    def tab_without_script(self, page: Served) -> Iterator[Tab]:
        """A tab in which no script runs; the page was opened in it by a link."""
        context = self.browser.new_context(java_script_enabled=False, viewport=WIDE)
        with _tab(context, page) as tab:
            tab.shown.goto(_link(page))
            tab.press("Open batch-offboard")
            yield tab
        context.close()


def _own(page: Served) -> str:
    return f"http://127.0.0.1:{page.port}/"


def _link(page: Served) -> str:
    """A link that opens the page once."""
    return f"{_own(page)}open?token={page.opened.session.start_token()}"


@contextmanager
def _tab(context: BrowserContext, page: Served) -> Iterator[Tab]:
    """An empty tab, which is closed at the end with all that were opened from it."""
    others = set(context.pages)
    tab = Tab(page, _own(page), context.new_page())
    tab.shown.on("console", lambda each: tab.noticed.append(each.text))
    tab.shown.on("dialog", lambda each: tab.noticed.append(f"dialog: {each.message}"))
    context.on("request", tab.note_request)
    try:
        yield tab
    finally:
        for each in set(context.pages) - others:
            each.close()
        context.remove_listener("request", tab.note_request)
    alarms = [each for each in tab.noticed if not each.startswith("Failed to load")]
    assert alarms == [], alarms


@contextmanager
def chromium(*, drawing: bool = False) -> Iterator[Chromium]:
    """The system's browser; the test is skipped where there is none, unless one is needed.

    Only where it is `drawing`, pictures can be taken.
    """
    path = next(filter(None, map(shutil.which, _NAMES)), None)
    if path is None:
        missing = pytest.fail if NEEDED in os.environ else pytest.skip
        missing(f"none of {', '.join(_NAMES)} is on this machine")
    with sync_playwright() as playwright:
        arguments = [*_ARGUMENTS, *([] if drawing else [_NOT_DRAWING])]
        browser = playwright.chromium.launch(executable_path=path, args=arguments)
        try:
            context = browser.new_context(viewport=WIDE)
            context.set_default_timeout(SECONDS * 1000)
            context.add_init_script(scripts.HURRY)
            yield Chromium(browser, context, AxeTab.opened(browser))
        finally:
            browser.close()
