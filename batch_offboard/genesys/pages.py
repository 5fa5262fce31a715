"""Pages of listings: what one holds, whether another follows, which to ask for next. Pure."""

from collections.abc import Callable
from dataclasses import dataclass
from math import ceil
from typing import Generic, TypeVar
from urllib.parse import parse_qs, urlsplit

from batch_offboard.genesys.decode import Entity, entities, entity
from batch_offboard.offboarding.limits import PAGE_SIZE
from batch_offboard.offboarding.models import Json

T = TypeVar("T")
MAX_PAGES = 10_000
"""More pages than any listing has; a listing that goes on longer is an error."""
MAX_REPEATS = 3
"""So many pages in a row may show nothing but what was shown before, as pages can overlap."""


@dataclass(frozen=True, slots=True)
class Page(Generic[T]):
    """One page of a listing, and its totals of pages and items (0 where it has none).

    `cursor` is where the next page begins, in a listing that is paged so.
    """

    items: tuple[T, ...]
    names_next: bool
    cursor: str
    page_count: int
    total: int


def nothing(_body: Entity) -> tuple[()]:
    """The `implied` of a listing whose pages hold items alone."""
    return ()


def page_of(
    read: Callable[[Entity], T],
    name: str = "entities",
    implied: Callable[[Entity], tuple[T, ...]] = nothing,
    *,
    may_lack_items: bool = False,
) -> Callable[[Json], Page[T]]:
    """A decoder of pages that hold a list `name`, each item decoded by `read`.

    `implied` returns the items that the page as a whole stands for. The decoder raises
    UnusableAnswerError for a body without such a list, unless it `may_lack_items`.
    """

    def understand(body: Json) -> Page[T]:
        lacks = may_lack_items and name not in entity(body)
        listed = [] if lacks else entities(body, name)
        return Page(
            items=(*(read(each) for each in listed), *implied(entity(body))),
            names_next=bool(entity(body).get("nextUri") or entity(body).get("nextPage")),
            cursor=_cursor(str(entity(body).get("nextUri") or "")),
            page_count=_number(body, "pageCount"),
            total=_number(body, "total") or _number(body, "totalHits"),
        )

    return understand


def follows(page: Page[T], page_number: int, items_so_far: int) -> bool:
    """True if anything in `page` says that another one follows.

    Queue members have no totals, other listings no `nextUri`. The page size proves nothing, as a
    server may use a smaller one, and a total may count what the client is not allowed to see.
    """
    if page.names_next:
        return True
    return bool(page.items) and (page_number < page.page_count or items_so_far < page.total)


class PagesRead(Generic[T]):
    """The pages of one listing that have been read, and which ones to ask for next.

    An item counts once by `identity`, as pages can overlap while a listing changes. `expected` is
    the number of items that it should have, 0 if unknown. Counts only say how many pages may be
    asked for side by side: what follows the last of them is read all the same. If `one_by_one`,
    none are.
    """

    def __init__(
        self,
        identity: Callable[[T], object],
        expected: int = 0,
        *,
        one_by_one: bool = False,
    ) -> None:
        self.found: dict[object, T] = {}
        self.side_by_side = False
        """Whether more than one page was asked for at a time."""
        self._identity, self._expected, self._one_by_one = identity, expected, one_by_one
        self._pages: dict[int, Page[T]] = {}
        self._repeats = 0
        self._ended = False

    def add(self, number: int, page: Page[T]) -> None:
        """Take in a page."""
        known = len(self.found)
        for item in page.items:
            self.found.setdefault(self._identity(item), item)
        self._pages[number] = page
        self._repeats = self._repeats + 1 if page.items and len(self.found) == known else 0
        self._ended = self._ended or not follows(page, number, len(self.found))

    @property
    def cursor(self) -> str:
        """Where the next page begins, in a listing that is paged so."""
        return self._pages[max(self._pages)].cursor if self._pages else ""

    @property
    def has_no_end(self) -> bool:
        """Whether it repeats itself, or has more pages than any listing."""
        return self._repeats >= MAX_REPEATS or len(self._pages) >= MAX_PAGES

    @property
    def says_enough(self) -> bool:
        """Whether the pages asked for together need no further one of those that were counted."""
        return self._ended or self.has_no_end

    def next_pages(self) -> range:
        """The pages to ask for next, together; none at the end."""
        last = max(self._pages, default=0)
        if last and not follows(self._pages[last], last, len(self.found)):
            return range(0)
        self._ended = False
        numbers = range(last + 1, min(max(last + 1, self._counted()), MAX_PAGES) + 1)
        self.side_by_side = self.side_by_side or len(numbers) > 1
        return numbers

    def _counted(self) -> int:
        """How many pages there are by the counts."""
        if self._one_by_one or self.cursor:
            return 0
        pages = self._pages.values()
        size = max((len(page.items) for page in pages), default=0) or PAGE_SIZE
        return max(ceil(self._expected / size), *(page.page_count for page in pages), 0)

    @property
    def changed_meanwhile(self) -> bool:
        """Whether the pages show that the listing changed while it was read.

        An item may then have moved from a page that was read later to one that was read before. A
        listing with totals has changed if they differ, any other one if pages that were asked for
        side by side overlap.
        """
        totals = {page.total for page in self._pages.values()}
        if totals != {0}:
            return len(totals) > 1
        shown = sum(len(page.items) for page in self._pages.values())
        return self.side_by_side and shown > len(self.found)


def _cursor(next_uri: str) -> str:
    return next(iter(parse_qs(urlsplit(next_uri).query).get("after", ())), "")


def _number(body: Json, name: str) -> int:
    value = entity(body).get(name)
    return value if isinstance(value, int) else 0
