"""A demo takes ten seconds in its own pace, so it goes on beside the other tests of this folder."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.support import Process, environment, start_command


@pytest.fixture(scope="package", autouse=True)
def under_way(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Path, Process]]:
    """A demo that has been started, and its folder."""
    folder = tmp_path_factory.mktemp("demo")
    process = start_command(None, folder, "demo", env=environment(None))
    yield folder, process
    process.kill()


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Look at the demo after the other tests of this folder."""
    last = max((n for n, each in enumerate(items) if _is_here(each)), default=0)
    waiting = [each for each in items if each.name == "test_the_whole_job_is_shown_and_ends_with_0"]
    for each in waiting:
        items.insert(last, items.pop(items.index(each)))


def _is_here(item: pytest.Item) -> bool:
    return item.path.parent == Path(__file__).parent
