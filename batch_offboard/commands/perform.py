"""The entry point of every shell: one request, from its first reading to its results."""

from typing import Protocol

from batch_offboard.commands.order import Outcome
from batch_offboard.genesys import Clock, Credentials, Stop
from batch_offboard.run.agree import Ask
from batch_offboard.run.session import Listener


class Request(Protocol):
    """What a person asks for: a RunRequest, a RerunRequest or an UndoRequest."""

    @property
    def credentials(self) -> Credentials:
        """The OAuth client that it is carried out with."""

    async def carry_out(self, stop: Stop, ask: Ask, listener: Listener, clock: Clock) -> Outcome:
        """Carry it out; see `perform`, which adds nothing but the clock."""


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
    return await request.carry_out(stop, ask, listener, clock or Clock())
