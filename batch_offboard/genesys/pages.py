"""Pages of listings: decoding them, merging them, and which to request next. Pure."""

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
"""A listing is endless after so many pages in a row without a new item; a few can overlap."""


@dataclass(frozen=True, slots=True)
class Page(Generic[T]):
    """One page of a listing.

    `page_count` and `total` count the pages and items of the whole listing, as this page states
    them; 0 if it does not. `has_next_link` is true if it has a `nextUri` or `nextPage`, and
    `cursor` is the `after` of its `nextUri`, empty in a listing that is paged by number.
    """

    items: tuple[T, ...]
    has_next_link: bool
    cursor: str
    page_count: int
    total: int


def nothing(_body: Entity) -> tuple[()]:
    """No implied items: the default for `implied` in `page_of`."""
    return ()


def page_of(
    read: Callable[[Entity], T],
    name: str = "entities",
    implied: Callable[[Entity], tuple[T, ...]] = nothing,
    *,
    may_lack_items: bool = False,
) -> Callable[[Json], Page[T]]:
    """A decoder of pages that hold a list `name`, each item decoded by `read`.

    `implied` returns items that are not in the list but follow from the page as a whole. The
    decoder raises UnusableAnswerError for a body without such a list, unless `may_lack_items`.
    """

    def understand(body: Json) -> Page[T]:
        lacks = may_lack_items and name not in entity(body)
        listed = [] if lacks else entities(body, name)
        return Page(
            items=(*(read(each) for each in listed), *implied(entity(body))),
            has_next_link=bool(entity(body).get("nextUri") or entity(body).get("nextPage")),
            cursor=_cursor(str(entity(body).get("nextUri") or "")),
            page_count=_number(body, "pageCount"),
            total=_number(body, "total") or _number(body, "totalHits"),
        )

    return understand


def another_follows(page: Page[T], page_number: int, items_so_far: int) -> bool:
    """Whether `page` states, by a link or by its totals, that another one follows.

    Both are needed: queue members have no totals, other listings no `nextUri`. A page shorter than
    requested is no proof of the end, as a server may use a smaller size. An empty page is, because
    a total may count what the client is not allowed to see.
    """
    if page.has_next_link:
        return True
    return bool(page.items) and (page_number < page.page_count or items_so_far < page.total)


class PagesRead(Generic[T]):
    """The pages of one listing read so far, and which ones to request next.

    `found` has the items by `identity`, each once, as pages can overlap while a listing changes.
    `expected` is the number of items that the listing should have, 0 if unknown. It and the totals
    of the pages only decide how many pages are requested at a time; the listing ends where
    `another_follows` says so. With `one_by_one`, it is one page at a time.
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
        """Whether more than one page was requested at a time."""
        self._identity, self._expected, self._one_by_one = identity, expected, one_by_one
        self._pages: dict[int, Page[T]] = {}
        self._repeats = 0
        self._ended = False

    def add(self, number: int, page: Page[T]) -> None:
        """Add the page with this number, counted from 1."""
        known = len(self.found)
        for item in page.items:
            self.found.setdefault(self._identity(item), item)
        self._pages[number] = page
        self._repeats = self._repeats + 1 if page.items and len(self.found) == known else 0
        self._ended = self._ended or not another_follows(page, number, len(self.found))

    @property
    def cursor(self) -> str:
        """The cursor of the last page; empty in a listing that is paged by number."""
        return self._pages[max(self._pages)].cursor if self._pages else ""

    @property
    def is_endless(self) -> bool:
        """Whether MAX_REPEATS or MAX_PAGES is reached, so that reading on would be pointless."""
        return self._repeats >= MAX_REPEATS or len(self._pages) >= MAX_PAGES

    @property
    def has_last_page(self) -> bool:
        """Whether one of the pages requested together was the last, so the rest can be skipped."""
        return self._ended or self.is_endless

    def next_pages(self) -> range:
        """The numbers of the pages to request next, at the same time; empty at the end."""
        last = max(self._pages, default=0)
        if last and not another_follows(self._pages[last], last, len(self.found)):
            return range(0)
        self._ended = False
        numbers = range(last + 1, min(max(last + 1, self._counted()), MAX_PAGES) + 1)
        self.side_by_side = self.side_by_side or len(numbers) > 1
        return numbers

    def _counted(self) -> int:
        """The number of pages according to `expected` and the pages' totals; 0 for one by one."""
        if self._one_by_one or self.cursor:
            return 0
        pages = self._pages.values()
        size = max((len(page.items) for page in pages), default=0) or PAGE_SIZE
        return max(ceil(self._expected / size), *(page.page_count for page in pages), 0)

    @property
    def changed_meanwhile(self) -> bool:
        """Whether the listing changed while it was read, so that an item may have been missed.

        An item is missed if it moves from a page still to be read to one already read. A listing
        with totals changed if they differ, any other if pages requested at a time overlap.
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
