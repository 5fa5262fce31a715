"""The benchmark of a large run still works: here with a small one."""

from pathlib import Path

from batch_offboard.errors import ExitCode
from tests.benchmark.instant import Size, measured
from tests.virtual_time import VirtualTime


def test_every_row_of_an_instant_run_is_done(tmp_path: Path) -> None:
    """Queues of several pages too, whose members are counted before they are listed again."""
    size = Size(rows=600, users=630, queues=5)
    _, exit_code = measured(tmp_path, size, VirtualTime().clock())

    assert exit_code == ExitCode.OK
