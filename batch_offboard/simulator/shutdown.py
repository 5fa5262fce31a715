"""The end of a uvicorn server, as soon as its last answers are out."""

import asyncio
import socket
from collections.abc import Iterable
from contextlib import suppress

import uvicorn


async def shut_down(
    server: uvicorn.Server, sockets: Iterable[socket.socket], last_answers_seconds: float
) -> None:
    """Close the listeners and idle connections of a server, and `sockets`.

    Answers under way may take `last_answers_seconds` to finish; then they are dropped. uvicorn's
    own shutdown waits a fixed 0.1 seconds, even where nothing is under way.
    """
    await _stop_accepting(server)
    for each in server.servers:
        each.close()
    for listener in sockets:
        listener.close()
    state = server.server_state
    for connection in list(state.connections):
        connection.shutdown()
    with suppress(TimeoutError):
        async with asyncio.timeout(last_answers_seconds):
            while state.connections or state.tasks:
                await asyncio.sleep(0.001)


async def _stop_accepting(server: uvicorn.Server) -> None:
    """Let connections that were accepted begin: asyncio loses them if it closes before."""
    for listener in (one for each in server.servers for one in each.sockets):
        with suppress(NotImplementedError):  # on Windows they begin as they are accepted
            asyncio.get_running_loop().remove_reader(listener.fileno())
    for _ in ("begun", "known to the server"):
        await asyncio.sleep(0)
