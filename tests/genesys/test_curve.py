"""What a 429 says of the rate that Genesys grants, and the pace afterwards."""

import pytest

from batch_offboard.genesys.curve import Curve, Stretch, curve_after, level_after

#      seconds that the stretch went well, calls granted in its last minute, pause, level
LEVELS = [
    (20.0, 100, 40.0, 100.0),  # a window of a minute
    (30.0, 142, 0.5, 279.3),  # a bucket that was full
    (10.0, 47, 1.0, 256.4),
    (0.3, 1, 1.0, 142.5),  # one call says little, so half
    (3.0, 9, 57.0, 142.5),
    (3.0, 14, 57.0, 14.0),
    (3.0, 14, 177.0, 6.0),  # never slower than a call in ten seconds
    (60.0, 250, 42.0, 250.0),  # the pause after a long stretch does not count
    (900.0, 285, 42.0, 285.0),
    (900.0, 3, 1.0, 142.5),
]


@pytest.mark.parametrize(("seconds", "granted", "pause", "level"), LEVELS)
def test_what_a_stretch_says_of_what_is_granted(
    seconds: float, granted: int, pause: float, level: float
) -> None:
    """Calls let through, over the stretch and the pause that it was paid with."""
    stretch = Stretch(50.0, 50.0 + seconds, granted, 285.0, None)
    assert level_after(stretch, 50.0 + seconds + pause) == pytest.approx(level, abs=0.1)


#       old level, old plateau, calls granted in the last minute, start, level, plateau
CURVES = [
    (100.0, 60.0, 105, 92.0, 105.0, 120.0),  # found again
    (100.0, 240.0, 80, 73.6, 80.0, 300.0),
    (100.0, 300.0, 50, 46.0, 50.0, 60.0),  # somebody takes half
    (100.0, 300.0, 180, 92.0, 180.0, 60.0),  # somebody has stopped
]


@pytest.mark.parametrize(("old", "plateau", "granted", "start", "level", "longer"), CURVES)
def test_a_level_that_is_found_again_is_kept_for_longer(
    old: float, plateau: float, granted: int, start: float, level: float, longer: float
) -> None:
    """It begins under the lower of both levels, and probes soon after a change."""
    before = Curve(0.0, 0.92 * old, old, plateau)
    curve = curve_after(Stretch(0.0, 400.0, granted, 200.0, before), 401.0)
    assert curve == Curve(401.0, pytest.approx(start), level, longer)


def test_the_pace_returns_stays_and_then_looks_for_more() -> None:
    """Near the level for some minutes, then ever faster: CUBIC's curve."""
    curve = Curve(60.0, 92.0, 100.0, 300.0)
    paces = [curve.per_minute(60.0 + 60 * minute) for minute in (-1, 0, 2, 5, 6, 7, 9)]
    assert paces == pytest.approx([92, 92, 98.3, 100, 112.5, 200, 900], abs=0.1)


#       seconds of the stretch, idle ones of them, calls granted, pause, level
IDLE = [
    (50.0, 40.0, 20, 2.0, 100.0),  # 20 calls in 10 seconds of work
    (300.0, 50.0, 20, 10.0, 60.0),  # of the last minute
    (300.0, 0.0, 20, 10.0, 20.0),
]


@pytest.mark.parametrize(("seconds", "idle", "granted", "pause", "level"), IDLE)
def test_time_in_which_nobody_asked_proves_nothing(
    seconds: float, idle: float, granted: int, pause: float, level: float
) -> None:
    """Only the time in which calls were wanted is divided by."""
    stretch = Stretch(0.0, seconds, granted, 285.0, None, idle_seconds=idle)
    assert level_after(stretch, seconds + pause) == pytest.approx(level)


#       pause, 429s in a row, calls granted, doubts before, whether the level is doubted
DOUBTS = [
    (10.0, 1, 12, 0, True),
    (10.0, 3, 12, 0, True),
    (10.0, 4, 12, 0, False),  # nothing passes any more
    (40.0, 1, 12, 0, False),  # the rest of a minute's window
    (10.0, 1, 60, 0, False),  # not far below the usual pace
    (10.0, 1, 12, 3, False),
]


@pytest.mark.parametrize(("pause", "refused", "granted", "doubts", "doubted"), DOUBTS)
def test_a_level_far_below_the_usual_pace_is_doubted(
    pause: float, refused: int, granted: int, doubts: int, doubted: bool
) -> None:
    """More is tried after 15 seconds, up to what was usual, unless a limit is proved."""
    stretch = Stretch(0.0, 20.0, granted, 285.0, None, refused=refused, usual=285.0, doubts=doubts)
    curve = curve_after(stretch, 20.0 + pause)
    assert curve.doubted is doubted
    soon = curve.per_minute(curve.begins_at + 50)
    assert soon == pytest.approx(285.0 if doubted else curve.level, rel=0.01)


#       seconds of the stretch, calls granted, 429s in a row, level and plateau afterwards
AFTER_A_LEVEL_OF_60 = [
    (14.0, 13, 1, 60.0, 60.0),  # soon after another: it may be an isolated one
    (19.0, 17, 1, 60.0, 60.0),
    (14.0, 13, 4, 52.0, 240.0),  # nothing passes any more
    (30.0, 28, 1, 54.19, 240.0),
    (14.0, 10, 1, 40.0, 60.0),  # far below
]


@pytest.mark.parametrize(
    ("seconds", "granted", "refused", "level", "plateau_seconds"), AFTER_A_LEVEL_OF_60
)
def test_a_429_soon_after_another_does_not_lower_the_level(
    seconds: float, granted: int, refused: int, level: float, plateau_seconds: float
) -> None:
    """The pace starts lower and is back at the level in a minute, unless a limit is proved."""
    before = Curve(0.0, 55.2, 60.0, 120.0)
    stretch = Stretch(0.0, seconds, granted, 58.0, before, refused=refused, usual=70.0)
    curve = curve_after(stretch, seconds + 1.0)
    assert (curve.level, curve.plateau_seconds) == pytest.approx((level, plateau_seconds), abs=0.01)
    assert curve.per_minute(curve.begins_at) < 0.93 * 58
