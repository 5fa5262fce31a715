"""The plan as a person reads it, and the question."""

import os
from dataclasses import replace
from pathlib import Path

import pytest

from batch_offboard.cli.question import answered_yes, in_lines
from batch_offboard.cli.wrapping import wrapped
from batch_offboard.offboarding.agreement import Proposal
from batch_offboard.offboarding.codes import CODES
from batch_offboard.offboarding.leftover_words import plan_sentences
from batch_offboard.offboarding.leftovers import Findings
from batch_offboard.offboarding.models import Callback, Leftovers, Snapshot, User
from batch_offboard.offboarding.plan_lines import are_all_shown, plan_lines, undo_plan_lines
from batch_offboard.offboarding.planning import Plan, Planned
from batch_offboard.offboarding.undo import UndoPlan
from tests.cli.at_terminal import answered
from tests.support import (
    FAST_CONFIG,
    environment,
    org_of,
    simulator,
    state_of,
    write_list,
)

NOTHING = Plan(
    people=0,
    to_inactive=0,
    memberships=0,
    queues=0,
    emptied_queues=(),
    through_groups=0,
    nothing_to_do=0,
    held={},
    roles_kept=True,
    calls=1,
    minutes=0.1,
)
NOTHING_BACK = UndoPlan(
    people=0, to_active=0, memberships=0, queues=0, grants=0, nothing_to_do=0, held={}, notes=()
)


def proposed(plan: Plan | UndoPlan) -> Proposal:
    """The plan as it is put to a person."""
    return Proposal(plan, (), (), "", "Acme GmbH")


def test_a_plan_in_full() -> None:
    """What changes, what stays, who is left out, how long it takes."""
    plan = Plan(
        people=43,
        to_inactive=41,
        memberships=147,
        queues=25,
        emptied_queues=("Claims EN", "Returns EN"),
        through_groups=2,
        nothing_to_do=3,
        held={"protected": 1, "conflicting_rows": 2, "service.down": 4},
        roles_kept=False,
        calls=1234,
        minutes=4.6,
        optional=(
            Planned("Clearing skills", 12, "person"),
            Planned("Removing from groups", 0, "person"),
        ),
        for_good=("logins that were ended",),
        names=("Anna Bauer", "Ben Li"),
    )
    expected = [
        "The plan:",
        "  Dates are those of Berlin.",
        "  43 people to change: 41 to set to inactive, 2 already inactive but not done.",
        "    Anna Bauer, Ben Li.",
        "  They will be removed from 25 queues (147 memberships).",
        "  Left without agents: Claims EN, Returns EN.",
        "  2 queue memberships come from a group and cannot be removed here.",
        "  Clearing skills: 12 people.",
        "  An undo cannot put this back: logins that were ended.",
        "  Note: role grants were not read, so an undo cannot put roles back.",
        "  3 people need nothing: everything is already done.",
        "  7 rows on hold: Genesys answered service.down (4); rows for the same person contradict "
        "each other (2); on the protected list (1).",
        "  About 1,234 requests to Genesys, reading back included, 5 minutes.",
    ]
    assert expected == list(plan_lines(plan, ["Dates are those of Berlin."]))


def test_one_of_each_is_said_in_the_singular() -> None:
    """And one minute is no minutes."""
    plan = replace(
        NOTHING,
        people=1,
        to_inactive=1,
        memberships=1,
        queues=1,
        through_groups=1,
        nothing_to_do=1,
        optional=(Planned("Removing from groups", 1, "membership"),),
        minutes=1.2,
    )
    expected = [
        "The plan:",
        "  1 person will be set to inactive.",
        "  They will be removed from 1 queue (1 membership).",
        "  1 queue membership comes from a group and cannot be removed here.",
        "  Removing from groups: 1 membership.",
        "  1 person needs nothing: everything is already done.",
        "  About 1 request to Genesys, reading back included, 1 minute.",
    ]
    assert expected == list(plan_lines(plan))


def test_what_is_not_there_is_not_counted() -> None:
    """No lines with a zero."""
    expected = [
        "The plan:",
        "  Nobody will be set to inactive.",
        "  1 person needs nothing: already inactive and in no queue.",
    ]
    assert expected == list(plan_lines(replace(NOTHING, nothing_to_do=1, calls=0)))


def test_a_rerun_with_nothing_left_to_do_says_so() -> None:
    """No row is attempted, so there is nobody to speak of."""
    assert list(plan_lines(NOTHING))[1] == ("  Nothing to do: every row is carried over unchanged.")


def test_people_who_are_inactive_already_can_leave_queues() -> None:
    """The plan does not say “they” of nobody."""
    plan = replace(NOTHING, people=2, memberships=3, queues=2)
    assert list(plan_lines(plan))[1:3] == [
        "  2 people to change: already inactive but not done.",
        "  People who are already inactive will be removed from 2 queues (3 memberships).",
    ]


def test_the_plan_says_whom_the_question_counts() -> None:
    """The number to type is not the one of those who are set to inactive."""
    plan = replace(NOTHING, people=37, to_inactive=36)
    assert list(plan_lines(plan))[1] == (
        "  37 people to change: 36 to set to inactive, 1 already inactive but not done."
    )


def test_who_is_deleted_is_not_on_hold() -> None:
    """Nothing is left to do for them."""
    plan = replace(NOTHING, held={"already_done": 1, "protected": 2})
    assert list(plan_lines(plan))[2:4] == [
        "  1 person needs nothing: already deleted in Genesys.",
        "  2 rows on hold: on the protected list.",
    ]


def test_many_causes_are_cut() -> None:
    """The question still fits on the screen."""
    plan = replace(NOTHING, held={f"E{number}": 10 - number for number in range(8)})
    (line,) = [each for each in plan_lines(plan) if "on hold" in each]
    assert line.startswith("  52 rows on hold: Genesys answered E0 (10); ")
    assert line.endswith("Genesys answered E2 (8); 25 rows for 5 other causes.")


@pytest.mark.parametrize("code", ["protected", "identity_mismatch", "conflicting_rows"])
def test_a_hold_that_may_have_kept_somebody_from_harm_is_always_named(code: str) -> None:
    """However few rows it holds."""
    plan = replace(NOTHING, held={code: 1} | {f"E{number}": 9 for number in range(8)})
    assert any(f"{CODES[code].words} (1); 45 rows for 5" in each for each in plan_lines(plan))


@pytest.mark.parametrize(
    ("people", "causes", "all_shown"), [(12, 4, True), (13, 1, False), (1, 5, False)]
)
def test_where_the_plan_is_cut_the_rest_can_be_seen(
    people: int, causes: int, all_shown: bool
) -> None:
    """Twelve people are named, and three causes, or four if that is all of them."""
    names = tuple(f"P{number}" for number in range(people))
    held = {f"E{number}": 1 for number in range(causes)}
    assert all_shown == are_all_shown(replace(NOTHING, names=names, held=held))


def callbacks_of(name: str) -> list[str]:
    """What the plan says of two callbacks of one person."""
    found = Leftovers((Callback("1", "q"), Callback("2", "q")))
    owner = Snapshot(12, User("u", name, "", "active", 1), leftovers=found)
    return list(plan_sentences(Findings(people=(owner,)), ()))


@pytest.mark.parametrize("more", [["1 person became due today."], callbacks_of("Søren Evans")])
def test_a_usual_plan_fits_a_terminal_of_80_by_24(more: list[str]) -> None:
    """That of the sample list, with the question and one more thing to know."""
    notes = (
        "Organisation: Practice Organisation (127.0.0.1:18493).",
        "List: terminations.csv, 53 rows.",
        'Names are compared: column A, "employee_name".',
        'People are due the day after the date in column F, "termination_date".',
        *more,
        "Dates use this computer's time zone, UTC+00:00; today is 2026-11-27.",
    )
    often = dict.fromkeys(("conflicting_rows", "identity_mismatch", "user_not_found"), 2)
    once = ("ambiguous_person", "damaged_id", "duplicate", "not_due", "no_identifier", "protected")
    plan = replace(
        NOTHING,
        people=36,
        to_inactive=35,
        memberships=146,
        queues=25,
        emptied_queues=("Callbacks EN",),
        through_groups=2,
        nothing_to_do=2,
        held=often | dict.fromkeys((*once, "already_done", "missing_permission"), 1),
        calls=87,
        names=("Victor Meyer", "Hassan Zimmermann", "Karl Lehmann") * 12,
        lacking="directory:user:edit in the division Dublin",
    )
    text = "\n".join(
        (
            *plan_lines(plan, notes),
            "To see every row first: batch-offboard run samples/terminations.csv --dry-run",
        )
    )
    question_lines = 2
    assert len(wrapped(text, 80).split("\n")) + question_lines <= 24


def test_a_long_row_of_emptied_queues_is_cut() -> None:
    """Ten are named."""
    plan = replace(NOTHING, emptied_queues=tuple(f"Q{number}" for number in range(12)))
    (line,) = [each for each in plan_lines(plan) if "Left without agents" in each]
    assert line.endswith("Q8, Q9 and 2 more.")


def test_a_plan_of_an_undo_in_full() -> None:
    """What comes back, and what cannot."""
    plan = UndoPlan(
        people=3,
        to_active=3,
        memberships=4,
        queues=2,
        grants=1,
        nothing_to_do=2,
        held={"user_not_found": 1},
        notes=("the roles of 2 people (they were not recorded before the run)",),
        optional=(Planned("Putting skills back", 1, "person"), Planned("Stations", 0, "person")),
        names=("Anna Bauer", "Ben Li", "Cid Ruiz"),
    )
    expected = [
        "The plan:",
        "  3 people will be set back to active.",
        "    Anna Bauer, Ben Li, Cid Ruiz.",
        "  They will be put back into 2 queues (4 memberships).",
        "  Put back: 1 role grant.",
        "  Putting skills back: 1 person.",
        "  Already as before the run: 2 people.",
        "  1 row cannot be put back: no such Genesys user.",
        "  Cannot be put back: the roles of 2 people (they were not recorded before the run).",
    ]
    assert expected == list(undo_plan_lines(plan))


def test_twelve_people_of_an_undo_are_named() -> None:
    """And how many more there are."""
    plan = replace(NOTHING_BACK, people=15, names=tuple(f"P{number}" for number in range(1, 16)))
    (line,) = [each for each in undo_plan_lines(plan) if "P1," in each]
    assert line.endswith("P11, P12 and 3 more.")


def test_an_undo_with_nothing_to_do_has_no_lines_with_a_zero() -> None:
    """Only that nobody changes."""
    expected = ["The plan:", "  Nobody will be set back to active."]
    assert expected == list(undo_plan_lines(NOTHING_BACK))


def test_an_undo_says_whom_the_question_counts() -> None:
    """Some are active again already, but not in their queues."""
    plan = replace(NOTHING_BACK, people=3, to_active=2)
    lines = list(undo_plan_lines(plan, ["Run to undo: r."]))
    assert lines[1:3] == [
        "  Run to undo: r.",
        "  3 people to put back: 2 to set back to active, 1 with other changes.",
    ]


@pytest.mark.parametrize("columns", [0, 44, 68, 108])
@pytest.mark.parametrize("organisation", ["Acme", "Practice Organisation", "Acme, type Two " * 9])
def test_what_to_type_is_never_torn_apart(organisation: str, columns: int) -> None:
    """On whichever line it is, number and way out are read at one glance."""
    answer = "type 5. Press Enter to cancel:"
    question = f"To put back these 5 people in {organisation}, {answer}"
    lines = in_lines(question, columns).split("\n")
    assert lines[-1].endswith(answer)
    assert " ".join(map(str.strip, lines)).split() == question.split()
    assert max(map(len, lines)) <= columns or not columns


@pytest.mark.parametrize(
    ("typed", "agreed"), [("3", True), (" 3 ", True), ("yes", False), ("", False), ("33", False)]
)
def test_only_the_number_of_people_is_a_yes(typed: str, *, agreed: bool) -> None:
    """Whoever types it has read it."""
    asked: list[str] = []

    def prompt(question: str) -> str:
        asked.append(question)
        return typed

    assert agreed == answered_yes(proposed(replace(NOTHING, people=3, to_inactive=3)), prompt)
    assert asked == [
        "To set these 3 people in Acme GmbH to inactive, type 3. Press Enter to cancel:"
    ]


@pytest.mark.skipif(not hasattr(os, "openpty"), reason="this system has no such terminals")
@pytest.mark.parametrize(
    ("ahead", "answer", "code", "state"),
    [("\n", "1", 0, "inactive"), ("1\n", "", 4, "active"), ("1\n\n1\n", "", 4, "active")],
    ids=["Enter", "the number", "several lines"],
)
def test_what_was_typed_before_the_question_answers_nothing(
    tmp_path: Path, ahead: str, answer: str, code: int, state: str
) -> None:
    """It neither agrees nor cancels: nobody had seen the plan."""
    write_list(tmp_path / "a.csv", "Ann")
    (tmp_path / "config.yaml").write_text(FAST_CONFIG, "utf-8")
    org = org_of(["Ann", "Ben"])
    with simulator(org) as sim:
        asked = [("Press Enter to cancel:", answer)]
        said = answered(["run", "a.csv"], tmp_path, environment(sim), asked, ahead=ahead)
    assert (said.code, state_of(org, "Ann")) == (code, state), said.out
