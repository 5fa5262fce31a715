"""The entry point of every shell: one request, from its first reading to its results."""

from batch_offboard.commands.order import Outcome
from batch_offboard.commands.rerun import RerunRequest, rerun
from batch_offboard.commands.run_list import RunRequest, run_list
from batch_offboard.commands.undo import UndoRequest, undo
from batch_offboard.genesys import Clock, Stop
from batch_offboard.run.agree import Ask
from batch_offboard.run.session import Listener

Request = RunRequest | RerunRequest | UndoRequest


async def perform(
    request: Request, stop: Stop, ask: Ask, listener: Listener, clock: Clock | None = None
) -> Outcome:
    """Carry out `request`, write results and report, and return how it ended.

    The shell owns the event loop and the signals. `stop` may be requested at any moment and from
    any thread, even before this begins or while `ask` is awaited. After that no new writing call is
    sent; calls in flight are awaited and recorded. `listener.begun` announces the run folder.

    Raises UsageError or RefusedError if the request cannot begin, and StoppedError if a stop comes
    before anything is recorded; then there is no run folder.
    """
    clock = clock or Clock()
    match request:
        case RunRequest():
            return await run_list(request, stop, ask, listener, clock)
        case RerunRequest():
            return await rerun(request, stop, ask, listener, clock)
        case UndoRequest():
            return await undo(request, stop, ask, listener, clock)
