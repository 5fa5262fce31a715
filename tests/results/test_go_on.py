"""How a person goes on with a run."""

from pathlib import Path

import pytest

from batch_offboard.results.go_on import GoOn, command, with_open_rows
from tests.results.views import DONE, FAILED, started, view

FILE = Path("runs") / "one" / "results.csv"


@pytest.mark.parametrize(
    ("go_on", "expected"),
    [
        (GoOn("rerun", "runs/one"), 'rerun "runs/one"'),
        (GoOn("rerun", "runs/one", (), dry_run=True), 'rerun "runs/one" --dry-run'),
        (GoOn("undo", "runs/one", (2, 3, 4, 9)), 'undo "runs/one" --rows 2-4,9'),
        (GoOn("rebuild", "runs/one"), 'report "runs/one"'),
        (GoOn("verify", "runs/one"), 'report "runs/one" --verify'),
    ],
)
def test_the_command_works_as_it_is_printed(go_on: GoOn, expected: str) -> None:
    """The path in quotes, rows as --rows takes them."""
    assert f"batch-offboard {expected}" == command(go_on)


def test_open_rows_are_done_with_the_results_file() -> None:
    """Where there are any, and a rerun is what does them."""
    assert with_open_rows(view(DONE, FAILED), FILE) == GoOn("rerun", str(FILE))
    assert with_open_rows(view(DONE), FILE) is None
    assert with_open_rows(view(FAILED, started=started(dry_run=True)), FILE) is None
    assert with_open_rows(view(FAILED, started=started(command="undo")), FILE) is None
