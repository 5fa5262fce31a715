"""How the tests of reruns compare what came of one."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from batch_offboard.results.models import RowResult
from tests.rerun.first import FINISHED, OPEN, STATUSES
from tests.support import (
    Ended,
    id_of,
)

AFTER = [*STATUSES]
AFTER[3] = AFTER[6] = "done"
"""The rows' statuses after the rerun."""


def without_times(row: RowResult) -> dict[str, Any]:
    """What of a result does not depend on when and by which run it came about."""
    varies = ("started_at", "finished_at", "run_id", "correlation_id")
    return {name: value for name, value in asdict(row).items() if name not in varies}


def by_row(ended: Ended) -> dict[int, dict[str, Any]]:
    """The comparable results by row number."""
    return {row.row: without_times(row) for row in ended.results}


def write_requests_name(sim: Any, since: int) -> set[str]:
    """Which of the people the writing requests after the first `since` name."""
    text = str([(each.path, each.body) for each in sim.writes[since:]])
    names = (*FINISHED, *OPEN, "Gus", "Hal", "Zoe")
    return {name for name in names if id_of(name) in text}
