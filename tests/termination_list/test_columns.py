"""Which columns of a list are used for what: aliases, several columns, and columns chosen."""

from dataclasses import replace
from pathlib import Path

import pytest

from batch_offboard.errors import ListError, UsageError
from batch_offboard.termination_list import read_termination_list
from batch_offboard.termination_list.choices import ColumnChoice, choices_made, parse_choice
from batch_offboard.termination_list.models import Termination, column_number, letter
from tests.termination_list.reading import ANN, BOB, codes, read, used
from tests.termination_list.settings import SETTINGS


def assigned(error: ListError) -> list[tuple[str, str]]:
    """The columns that a person can assign, each with its field."""
    return [(each.column, each.field) for each in error.actions]


@pytest.mark.parametrize(
    "header",
    [
        "last_day",
        " LAST DAY ",
        '"""Last day"""',
        "Last-Day*",
        "Last day [Required]",
        "Last day (optional)",
        '"Last\r\nday"',
        "Làst\u200b dáy:",
        "＊Ｌａｓｔ　ｄａｙ",
        "Last day (DD.MM.YYYY)",
        "Last day [mm/dd/yy]",
        "Austritt (TT.MM.JJJJ)",
        "date de sortie (jj/mm/aaaa)",
        "3. Last day",
        "3) Last day (YYYY-MM-DD)",
        "Letzter Tag / Last day",
        "Letzter Tag | Dernier jour | Last day",
        '"Letzter Tag\nLast day"',
    ],
)
def test_letters_and_digits_decide(tmp_path: Path, header: str) -> None:
    """Case, accents, blanks, punctuation, line breaks and notes in brackets do not count.

    Nor do the format of dates, a number in front, and the same in another language.
    """
    found = read(tmp_path, f"email,{header}\na@x.example,2026-12-24\n")

    assert "2026-12-25" == str(found.rows[0].due)


@pytest.mark.parametrize(
    "header",
    ["Last day / Hire date", "Last day (add)", "Last day (at)", "12345", "E-Mail / Last day"],
)
def test_a_header_that_means_two_things_is_not_known(tmp_path: Path, header: str) -> None:
    """One part is not enough, and not every bracket holds a format."""
    assert {"email": "email"} == used(read(tmp_path, f"email,{header}\na@x.example,2026-11-01\n"))


def test_words_in_brackets_that_are_no_note_count(tmp_path: Path) -> None:
    """An address that is private is not the one at work."""
    found = read(tmp_path, "email (private),employee_id\na@x.example,7\n")

    assert {"employee_id": "employee_id"} == used(found)


@pytest.mark.parametrize("header", ["email;;", 'email;" *"', 'email;""', ";email", "email;"])
def test_empty_headers_do_not_hide_the_delimiter(tmp_path: Path, header: str) -> None:
    """A delimiter is no punctuation of the header."""
    found = read(tmp_path, f"{header}\n{header.replace('email', 'a@x.example')}\n")

    assert "a@x.example" == found.rows[0].email


def test_quotes_after_a_blank_are_quotes(tmp_path: Path) -> None:
    """A comma in such a cell parts nothing, and the blank before it is no part of the cell."""
    found = read(tmp_path, 'email, "name", "last_day"\na@x.example, "Lee, Ann", "2026-12-24"\n')

    assert ("a@x.example", "Lee, Ann", "2026-12-24") == found.rows[0].cells
    assert (("Ann Lee",), "2026-12-25") == (found.rows[0].names, str(found.rows[0].due))


def test_blanks_stay_where_no_quotes_follow_them(tmp_path: Path) -> None:
    """A list's own columns come back untouched."""
    assert ("a@x.example", " x") == read(tmp_path, "email,site\na@x.example, x\n").rows[0].cells


def test_given_middle_and_family_name_are_one_name(tmp_path: Path) -> None:
    """They are joined in the order in which they are spoken."""
    text = "Last Name,First Name,Middle Name,email\nLee,Ann,Mary,a@x.example\nRoy,,,b@x.example\n"

    assert [("Ann Mary Lee",), ("Roy",)] == [row.names for row in read(tmp_path, text).rows]


@pytest.mark.parametrize(
    "text, names",
    [
        ("name\nLee, Ann", ("Ann Lee",)),
        ("name\nAnn  Lee", ("Ann Lee",)),
        ("Worker\nAnn Lee (Terminated)", ("Ann Lee",)),
        ("full_name;display name\nAnn Lee;Annie Lee", ("Ann Lee", "Annie Lee")),
        (
            "Legal First Name;Preferred First Name;Last Name\nRobert;Bob;Roy",
            ("Robert Roy", "Bob Roy"),
        ),
        ("First Name;Last Name;Preferred Name\nAnn;Lee;Nan", ("Ann Lee", "Nan Lee")),
        ("full_name;nickname\nRobert Roy;Bob", ("Robert Roy",)),
        ("Vorname;Name\nAnn;Lee", ("Ann Lee",)),
        ("Name;Department\nAnn Lee;Sales", ("Ann Lee",)),
        ("Nombre;Apellidos\nAna;López", ("Ana López",)),
        ("Nombre;Departamento\nAna López;Ventas", ("Ana López",)),
        ("Nome;Cognome\nAnna;Rossi", ("Anna Rossi",)),
        ("Prénom;Nom\nAnne;Roy", ("Anne Roy",)),
        ("Voornaam;Tussenvoegsel;Achternaam\nAn;van der;Berg", ("An van der Berg",)),
        ("Nachname, Vorname\nLee, Ann", ("Ann Lee",)),
        ("name\n ", ()),
    ],
)
def test_names(tmp_path: Path, text: str, names: tuple[str, ...]) -> None:
    """Every name of a row is complete; a single word beside a full name is none of its own."""
    header, cells = text.split("\n")
    found = read(tmp_path, f"{header};email\n{cells};a@x.example\n")

    assert names == found.rows[0].names
    assert (names[0] if names else None) == found.rows[0].name


def test_a_name_under_the_same_header_twice_is_decided_by_a_person(tmp_path: Path) -> None:
    """One of them may be the manager's."""
    text = "First Name,Last Name,email,First Name,Last Name\nAnn,Lee,a@x.example,Bob,Roy\n"
    with pytest.raises(ListError, match='has the header "First Name" twice') as raised:
        read(tmp_path, text)
    assert [("A", "unused"), ("D", "unused")] == assigned(raised.value)

    found = read(tmp_path, text, "D=unused", "E=unused")
    assert ("Ann Lee",) == found.rows[0].names


def test_of_several_days_the_latest_holds(tmp_path: Path) -> None:
    """A row may give some of them only; one that cannot be read holds it."""
    text = (
        "email,Termination Date,Last Day of Work,effective_date\n"
        "a@x.example,2026-11-01,2026-12-24,2026-12-24\n"
        "b@x.example,,2026-11-01,2026-11-03\n"
        "c@x.example,2026-11-01,,soon\n"
        "d@x.example,,,\n"
    )
    found = read(tmp_path, text)

    assert ["2026-12-25", "2026-11-03", "None", "None"] == [str(row.due) for row in found.rows]
    assert [None, None, "invalid_date", "invalid_date"] == codes(found)


def test_a_termination_date_is_the_last_day_of_work(tmp_path: Path) -> None:
    """Due from the next day; an effective date from 00:00 of that day."""
    text = "email,{}\na@x.example,2026-11-27\n"

    assert "2026-11-28" == str(read(tmp_path, text.format("termination_date")).rows[0].due)
    assert "2026-11-27" == str(read(tmp_path, text.format("effective_date")).rows[0].due)


def test_aliases_count_as_one_where_they_agree(tmp_path: Path) -> None:
    """Cells that are empty in one are taken from the other."""
    text = "mail,userPrincipalName\na@x.example,A@x.example\n,b@x.example\nc@x.example,\n"
    found = read(tmp_path, text)

    assert ["a@x.example", "b@x.example", "c@x.example"] == [row.email for row in found.rows]


def test_aliases_that_differ_are_decided_by_a_person(tmp_path: Path) -> None:
    """Naming both, and the options that decide; then the other one is not used."""
    text = "mail,userPrincipalName\na@x.example,A@x.example\nb@x.example,roy@x.example\n"
    message = (
        r'e-mail address: column A, "mail", and column B, "userPrincipalName"\. In row 3 they '
        r"differ\."
    )
    with pytest.raises(ListError, match=message) as raised:
        read(tmp_path, text)
    assert [("A", "email"), ("B", "email")] == assigned(raised.value)

    found = read(tmp_path, text, "B=email")
    assert "roy@x.example" == found.rows[1].email
    assert ["A"] == [each.letter for each in found.unused]


def test_what_is_configured_wins_over_the_built_in_headers(tmp_path: Path) -> None:
    """And what is chosen for the run over both."""
    text = "email,Kennung,login\na@x.example,b@x.example,c@x.example\n"
    configured = {"email": ("Kennung",)}

    assert "a@x.example" == read(tmp_path, text).rows[0].email
    assert "b@x.example" == read(tmp_path, text, columns=configured).rows[0].email
    assert "c@x.example" == read(tmp_path, text, "login=email", columns=configured).rows[0].email


@pytest.mark.parametrize(
    "header, cells, taken",
    [
        ("User ID", ("alee", "broy"), False),
        ("USERID", ("100", "101"), False),
        ("Benutzer-ID", ("alee", "broy"), False),
        ("User ID", (ANN, "broy"), True),
        ("User ID", (f"{ANN[:-3]}", "broy"), True),
        ("user_id", ("alee", "broy"), True),
        ("Genesys_User_ID", ("alee", "broy"), True),
        ("Genesys User ID", ("alee", "broy"), True),
        ("id", ("1", "2"), False),
        ("id", (ANN[:-3], "2"), False),
        ("id", (ANN, "2"), True),
    ],
)
def test_user_ids_of_another_system(
    tmp_path: Path, header: str, cells: tuple[str, str], taken: bool
) -> None:
    """Only a header that can mean nothing else makes user ids of values that are not like any."""
    text = f"{header},email\n{cells[0]},a@x.example\n{cells[1]},b@x.example\n"

    assert taken is ("user_id" in used(read(tmp_path, text)).values())
    assert {"user_id", "email"} == set(used(read(tmp_path, text, f"{header}=user_id")).values())


def test_a_header_wins_over_a_letter(tmp_path: Path) -> None:
    """The letter is for headers that are missing or repeated."""
    found = read(tmp_path, "email,C,x\na@x.example,2026-11-01,\n", "c=last_day")

    assert {"email": "email", "C": "last_day"} == used(found)


def test_a_repeated_header_needs_its_letter(tmp_path: Path) -> None:
    """A header that two columns have names neither."""
    text = "email,x,x\na@x.example,2026-11-01,2026-11-02\n"

    with pytest.raises(ListError, match="2 times") as raised:
        read(tmp_path, text, "X=last_day")
    assert [("B", "last_day"), ("C", "last_day")] == assigned(raised.value)
    assert "2026-11-03" == str(read(tmp_path, text, "C=last_day").rows[0].due)


def test_a_column_that_is_not_there(tmp_path: Path) -> None:
    """The nearest header is named."""
    text = "email,Leaving date\na@x.example,2026-11-01\n"

    with pytest.raises(ListError, match=r'no column "Leaveing date".*nearest is "Leaving date"'):
        read(tmp_path, text, "Leaveing date=last_day")
    with pytest.raises(ListError, match=r'no column "Z"'):
        read(tmp_path, text, "Z=last_day")


def test_a_column_with_two_meanings(tmp_path: Path) -> None:
    """By its header and by its letter."""
    with pytest.raises(ListError, match="assigned twice, as last_day and as unused"):
        read(tmp_path, "email,x\na@x.example,2026-11-01\n", "x=last_day", "B=unused")


def test_a_list_whose_columns_are_known_by_letter_only(tmp_path: Path) -> None:
    """Below its title lines."""
    text = "Leavers,,\nKennung,Wer,Wann\na@x.example,Ann Lee,2026-11-01\n"
    found = read(tmp_path, text, "A=email", "B=name", "C=last_day")

    assert (2, "a@x.example", ("Ann Lee",)) == (
        found.header_row,
        found.rows[0].email,
        found.rows[0].names,
    )


@pytest.mark.parametrize(
    "text, choice",
    [
        ("Leaving date=last_day", ColumnChoice("Leaving date", "last_day")),
        ("a=b=last_day", ColumnChoice("a=b", "last_day")),
        (" C = Last Day ", ColumnChoice("C", "last_day")),
        ("C=unused", ColumnChoice("C", "unused")),
    ],
)
def test_choices(text: str, choice: ColumnChoice) -> None:
    """Split at the last "="."""
    assert choice == parse_choice(text)


@pytest.mark.parametrize("text", ["C", "=email", " =email", ""])
def test_no_choices(text: str) -> None:
    """A header and a field are needed."""
    with pytest.raises(UsageError, match="does not say what a column is"):
        parse_choice(text)


def test_a_field_that_is_none() -> None:
    """The nearest one is named."""
    with pytest.raises(UsageError, match=r'"lastday".*The nearest is last_day'):
        parse_choice("C=lastday")


@pytest.mark.parametrize(
    "column, letters", [(0, "A"), (25, "Z"), (26, "AA"), (701, "ZZ"), (702, "AAA")]
)
def test_letters(column: int, letters: str) -> None:
    """As a spreadsheet counts its columns."""
    assert (letters, column) == (letter(column), column_number(letters.lower()))


@pytest.mark.parametrize("text", ["", "A1", "ABCD", "é", "-"])
def test_no_letters(text: str) -> None:
    """Anything else is a header."""
    assert column_number(text) is None


def test_another_reading_uses_the_same_columns(tmp_path: Path) -> None:
    """Without the choices of the first, and wherever the columns are now."""
    header, cells = (
        ["Mail", "Mail", "x", "", "Name"],
        ["a@x.example", "b@x.example", "7", "Ann", ""],
    )
    found = read(
        tmp_path,
        f"{','.join(header)}\n{','.join(cells)}\n",
        *("B=email", "A=unused", "x=employee_id", "D=name", "E=unused"),
    )
    made = choices_made(found.header, found.fields)
    (tmp_path / "moved.csv").write_text("Mail,x,Name,,Mail\na@x.example,7,,Ann,b@x.example\n")
    moved = read_termination_list(tmp_path / "moved.csv", replace(SETTINGS, choices=made))

    assert ("b@x.example", "7", ("Ann",)) == _identity(found.rows[0]) == _identity(moved.rows[0])
    assert [ColumnChoice("Mail", "unused", 1), ColumnChoice("Mail", "email", 2)] == list(made[:2])
    assert ColumnChoice("", "name", 1) in made


def _identity(row: Termination) -> tuple[str | None, str | None, tuple[str, ...]]:
    return row.email, row.employee_id, row.names


def test_a_list_without_its_only_identifier(tmp_path: Path) -> None:
    """Declared unused, it leaves nobody to be found."""
    for choice in ("email=unused", "A=unused"):
        with pytest.raises(ListError, match="no column that identifies people"):
            read(tmp_path, "email,name\na@x.example,Ann Lee\n", choice)


def test_a_second_line_of_headers_is_nobody(tmp_path: Path) -> None:
    """Some exports have the labels below the keys."""
    text = f"USERID,EMAIL,MI\nUser ID,Email,Middle Name\n{ANN},a@x.example,M\n{BOB},b@x.example,\n"

    assert ["malformed_row", None, None] == codes(read(tmp_path, text))
