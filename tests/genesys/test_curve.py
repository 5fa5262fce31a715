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


#       pace, start and level of its curve, level after three calls in ten seconds
FEW_CALLS = [
    (95.0, 92.0, 100.0, 47.5),
    (60.0, 45.0, 100.0, 50.0),  # it started far below the level, so half of the level
    (60.0, 50.0, 100.0, 50.0),
    (140.0, 20.0, 100.0, 70.0),  # the pace had risen beyond
    (8.0, 9.2, 10.0, 6.0),
]


@pytest.mark.parametrize(("per_minute", "start", "before", "level"), FEW_CALLS)
def test_a_few_calls_halve_the_pace_at_most(
    per_minute: float, start: float, before: float, level: float
) -> None:
    """They prove little, and they never lead to less than a call in ten seconds."""
    stretch = Stretch(50.0, 60.0, 3, per_minute, Curve(50.0, start, before, 60.0))
    assert level_after(stretch, 110.0) == pytest.approx(level)


#       seconds of the stretch, calls granted, in its last ten seconds, pause, level
AFTER_A_STEEP_RISE = [
    (15.0, 12, 10, 1.0, 45.0),  # it had not begun
    (16.0, 12, 1, 24.0, 60.0),  # at least what it began from
    (30.0, 20, 15, 10.0, 60.0),
    (30.0, 40, 30, 10.0, 90.0),  # judged by the last seconds and the pause
    (40.0, 70, 12, 10.0, 84.0),
    (40.0, 30, 20, 22.0, 60.0),  # the rest of a minute's window, but for rounding
    (40.0, 30, 20, 22.2, 84.85),  # longer than a window, so the mean of 60 and 120
    (50.0, 100, 40, 20.0, 154.92),
    (50.0, 100, 5, 20.0, 92.58),
]


@pytest.mark.parametrize(("seconds", "granted", "lately", "pause", "level"), AFTER_A_STEEP_RISE)
def test_what_a_429_says_after_a_steep_rise(
    seconds: float, granted: int, lately: int, pause: float, level: float
) -> None:
    """The level that was doubted is the least, and the last seconds may show more."""
    doubted = Curve(50.0, 55.2, 60.0, 60.0, probes_up_to=285.0)
    stretch = Stretch(50.0, 50.0 + seconds, granted, 285.0, doubted, lately)
    assert level_after(stretch, 50.0 + seconds + pause) == pytest.approx(level, abs=0.01)


#       old level, old plateau, calls granted in the last minute, start, level, plateau
CURVES = [
    (100.0, 60.0, 105, 92.0, 105.0, 120.0),  # found again
    (100.0, 60.0, 130, 92.0, 130.0, 120.0),
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


def test_a_doubted_pace_rises_steeply_after_a_quarter_of_a_minute() -> None:
    """Up to the usual pace, and beyond it only as slowly as any other pace."""
    curve = Curve(60.0, 9.2, 10.0, 60.0, probes_up_to=285.0)
    paces = [curve.per_minute(60.0 + seconds) for seconds in (0, 14.5, 15, 25, 35, 50, 660)]
    assert paces == pytest.approx([9.2, 9.651, 10, 20, 90, 285, 1260], abs=0.001)


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
    (38.0, 1, 12, 0, False),
    (42.0, 1, 12, 0, False),
    (37.8, 1, 12, 0, True),
    (42.2, 1, 12, 0, True),
    (10.0, 1, 45, 0, True),
    (10.0, 1, 50, 0, False),  # not far below the usual pace
    (10.0, 1, 60, 0, False),
    (10.0, 1, 12, 2, True),
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
    assert (curve.begins_at, curve.plateau_seconds) == (20.0 + pause, 60.0)
    assert curve.start == pytest.approx(0.92 * curve.level)
    soon = curve.per_minute(curve.begins_at + 50)
    assert soon == pytest.approx(285.0 if doubted else curve.level, rel=0.01)


#       seconds of the stretch, calls granted, 429s in a row, level and plateau afterwards
AFTER_A_LEVEL_OF_60 = [
    (14.0, 13, 1, 60.0, 60.0),  # soon after another: it may be an isolated one
    (19.0, 17, 1, 60.0, 60.0),
    (14.0, 13, 4, 52.0, 240.0),  # nothing passes any more
    (20.0, 19, 1, 54.29, 240.0),
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


#       calls granted in ten seconds, pause, usual pace, start, level, plateau, up to what it probes
AFTER_A_DOUBTED_LEVEL_OF_20 = [
    (10, 20.0, 285.0, 18.4, 20.0, 120.0, 0.0),  # found again, so it is right
    (9, 20.0, 285.0, 16.56, 18.0, 60.0, 285.0),  # too few calls to say so
    (10, 45.0, 285.0, 10.04, 10.91, 60.0, 285.0),  # another level
    (9, 20.0, 54.0, 16.56, 18.0, 60.0, 54.0),
    (9, 20.0, 53.0, 16.56, 20.0, 60.0, 0.0),
    (9, 20.0, 30.0, 16.56, 20.0, 60.0, 0.0),  # not far below the usual pace
]


@pytest.mark.parametrize(
    ("granted", "pause", "usual", "start", "level", "plateau", "probes_up_to"),
    AFTER_A_DOUBTED_LEVEL_OF_20,
)
def test_a_doubted_level_that_enough_calls_find_again_is_believed(
    granted: int,
    pause: float,
    usual: float,
    start: float,
    level: float,
    plateau: float,
    probes_up_to: float,
) -> None:
    """Otherwise more is soon tried again, if it is still far below the usual pace."""
    before = Curve(0.0, 18.4, 20.0, 60.0, probes_up_to=285.0)
    stretch = Stretch(50.0, 60.0, granted, 20.0, before, usual=usual)
    curve = curve_after(stretch, 60.0 + pause)
    assert (curve.begins_at, curve.plateau_seconds) == (60.0 + pause, plateau)
    assert (curve.start, curve.level) == pytest.approx((start, level), abs=0.01)
    assert curve.probes_up_to == probes_up_to
