"""Make the pictures of the README: `python -m tests.page.in_browser.pictures` writes them anew."""

import re
from pathlib import Path
from tempfile import TemporaryDirectory

from PIL import Image
from playwright.sync_api import Page, ViewportSize

from batch_offboard.page.jobs import carried_out
from tests.page.in_browser.chromium import chromium
from tests.page.serving import served

_SAMPLES = Path(__file__).parents[3] / "samples"
_SIZE: ViewportSize = {"width": 1000, "height": 800}
_COLOURS = 48


def make() -> None:
    """The practice list as it was understood, its plan and result, and the sample report."""
    with (
        TemporaryDirectory() as folder,
        chromium(drawing=True) as browser,
        served(Path(folder)) as page,
    ):
        # The practice organisation goes by the real clock.
        page.desk.carry_out = carried_out
        with browser.tab(page) as tab:
            tab.shown.set_viewport_size(_SIZE)
            tab.press("Practise with made-up people")
            _take(tab.shown, "page-list.png")
            tab.make_plan()
            people = int(re.sub(r"\D", "", tab.heading))
            tab.shown.evaluate("document.getElementById('rows').scrollIntoView()")
            _take(tab.shown, "page-plan.png")
            tab.start(people)
            tab.finish()
            _take(tab.shown, "page-result.png")
        report = browser.browser.new_page(viewport=_SIZE)
        report.goto((_SAMPLES / "report.html").as_uri())
        _take(report, "report.png")


def _take(shown: Page, name: str) -> None:
    """A picture of what is shown; small, as few colours are enough for text on white."""
    path = _SAMPLES / name
    shown.screenshot(path=path)
    with Image.open(path) as picture:
        picture.convert("RGB").quantize(_COLOURS).save(path, optimize=True)


if __name__ == "__main__":
    make()
