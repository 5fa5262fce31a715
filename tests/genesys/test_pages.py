"""Whether another page follows."""

import asyncio
from collections.abc import Iterable
from typing import Any, cast

import pytest

from batch_offboard.genesys.calls import Caller, Understood
from batch_offboard.genesys.decode import named
from batch_offboard.genesys.errors import Failure, UnusableAnswerError
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
    ({"entities": ONE, "totalHits": 40}, 1, 25, True),
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


@pytest.mark.parametrize(("body", "items"), [({}, ()), ({"entities": ONE}, (Named("a"),))])
def test_a_listing_may_be_known_to_leave_out_an_empty_list(
    body: object, items: tuple[Named, ...]
) -> None:
    """Only one of which that is known."""
    assert page_of(named, may_lack_items=True)(body).items == items


class Pages:
    """Answers with these pages, one after the other, and with the last one for ever."""

    def __init__(self, pages: Iterable[Any]) -> None:
        self.pages, self.asked = list(pages), 0
        self.numbers: list[int] = []
        self.under_way = 0
        self.side_by_side: list[bool] = []
        """Whether others were under way when each page was asked for."""

    async def carry_out(self, _operation: Any, arguments: Any, understand: Any) -> Any:
        """The next page, or the failure in its place."""
        page = self.pages[min(self.asked, len(self.pages) - 1)]
        self.asked += 1
        self.numbers.append(arguments["page_number"])
        self.side_by_side.append(self.under_way > 0)
        self.under_way += 1
        await asyncio.sleep(0)
        self.under_way -= 1
        return page if isinstance(page, Failure) else Understood(understand(page), 200, None)


def page(*ids: str) -> dict[str, Any]:
    """A page of a listing that says that there is far more."""
    return {"entities": [{"id": each} for each in ids], "total": 1_000_000}


@pytest.mark.parametrize(
    ("pages", "asked", "found"),
    [
        ([page("a"), page("a"), page("b"), page()], 4, ["a", "b"]),
        ([page("a")], 1 + MAX_REPEATS, None),
        ([page() | {"nextUri": "/next"}] * MAX_REPEATS + [page("a"), page()], 5, ["a"]),
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


REFUSED = Failure("refused", ApiError(403, "missing.permission", "Denied."))
FIRST = {"entities": [{"id": "a"}, {"id": "b"}], "total": 5, "pageCount": 3}
CHANGED = {"entities": [{"id": "c"}, {"id": "d"}], "total": 6, "pageCount": 3}
LAST = {"entities": [{"id": "e"}], "total": 5, "pageCount": 3}
MANY = {**FIRST, "pageCount": 40}


@pytest.mark.parametrize(
    ("pages", "numbers", "seen"),
    [
        ([REFUSED], [1], 0),
        ([{"entities": ONE, "nextUri": "/next"}, REFUSED], [1, 2], 1),
        ([FIRST, CHANGED, REFUSED, FIRST, REFUSED], [1, 2, 3, 1, 2], 3),
        ([FIRST, REFUSED, LAST, FIRST, REFUSED], [1, 2, 3, 1, 2], 3),
        ([MANY, *[REFUSED] * 16, MANY, REFUSED], [*range(1, 18), 1, 2], 2),
    ],
)
def test_of_a_listing_with_a_page_that_cannot_be_read_nothing_is_believed(
    pages: list[Any], numbers: list[int], seen: int
) -> None:
    """Asked for side by side, it is asked for once more; `seen` are the pages that were read."""
    served, on_page = Pages(pages), []
    listed = asyncio.run(
        Reader(cast(Caller, served)).listing(
            "divisions", {}, named, on_page=lambda: on_page.append(None)
        )
    )
    assert (listed, served.numbers, len(on_page)) == (REFUSED.error, numbers, seen)


def test_a_listing_that_changed_is_read_again_one_page_after_another() -> None:
    """What either reading has shown counts."""
    again = [FIRST, {**CHANGED, "entities": [{"id": "c"}, {"id": "f"}], "total": 5}, LAST]
    served = Pages([FIRST, CHANGED, LAST, *again])
    listed = asyncio.run(Reader(cast(Caller, served)).listing("divisions", {}, named))
    assert isinstance(listed, tuple)
    assert {each.id for each in listed} == set("abcdef")
    assert served.numbers == [1, 2, 3, 1, 2, 3]
    assert served.side_by_side == [False, False, True, False, False, False]


def test_pages_after_an_empty_one_are_not_asked_for() -> None:
    """Sixteen are under way by then."""
    served = Pages([MANY, {**MANY, "entities": []}])
    listed = asyncio.run(Reader(cast(Caller, served)).listing("divisions", {}, named))
    assert (listed, served.numbers) == ((Named("a"), Named("b")), [*range(1, 18)])
