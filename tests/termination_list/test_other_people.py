"""Lists about other people than those who leave: whoever answered a form, and those who join."""

from pathlib import Path

import pytest

from batch_offboard.errors import ListError
from batch_offboard.termination_list.models import TerminationList
from batch_offboard.termination_list.workbook import read_workbook
from tests.termination_list.books import archive, related, sheet_xml, workbook_xml
from tests.termination_list.reading import read, used

ROW = "2026-11-01 10:00,2026-11-01 10:05,boss@x.example,Max Boss,Ann Lee\n"


def held(folder: Path, text: str, *choices: str) -> str:
    """Why a list is held."""
    with pytest.raises(ListError) as caught:
        read(folder, text, *choices)
    assert {(each.name, each.field) for each in caught.value.actions} <= {
        ("assign_column", "unused"),
        ("assign_column", "email"),
    }
    return str(caught.value)


def said(found: TerminationList, code: str) -> list[str]:
    """The findings with this code."""
    return [each.message for each in found.findings if each.code == code]


@pytest.mark.parametrize(
    "header",
    [
        "Start time,Completion time,Email,Name,Who is leaving?",
        "Startzeit,Fertigstellungszeit,E-Mail,Name,Wer geht?",
        "Heure de début,Heure de fin,Adresse e-mail,Nom,Qui part ?",
        "X,Timestamp,Email Address,Y,Person who leaves",
        "X,Zeitstempel,E-Mail-Adresse,Y,Wer geht?",
        "X,Marca temporal,Dirección de correo electrónico,Y,Quién se va",
    ],
)
def test_whoever_answered_a_form_is_not_taken_for_a_leaver(tmp_path: Path, header: str) -> None:
    """The address that the form adds is held until somebody says whose it is."""
    text = header + "\n" + ROW
    assert "looks like the answers to a form. The address in column C, " in held(tmp_path, text)
    assert "no column that identifies people" in held(tmp_path, text, "C=unused")
    assert read(tmp_path, text, "C=email").rows[0].email == "boss@x.example"


@pytest.mark.parametrize(
    "header", ["Start time,Completion time,Email of leaver,Name", "Room,Desk,Email,Name"]
)
def test_other_addresses_are_those_of_leavers(tmp_path: Path, header: str) -> None:
    """An address that a question asked for, and one that is beside something else."""
    choice = ["C=email"] if "leaver" in header else []
    assert read(tmp_path, f"{header},Note\n{ROW}", *choice).rows[0].email == "boss@x.example"


def test_two_columns_of_names_that_are_different_people_hold_the_list(tmp_path: Path) -> None:
    """One of them could fit the wrong person and so confirm a mix-up."""
    text = "email,Name,Name of leaver\nm@x.example,Max Boss,Ann Lee\n"
    assert 'column B, "Name", and column C, "Name of leaver"' in held(tmp_path, text)
    assert read(tmp_path, text, "B=unused").rows[0].names == ("Ann Lee",)
    assert read(tmp_path, text, "B=name", "C=name").rows[0].names == ("Max Boss", "Ann Lee")


@pytest.mark.parametrize(
    ("one", "other"), [("Robert Lee", "Bob Lee"), ("王 伟", "Wang Wei"), ("Ann Lee", "Annie")]
)
@pytest.mark.parametrize("header", ["Name,Employee name", "Legal name,Display name"])
def test_two_spellings_of_a_name_hold_nothing(
    tmp_path: Path, one: str, other: str, header: str
) -> None:
    """A preferred name, another script, and a nickname."""
    text = f"email,{header}\na@x.example,{one},{other}\n"
    assert set(used(read(tmp_path, text)).values()) == {"email", "name"}


@pytest.mark.parametrize("title", ["New hires November 2026", "Neueintritte", "Joiners:"])
def test_a_title_of_joiners_holds_the_list(tmp_path: Path, title: str) -> None:
    """Not one of leavers, or of both."""
    text = "email,name\na@x.example,Ann Lee\n"
    assert "so these people seem to be joining" in held(tmp_path, f"{title}\n\n{text}")
    for other in ("Leavers", "Leavers and joiners", "Do not edit", "Abgang November"):
        assert len(read(tmp_path, f"{other}\n\n{text}").rows) == 1


def sheets(*titles: str) -> bytes:
    """A workbook with these sheets, each of which holds its own title."""
    parts = {
        f"xl/{n}.xml": sheet_xml(f'<row><c t="inlineStr"><is><t>{title}</t></is></c></row>')
        for n, title in enumerate(titles)
    }
    return archive(
        {
            "_rels/.rels": related(("officeDocument", "xl/workbook.xml")),
            "xl/workbook.xml": workbook_xml(*(f'name="{title}"' for title in titles)),
            "xl/_rels/workbook.xml.rels": related(*(("worksheet", f"/{part}") for part in parts)),
            **parts,
        }
    )


@pytest.mark.parametrize("title", ["Joiners", "New hires", "Neueintritte", "Withdrawn", "On hold"])
def test_the_first_sheet_is_not_read_if_it_is_named_for_others(title: str) -> None:
    """It is where somebody chose it; the other sheets are named."""
    data = sheets(title, "Leavers")
    with pytest.raises(ListError, match="The other sheets are: Leavers"):
        read_workbook(data, None)
    assert read_workbook(data, title).records[0].cells == (title,)


def test_of_two_sheets_that_differ_in_blanks_the_exact_one_is_read() -> None:
    """Excel allows both."""
    data = sheets("A", "A ")
    assert [read_workbook(data, each).records[0].cells for each in ("A", "A ", "a")] == [
        ("A",),
        ("A ",),
        ("A",),
    ]


def test_a_remark_that_somebody_stays_is_shown(tmp_path: Path) -> None:
    """With its row; not where a column says so throughout."""
    people = ["a@x.example", "b@x.example", "c@x.example"]
    remarks = ["", "DO NOT deactivate, stays until March", "back office"]
    rows = zip(people, remarks, strict=True)
    text = "email;remarks\n" + "".join(f"{one};{other}\n" for one, other in rows)
    [message] = said(read(tmp_path, text), "may_be_staying")
    assert message.startswith('Row 3: "DO NOT deactivate')
    assert "column B" in message

    throughout = "email;team\n" + "".join(f"{each};New hires\n" for each in people)
    assert said(read(tmp_path, throughout), "may_be_staying") == []
