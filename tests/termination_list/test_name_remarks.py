"""Cells of names that hold more than a name: what fits a person may still mean somebody else."""

from pathlib import Path

import pytest

from batch_offboard.termination_list.name_remarks import holds_more_than_a_name
from batch_offboard.termination_list.row_names import complete
from tests.termination_list.reading import read


@pytest.mark.parametrize(
    "cell",
    [
        "Bob Roy - do not offboard",
        "Bob Roy (ON HOLD)",
        "Bob Roy DO NOT DEACTIVATE",
        "Bob Roy (stays)",
        "Bob Roy / bleibt",
        "Roy, Bob (nicht deaktivieren)",
        "Bob Roy – annulé",
        "Bob Roy [anulado]",
        "Bob Roy: ingetrokken",
        "Prepared by Bob Roy",
        "Approved by: Bob Roy",
        "Bob Roy (HR contact)",
        "Ansprechpartner: Bob Roy",
        "Manager: Bob Roy",
        "Bob Roy, Manager of Ann Lee",
        "c/o Bob Roy",
        "Bob Roy, don't offboard",
        "Bob Roy for Ann Lee",
        "Vertretung für Bob Roy",
        "Replacement for Bob Roy",
        "not Bob Roy",
        "Bob Roy & Ann Lee",
        "Bob Roy / Ann Lee",
        "Bob Roy und Ann Lee",
        "Bob Roy\nAnn Lee",
        "Bob Roy + 2 others",
        "Bob Roy (?)",
        "Bob Roy ??",
        "Bob Roy - don’t deactivate",
        "Bob Roy DONT DELETE",
        "Bob Roy—on hold",
        "Bob Roy（stays）",
        "Bob Roy stays",
        "Bob Roy, bleibt",
        "Bob Roy CANCELLED",
        "Bob Roy (stays",
        "Bob Roy > hold",
        "HOLD: Bob Roy",
        "TBC - Bob Roy",
        "Bob Roy (to be clarified)",
        "Bob Roy (noch offen)",
        "Bob Roy (à confirmer)",
        "Bob Roy (por confirmar)",
        "Bob Roy (остаётся)",
        "Bob Roy (do not rehire, on hold)",
        "Manager = Bob Roy",
        "Backup: Bob Roy",
        "Regards, Bob Roy",
        "LG Bob Roy",
        "o/b/o Bob Roy",
        "Bob Roy → Ann Lee",
        "Bob Roy | Ann Lee",
        "Bob Roy oder Ann Lee",
        "王 伟 / 李 娜",
        "Bob Roy" + " Lee" * 100,
    ],
)
def test_a_remark_a_role_or_a_second_person_is_more_than_a_name(cell: str) -> None:
    """In brackets, behind a dash, or in words that no name has."""
    assert holds_more_than_a_name(cell)


@pytest.mark.parametrize(
    "cell",
    [
        "",
        "Bob Roy",
        "Worker: Bob Roy",
        "Bob Roy (On Leave)",
        "Bob Roy (Terminated)",
        "Bob Roy (external)",
        "Bob Roy [Bobby]",
        "Bob Roy, Sales Manager",
        "Bob Roy\n(HR)",
        "Bob Roy / Bobby Roy",
        "Roy; Bob",
        "Dr. Ann Lee-Fox, PhD, MBA",
        "José Ortega y Gasset",
        "Anna van Nieuwenhuis",
        "Moritz Bleibtreu",
        "Giulia Resta",
        "C. O'Brien",
        "Don T. Smith",
        "Don T Smith",
        "Reza Karim Pour",
        "George Best",
        "Per Keep",
        "Jean Merci",
        "Erika Mustermann - Musterfrau",
        "O'Brien, Eoin",
        "王 伟",
        "Don Tyson",
        "Anna Smith (née Wait)",
        "Anna Smith, geb. Für",
        "Clyfford Still Jr",
        "Bob Roy (contract not extended)",
        "Bob Roy - do not rehire",
        "Bob Roy (maternity cover ended)",
        "Bob Roy (nicht mehr im Haus)",
        "Ann Lee (Elternzeitvertretung)",
        "Ann Lee (Vertretungskraft)",
        "Bob Roy (CDD non renouvelé)",
        "Bob Roy / Customer Service",
        "Ann Lee\nSales Team",
        "Ann Lee / Tata Consultancy Services",
        "Ann Lee / Team Anna Bauer",
        "Karl von und zu Guttenberg",
        "Nom: Lee / Prénom: Ann",
        "Anna Carter f/k/a Smith",
        "王 伟 / Wang Wei",
        "Иван Петров / Ivan Petrov",
        "Müller Jürgen / Mueller Juergen",
        "Bob" + " " * 1000 + "Roy",
    ],
)
def test_names_titles_and_notes_of_systems_are_names(cell: str) -> None:
    """Some names are words of a remark too."""
    assert not holds_more_than_a_name(cell)


@pytest.mark.parametrize(
    ("cell", "name"),
    [
        ("Nicht, Hans", "Hans Nicht"),
        ("Do Thi Not", "Not Do Thi"),
        ("Terry Wait (Sales)", "Terry Wait"),
        ("Anna Vertretung", "Anna Maria Vertretung"),
        ("García López; María José", "María José García López"),
        ("Roy Müller / Hans Peter", "Hans Peter Roy Muller"),
        ("Bob Roy (on hold)", "Bob Roy (On Hold)"),
    ],
)
def test_the_words_of_the_name_in_genesys_are_no_remark(cell: str, name: str) -> None:
    """Nicht, Wait and Not are names of people."""
    assert holds_more_than_a_name(cell)
    assert not holds_more_than_a_name(cell, name)


@pytest.mark.parametrize(
    "cell", ["Bob Wait (on hold)", "Bob Wait - WAIT", "Ann Wait for Bob Wait", "Bob Wait (?)"]
)
def test_a_remark_beside_such_a_name_is_one(cell: str) -> None:
    """The name excuses its own words only."""
    assert holds_more_than_a_name(cell, "Bob Wait")


def test_the_row_keeps_the_cell(tmp_path: Path) -> None:
    """Of whichever column of names."""
    text = "email;first name;last name\na@x.example;Ann;Lee (on hold)\nb@x.example;Bob;Roy\n"
    found = read(tmp_path, text)
    assert [row.more_than_name for row in found.rows] == ["Lee (on hold)", ""]
    assert [row.names for row in found.rows] == [("Ann Lee",), ("Bob Roy",)]


@pytest.mark.parametrize("between", ["\x0b", "\x0c", "\x85", "\u2028", "\u2029", "\xa0", "\t"])
def test_a_line_break_of_another_program_parts_a_name(between: str) -> None:
    """Word and web pages have breaks of their own."""
    assert complete(f"Bob{between}Roy") == "Bob Roy"
