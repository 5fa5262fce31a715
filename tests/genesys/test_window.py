"""Slots for requests: each is held from sending until 60 seconds after its answer."""

import math

import pytest

from batch_offboard.genesys.window import StrictWindow


def window(*answered: float, allowance: int = 3, in_flight: int = 0) -> StrictWindow:
    """A window with requests answered at these moments, and others without an answer."""
    slots = StrictWindow(allowance)
    for _ in range(len(answered) + in_flight):
        slots.take()
    for at in answered:
        slots.answered(at)
    return slots


@pytest.mark.parametrize(
    ("slots", "now", "held"),
    [
        (window(), 0.0, 0),
        (window(in_flight=2), 9_999.0, 2),
        (window(10, 12, in_flight=1), 12.0, 3),
        (window(10, 12, in_flight=1), 69.9, 3),
        (window(10, 12, in_flight=1), 70.0, 2),
        (window(10, 12, in_flight=1), 72.0, 1),
        (window(10, 10, 10), 70.0, 0),
    ],
)
def test_a_slot_is_held_until_a_minute_after_the_answer(
    slots: StrictWindow, now: float, held: int
) -> None:
    """A request without an answer holds its slot however long it takes."""
    assert slots.held(now) == held


@pytest.mark.parametrize(
    ("slots", "ahead", "opens_at"),
    [
        (window(), 0, 20.0),
        (window(), 2, 20.0),
        (window(), 3, math.inf),
        (window(in_flight=2), 0, 20.0),
        (window(in_flight=2), 1, math.inf),
        (window(in_flight=3), 0, math.inf),
        (window(10, 12), 0, 20.0),
        (window(10, 12), 1, 70.0),
        (window(10, 12), 2, 72.0),
        (window(10, 12), 3, math.inf),
        (window(10, 12, in_flight=1), 0, 70.0),
        (window(10, 12, in_flight=1), 1, 72.0),
        (window(10, 12, in_flight=1), 2, math.inf),
        (window(10, 12, 14, 15), 0, 72.0),
    ],
)
def test_the_next_request_leaves_once_fewer_slots_are_held_than_allowed(
    slots: StrictWindow, ahead: int, opens_at: float
) -> None:
    """At 20 seconds, behind `ahead` others; infinite where it depends on answers still to come."""
    assert slots.opens_at(20.0, ahead) == opens_at


def test_a_smaller_allowance_counts_what_was_sent_before() -> None:
    """As Genesys does."""
    slots = window(10, 12, 14)
    slots.allowance = 1
    assert slots.opens_at(20.0) == 74.0
