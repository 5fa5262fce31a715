"""The further steps as facts in, calls out: the cases are JSON."""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings

from batch_offboard.offboarding.models import Call, Group, Named, Proficiency, Snapshot
from batch_offboard.offboarding.steps import STEPS, further
from batch_offboard.offboarding.steps.base import Step

from .snapshots import cases, person, written
from .test_properties import PEOPLE, applied

AT_LEISURE = settings(max_examples=50, deadline=None, suppress_health_check=[HealthCheck.too_slow])
"""A busy machine is no failure."""
NAMES = [step.name for step in further(STEPS.values())]
CALLS = [
    pytest.param(step, case, id=f"{step}: {case['case']}")
    for step in NAMES
    for case in cases(step)
]  # fmt: skip


def furnished(told: Mapping[str, Any]) -> Snapshot:
    """A person; `groups` are `ID` or `ID dynamic`, `skills` and `languages` proficiency by id."""
    found = person(told)
    user = replace(
        found.user,
        groups=_groups(told.get("groups")),
        team=Named(told["team"]) if "team" in told else None,
        skills=_rated(told.get("skills")),
        languages=_rated(told.get("languages")),
        station=Named(told["station"]) if "station" in told else None,
    )
    return replace(found, user=user, may_be_logged_in=told.get("may_be_logged_in", False))


def _groups(told: Iterable[str] | None) -> tuple[Group, ...] | None:
    if told is None:
        return None
    return tuple(Group(text.split()[0], dynamic=text.endswith("dynamic")) for text in told)


def _rated(told: Mapping[str, float] | None) -> tuple[Proficiency, ...] | None:
    return None if told is None else tuple(Proficiency(id, "", level) for id, level in told.items())


def people(told: Iterable[Mapping[str, Any]]) -> list[Snapshot]:
    """Several people; `"times": N` stands for N people alike in rows that follow each other."""
    return [
        furnished({**each, "row": each["row"] + number})
        for each in told
        for number in range(each.get("times", 1))
    ]


@pytest.mark.parametrize("step, case", CALLS)
def test_calls_that_are_needed(step: str, case: dict[str, Any]) -> None:
    """A step yields exactly these calls for these people."""
    calls = list(STEPS[step].calls(people(case["people"])))
    if "sizes" in case:
        assert [len(call.rows) for call in calls] == case["sizes"]
    else:
        assert [written(call) for call in calls] == case["calls"]


@pytest.mark.parametrize("step, case", [each for each in CALLS if "left" in each.values[1]])
def test_what_is_left(step: str, case: dict[str, Any]) -> None:
    """Before its calls a step says what is left of it, what only an admin can end marked."""
    left = {
        str(each.row): [
            found.what + (" (group)" if found.by_group else "") for found in STEPS[step].left(each)
        ]
        for each in people(case["people"])
    }
    assert left == case["left"]


@pytest.mark.parametrize(
    "case", [pytest.param(case, id=case["case"]) for case in cases("undo_further")]
)
def test_the_way_back(case: dict[str, Any]) -> None:
    """A step yields exactly these calls towards the person as they were before."""
    pair = (furnished(case["before"]), furnished(case["now"]))
    assert [written(call) for call in STEPS[case["step"]].undo([pair])] == case["calls"]


@AT_LEISURE
@given(PEOPLE)
def test_what_is_done_is_neither_left_nor_done_again(anyone: tuple[Snapshot, ...]) -> None:
    """For any people: after its calls a step yields none, and leaves only dynamic groups."""
    before = tuple(replace(each, may_be_logged_in=True) for each in anyone)
    for step in further(STEPS.values()):
        now = applied(list(step.calls(before)), before)
        assert list(step.calls(now)) == []
        assert all(left.by_group for each in now for left in step.left(each))


@AT_LEISURE
@given(PEOPLE)
def test_undo_of_a_step_is_the_identity(before: tuple[Snapshot, ...]) -> None:
    """For any people: what the calls took is there again, with proficiency."""
    for step in further(STEPS.values()):
        now = applied(list(step.calls(before)), before)
        now = applied(_back(step, before, now), now)
        assert _back(step, before, now) == []
        assert [_held(each) for each in now] == [_held(each) for each in before]


def _back(step: Step, before: tuple[Snapshot, ...], now: tuple[Snapshot, ...]) -> list[Call]:
    return list(step.undo(zip(before, now, strict=True)))


def _held(each: Snapshot) -> tuple[object, ...]:
    user = each.user
    skills, languages = (
        {(one.id, one.proficiency) for one in rated or ()}
        for rated in (user.skills, user.languages)
    )
    return ({group.id for group in user.groups or ()}, user.team, user.station, skills, languages)
