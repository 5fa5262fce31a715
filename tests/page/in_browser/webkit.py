"""WebKitGTK on the page, driven by Selenium: another engine than Chromium's."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import unquote

import pytest

from tests.page.browser import SECONDS
from tests.page.serving import Page as Served

_DRIVER = "WebKitWebDriver"
_BROWSERS = "webkit2gtk-4.*/MiniBrowser"
_LIBRARIES = (Path("/usr/lib"), Path("/usr/libexec"))


@dataclass
class WebKit:
    """A browser that was opened on a page; `driver` is Selenium's."""

    page: Served
    driver: Any

    def find(self, selector: str) -> Any:
        """The element, once it is there."""
        return self.until(lambda: self.driver.find_element("css selector", selector))

    @property
    def heading(self) -> str:
        """The heading of the screen."""
        return str(self.find("h1").text)

    def press(self, selector: str) -> None:
        """Press a button or follow a link, and wait until another screen is there."""
        from selenium.webdriver.support.expected_conditions import staleness_of

        is_gone = staleness_of(self.find("h1"))
        self.find(selector).click()
        self.until(lambda: is_gone(self.driver))

    def finish(self) -> None:
        """Wait until the job of the screen has ended and its screen has come by itself."""
        name = unquote(self.driver.current_url.rpartition("/runs/")[2].partition("/")[0])
        self.page.desk.place.run_jobs[name].job.join(SECONDS)
        waits = re.compile("made$|going on$|^Stopping$")
        self.until(lambda: not waits.search(self.heading))

    def until(self, holds: Callable[[], Any]) -> Any:
        """Wait until this holds; while a screen gives way to the next, it cannot be said."""
        from selenium.common.exceptions import WebDriverException
        from selenium.webdriver.support.wait import WebDriverWait

        wait = WebDriverWait(self.driver, SECONDS, 0.05, [WebDriverException])
        return wait.until(lambda _: holds())


@contextmanager
def webkit(page: Served) -> Iterator[WebKit]:
    """WebKitGTK, opened on a page; the test is skipped where it, or a display, is missing."""
    with ExitStack() as ending:
        driver = _driver(ending)
        token = page.opened.session.start_token()
        driver.get(f"http://127.0.0.1:{page.port}/open?token={token}")
        opened = WebKit(page, driver)
        opened.find("#list")
        yield opened


def _driver(ending: ExitStack) -> Any:
    webdriver = pytest.importorskip("selenium.webdriver", reason="selenium is not installed")
    program = shutil.which(_DRIVER)
    browsers = [each for folder in _LIBRARIES for each in folder.glob(f"**/{_BROWSERS}")]
    if program is None or not browsers:
        pytest.skip("webkit2gtk-driver is not on this machine")
    # Without privileges of its own for sandboxes, as in containers, the browser would not start.
    variables = {**os.environ, "WEBKIT_DISABLE_SANDBOX_THIS_IS_DANGEROUS": "1"}
    variables["DISPLAY"] = os.environ.get("DISPLAY") or ending.enter_context(_display())
    options = webdriver.WebKitGTKOptions()
    options.binary_location = str(browsers[0])
    options.add_argument("--automation")
    service = webdriver.WebKitGTKService(program, env=variables)
    driver = webdriver.WebKitGTK(options=options, service=service)
    ending.callback(driver.quit)
    return driver


@contextmanager
def _display() -> Iterator[str]:
    """A display that nobody sees."""
    program = shutil.which("Xvfb")
    if program is None:
        pytest.skip("there is no display, nor Xvfb")
    reading, writing = os.pipe()
    command = [program, "-displayfd", str(writing), "-screen", "0", "1280x900x24"]
    with subprocess.Popen(
        [*command, "-nolisten", "tcp"], pass_fds=[writing], stderr=subprocess.DEVNULL
    ) as process:
        os.close(writing)
        try:
            with open(reading, encoding="ascii") as told:  # noqa: PTH123 (a descriptor)
                number = told.readline().strip()
            if not number:
                pytest.skip("Xvfb does not start")
            yield f":{number}"
        finally:
            process.terminate()
