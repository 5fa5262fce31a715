"""Calls per minute against the allowance, as shapes."""

from dataclasses import replace

import pytest

from batch_offboard.record.events import Paused, Traffic
from batch_offboard.results.report_traffic import (
    MOST_BARS,
    Band,
    Bar,
    TrafficPicture,
    traffic_picture,
)
from tests.results.views import minute, pause


def picture(
    traffic: list[Traffic], pauses: tuple[Paused, ...] = (), allowance: int = 100
) -> TrafficPicture:
    """The picture of some traffic."""
    found = traffic_picture(traffic, pauses, allowance)
    assert found is not None
    return found


def test_without_calls_there_is_no_picture() -> None:
    """A run that sent nothing shows nothing."""
    assert traffic_picture([], [], 285) is None


def test_a_bar_is_as_high_as_its_share_of_the_tallest() -> None:
    """Heights leave some room above the allowance."""
    found = picture([minute("19:38", 100), minute("19:39", 50, 10)])
    expected = (Bar(0.0, 50.0, 86.957, 0.0), Bar(50.0, 50.0, 43.478, 8.696))
    assert expected == found.bars
    assert round(100 - 86.957, 3) == found.allowance_y


def test_the_numbers_are_told_too() -> None:
    """What the picture shows can be said in words."""
    found = picture([minute("19:38", 100), minute("19:41", 130, 3)])
    expected = (230, 3, 130, "19:38", "19:42")
    told = (found.calls, found.limited, found.busiest)
    assert expected == (*told, f"{found.begins:%H:%M}", f"{found.ends:%H:%M}")


def test_a_minute_without_calls_is_a_gap() -> None:
    """Time goes on evenly."""
    found = picture([minute("19:38", 100), minute("19:41", 100)])
    assert [bar.height for bar in found.bars] == [86.957, 0.0, 0.0, 86.957]


def test_a_long_run_has_bars_of_several_minutes() -> None:
    """There are never more bars than a screen can show, as high as their average."""
    hours = [minute(f"{hour:02}:{at:02}", 60) for hour in range(10) for at in range(60)]
    found = picture(hours)
    assert (len(found.bars), found.minutes_a_bar) == (MOST_BARS, 5)
    assert {round(100 * 60 / 115, 3)} == {bar.height for bar in found.bars}


def test_the_pace_is_no_pause() -> None:
    """A band in every minute would hide what Genesys asked for."""
    pace = replace(pause("19:39:00", "19:40:00"), scope="all tokens")
    assert picture([minute("19:38", 1), minute("19:41", 1)], (pace,)).bands == ()


@pytest.mark.parametrize(
    "pauses, expected",
    [
        ((), ()),
        ((pause("19:39:00", "19:40:00"),), (Band(25.0, 25.0),)),
        ((pause("19:39:00", "19:40:00"), pause("19:39:30", "19:41:00")), (Band(25.0, 50.0),)),
        ((pause("19:30:00", "19:39:00"), pause("19:41:30", "23:59:00")), None),
        ((pause("18:00:00", "19:00:00"),), ()),
    ],
    ids=["none", "one", "overlapping", "clipped", "outside"],
)
def test_pauses_are_bands_within_the_picture(
    pauses: tuple[Paused, ...], expected: tuple[Band, ...] | None
) -> None:
    """Overlapping pauses are one band, and none runs over the edge."""
    found = picture([minute("19:38", 1), minute("19:41", 1)], pauses)
    assert ((Band(0.0, 25.0), Band(87.5, 12.5)) if expected is None else expected) == found.bands


@pytest.mark.parametrize(
    "text", ["2026-11-23T19:38", "2026-11-23T19:38:00Z", "2026-11-23T20:38+01:00"]
)
def test_every_way_to_write_a_minute_is_read(text: str) -> None:
    """A minute without an offset is UTC."""
    assert f"{picture([Traffic(text, 1, 0)]).begins:%H:%M%z}" == "19:38+0000"


def test_a_single_429_is_seen() -> None:
    """Among so many calls its height alone would be less than a line."""
    picture = traffic_picture((minute("19:38", 285, 1),), (), 285)
    assert picture is not None
    assert picture.bars[0].limited_height == 1.5
