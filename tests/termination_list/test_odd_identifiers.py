"""Identifiers in odd forms: read where they are certain, else held with what is odd about them."""

from pathlib import Path

import pytest

from batch_offboard.termination_list.identifiers import (
    address_in,
    employee_number_in,
    guid_in,
    is_placeholder,
)
from batch_offboard.termination_list.oddities import (
    address_oddity,
    number_oddity,
    same_numbers,
    user_id_oddity,
)
from tests.termination_list.reading import ANN, BOB, codes, read

FULL_WIDTH = ANN.translate({each: 0xFEE0 + each for each in range(0x21, 0x7F)})
SITE = "https://apps.mypurecloud.de"


@pytest.mark.parametrize(
    "cell",
    [
        ANN.replace("-", "–"),
        ANN.replace("-", "—"),
        ANN.replace("-", "−"),
        ANN.replace("-", "‑"),
        ANN.replace("-", "﹣"),
        FULL_WIDTH,
        f"“{ANN}”",
        f"«{ANN.upper()}»",
        f'"{ANN}"',
        f"'{ANN}'",
        f"{{{ANN}}}",
        f"[{ANN}]",
        f"<{ANN}>;",
        f"{ANN};",
        f"{ANN},",
        ANN.replace("-", ""),
        ANN.replace("-", "- "),
        ANN.replace("1111-4", "1111-\n4"),
        f"{{{ANN.replace('-', '').upper()}}}",
        f"urn:uuid:{ANN}",
        f"\u202e{ANN}\u202c",
        f"{ANN[:9]}\u200b{ANN[9:]}",
        f"{SITE}/directory/#/person/{ANN}",
        f"{SITE}/directory/#/person/{ANN}/profile?tab=1",
        f"https://apps.usw2.pure.cloud/directory/#/admin/people/{ANN.upper()}",
        f"https://api.mypurecloud.com/api/v2/users/{ANN}",
    ],
)
def test_a_certain_user_id_is_read(cell: str) -> None:
    """No character of the id is guessed, only what surrounds or parts it is removed."""
    assert guid_in(cell) == ANN


@pytest.mark.parametrize(
    "cell, says",
    [
        (ANN.replace("-4111", "-4l11"), "It has the character: l."),
        (ANN.replace("1111-", "11OI-"), "It has these characters: o i."),
        (ANN[:-1], "It has 31 characters, not 32. Copy it again."),
        (ANN + "1", "It has 33 characters, not 32. Copy it again."),
        (ANN[:9] + "-" + ANN[9:], "Its dashes are in the wrong places. Copy it again."),
        (f"{ANN}; {BOB}", "The cell holds 2 user ids. Give each person a row of their own."),
        (f"Ann ({ANN})", f"holds more than a user id. Enter only the id: {ANN}."),
        (f"https://hr.example.com/{ANN}", f"holds more than a user id. Enter only the id: {ANN}."),
        ("https://hr.example.com/17", "is a web address without a Genesys user id."),
        (
            "ann@example.com",
            "is an e-mail address, not a Genesys user id. Put it in an e-mail column",
        ),
        ("n/a", "is not a Genesys user id. Enter the id, or leave the cell empty."),
        ("#N/A", "is a formula error from the spreadsheet. Enter the value itself."),
        ("#BEZUG!", "is a formula error from the spreadsheet. Enter the value itself."),
        ("17", "(five groups of 8, 4, 4, 4 and 12 characters 0-9 and a-f)."),
    ],
)
def test_a_cell_without_a_certain_user_id_says_why(cell: str, says: str) -> None:
    """A row with such a cell is held."""
    assert guid_in(cell) is None
    assert says in user_id_oddity(cell)


@pytest.mark.parametrize(
    "cell",
    [
        "ann@example.com",
        "mailto:ann@example.com",
        "MAILTO: ann@example.com",
        "mailto:ann%40example.com?subject=x",
        "<mailto:ann@example.com>",
        "smtp:ann@example.com",
        "Ann <ann@example.com>",
        '"Lee, Ann" <ann@example.com>;',
        "Lee, Ann (ann@example.com)",
        "<ann@example.com>",
        "[ann@example.com]",
        "“ann@example.com”",
        "'ann@example.com'",
        "ann@example.com;",
        "ann@example.com, ",
        "ann@example.com.",
        "ａｎｎ＠example．com",
        "\u200bann@exam\u2060ple.com\u202c",
    ],
)
def test_a_certain_address_is_read(cell: str) -> None:
    """The one address is all that the cell says, beside a name."""
    assert address_in(cell) == "ann@example.com"


def test_a_dash_that_is_not_a_hyphen_is_one_in_an_address() -> None:
    """No mail server knows others."""
    assert address_in("ann‑marie@ex–ample.com") == "ann-marie@ex-ample.com"


@pytest.mark.parametrize(
    "cell, says",
    [
        (
            "a@example.com; b@example.com",
            'holds 2 e-mail addresses: "a@example.com; b@example.com"',
        ),
        ("a@example.com\nb@example.com", "holds 2 e-mail addresses"),
        ("a@example.com/b@example.com", "holds 2 e-mail addresses"),
        ("SMTP:a@example.com;smtp:b@example.com", "holds 2 e-mail addresses"),
        ("Ann <a@example.com>, Bob <b@example.com>", "holds 2 e-mail addresses"),
        ("a@example.com (until May)", "Enter only the address: a@example.com."),
        ("old: a@example.com", "Enter only the address: a@example.com."),
        ('=HYPERLINK("mailto:a@x.org","a@x.org")', "Enter only the address: a@x.org."),
        ("ann,lee@x.org", 'is not a valid e-mail address: it contains ",". Correct it.'),
        ("ann.lee@x,org", 'it contains ",". Correct it.'),
        ("x\\ann.lee@x.org", 'it contains "\\". Correct it.'),
        ("a@b@x.org", "is not a valid e-mail address. Correct it."),
        ("alee", "has no @. Enter the whole address."),
        ("ann lee", "has no @. Enter the whole address."),
        ("ann@", "is not a valid e-mail address. Correct it."),
        ("ann@@example.com", "is not a valid e-mail address. Correct it."),
        ("#NV", "is a formula error"),
        (ANN, "is a user id, not an e-mail address."),
    ],
)
def test_a_cell_without_one_certain_address_says_why(cell: str, says: str) -> None:
    """It would be a guess whose address is meant."""
    assert address_in(cell) is None
    assert says in address_oddity(cell)


@pytest.mark.parametrize(
    "cell, number",
    [
        ("１２３４５", "12345"),
        ("٤٥٠٠٠", "45000"),
        ("“12345”", "12345"),
        ('"12345"', "12345"),
        ("12345;", "12345"),
        ("12345.0", "12345"),
        ("\u200f12345\u200e", "12345"),
        ("E–123", "E–123"),
        ("12,345", "12,345"),
        ("0012", "0012"),
        ("12²", "12²"),
    ],
)
def test_an_employee_number_keeps_its_characters(cell: str, number: str) -> None:
    """Anything can be a number in Genesys; only what surely surrounds it is removed."""
    assert employee_number_in(cell) == number


@pytest.mark.parametrize(
    "number, says",
    [
        ("12,345", "seems to have thousands separators. Enter 12345, as text."),
        ("12.345.678", "Enter 12345678, as text."),
        ("12 345", "Enter 12345, as text."),
        ("12’345", "Enter 12345, as text."),
        ("12345,00", '"12345,00" has decimal places. Enter 12345, as text.'),
        (
            "2023-03-15",
            "is a date: the cell seems to be formatted as one. As a number it would be 45000.",
        ),
        ("2023-03-15 00:00:00", "As a number it would be 45000."),
        ("1933-10-18", "As a number it would be 12345."),
        ("1900-01-01", "As a number it would be 1."),
        ("15.03.2023", "As a number it would be 45000."),
        ("3/4/2023", "is a date: the cell seems to be formatted as one. Enter the number as text."),
        ("0012", "If Genesys has it without the leading zeros, enter 12."),
        ("E–123", "It has a dash that is not a hyphen. Try E-123."),
        ("#123", "If the number in Genesys is 123, enter only that."),
        ("Nr. 123", "If the number in Genesys is 123, enter only that."),
        ("12345; 12346", "seems to be several numbers."),
        ("ann@example.com", "is an e-mail address. Put it in an e-mail column."),
        (ANN, "is a user id. Put it in a user id column."),
        ("123 45", "contains a space. Enter only the number."),
        ("O0126", "It has letters that look like digits. If digits are meant, enter 00126."),
        ("l2345", "If digits are meant, enter 12345."),
        ("12345", ""),
        ("E-123", ""),
        ("000", ""),
    ],
)
def test_what_is_odd_about_a_number(number: str, says: str) -> None:
    """Said once nobody has this number; nothing is looked up by a guess."""
    assert says in number_oddity(number)
    assert bool(says) is bool(number_oddity(number))


@pytest.mark.parametrize(
    "text, numbers",
    [
        ("12,345", ("12345",)),
        ("12345,00", ("12345",)),
        ("2023-03-15", ("45000",)),
        ("3/4/2023", ()),
        ("0012", ()),
        ("12345", ()),
    ],
)
def test_the_same_number_in_another_format(text: str, numbers: tuple[str, ...]) -> None:
    """Where the person is known by another identifier, it is no contradiction."""
    assert same_numbers(text) == numbers


@pytest.mark.parametrize(
    "cell", ["n/a", "N.A.", "-", "–", "--", "none", "TBD", "?", "k.A.", "NULL"]
)
def test_a_placeholder_is_no_value(cell: str) -> None:
    """As a person reads it."""
    assert is_placeholder(cell)


@pytest.mark.parametrize("cell", ["", " ", "\u200b", "#N/A", "0", "E1", "nana@example.com"])
def test_other_cells_are_no_placeholders(cell: str) -> None:
    """A blank is blank, and the error of a formula hides a value."""
    assert not is_placeholder(cell)


def test_placeholders_fall_through_but_not_as_user_ids(tmp_path: Path) -> None:
    """The next identifier counts; each is named, and a row with nothing else is held."""
    found = read(
        tmp_path,
        "user_id,email,employee_id\n,n/a,17\n,-,TBD\nnone,a@example.com,\n"
        f"{ANN},none,\n,#N/A,18\n,b@example.com,#REF!\n",
    )
    assert codes(found) == [
        None,
        "no_identifier",
        "invalid_user_id",
        None,
        "invalid_email",
        "damaged_id",
    ]
    assert [found.rows[0].email, found.rows[0].employee_id] == [None, "17"]
    assert found.rows[1].problem is not None
    assert 'only "-" and "TBD"' in found.rows[1].problem.message
    named = [each.message for each in found.findings if each.code == "placeholder"]
    assert named == [
        'Rows 2 and 5: text such as "n/a" counts as an empty cell in column B, "email".',
    ]


def test_each_form_is_named(tmp_path: Path) -> None:
    """What was ignored is told once for all rows that have it."""
    found = read(
        tmp_path,
        f"user_id,email\n{ANN.replace('-', '–')},\n{BOB.replace('-', '')},\n"
        ",mailto:a@example.com\n,Bob <b@example.com>;\n,c@example.com\n",
    )
    assert codes(found) == [None] * 5
    assert [row.email for row in found.rows[2:]] == [
        "a@example.com",
        "b@example.com",
        "c@example.com",
    ]
    assert [each.message for each in found.findings if each.code == "odd_identifier"] == [
        "Row 2: dashes that are not hyphens are read as hyphens.",
        "Row 3: a user id without dashes is read with them.",
        'Row 4: "mailto:" before the e-mail address is ignored.',
        "Row 5: separators at the end are ignored.",
        "Row 5: the name beside the e-mail address is ignored.",
    ]


def test_an_id_of_32_digits_is_no_proof_that_a_bare_id_is_the_user_id(tmp_path: Path) -> None:
    """Other systems have such keys; under a header of ours they are what they are."""
    bare = ANN.replace("-", "")
    assert "user_id" not in read(tmp_path, f"id,email\n{bare},a@x.org\n").columns
    assert read(tmp_path, f"user_id,email\n{bare},a@x.org\n").rows[0].user_id == ANN


def test_a_row_is_named_once_for_a_form_of_two_cells(tmp_path: Path) -> None:
    """An address and a number in quotes are one row."""
    found = read(tmp_path, "email,employee_id\n'a@x.example','00124'\n")
    [message] = [each.message for each in found.findings if each.code == "odd_identifier"]
    assert message.startswith("Row 2: quotation marks")
