"""What axe finds in screens, looked at in one tab that has read axe's script once."""

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
    """A screen as it was shown; `focused` is the id of what had the focus."""

    html: str
    focused: str
    thoroughly: bool


@cache
def _styles() -> str:
    """The styles of all screens."""
    return (
        f"<style>{(Path(package.__file__).parent / 'static/page.css').read_text('utf-8')}</style>"
    )


@dataclass(frozen=True)
class Looking:
    """A tab of its own, in which copies of screens are looked at."""

    shown: Page

    @classmethod
    def opened(cls, browser: Browser) -> Looking:
        """A new tab with axe's script."""
        shown = browser.new_context(viewport=NARROW).new_page()
        shown.evaluate(Axe().axe_script)
        return cls(shown)

    def look(self, copies: Sequence[Copy]) -> None:
        """Nothing is found in any screen in a narrow window.

        Nor, where one is looked at thoroughly, in a wide one, at night and in forced colours.
        """
        self._look(copies)
        if thorough := [each for each in copies if each.thoroughly]:
            self.shown.set_viewport_size(WIDE)
            self._look(thorough)
            self.shown.emulate_media(color_scheme="dark")
            self._look(thorough, _CONTRAST)
            self.shown.emulate_media(color_scheme="light", forced_colors="active")
            self._look(thorough, _CONTRAST)
            self.shown.emulate_media(forced_colors="none")
            self.shown.set_viewport_size(NARROW)

    def _look(self, copies: Sequence[Copy], options: dict[str, list[str]] | None = None) -> None:
        screens = [[each.html, each.focused] for each in copies]
        found = self.shown.evaluate(scripts.VIOLATIONS, [screens, _styles(), options or {}])
        assert found == [], found
