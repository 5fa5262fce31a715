"""What the further steps took from a person."""

from dataclasses import replace

import pytest

from batch_offboard.offboarding.models import Group, Named, Proficiency, User
from batch_offboard.offboarding.steps import STEPS, Fact
from batch_offboard.offboarding.taken import is_nothing, still_missing, taken

ALL = frozenset(Fact)
BARE = User("u", "Anna", "", "active", 1, groups=(), skills=(), languages=())
FULL = replace(
    BARE,
    groups=(Group("g1", "Night"), Group("g2", "Day")),
    team=Named("t", "Team A"),
    skills=(Proficiency("s", "Chat", 3),),
    languages=(Proficiency("l", "English", 5),),
    station=Named("p", "Desk 1"),
)


def test_what_is_not_known_now_may_all_have_been_taken() -> None:
    """An undo reads before it puts anything back."""
    assert taken(FULL, None, ALL) == FULL


@pytest.mark.parametrize("now, nothing", [(FULL, True), (BARE, False)])
def test_what_is_still_there_was_not_taken(now: User, nothing: bool) -> None:
    """All of it, or none."""
    assert is_nothing(taken(FULL, now, ALL)) is nothing


def test_only_the_facts_of_the_steps_that_sent_something() -> None:
    """What somebody else ended since is not this run's to put back."""
    assert taken(FULL, BARE, {Fact.TEAM}) == replace(BARE, team=FULL.team)


def test_another_proficiency_or_station_is_not_what_was_there() -> None:
    """The name of a group does not matter, its id does."""
    now = replace(
        FULL,
        groups=(Group("g1"), Group("g2")),
        skills=(Proficiency("s", "Chat", 1),),
        station=Named("q", "Desk 1"),
    )
    assert taken(FULL, now, ALL) == replace(BARE, skills=FULL.skills, station=FULL.station)


def test_what_is_missing_is_named_in_the_words_of_the_steps() -> None:
    """Each thing by its name; only by the steps of the run."""
    steps = [STEPS[name] for name in ("deactivate", "leave_groups", "release_station")]
    assert still_missing(steps, 2, FULL, BARE) == ("group Night", "group Day", "station Desk 1")
