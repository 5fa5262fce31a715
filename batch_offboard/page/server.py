"""The server of the page: its port, and how it ends."""

import asyncio
import os
import socket
import sys
from collections.abc import Callable
from contextlib import suppress
from types import FrameType

import uvicorn

from batch_offboard.errors import UsageError
from batch_offboard.page.guarding import App
from batch_offboard.simulator.shutdown import shut_down

_TICK_SECONDS = 1.0
"""How often the date that answers bear is set."""
_LAST_ANSWERS_SECONDS = 2.0
"""How long the end waits for answers that are on their way; then they are dropped."""


def listening_socket(port: int) -> socket.socket:
    """A socket on 127.0.0.1, which nobody else can share. Raises UsageError for a taken port."""
    listening = socket.socket()
    if sys.platform == "win32":
        listening.setsockopt(socket.SOL_SOCKET, socket.SO_EXCLUSIVEADDRUSE, 1)
    elif os.name == "posix":
        listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listening.bind(("127.0.0.1", port))
        listening.listen()
    except OSError as error:
        listening.close()
        raise UsageError(f"Another program uses port {port}. Choose another port.") from error
    return listening


class _Server(uvicorn.Server):
    """A server that calls `ending` before it shuts down, even after a signal.

    uvicorn's own server only checks ten times a second whether to end.
    """

    def __init__(self, config: uvicorn.Config, ending: Callable[[], None]) -> None:
        super().__init__(config)
        self._ending = ending
        self._loop: asyncio.AbstractEventLoop | None = None
        self._woken = asyncio.Event()

    def end(self) -> None:
        """Shut down soon; from any thread, and from a signal handler."""
        self.should_exit = True
        if self._loop is not None:
            with suppress(RuntimeError):  # it has ended already
                self._loop.call_soon_threadsafe(self._woken.set)

    def handle_exit(self, sig: int, frame: FrameType | None) -> None:
        super().handle_exit(sig, frame)
        self.end()

    async def main_loop(self) -> None:
        self._loop = asyncio.get_running_loop()
        while not await self.on_tick(0):
            with suppress(TimeoutError):
                async with asyncio.timeout(_TICK_SECONDS):
                    await self._woken.wait()

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        # Requests are still answered meanwhile: the page says that the run is stopping.
        await asyncio.to_thread(self._ending)
        await shut_down(self, sockets or (), _LAST_ANSWERS_SECONDS)


class Server:
    """The server of one page: it runs until `end` is called, from any thread, or until it is idle.

    It checks whether it is idle every `looks_every` seconds.
    """

    def __init__(self, listening: socket.socket, looks_every: float = 5.0) -> None:
        self._listening = listening
        self._looks_every = looks_every
        self._ending = False
        self._server: _Server | None = None

    @property
    def port(self) -> int:
        """The port that is listened on."""
        return int(self._listening.getsockname()[1])

    def end(self) -> None:
        """Shut down once requests under way are answered; from any thread."""
        self._ending = True
        if self._server is not None:
            self._server.end()

    def run(
        self,
        app: App,
        ready: Callable[[], None],
        is_idle: Callable[[], bool],
        ending: Callable[[], None],
    ) -> None:
        """Serve until the end.

        `ready` is called once requests are answered, `ending` before they no longer are.
        """
        self._server = server = _Server(_settings(app), ending)
        server.should_exit = self._ending

        async def watched() -> None:
            while not server.started:
                await asyncio.sleep(0.01)
            ready()
            while not is_idle():
                await asyncio.sleep(self._looks_every)
            server.end()

        async def both() -> None:
            watching = asyncio.create_task(watched())
            await server.serve(sockets=[self._listening])
            watching.cancel()

        asyncio.run(both())


def _settings(app: App) -> uvicorn.Config:
    return uvicorn.Config(
        app,
        log_config=None,
        log_level="error",
        access_log=False,
        # Chosen here, so that what else is installed changes nothing.
        http="h11",
        ws="none",
        proxy_headers=False,
        server_header=False,
        lifespan="off",
    )
