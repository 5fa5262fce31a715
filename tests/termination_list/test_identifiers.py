"""Employee numbers: what zeros were dropped, what is damaged, and what is never joined."""

from pathlib import Path

import pytest

from batch_offboard.termination_list.identifiers import is_like_guid, number_candidates
from tests.termination_list.reading import ANN, codes, read


@pytest.mark.parametrize(
    "number, width, candidates",
    [
        ("123", 5, ("123", "00123")),
        ("12345", 5, ("12345",)),
        ("123456", 5, ("123456",)),
        ("00123", 5, ("00123",)),
        ("00123", None, ("00123",)),
        ("12345678", None, ("12345678", "012345678", "0012345678")),
        ("1234567890", None, ("1234567890",)),
        ("12345678901", None, ("12345678901",)),
        ("E123", 5, ("E123",)),
        ("", None, ("",)),
    ],
)
def test_candidates(number: str, width: int | None, candidates: tuple[str, ...]) -> None:
    """As it stands, and padded to the width of the column's others, else to each up to 10."""
    assert candidates == number_candidates(number, width)


def test_a_row_hands_on_its_candidates(tmp_path: Path) -> None:
    """A number that may have lost zeros is no damage; who is meant is seen in Genesys."""
    found = read(tmp_path, f"user_id,employee_id\n{ANN},00123\n,5001\n,E7\n")

    assert [(), ("05001",), ()] == [row.padded_numbers for row in found.rows]
    assert [None, None, None] == codes(found)


def test_a_number_of_more_than_15_digits_is_seen_where_others_identify_the_row(
    tmp_path: Path,
) -> None:
    """It may really end in zeros."""
    found = read(tmp_path, f"user_id,employee_id\n{ANN},1234567890123450\n,1234567890123450\n")

    assert [None, "damaged_id"] == codes(found)


def test_scientific_notation_is_damage(tmp_path: Path) -> None:
    """Whatever else identifies the row: the digits are gone."""
    assert ["damaged_id"] == codes(read(tmp_path, f"user_id,employee_id\n{ANN},1.2E+08\n"))


@pytest.mark.parametrize("blank", ["\xa0", "\u202f", "\u2009", " "])
def test_numbers_with_a_blank_inside_are_not_joined(tmp_path: Path, blank: str) -> None:
    """12 345 may be two numbers."""
    found = read(tmp_path, f"employee_id\n12{blank}345\n{blank}678{blank}\n")

    assert ["12 345", "678"] == [row.employee_id for row in found.rows]


@pytest.mark.parametrize(
    "cell, like",
    [
        (ANN, True),
        (f"{{{ANN.upper()}}}", True),
        (ANN[:-4], True),
        (ANN.replace("1111-", "111O-"), True),
        (ANN.replace("-", ""), True),
        ("alee", False),
        ("00u1a2b3c4d5e6f7g8h9", False),
        ("2026-12-24", False),
        ("ann-marie-lee-smith", False),
        ("", False),
    ],
)
def test_like_a_user_id(cell: str, like: bool) -> None:
    """A few characters lost or mistyped."""
    assert like is is_like_guid(cell)
