"""Servers that tests share: one a module, as long as they leave it as it was."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.page.serving import Page, served


@pytest.fixture(scope="module")
def page(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Page]:
    """A page that is not connected to Genesys."""
    folder = Path(tmp_path_factory.mktemp("page"))
    with served(folder) as opened:
        yield opened
