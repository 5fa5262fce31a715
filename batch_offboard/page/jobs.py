"""A job: a command in a thread of its own, with its stop and its listener."""

import asyncio
import threading
from collections.abc import Callable
from dataclasses import dataclass, field

from batch_offboard.commands.order import Outcome
from batch_offboard.commands.perform import Request, perform
from batch_offboard.errors import InterruptedRunError, OffboardError
from batch_offboard.genesys import Stop
from batch_offboard.page.command_progress import CommandProgress
from batch_offboard.run.agree import Ask
from batch_offboard.run.session import Listener

CarryOut = Callable[[Request, Stop, Ask, Listener], Outcome]
"""Carries a request out to its end, on an event loop of its own."""


def carried_out(request: Request, stop: Stop, ask: Ask, listener: Listener) -> Outcome:
    """Carry `request` out as `perform` does."""
    return asyncio.run(perform(request, stop, ask, listener))


@dataclass
class Job:
    """A command that is about to run, runs, or has run.

    At its end it has an `outcome`, or else an `error`: why it could not begin, or a defect of ours.
    """

    request: Request
    ask: Ask
    carry_out: CarryOut = carried_out
    stop: Stop = field(default_factory=Stop)
    progress: CommandProgress = field(default_factory=CommandProgress)
    outcome: Outcome | None = None
    error: BaseException | None = None
    _thread: threading.Thread | None = None
    _over: bool = False

    @property
    def is_running(self) -> bool:
        """Whether the command has begun and not ended yet."""
        return self._thread is not None and not self._over

    @property
    def is_stopping(self) -> bool:
        """Whether a person has asked the command to stop and it has not ended yet."""
        return self.is_running and self.stop.requested

    def begin(self, ended: Callable[[], None]) -> None:
        """Start the command; `ended` is called in its thread when it is over."""
        self._thread = threading.Thread(target=self._work, args=(ended,), name="job")
        self._thread.start()

    def press_stop(self) -> None:
        """Ask the command to stop: requests under way are finished and recorded."""
        self.stop.request(InterruptedRunError("Stopped on the page."))

    def join(self, seconds: float | None = None) -> None:
        """Wait until the command is over."""
        if self._thread is not None:
            self._thread.join(seconds)

    def _work(self, ended: Callable[[], None]) -> None:
        try:
            self.outcome = self.carry_out(self.request, self.stop, self.ask, self.progress)
        except OffboardError as error:
            self.error = error
        except Exception as error:  # noqa: BLE001 (shown as a defect; the journal has what was done)
            self.error = error
        finally:
            self._over = True
            ended()
