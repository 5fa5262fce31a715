"""Steps as facts in, calls out: the cases are JSON, a file a step."""

from typing import Any

import pytest

from batch_offboard.offboarding.steps import STEPS

from .snapshots import cases, people, person, written

CALLS = [
    pytest.param(step, case, id=f"{step}: {case['case']}") for step in STEPS for case in cases(step)
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


@pytest.mark.parametrize("case", [pytest.param(case, id=case["case"]) for case in cases("undo")])
def test_the_way_back(case: dict[str, Any]) -> None:
    """A step yields exactly these calls towards the person as they were before."""
    pair = (person(case["before"]), person(case["now"]))
    assert [written(call) for call in STEPS[case["step"]].undo([pair])] == case["calls"]


def test_undo_shares_the_calls_among_people() -> None:
    """Hundred members of one queue go back in one call."""
    pairs = [
        (person({"row": row, "queues": ["Q1"]}), person({"row": row, "queues": []}))
        for row in range(2, 103)
    ]
    calls = list(STEPS["remove_from_queues"].undo(pairs))
    assert [(call.operation, len(call.rows)) for call in calls] == [
        ("add_members", 100),
        ("add_members", 1),
    ]
