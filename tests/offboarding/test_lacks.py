"""Which permissions are lacking where, and how that is said."""

import pytest

from batch_offboard.offboarding.lacks import Lack, is_held, lacks_in_words
from batch_offboard.offboarding.models import Named
from batch_offboard.offboarding.steps import Permission

EITHER = Permission(("a:b:c", "a:b:d"), "queue")

#       where the two alternatives are held, the division, whether one of them is held there
HELD = [
    (["*"], [], "x", True),
    (["x"], [], "x", True),
    ([], ["x", "y"], "x", True),
    (["y"], ["z"], "x", False),
    ([], [], "x", False),
    (["x"], None, "x", True),
    (["y"], None, "x", None),
    (None, None, "x", None),
    (["y"], ["y"], "", None),
    (["*"], [], "", True),
]


@pytest.mark.parametrize(("first", "second", "division", "expected"), HELD)
def test_any_alternative_is_enough_and_doubt_holds_nobody(
    first: list[str] | None, second: list[str] | None, division: str, expected: bool | None
) -> None:
    """False only where all alternatives are known and the division is too."""
    permitted = {
        name: None if held is None else frozenset(held)
        for name, held in zip(EITHER.any_of, (first, second), strict=True)
    }
    assert is_held(EITHER, division, permitted) is expected


def lacks(permission: str, *divisions: str) -> list[Lack]:
    """The lack of a permission in divisions of these names."""
    needed = Permission((permission,), "person")
    return [Lack(needed, Named(f"id of {name}", name)) for name in divisions]


def test_many_lacks_are_one_sentence() -> None:
    """Permissions that lack in the same divisions are named together."""
    found = [*lacks("b", "Rome", "Oslo"), *lacks("a", "Oslo", "Rome"), *lacks("c", "Bonn")]
    expected = "a and b in the divisions Oslo and Rome, and c in the division Bonn"
    assert lacks_in_words(found) == expected
    assert lacks_in_words(lacks("a", "")) == "a in the division id of "


def test_very_many_divisions_are_counted() -> None:
    """Ten are named."""
    many = lacks_in_words(lacks("a", *(f"D{number:02}" for number in range(14))))
    assert many == f"a in the divisions {', '.join(f'D{n:02}' for n in range(10))} and 4 more"
