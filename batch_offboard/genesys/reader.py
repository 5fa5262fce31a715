"""Reading operations carried out: one value, or a listing with all its pages."""

from collections.abc import Awaitable, Callable
from typing import TypeVar

from batch_offboard.genesys.argument_checks import Arguments
from batch_offboard.genesys.calls import Caller
from batch_offboard.genesys.concurrency import for_each, ignore
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


class Reader:
    """Carries out reading operations by name, and decodes what they return.

    A request that fails for good yields an ApiError; a requested stop is raised.
    """

    def __init__(self, caller: Caller) -> None:
        self._caller = caller

    async def one(
        self, operation: str, arguments: Arguments, understand: Callable[[Json], T]
    ) -> T | ApiError:
        """What `understand` makes of the answer to one reading operation.

        An answer for which it raises UnusableAnswerError yields an ApiError too.
        """
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
        on_page: OnPage = ignore,
        implied: Callable[[Entity], tuple[T, ...]] = nothing,
        expected: int = 0,
    ) -> tuple[T, ...] | ApiError:
        """All items of a listing, each once by `identity`, as `read` decodes them.

        `on_page` is called after each page. `implied` is explained at `page_of`, `expected` at
        `PagesRead`. A listing that changed while it was read is read a second time, page by page;
        the result then has the items of both readings. So is one of which a page asked for side by
        side cannot be read: there may be fewer pages than counted, and how Genesys answers then is
        not known.
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
    """Read all pages into `pages`, several at a time; returns the error that ended the reading."""
    errors: list[ApiError] = []

    async def take(number: int) -> None:
        if errors or pages.has_last_page:
            return
        page = await one_page(number, pages.cursor)
        if isinstance(page, ApiError):
            errors.append(page)
        else:
            pages.add(number, page)

    while not errors and (numbers := pages.next_pages()):
        if pages.is_endless:
            return ApiError(None, "endless_listing", f"The listing {operation} has no end.")
        await for_each(numbers, take, min(len(numbers), _PAGES_AT_ONCE))
    return errors[0] if errors else None
