"""Pace and time left of a phase, without a shell; all times are handed in."""

import pytest

from batch_offboard.present.time_left import PhaseProgress, Waited, duration
from batch_offboard.record.events import PhaseStarted

STARTED = PhaseStarted("deactivate", "Setting to inactive", 200, "people", "2026-10-01T07:30:00Z")


def test_the_time_left_is_known_from_a_tenth_on() -> None:
    """Twenty of 200 people took ten seconds, so the rest takes ninety."""
    progress = PhaseProgress(STARTED, Waited(), began=0, waited_before=0, calls_before=0)
    progress.move(5, 19)
    assert progress.seconds_left(5) is None
    progress = PhaseProgress(STARTED, Waited(), began=0, waited_before=0, calls_before=0)
    progress.move(10, 20)
    assert progress.seconds_left(10) == 90


def test_pauses_that_overlap_count_once() -> None:
    """Two limits may hold calls up at the same time."""
    waited = Waited()
    waited.begin(0, 10)
    waited.begin(5, 10)
    assert (waited.so_far(12), waited.left(12)) == (12, 3)


@pytest.mark.parametrize(
    ("seconds", "said"), [(0.4, "0 s"), (59, "59 s"), (60, "1 min 0 s"), (3605, "60 min 5 s")]
)
def test_a_duration_in_words(seconds: float, said: str) -> None:
    """Minutes and seconds."""
    assert said == duration(seconds)
