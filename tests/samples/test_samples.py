"""The samples are what the program gives today."""

from io import BytesIO
from pathlib import Path
from zipfile import ZipFile

import pytest

from batch_offboard.commands.order import Outcome
from batch_offboard.commands.practice import Difference, differences, read_demo, sample
from batch_offboard.simulator import load_org
from batch_offboard.termination_list.template import template_csv, template_workbook
from tests.samples.cast import practice_org, text_of
from tests.samples.giving import RUN_ID, give
from tests.samples.make import SAMPLES
from tests.samples.rows import list_bytes

STATUSES = {"done", "already_done", "partial", "failed", "skipped"}
CODES = {
    "invalid_user_id",
    "damaged_id",
    "no_identifier",
    "user_not_found",
    "ambiguous_person",
    "missing_permission",
    "general.conflict",
    "group_membership",
    "duplicate",
    "conflicting_rows",
    "protected",
    "not_due",
    "invalid_date",
    "identity_mismatch",
}


@pytest.fixture(scope="module")
def outcome(tmp_path_factory: pytest.TempPathFactory) -> Outcome:
    """The sample list, run now."""
    return give(tmp_path_factory.mktemp("samples"))


def test_the_organisation_is_the_one_that_the_script_makes() -> None:
    """Made from a seed, so that a change of it is meant."""
    assert text_of(practice_org()[0]) == (SAMPLES / "organisation.json").read_text("utf-8")


def test_the_list_is_the_one_that_the_script_makes() -> None:
    """Byte for byte: byte order mark, semicolons, CRLF."""
    assert list_bytes(practice_org()[1]) == (SAMPLES / "terminations.csv").read_bytes()


def test_the_templates_are_those_of_the_program() -> None:
    """Each file of the workbook; how it is packed depends on the computer."""
    with ZipFile(SAMPLES / "template.xlsx") as kept, ZipFile(BytesIO(template_workbook())) as now:
        assert {each: kept.read(each) for each in kept.namelist()} == {
            each: now.read(each) for each in now.namelist()
        }
    assert template_csv() == (SAMPLES / "template.csv").read_bytes()


@pytest.mark.parametrize("name", ["results.csv", "report.html"])
def test_the_list_gives_the_sample_files(outcome: Outcome, name: str) -> None:
    """Byte for byte, with times and the ids of calls: `python -m tests.samples.make` makes them."""
    made = (outcome.folder.path / name).read_text("utf-8").splitlines()
    assert made == (SAMPLES / name).read_text("utf-8").splitlines()


def test_the_demo_compares_with_the_sample_results(outcome: Outcome) -> None:
    """Every column but the times and the ids of the run and of its calls."""
    assert differences(outcome.folder.results, read_demo()) == ()


def test_the_sample_results_hold_every_outcome_of_one_run(outcome: Outcome) -> None:
    """At least 40 rows; every status but those of a stopped or a dry run; every code."""
    results = outcome.view.results
    assert (True, STATUSES, set()) == (
        len(results) >= 40,
        {each.status for each in results},
        CODES - {each.error_code for each in results},
    )


def test_the_list_fits_the_default_guards(outcome: Outcome) -> None:
    """Whoever runs it with `run` and no settings is not refused."""
    users = load_org(sample("organisation.json")).users.values()
    active = sum(user.state == "active" for user in users)
    attempted = ("done", "partial", "failed")
    changed = sum(
        row.status in attempted and row.state_before == "active" for row in outcome.view.results
    )
    assert 10 * changed < active


def test_the_report_names_its_folder_and_no_path_of_this_computer(outcome: Outcome) -> None:
    """It is filed: where a run lay on somebody's disk is no evidence."""
    made = outcome.folder.report.read_text("utf-8")
    assert str(outcome.folder.path.parents[1]) not in made
    command = f"batch-offboard report &#34;runs/{RUN_ID}&#34; --verify"
    shown = (SAMPLES / "report.html").read_text("utf-8")
    assert [command in page for page in (made, shown)] == [True, True]


def test_a_changed_row_is_told(outcome: Outcome, tmp_path: Path) -> None:
    """The demo's comparison sees one cell that is different."""
    text = outcome.folder.results.read_text("utf-8-sig")
    changed = tmp_path / "results.csv"
    changed.write_text(text.replace(";partial;", ";done;", 1), "utf-8-sig")
    (row,) = [each.row for each in outcome.view.results if each.status == "partial"][:1]
    expected = (Difference(row, "offboard_status", "partial", "done"),)
    assert expected == differences(changed, read_demo())
