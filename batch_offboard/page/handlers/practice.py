"""Practice: a made-up organisation in this process, with a folder of its own."""

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response

from batch_offboard.errors import OffboardError
from batch_offboard.page.shell import Shell


async def start_practice(shell: Shell, request: Request) -> Response:
    """Begin to practise, and hand in the sample list."""
    await shell.posted(request)
    try:
        draft = await run_in_threadpool(shell.desk.begin_practice)
    except OffboardError as error:
        return shell.start_screen(str(error))
    return shell.to(f"lists/{draft.id}")


async def end_practice(shell: Shell, request: Request) -> Response:
    """End the practice; its runs stay in their folder."""
    await shell.posted(request)
    try:
        await run_in_threadpool(shell.desk.end_practice)
    except OffboardError as error:
        return shell.start_screen(str(error))
    return shell.to()
