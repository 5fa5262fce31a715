"""What people hold: how it is compared, what was taken, and what an undo still lacks."""

from dataclasses import replace

import pytest

from batch_offboard.offboarding.belongings import (
    BELONGINGS,
    GROUPS,
    QUEUES,
    ROLES,
    SKILLS,
    STATION,
    TEAM,
    named_missing,
    removed_holdings,
    shown_holdings,
)
from batch_offboard.offboarding.models import Holding, User
from batch_offboard.offboarding.steps import STEPS, Step

NOTHING = {each.name: () for each in BELONGINGS}
BARE = User("u", "Anna", "", "active", 1, holdings=NOTHING)
FULL = replace(
    BARE,
    holdings={
        "groups": (Holding("g1", "Night"), Holding("g2", "Day")),
        "team": (Holding("t", "Team A"),),
        "skills": (Holding("s", "Chat", 3.0),),
        "languages": (Holding("l", "English", 5.0),),
        "station": (Holding("p", "Desk 1"),),
    },
)


@pytest.mark.parametrize("belonging", BELONGINGS, ids=lambda each: each.name)
def test_every_belonging_can_be_read(belonging: object) -> None:
    """With the users, for each user, or by a survey of its own: queues and roles."""
    assert belonging in (QUEUES, ROLES) or belonging.expand or belonging.operation  # type: ignore[attr-defined]


@pytest.mark.parametrize("step", STEPS.values(), ids=STEPS)
def test_what_a_step_ends_is_in_the_table(step: Step) -> None:
    """An entry that is missing there would be read, recorded and restored by nobody."""
    assert step.reads <= set(BELONGINGS)


def test_what_is_not_known_now_may_all_have_been_taken() -> None:
    """An undo reads before it puts anything back."""
    assert removed_holdings(FULL, None, BELONGINGS) == FULL.holdings


@pytest.mark.parametrize("now, lost", [(FULL, {}), (BARE, FULL.holdings)])
def test_what_is_still_there_was_not_taken(now: User, lost: object) -> None:
    """All of it, or none."""
    assert removed_holdings(FULL, now, BELONGINGS) == lost


def test_only_what_the_steps_end() -> None:
    """What somebody else ended since is not this run's to put back."""
    assert removed_holdings(FULL, BARE, {TEAM}) == {"team": FULL.holdings["team"]}


def test_another_proficiency_or_station_is_not_what_was_there() -> None:
    """The name of a group does not matter, its id does."""
    now = replace(
        FULL,
        holdings={
            **FULL.holdings,
            "groups": (Holding("g1"), Holding("g2")),
            "skills": (Holding("s", "Chat", 1.0),),
            "station": (Holding("q", "Desk 1"),),
        },
    )
    lost = removed_holdings(FULL, now, BELONGINGS)
    assert lost == {each.name: FULL.holdings[each.name] for each in (SKILLS, STATION)}


def test_what_is_missing_is_named() -> None:
    """Each thing by its kind and name, and where nothing was shown that is said too."""
    wanted = {each.name: FULL.holdings[each.name] for each in (GROUPS, STATION)}
    now = replace(BARE, holdings={"groups": (Holding("g1"),)})
    assert list(named_missing(wanted, now)) == ["group Day", "station Desk 1: not seen"]


def test_only_what_was_asked_for_is_seen() -> None:
    """A field that Genesys leaves out says nothing."""
    assert shown_holdings({"skills": [], "groups": []}, ["skills", "team", "station"]) == {
        "skills": (),
    }
