"""What a list carries beside its identifiers holds the wrong person, under whatever header."""

from pathlib import Path

import pytest

from batch_offboard.errors import ExitCode
from batch_offboard.record.events import PlanShown
from batch_offboard.simulator import Org
from tests.support import Ended, config, id_of, org_of, run_file, simulator, state_of

NUMBERS = {"Ann": "00124", "Bob": "00125", "Cid": "00126", "Dan": "00127", "Eve": "5001"}


def org(**more: object) -> Org:
    """Five people with employee numbers; everybody is called NAME Test."""
    facts = {name: {"employee_id": number} for name, number in NUMBERS.items()}
    return org_of([*NUMBERS, "Zoe"], {"Billing": NUMBERS}, facts=facts, **more)  # type: ignore[arg-type]


def run(organisation: Org, folder: Path, header: str, *rows: str, **options: object) -> Ended:
    """A run of a list of these lines."""
    path = folder / "leavers.csv"
    path.write_text("\n".join([header, *rows]) + "\n", encoding="utf-8")
    with simulator(organisation) as sim:
        return run_file(sim, path, **options)  # type: ignore[arg-type]


def plan_of(ended: Ended) -> str:
    """The plan as it was shown."""
    (shown,) = [each for each in ended.events if isinstance(each, PlanShown)]
    return "\n".join(shown.lines)


@pytest.mark.parametrize(
    ("header", "row"),
    [
        ("First Name,Last Name,Employee ID", "Bob,Test,00124"),
        ("Vorname,Nachname,Personalnummer", "Bob,Test,00124"),
        ("Prénom,Nom de famille,Matricule", "Bob,Test,00124"),
        ('Employee ID, "Worker"', '00124, "Test, Bob"'),
        ("Employee ID,Legal Name,Preferred Name", "00124,Bob Test,Bobby Test"),
        ("*Full Name*,[Employee Number]", "Bob Test,00124"),
    ],
)
def test_a_name_in_whatever_columns_is_compared(tmp_path: Path, header: str, row: str) -> None:
    """A name of somebody else holds the row; the plan says by which columns."""
    organisation = org()
    ended = run(organisation, tmp_path, header, row)
    (result,) = ended.results
    assert (result.status, result.error_code) == ("skipped", "identity_mismatch")
    assert state_of(organisation, "Ann") == "active"
    assert "Names are compared: column" in plan_of(ended)


def test_one_name_that_fits_is_enough(tmp_path: Path) -> None:
    """Legal and preferred name: people are known by either."""
    ended = run(
        org(),
        tmp_path,
        "Employee ID,Legal Name,Preferred Name",
        "00124,Annabel Smith,Ann Test",
    )
    assert ended.statuses == ["done"]


def test_a_list_without_names_says_so_in_the_first_lines_of_the_plan(tmp_path: Path) -> None:
    """Nobody should think that names were compared."""
    ended = run(org(), tmp_path, "Employee ID", "00124")
    assert "Names are not compared" in plan_of(ended).splitlines()[3]


def test_an_unused_column_that_fits_the_others_holds_who_it_does_not_fit(tmp_path: Path) -> None:
    """`Wer` is no header that anybody knows, but it names three of four people."""
    rows = ["00124,Ann Test", "00125,Bob Test", "00126,Cid Test", "00127,Zoe Test"]
    organisation = org()
    ended = run(organisation, tmp_path, "Employee ID,Wer", *rows)
    assert [each.error_code for each in ended.results] == ["", "", "", "identity_mismatch"]
    assert 'Column B, "Wer"' in ended.results[3].error
    assert state_of(organisation, "Dan") == "active"


@pytest.mark.parametrize(
    ("header", "cells"),
    [
        ("Wer", ["Bob Test", "Cid Test", "Dan Test", "Eve Test"]),
        ("First", ["Bob", "Cid", "Dan", "Eve"]),
        ("Login", ["bob@test.example", "cid@test.example", "dan@test.example", "ann@test.example"]),
        ("Payroll", ["00127", "00126", "00125", "00124"]),
        ("Team Member", ["Ann Test", "Zoe Test", "Bob Test", "Cid Test"]),
    ],
)
def test_an_unused_column_that_was_shifted_or_sorted_by_itself_holds_its_rows(
    tmp_path: Path, header: str, cells: list[str]
) -> None:
    """It fits hardly anybody any more, but the people of other rows."""
    key = "Employee ID" if header != "Payroll" else "Email"
    keys = {
        "Employee ID": ["00124", "00125", "00126", "00127"],
        "Email": [f"{name.lower()}@test.example" for name in list(NUMBERS)[:4]],
    }[key]
    rows = [f"{one},{cell}" for one, cell in zip(keys, cells, strict=True)]
    organisation = org()
    ended = run(organisation, tmp_path, f"{key},{header}", *rows)
    wrong = [n for n, row in enumerate(rows) if row != "00124,Ann Test"]
    assert ["identity_mismatch"] * len(wrong) == [ended.results[n].error_code for n in wrong]
    assert [state_of(organisation, list(NUMBERS)[n]) for n in wrong] == ["active"] * len(wrong)


def test_a_column_that_was_declared_unused_holds_nobody(tmp_path: Path) -> None:
    """Somebody has looked."""
    rows = ["00124,Ann Test", "00125,Bob Test", "00126,Cid Test", "00127,Zoe Test"]
    settings = config(list={"columns": {"unused": ["Wer"]}})
    ended = run(org(), tmp_path, "Employee ID,Wer", *rows, settings=settings)
    assert ended.statuses == ["done"] * 4


@pytest.mark.parametrize(
    ("row", "status", "code"),
    [
        ("124,Ann Test", "done", ""),
        ("124,", "failed", "damaged_id"),
        ("124,Zoe Test", "failed", "damaged_id"),
        ("5001,", "done", ""),
        ("05001,Eve Test", "failed", "user_not_found"),
    ],
    ids=["name confirms", "nothing confirms", "another name", "exact", "too many zeros"],
)
def test_zeros_that_excel_dropped(tmp_path: Path, row: str, status: str, code: str) -> None:
    """Only a confirmed person is taken; the sentence names the number that exists."""
    ended = run(org(), tmp_path, "Employee ID,Name", row)
    (result,) = ended.results
    assert (result.status, result.error_code) == (status, code)
    if code == "damaged_id":
        assert "00124" in result.error


def test_two_numbers_that_differ_in_zeros_only_hold_the_row(tmp_path: Path) -> None:
    """124 and 00124 both exist: nobody is guessed, even with a name that fits one of them."""
    organisation = org()
    organisation.users[id_of("Zoe")].employee_id = "124"
    ended = run(organisation, tmp_path, "Employee ID,Name", "124,Zoe Test")
    (result,) = ended.results
    assert (result.status, result.error_code) == ("failed", "damaged_id")
    assert "Genesys has 00124 (Ann Test) too" in result.error


def test_an_exact_match_that_the_other_identifiers_confirm_is_never_damaged(
    tmp_path: Path,
) -> None:
    """Other numbers of the list are padded, this one is not: it is right all the same."""
    rows = [f"{id_of('Ann')},00124,Ann Test", f"{id_of('Eve')},5001,Eve Test"]
    ended = run(org(), tmp_path, "user_id,employee_id,name", *rows)
    assert (ended.exit_code, ended.statuses) == (ExitCode.OK, ["done", "done"])


def test_a_number_without_its_zeros_beside_a_user_id_fits(tmp_path: Path) -> None:
    """And another number does not."""
    rows = [f"{id_of('Ann')},124", f"{id_of('Bob')},126"]
    ended = run(org(), tmp_path, "user_id,employee_id", *rows)
    assert [each.error_code for each in ended.results] == ["", "identity_mismatch"]


def test_a_protected_entry_that_fits_nobody_is_named(tmp_path: Path) -> None:
    """A mistyped address protects nobody, and nobody would notice."""
    settings = config(guards={"protected": ["zoe@test.example", "zeo@test.example"]})
    ended = run(org(), tmp_path, "Employee ID", "00124", settings=settings)
    (warning,) = [each for each in ended.outcome.view.warnings if each.code == "protected_unknown"]
    assert warning.names == ("zeo@test.example",)
    assert "Protected entries that match no Genesys user: zeo@test.example." in plan_of(ended)


def test_a_total_below_the_list_is_nobody(tmp_path: Path) -> None:
    """It costs no exit code 3, is no person, and is not attempted in a rerun."""
    ended = run(org(), tmp_path, "Employee ID,Note", "00124,", ",Total 1 leaver")
    assert (ended.exit_code, ended.statuses) == (ExitCode.OK, ["done", "skipped"])
    assert [each.error_code for each in ended.results] == ["", "not_a_person"]
    assert not ended.results[1].retry
    assert "a total or a remark below the last person" in plan_of(ended)


def test_days_say_from_when_people_are_due(tmp_path: Path) -> None:
    """A termination date is the last day of work: due from the next day."""
    ended = run(org(), tmp_path, "Employee ID,Termination Date", "00124,2020-01-31")
    assert 'People are due the day after the date in column B, "Termination Date".' in plan_of(
        ended
    )
