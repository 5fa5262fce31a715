"""What every shell calls: one request carried out, from its first reading to its results."""

from batch_offboard.commands.order import Outcome
from batch_offboard.commands.rerun import RerunRequest, rerun
from batch_offboard.commands.run_list import RunRequest, run_list
from batch_offboard.commands.undo import UndoRequest, undo
from batch_offboard.genesys import Clock, Stop
from batch_offboard.run.agreeing import Ask
from batch_offboard.run.session import Listener

Request = RunRequest | RerunRequest | UndoRequest


async def perform(
    request: Request, stop: Stop, ask: Ask, listener: Listener, clock: Clock | None = None
) -> Outcome:
    """Carry out `request` and return how it ended; results and report are written then.

    The shell owns the event loop and the signals. `stop` may be requested at any moment, from any
    thread, also before this begins and while `ask` is awaited: after that no new writing call
    leaves, those under way are waited for and recorded. `listener.begun` announces the run folder.

    Raises UsageError or RefusedError when the request cannot even begin, and StoppedError when a
    stop comes before anything is on record: there is no run folder then.
    """
    clock = clock or Clock()
    match request:
        case RunRequest():
            return await run_list(request, stop, ask, listener, clock)
        case RerunRequest():
            return await rerun(request, stop, ask, listener, clock)
        case UndoRequest():
            return await undo(request, stop, ask, listener, clock)
