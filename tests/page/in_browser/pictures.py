"""Make the pictures of the README: `python -m tests.page.in_browser.pictures` writes them anew."""

import re
from pathlib import Path
from tempfile import TemporaryDirectory

from batch_offboard.page.jobs import carried_out
from tests.page.in_browser.chromium import Tab, chromium
from tests.page.serving import served

_SAMPLES = Path(__file__).parents[3] / "samples"
_SIZE = {"width": 1000, "height": 800}


def make() -> None:
    """The list of the practice as it was understood, its plan and its result."""
    with TemporaryDirectory() as folder, chromium() as browser, served(Path(folder)) as page:
        # The practice organisation goes by the real clock.
        page.desk.carry_out = carried_out
        with browser.tab(page) as tab:
            tab.shown.set_viewport_size(_SIZE)
            tab.press("Practise with made-up people")
            _take(tab, "page-list.png")
            tab.make_plan()
            people = int(re.sub(r"\D", "", tab.heading))
            tab.shown.evaluate("document.getElementById('rows').scrollIntoView()")
            _take(tab, "page-plan.png")
            tab.start(people)
            tab.finish()
            _take(tab, "page-result.png")


def _take(tab: Tab, name: str) -> None:
    tab.shown.screenshot(path=_SAMPLES / name)


if __name__ == "__main__":
    make()
