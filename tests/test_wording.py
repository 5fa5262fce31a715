"""Numbers as they are said in a sentence."""

import pytest

from batch_offboard.wording import counted, counted_of, rows_named, spans


@pytest.mark.parametrize(
    ("number", "noun", "said"),
    [
        (0, "row", "0 rows"),
        (1, "row", "1 row"),
        (12_000, "row", "12,000 rows"),
        (1, "person", "1 person"),
        (2, "person", "2 people"),
        (1, "queue membership", "1 queue membership"),
        (3, "queue membership", "3 queue memberships"),
    ],
)
def test_the_noun_agrees_with_the_number(number: int, noun: str, said: str) -> None:
    """Singular for one alone."""
    assert said == counted(number, noun)


@pytest.mark.parametrize(
    ("number", "total", "said"), [(1, 1, "1 row"), (3, 3, "3 rows"), (0, 2, "0 of 2 rows")]
)
def test_all_of_them_are_counted_once(number: int, total: int, said: str) -> None:
    """Nobody says 1 of 1."""
    assert said == counted_of(number, total, "row")


@pytest.mark.parametrize(
    ("numbers", "said"),
    [((), ""), ((4,), "4"), ((2, 3), "2-3"), ((2, 3, 4, 7, 9, 10), "2-4, 7, 9-10")],
)
def test_neighbours_are_drawn_together(numbers: tuple[int, ...], said: str) -> None:
    """As --rows takes them."""
    assert said == spans(numbers)


def test_very_many_spans_are_cut() -> None:
    """With a sign that there are more."""
    said = spans(range(0, 1000, 2))
    assert said.startswith("0, 2, 4, ")
    assert said.endswith(", 118, …")


@pytest.mark.parametrize(
    ("numbers", "said"), [((4,), "row 4"), ((2, 3), "rows 2-3"), ((2, 3, 7), "rows 2-3, 7")]
)
def test_one_row_is_not_named_in_the_plural(numbers: tuple[int, ...], said: str) -> None:
    """Singular for one alone."""
    assert said == rows_named(numbers)
