"""Whether another page follows."""

import asyncio
from collections.abc import Iterable
from typing import Any, cast

import pytest

from batch_offboard.genesys.calls import Caller, Understood
from batch_offboard.genesys.decode import named
from batch_offboard.genesys.errors import UnusableAnswerError
from batch_offboard.genesys.pages import MAX_REPEATS, another_follows, page_of
from batch_offboard.genesys.reader import Reader
from batch_offboard.offboarding.models import ApiError, Named

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
    assert more == another_follows(page_of(named)(body), number, so_far)


@pytest.mark.parametrize("body", [None, [], "text", {}, {"entities": None}, {"entities": ["a"]}])
def test_what_is_no_listing_is_not_believed(body: object) -> None:
    """An empty 200 must never pass for an empty listing."""
    with pytest.raises(UnusableAnswerError):
        page_of(named)(body)


class Pages:
    """Answers with these pages, one after the other, and with the last one for ever."""

    def __init__(self, pages: Iterable[Any]) -> None:
        self.pages, self.asked = list(pages), 0

    async def carry_out(self, _operation: Any, _arguments: Any, understand: Any) -> Any:
        """The next page."""
        page = self.pages[min(self.asked, len(self.pages) - 1)]
        self.asked += 1
        return Understood(understand(page), 200, None)


def page(*ids: str) -> dict[str, Any]:
    """A page of a listing that says that there is far more."""
    return {"entities": [{"id": each} for each in ids], "total": 1_000_000}


@pytest.mark.parametrize(
    ("pages", "asked", "found"),
    [
        ([page("a"), page("a"), page("b"), page()], 4, ["a", "b"]),
        ([page("a")], 1 + MAX_REPEATS, None),
        ([page("a", "b"), page("b"), page("a"), page("b")], 1 + MAX_REPEATS, None),
    ],
)
def test_a_listing_that_repeats_itself_has_no_end(
    pages: list[Any], asked: int, found: list[str] | None
) -> None:
    """What it shows may not be all. Pages can overlap while a listing changes."""
    served = Pages(pages)
    listed = asyncio.run(Reader(cast(Caller, served)).listing("divisions", {}, named))
    assert served.asked == asked
    if found is None:
        assert isinstance(listed, ApiError)
        assert listed.code == "endless_listing"
    else:
        assert listed == tuple(map(Named, found))
