import pytest

from batch_offboard.offboarding.names import names_agree

from .snapshots import cases


@pytest.mark.parametrize("one, other, agree", cases("names"))
def test_names_agree(one: str, other: str, agree: bool) -> None:
    """Forgiving about spelling and order, not about who it is; the same from either side."""
    assert (names_agree(one, other), names_agree(other, one)) == (agree, agree)
