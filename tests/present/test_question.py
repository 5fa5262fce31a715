"""What a person agrees to, in a sentence."""

from dataclasses import replace

import pytest

from batch_offboard.offboarding.agreement import Proposal
from batch_offboard.offboarding.planning import Plan
from batch_offboard.offboarding.undo import UndoPlan
from batch_offboard.present.question import purpose_of
from tests.cli.test_question import NOTHING, NOTHING_BACK, proposed

ONE = replace(NOTHING, people=1, to_inactive=1)
ONE_BACK = replace(NOTHING_BACK, people=1)


@pytest.mark.parametrize(
    ("plan", "purpose"),
    [
        (ONE, "set this person in Acme GmbH to inactive"),
        (replace(ONE, people=1_234), "set these 1,234 people in Acme GmbH to inactive"),
        (replace(ONE, people=2, to_inactive=0), "finish offboarding these 2 people in Acme GmbH"),
        (ONE_BACK, "put back this person in Acme GmbH"),
        (replace(ONE_BACK, people=3), "put back these 3 people in Acme GmbH"),
    ],
)
def test_the_question_names_how_many_people_and_where(plan: Plan | UndoPlan, purpose: str) -> None:
    """And whether they lose or regain access."""
    assert purpose == purpose_of(proposed(plan))


def test_an_organisation_cannot_steer_the_terminal() -> None:
    """Its name is text from elsewhere."""
    assert purpose_of(Proposal(ONE, (), (), "", "A\x1b[2J")).startswith("set this person in A [2J")
