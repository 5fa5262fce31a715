"""The summary of a run, for a person and for a scheduler."""

import json
from dataclasses import replace
from pathlib import Path

import pytest

from batch_offboard.errors import ExitCode
from batch_offboard.record.events import ResultsWritten
from batch_offboard.results.causes import cause_of, shared_causes
from batch_offboard.results.summary import early_lines, summary_lines, summary_object
from tests.results.views import AGREED, DONE, FAILED, PLAN, result, started, view, warning

FOLDER = Path("runs") / "one"


def test_a_person_reads_what_happened_and_what_to_do() -> None:
    """Verdict, counts, attention with next action, warnings, lateness, files, next command."""
    whole = view(
        DONE,
        FAILED,
        due=("2026-11-20", "2026-11-20"),
        inactive_at={2: "2026-11-23T19:39:00Z"},
        warnings=(warning("divisions_unknown", "It could not be found out …"),),
        written=(ResultsWritten("results-2.csv", "00", "x"),),
    )
    expected = (
        "1 of 2 people on the list is inactive and in no queue, 1 row needs attention.",
        "",
        "  1  done: set to inactive and out of their queues",
        "  1  failed: not done, and nothing was changed for them",
        "",
        "Needs attention:",
        f"  Row 3, Bo Chan (failed): {FAILED.error}",
        f"      {FAILED.next_action}",
        "",
        "Warning: It could not be found out …",
        "",
        "Set to inactive more than a day late: row 2.",
        "More than a day overdue and not set to inactive: row 3.",
        "",
        f"Results: {FOLDER / 'results-2.csv'}",
        f"Report:  {FOLDER / 'report.html'}",
    )
    assert expected == summary_lines(whole, FOLDER)


def test_a_rerun_names_who_is_overdue_though_it_held_them_before() -> None:
    """For a person and for a scheduler; what was late and done before is not told again."""
    earlier = replace(DONE, run_id="earlier")
    held = replace(FAILED, status="skipped", error_code="identity_mismatch", run_id="earlier")
    whole = view(earlier, held, due=("2026-11-20",) * 2, started=started(command="rerun"))
    lines = summary_lines(whole, FOLDER)
    assert [line for line in lines if "late" in line or "overdue" in line] == [
        "More than a day overdue and not set to inactive: row 3."
    ]
    assert summary_object(whole, ExitCode.OK, FOLDER)["overdue_rows"] == [2, 3]


def test_a_row_that_was_not_reached_has_no_cause() -> None:
    """Its status says all there is to say; and one person is one, also when not done."""
    lines = summary_lines(view(result(2, status="not_run", next_action="HR: again.")), FOLDER)
    shown = [line for line in lines if "Row 2" in line]
    assert [line.endswith("(not run)") for line in shown] == [True]
    assert lines[0].startswith("0 of 1 person on the list is inactive")


def test_a_run_without_open_rows_is_short() -> None:
    """Nothing is said of what did not occur."""
    expected = (
        "Everyone on the list is inactive and in no queue.",
        "",
        "  1  done: set to inactive and out of their queues",
        "",
        f"Results: {FOLDER / 'results.csv'}",
        f"Report:  {FOLDER / 'report.html'}",
    )
    assert expected == summary_lines(view(DONE), FOLDER)


def test_many_open_rows_are_counted_instead_of_listed() -> None:
    """Ten causes are shown, the others are in the results."""
    whole = view(*(replace(FAILED, row=row, error_code=f"E{row}") for row in range(2, 1236)))
    lines = summary_lines(whole, FOLDER)
    assert sum(line.startswith("  Row ") for line in lines) == 10
    assert "  … and 1,224 more rows: filter offboard_status in results.csv" in lines


def test_a_cause_that_many_rows_share_is_said_once() -> None:
    """With twelve of their names, and what to do about all of them."""
    action = "Ask a Genesys admin to give the OAuth client the permission. It is needed for {}."
    whole = view(
        *(
            replace(FAILED, row=row, user_name=f"P{row}", next_action=action.format(f"P{row}"))
            for row in range(2, 17)
        )
    )
    lines = summary_lines(whole, FOLDER)
    start = lines.index("Needs attention:") + 1
    assert lines[start : start + 4] == (
        f"  15 rows (failed): {FAILED.error}",
        "      Row 2, P2; row 3, P3; row 4, P4; row 5, P5; row 6, P6; row 7, P7; row 8, P8; "
        "row 9, P9; row 10, P10; row 11, P11; row 12, P12; row 13, P13 and 3 more",
        "      " + action.format("these people"),
        "",
    )


def test_rows_without_a_cause_have_none_together_either() -> None:
    """What each of them has left may differ."""
    cut = [
        result(
            row, status="not_run", left_because=because, next_action="HR: again. This row was cut."
        )
        for row, because in ((2, ""), (3, "Billing: through a group"))
    ]
    (shared,) = shared_causes(cut)
    assert (shared.words, shared.next_action) == ("", "HR: again. These rows were cut.")


def test_a_refusal_is_not_repeated_for_each_queue() -> None:
    """It was the same for all of them."""
    locked = "The agent is in a call."
    left = "; ".join(f"{name}: not removed: {locked[:-1]}" for name in ("Sales", "Orders"))
    row = result(2, status="partial", error=locked, left_because=left)
    assert cause_of(row) == "The agent is in a call. Sales: not removed; Orders: not removed"


@pytest.mark.parametrize(("code", "causes"), [("user_not_found", 1), ("not.found", 2)])
def test_how_a_cause_of_ours_was_found_makes_no_other_cause(code: str, causes: int) -> None:
    """No person has the address, and a 404 for the id: both are no such user."""
    found = [
        replace(FAILED, row=row, error_code=code, http_status=status)
        for row, status in ((2, None), (3, 404))
    ]
    assert len(shared_causes(found)) == causes


def test_a_run_that_ended_before_it_changed_anything_names_what_it_found() -> None:
    """If there is anything: the reason alone ends the command otherwise."""
    path = FOLDER / "results.csv"
    assert list(early_lines(view(FAILED), FOLDER)) == [f"Rows on hold, and why: {path}"]
    assert list(early_lines(view(result(2, status="not_run")), FOLDER)) == []


def test_a_rerun_speaks_of_its_own_rows_and_counts_those_before() -> None:
    """What earlier runs left was said by them; so were the days that they were late."""
    rerun = started(command="rerun")
    whole = view(
        replace(DONE, run_id="earlier"),
        replace(FAILED, row=3, run_id=rerun.run_id),
        replace(FAILED, row=4, run_id="earlier"),
        due=("2026-11-01",) * 3,
        started=rerun,
    )
    lines = summary_lines(whole, FOLDER)
    assert lines[0].startswith("This rerun handled 1 row: 1 failed. 1 of 3 people")
    assert [each for each in lines if "Row 4" in each or "row 4" in each or "row 2" in each] == []
    assert "1 row of earlier runs still needs attention: filter offboard_status in results.csv" in (
        lines
    )
    carried = view(replace(FAILED, run_id="earlier"), started=rerun)
    assert list(early_lines(carried, FOLDER)) == []


def test_many_late_rows_are_counted_too() -> None:
    """A long list of row numbers is cut."""
    whole = view(
        *(result(row) for row in range(2, 22)),
        due=("2026-11-01",) * 20,
    )
    expected = (
        "Set to inactive more than a day late: 20 rows (2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, …)."
    )
    assert expected in summary_lines(whole, FOLDER)


def test_text_from_elsewhere_cannot_steer_the_terminal() -> None:
    """Control characters in names and messages become blanks."""
    lines = summary_lines(view(replace(FAILED, user_name="\x1b[31mBo", error="a\nb\u202e")), FOLDER)
    assert "  Row 3, [31mBo (failed): a b" in lines


def test_a_person_whom_genesys_does_not_name_is_named_by_the_list() -> None:
    """HR recognises the row; where the list has no name either, that is said."""
    unknown = replace(FAILED, user_name="", error="Unknown.")
    for cells, name in ((("x", "Ann Lee"), "Ann Lee"), (("x",), "person not identified")):
        lines = summary_lines(view(unknown, cells=(cells,)), FOLDER)
        assert f"  Row 3, {name} (failed): Unknown." in lines


def test_an_undo_and_a_dry_run_offer_no_rerun() -> None:
    """The next command is only shown where it makes sense."""
    for whole in (
        view(FAILED, started=started(command="undo")),
        view(FAILED, started=started(dry_run=True)),
    ):
        assert not any("rerun " in line for line in summary_lines(whole, FOLDER)[-2:])


FINISHED_AS_JSON = {
    "run_id": "20261123T193800Z-leavers",
    "command": "run",
    "dry_run": False,
    "exit_code": 3,
    "verdict": "1 of 2 people on the list is inactive and in no queue, 1 row needs attention.",
    "organisation": {"id": "0f0f0f0f-0000-4000-8000-000000000001", "name": "Example Retail"},
    "region": "mypurecloud.com",
    "list": {"name": "leavers.csv", "sha256": "ab" * 32, "rows": 2},
    "started_at": "2026-11-23T19:38:00Z",
    "finished_at": "2026-11-23T19:41:00Z",
    "reason": "finished",
    "plan": None,
    "counts": {
        "done": 1,
        "already_done": 0,
        "planned": 0,
        "put_back": 0,
        "partial": 0,
        "failed": 1,
        "not_run": 0,
        "skipped": 0,
    },
    "error_codes": {"missing.permissions": 1},
    "retry_rows": 1,
    "verified_rows": 1,
    "attention_rows": 1,
    "attention": [
        {
            "row": 3,
            "status": "failed",
            "user_id": FAILED.user_id,
            "user_name": "Bo Chan",
            "error_code": "missing.permissions",
            "error": FAILED.error,
            "next_action": FAILED.next_action,
            "correlation_id": FAILED.correlation_id,
            "retry": True,
        }
    ],
    "overdue_rows": [2],
    "warnings": [{"code": "roles_unread", "message": "No.", "names": []}],
    "run_folder": str(FOLDER),
    "results": str(FOLDER / "results.csv"),
    "workbook": None,
    "report": str(FOLDER / "report.html"),
}
"""The summary of a run with a done and a failed row."""


def test_a_scheduler_gets_the_same_as_json() -> None:
    """The keys are stable."""
    whole = view(DONE, FAILED, due=("2026-11-20", None), warnings=(warning("roles_unread", "No."),))
    found = json.loads(json.dumps(summary_object(whole, ExitCode.ATTENTION, FOLDER)))
    assert found == FINISHED_AS_JSON


def test_a_scheduler_gets_the_plan_and_who_agreed() -> None:
    """Of a plan to which nobody has agreed, nothing but the plan."""
    shown = {"people": 37, "calls": 74, "digest": PLAN.digest}
    agreed = {
        "who": "ann",
        "at": "2026-11-23T19:38:40Z",
        "how": "number_typed",
        "number": 37,
        "plan_run": "",
    }
    for whole, expected in (
        (view(DONE, plan=PLAN, agreed=AGREED), {**shown, "agreed": agreed}),
        (view(DONE, plan=PLAN), {**shown, "agreed": None}),
    ):
        assert expected == summary_object(whole, ExitCode.OK, FOLDER)["plan"]


def test_the_json_of_a_long_list_stays_small() -> None:
    """At most a hundred rows are listed, all are counted."""
    whole = view(*(replace(FAILED, row=row) for row in range(2, 302)))
    found = summary_object(whole, ExitCode.ATTENTION, FOLDER)
    assert (found["attention_rows"], len(list(found["attention"]))) == (300, 100)  # type: ignore[call-overload]


@pytest.mark.parametrize(
    ("error", "left_because", "told"),
    [
        ("Still a member of 1 queue.", "EN: there", "Still a member of 1 queue. EN: there"),
        ("No", "EN: there", "No; EN: there"),
        ("roles: not recorded", "roles: not recorded", "roles: not recorded"),
        ("", "EN: there", "EN: there"),
    ],
)
def test_the_cause_is_told_once_and_reads_as_sentences(
    error: str, left_because: str, told: str
) -> None:
    """What is left follows the error, unless it is the same."""
    row = result(4, status="partial", error=error, left_because=left_because)
    lines = summary_lines(view(row), FOLDER)
    assert f"  Row 4, Zoë Berg (partial): {told}" in lines
