"""Checking screens with axe, in one tab that has loaded axe's script once."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import NamedTuple

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, ViewportSize

from batch_offboard import page as package
from tests.page.in_browser import scripts

NARROW: ViewportSize = {"width": 320, "height": 700}
WIDE: ViewportSize = {"width": 1280, "height": 900}
_CONTRAST = {"runOnly": ["color-contrast"]}


class Copy(NamedTuple):
    """The HTML of a screen that was shown; `focused` is the id of the element with the focus."""

    html: str
    focused: str
    thoroughly: bool


@cache
def _styles() -> str:
    """The style sheet of all screens."""
    return (
        f"<style>{(Path(package.__file__).parent / 'static/page.css').read_text('utf-8')}</style>"
    )


@dataclass(frozen=True)
class AxeTab:
    """A tab in which axe checks copies of screens."""

    shown: Page

    @classmethod
    def opened(cls, browser: Browser) -> AxeTab:
        """A new tab that has loaded axe's script."""
        shown = browser.new_context(viewport=NARROW).new_page()
        shown.evaluate(Axe().axe_script)
        return cls(shown)

    def check(self, copies: Sequence[Copy]) -> None:
        """Fail if axe finds anything in a screen, in a narrow window.

        Screens to be checked thoroughly are also shown in a wide one, dark, and in forced colours.
        """
        self._check(copies)
        if thorough := [each for each in copies if each.thoroughly]:
            self.shown.set_viewport_size(WIDE)
            self._check(thorough)
            self.shown.emulate_media(color_scheme="dark")
            self._check(thorough, _CONTRAST)
            self.shown.emulate_media(color_scheme="light", forced_colors="active")
            self._check(thorough, _CONTRAST)
            self.shown.emulate_media(forced_colors="none")
            self.shown.set_viewport_size(NARROW)

    def _check(self, copies: Sequence[Copy], options: dict[str, list[str]] | None = None) -> None:
        screens = [[each.html, each.focused] for each in copies]
        found = self.shown.evaluate(scripts.VIOLATIONS, [screens, _styles(), options or {}])
        assert found == [], found
