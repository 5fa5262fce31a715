"""One browser for all tests here."""

from collections.abc import Iterator

import pytest

from tests.page.in_browser.chromium import Chromium, chromium


@pytest.fixture(scope="package")
def browser() -> Iterator[Chromium]:
    """The system's Chromium, without a window."""
    with chromium() as opened:
        yield opened
