"""Calls per minute against the allowance, and the pauses, as shapes of a chart. Pure.

Shapes are measured in per cent of the picture's width and height, from its top left corner, so that
the page can stretch it to any screen.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import islice

from batch_offboard.record.events import Paused, Traffic
from batch_offboard.results.moments import parse_moment

MOST_BARS = 120
_MINUTE = timedelta(minutes=1)
_HEADROOM = 1.15
_LEAST_SEEN = 1.5


@dataclass(frozen=True, slots=True)
class Bar:
    """The calls of one or more minutes; `limited_height` is the part of it that met a 429."""

    x: float
    width: float
    height: float
    limited_height: float


@dataclass(frozen=True, slots=True)
class Band:
    """A period in which some calls had to wait."""

    x: float
    width: float


@dataclass(frozen=True, slots=True)
class TrafficPicture:
    """The picture, and the numbers for the text beside it."""

    bars: tuple[Bar, ...]
    bands: tuple[Band, ...]
    allowance_y: float
    allowance: int
    begins: datetime
    ends: datetime
    calls: int
    limited: int
    busiest: int
    minutes_a_bar: int


def traffic_picture(
    traffic: Sequence[Traffic], pauses: Sequence[Paused], allowance: int
) -> TrafficPicture | None:
    """The picture for an allowance in calls per minute; None when no call was counted."""
    if not traffic:
        return None
    by_minute = {parse_moment(each.minute): each for each in traffic}
    begins, ends = min(by_minute), max(by_minute) + _MINUTE
    minutes = [
        by_minute.get(begins + number * _MINUTE) for number in range((ends - begins) // _MINUTE)
    ]
    busiest = max(each.calls for each in traffic)
    top = max(busiest, allowance) * _HEADROOM
    minutes_a_bar = -(-len(minutes) // MOST_BARS)
    return TrafficPicture(
        bars=_bars(minutes, minutes_a_bar, top),
        bands=_bands(pauses, begins, ends),
        allowance_y=_rounded(100 - 100 * allowance / top),
        allowance=allowance,
        begins=begins,
        ends=ends,
        calls=sum(each.calls for each in traffic),
        limited=sum(each.limited for each in traffic),
        busiest=busiest,
        minutes_a_bar=minutes_a_bar,
    )


def _bars(minutes: Sequence[Traffic | None], minutes_a_bar: int, top: float) -> tuple[Bar, ...]:
    """One bar for every so many minutes, as high as their calls per minute on average."""
    width = 100 / len(minutes)
    rest = iter(enumerate(minutes))
    bars = []
    while part := list(islice(rest, minutes_a_bar)):
        counted = [each for _, each in part if each is not None]
        scale = 100 / top / len(part)
        bars.append(
            Bar(
                x=_rounded(part[0][0] * width),
                width=_rounded(len(part) * width),
                height=_rounded(sum(each.calls for each in counted) * scale),
                limited_height=_limited_height(sum(each.limited for each in counted) * scale),
            )
        )
    return tuple(bars)


def _limited_height(height: float) -> float:
    """The height of the 429s in a bar, large enough that a single one is visible."""
    return _rounded(max(height, _LEAST_SEEN)) if height else 0.0


def _bands(pauses: Sequence[Paused], begins: datetime, ends: datetime) -> tuple[Band, ...]:
    """The pauses within the picture, without those of the pace; overlapping ones are joined."""
    spans = sorted(
        (max(parse_moment(pause.at), begins), min(parse_moment(pause.until), ends))
        for pause in pauses
        if not pause.is_pace
    )
    joined: list[tuple[datetime, datetime]] = []
    for start, end in spans:
        if start >= end:
            continue
        if joined and start <= joined[-1][1]:
            joined[-1] = (joined[-1][0], max(end, joined[-1][1]))
        else:
            joined.append((start, end))
    whole = ends - begins
    return tuple(
        Band(_rounded(100 * ((start - begins) / whole)), _rounded(100 * ((end - start) / whole)))
        for start, end in joined
    )


def _rounded(number: float) -> float:
    return round(number, 3)
