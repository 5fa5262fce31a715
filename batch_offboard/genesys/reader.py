"""Reading operations: one answer, or a listing with all its pages."""

from collections.abc import Awaitable, Callable
from typing import TypeVar

from batch_offboard.genesys.argument_checks import Arguments
from batch_offboard.genesys.calls import Caller
from batch_offboard.genesys.concurrency import for_each
from batch_offboard.genesys.decode import Entity
from batch_offboard.genesys.errors import Failure
from batch_offboard.genesys.operations import reading_operation
from batch_offboard.genesys.pages import Page, PagesRead, nothing, page_of
from batch_offboard.offboarding.models import ApiError, Json

T = TypeVar("T")
_PAGES_AT_ONCE = 16
"""Pages of one listing under way at a time: enough to use the allowance of 20 tokens."""

OnPage = Callable[[], None]
"""Called after each page of a listing."""


def uncounted() -> None:
    """The `on_page` that does nothing."""


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
        expected: int = 0,
    ) -> tuple[T, ...] | ApiError:
        """All items of a listing, each once by `identity`: pages can overlap while it changes.

        `on_page` is called after each page, `implied` is that of `page_of`, and `expected` that of
        `PagesRead`. A listing that changed meanwhile is read again, one page after the other, and
        has the items of both readings. So is one of which a page asked for side by side cannot be
        read: there may be fewer pages than counted, and how Genesys answers then is not known.
        """
        asked = reading_operation(operation)
        name, optional = asked.items or "entities", asked.may_lack_items
        understand = page_of(read, name, implied, may_lack_items=optional)

        async def one_page(number: int, cursor: str) -> Page[T] | ApiError:
            where = {"page_number": number, "cursor": cursor}
            page = await self.one(operation, {**arguments, **where}, understand)
            if not isinstance(page, ApiError):
                on_page()
            return page

        first = PagesRead(identity, expected)
        error = await _read_to_the_end(first, one_page, operation)
        if not (first.side_by_side if error else first.changed_meanwhile):
            return error or tuple(first.found.values())
        again = PagesRead(identity, one_by_one=True)
        error = await _read_to_the_end(again, one_page, operation)
        return error or tuple({**first.found, **again.found}.values())


async def _read_to_the_end(
    pages: PagesRead[T],
    one_page: Callable[[int, str], Awaitable[Page[T] | ApiError]],
    operation: str,
) -> ApiError | None:
    """Read all pages, those that are counted side by side; returns why that was not possible."""
    errors: list[ApiError] = []

    async def take(number: int) -> None:
        if errors or pages.says_enough:
            return
        page = await one_page(number, pages.cursor)
        if isinstance(page, ApiError):
            errors.append(page)
        else:
            pages.add(number, page)

    while not errors and (numbers := pages.next_pages()):
        if pages.has_no_end:
            return ApiError(None, "endless_listing", f"The listing {operation} has no end.")
        await for_each(numbers, take, min(len(numbers), _PAGES_AT_ONCE))
    return errors[0] if errors else None
