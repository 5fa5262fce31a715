"""What is answered where a request leads to no screen, or its handler raises an error."""

from collections.abc import Awaitable, Callable, Mapping
from typing import Any

from starlette.requests import Request
from starlette.responses import PlainTextResponse, RedirectResponse, Response

from batch_offboard.errors import OffboardError
from batch_offboard.page.guarding import BodyTooLargeError
from batch_offboard.page.shell import TOO_LARGE, ForeignFormError, Shell

ErrorAnswers = Mapping[Any, Callable[[Request, Exception], Awaitable[Response]]]
"""By status or by class of the error."""

_SEE_OTHER = 303


def _bare(status: int) -> Callable[[Request, Exception], Awaitable[Response]]:
    async def answer(_request: Request, _error: Exception) -> Response:
        return PlainTextResponse("", status)

    return answer


OUTSIDE_ERRORS: ErrorAnswers = {
    400: _bare(400),
    404: _bare(404),
    405: _bare(405),
    BodyTooLargeError: _bare(413),
}
"""The answers to those without a session: a bare status, which reveals nothing."""


def inside_errors(shell: Shell) -> ErrorAnswers:
    """The answers to the person who has the session: screens that say what to do."""

    async def nothing(_request: Request, _error: Exception) -> Response:
        return shell.not_found()

    async def malformed(_request: Request, _error: Exception) -> Response:
        """For a form with several files."""
        return shell.start_screen("Choose one list.")

    async def too_large(_request: Request, _error: Exception) -> Response:
        return shell.start_screen(TOO_LARGE)

    async def refused(_request: Request, error: Exception) -> Response:
        return shell.cannot_show(str(error))

    async def no_file(_request: Request, error: Exception) -> Response:
        """For a file that the system does not let be read or written."""
        reason = getattr(error, "strerror", None) or error
        return shell.cannot_show(f"A file could not be read or written ({reason}). Try again.")

    async def failed(_request: Request, _error: Exception) -> Response:
        """For a defect of the program."""
        return shell.cannot_show("batch-offboard failed unexpectedly.", 500)

    return {
        400: malformed,
        404: nothing,
        405: _wrong_method,
        ForeignFormError: _bare(403),
        BodyTooLargeError: too_large,
        OffboardError: refused,
        OSError: no_file,
        Exception: failed,
    }


async def _wrong_method(request: Request, _error: Exception) -> Response:
    if request.method != "GET":
        return PlainTextResponse("", 405)
    # Somebody has opened the address of a form's answer: go to the screen it belongs to.
    above = request.scope["path"].rstrip("/").rpartition("/")[0]
    return RedirectResponse(above if above.count("/") > 1 else f"{above}/", _SEE_OTHER)
