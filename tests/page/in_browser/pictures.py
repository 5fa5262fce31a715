"""Make the pictures of the README: `python -m tests.page.in_browser.pictures` writes them anew."""

from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory

from batch_offboard.commands.practice import practice_organisation, sample
from batch_offboard.config import load_config
from batch_offboard.simulator import Simulator
from tests.page.in_browser.chromium import Chromium, Tab, chromium
from tests.page.serving import served
from tests.support import fast_seconds

_SAMPLES = Path(__file__).parents[3] / "samples"
_SIZE = {"width": 1000, "height": 760}


def make() -> None:
    """The practice organisation's list as it was understood, its plan and its result."""
    with TemporaryDirectory() as folder, chromium() as browser:
        config = load_config(sample("config.yaml"), Path(folder))
        organisation = practice_organisation(None)
        with (
            Simulator(organisation, clock=fast_seconds) as sim,
            served(Path(folder), sim, settings=config) as page,
            browser.tab(page) as tab,
        ):
            # The region would be the address of the simulator, which is another each time.
            place = page.desk.real
            assert place.credentials is not None
            _take_all(tab)


def _take_all(tab: Tab) -> None:
    tab.shown.set_viewport_size(_SIZE)
    tab.hand_in(sample("terminations.csv"))
    _take(tab, "page-list.png")
    tab.make_plan()
    _take(tab, "page-plan.png")
    tab.start(36)
    tab.finish()
    _take(tab, "page-result.png")


def _take(tab: Tab, name: str) -> None:
    tab.shown.screenshot(path=_SAMPLES / name)


if __name__ == "__main__":
    make()
