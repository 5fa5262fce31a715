"""Reading operations: one answer, or a listing page by page."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Generic, TypeVar
from urllib.parse import parse_qs, urlsplit

from batch_offboard.genesys.argument_checks import Arguments
from batch_offboard.genesys.calls import Caller
from batch_offboard.genesys.decode import Entity, entities, entity
from batch_offboard.genesys.errors import Failure
from batch_offboard.genesys.operations import reading_operation
from batch_offboard.offboarding.models import ApiError, Json

T = TypeVar("T")
MAX_PAGES = 10_000
"""More pages than any listing has; a listing that goes on longer is an error."""


OnPage = Callable[[], None]
"""Called after each page of a listing."""


def uncounted() -> None:
    """The `on_page` that does nothing."""


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


def _cursor(next_uri: str) -> str:
    return next(iter(parse_qs(urlsplit(next_uri).query).get("after", ())), "")


def _number(body: Json, name: str) -> int:
    value = entity(body).get(name)
    return value if isinstance(value, int) else 0


class Reader:
    """Makes the reading calls of the table of operations."""

    def __init__(self, caller: Caller) -> None:
        self._caller = caller

    async def one(
        self, operation: str, arguments: Arguments, understand: Callable[[Json], T]
    ) -> T | ApiError:
        """The value that `understand` returns for the answer to one reading operation."""
        read = reading_operation(operation)

        def checked(body: Json) -> T:
            read.check_answer(arguments, body)
            return understand(body)

        outcome = await self._caller.carry_out(read, read.check_arguments(arguments), checked)
        return outcome.error if isinstance(outcome, Failure) else outcome.value

    async def listing(
        self,
        operation: str,
        arguments: Arguments,
        read: Callable[[Entity], T],
        identity: Callable[[T], object] = lambda item: item,
        on_page: OnPage = uncounted,
        implied: Callable[[Entity], tuple[T, ...]] = nothing,
    ) -> tuple[T, ...] | ApiError:
        """All items of a listing, each once by `identity`: pages can overlap while it changes.

        `on_page` is called after each page, `implied` is that of `page_of`.
        """
        asked = reading_operation(operation)
        name, optional = asked.items or "entities", asked.may_lack_items
        understand = page_of(read, name, implied, may_lack_items=optional)
        found: dict[object, T] = {}
        cursor = ""
        for page_number in range(1, MAX_PAGES):
            where = {"page_number": page_number, "cursor": cursor}
            page = await self.one(operation, {**arguments, **where}, understand)
            if isinstance(page, ApiError):
                return page
            on_page()
            for item in page.items:
                found.setdefault(identity(item), item)
            cursor = page.cursor
            if not follows(page, page_number, len(found)):
                return tuple(found.values())
        return ApiError(None, "endless_listing", f"The listing {operation} has no end.")
