"""Listings page by page: what a page holds, and whether another follows."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Generic, TypeVar

from batch_offboard.genesys.readings import Entity, entities, entity
from batch_offboard.offboarding.models import Json

T = TypeVar("T")
MOST_PAGES = 10_000
"""More pages than any listing has: a server that never ends one is not believed."""


@dataclass(frozen=True, slots=True)
class Page(Generic[T]):
    """One page of a listing, with what it says of the whole (0 where it says nothing)."""

    items: tuple[T, ...]
    names_next: bool
    page_count: int
    total: int


def page_of(read: Callable[[Entity], T], name: str = "entities") -> Callable[[Json], Page[T]]:
    """How to read a page of a listing of `name` (the search index calls them "results")."""

    def understand(body: Json) -> Page[T]:
        return Page(
            items=tuple(read(each) for each in entities(body, name)),
            names_next=bool(entity(body).get("nextUri") or entity(body).get("nextPage")),
            page_count=_number(body, "pageCount"),
            total=_number(body, "total"),
        )

    return understand


def follows(page: Page[T], page_number: int, items_so_far: int) -> bool:
    """Whether another page follows `page`: when anything in it says so.

    Queue members have no totals, others no `nextUri`. The page size that was asked for says
    nothing, as a server may grant less; and a total may count what the client may not see.
    """
    if page.names_next:
        return True
    return bool(page.items) and (page_number < page.page_count or items_so_far < page.total)


def _number(body: Json, name: str) -> int:
    value = entity(body).get(name)
    return value if isinstance(value, int) else 0
