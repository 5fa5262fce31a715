"""The page: how long a person waits for its first screen, a long list, and a long plan."""

from __future__ import annotations

import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import unquote

from batch_offboard.simulator.generate import generate_org
from tests.benchmark.large import environment_of
from tests.benchmark.organisation import Served, leavers_of, served, write_list
from tests.benchmark.table import Line
from tests.page.browser import Answer, Browser

_ROWS = 20_000
_TRIES = 3
_CONFIG = """\
rate: {per_minute: 100000, workers: 8}
guards: {max_rows: 1000000, max_percent_of_org: 100}
"""


def measure(folder: Path) -> Iterator[Line]:
    """From the command to the first screen; a list of 20,000 rows; its plan, searched."""
    size: dict[str, Any] = {"users": 22_000, "queues": 200, "queues_per_user": 4}
    path = write_list(folder / "page.csv", leavers_of(generate_org(**size), _ROWS))
    (folder / "config.yaml").write_text(_CONFIG, encoding="utf-8")
    with served(size) as sim:
        first = min(_first_screen(folder, sim) for _ in range(_TRIES))
        yield Line("`open`: first screen", f"**{first:.2f} s**", aim="< 2 s")
        with _opened(folder, sim) as browser:
            understood, seconds = _timed(lambda: browser.hand_in(path.name, path.read_bytes()))
            assert "20,000 rows" in understood.words, understood.words
            yield Line("page: 20,000 rows understood", f"**{seconds:.1f} s**", aim="< 5 s")
            yield _plan_line(browser, browser.submit(understood, "/plan"))


def _plan_line(browser: Browser, shown: Answer) -> Line:
    """What each look at the plan's table takes, once it has been made."""
    while "is being made" in shown.heading:
        time.sleep(0.5)
        shown = browser.get(shown.path)
    _, first = _timed(lambda: browser.get(shown.path))
    name = unquote(shown.path.rpartition("/")[2])
    looks = [f"{name}?page=150", f"{name}?show=change&page=7", f"{name}?find=19"]
    base = shown.path.rpartition("/")[0]
    others = [_timed(lambda path=path: browser.get(f"{base}/{path}"))[1] for path in looks]
    return Line(
        "page: the plan of 20,000 rows, another page, filter or search",
        f"**{max(others):.2f} s** (reload {first:.2f} s)",
        aim="< 1 s",
    )


def _first_screen(folder: Path, sim: Served) -> float:
    began = time.monotonic()
    with _opened(folder, sim) as browser:
        browser.get()
        return time.monotonic() - began


@contextmanager
def _opened(folder: Path, sim: Served) -> Iterator[Browser]:
    """A browser on a page that was started as a person starts it."""
    command = [sys.executable, "-m", "batch_offboard", "open", "--no-browser"]
    process = subprocess.Popen(
        command, cwd=folder, env=environment_of(sim), stdout=subprocess.PIPE, text=True
    )
    try:
        assert process.stdout is not None
        start, _, token = process.stdout.readline().strip().partition("/open?token=")
        browser = Browser(int(start.rpartition(":")[2]))
        assert browser.open(token).status == 303
        yield browser
    finally:
        process.terminate()
        process.wait(30)


def _timed(do: Callable[[], Answer]) -> tuple[Answer, float]:
    began = time.monotonic()
    answer = do()
    return answer, time.monotonic() - began
