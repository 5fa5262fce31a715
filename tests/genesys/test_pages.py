"""Whether another page follows."""

import pytest

from batch_offboard.genesys.decode import named
from batch_offboard.genesys.errors import UnusableAnswerError
from batch_offboard.genesys.pages import follows, page_of

ONE = [{"id": "a"}]
#        body                                                     page  so far  more
CASES = [
    ({"entities": ONE}, 1, 1, False),
    ({"entities": ONE, "nextUri": "/api/v2/x?pageNumber=2"}, 1, 1, True),
    ({"entities": [], "nextUri": "/api/v2/x?pageNumber=2"}, 1, 0, True),
    ({"entities": ONE, "nextUri": None, "pageCount": 1, "total": 1}, 1, 1, False),
    ({"entities": ONE, "pageCount": 3}, 2, 2, True),
    ({"entities": ONE, "pageCount": 3}, 3, 3, False),
    ({"entities": ONE, "pageCount": 1, "total": 40}, 1, 25, True),
    ({"entities": ONE, "total": 25}, 1, 25, False),
    ({"entities": [], "total": 40, "pageCount": 9}, 2, 25, False),
]


@pytest.mark.parametrize(("body", "number", "so_far", "more"), CASES)
def test_another_page_follows_when_anything_says_so(
    body: dict[str, object], number: int, so_far: int, more: bool
) -> None:
    """`nextUri`, the page count or the total; an empty page ends what only counts."""
    assert more == follows(page_of(named)(body), number, so_far)


@pytest.mark.parametrize("body", [None, [], "text", {}, {"entities": None}, {"entities": ["a"]}])
def test_what_is_no_listing_is_not_believed(body: object) -> None:
    """An empty 200 must never pass for an empty listing."""
    with pytest.raises(UnusableAnswerError):
        page_of(named)(body)
