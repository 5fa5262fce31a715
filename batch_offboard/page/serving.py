"""Serving the page: from its opening until it is closed or nobody uses it any more."""

import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

from batch_offboard.page.app import page_app
from batch_offboard.page.desk import Desk, desk_of
from batch_offboard.page.opening import (
    address,
    fresh_address,
    open_in_browser,
    printed_address,
    runtime_file,
    server_of,
)
from batch_offboard.page.server import Server, listening_socket
from batch_offboard.page.session import Session
from batch_offboard.page.shell import Shell

IDLE_SECONDS = 30 * 60.0
"""The server ends when nobody has used the page for this long, unless a job is running."""


@dataclass
class Use:
    """When the page was used last, on the clock `monotonic`."""

    monotonic: Callable[[], float]
    last: float = field(init=False)

    def __post_init__(self) -> None:
        self.last = self.monotonic()

    def is_over(self) -> bool:
        """Whether nobody has used the page for so long that the server can end."""
        return self.monotonic() - self.last > IDLE_SECONDS

    def note(self) -> None:
        """Count this moment as use."""
        self.last = self.monotonic()


@dataclass
class Opened:
    """A page that is ready to be served."""

    desk: Desk
    session: Session
    server: Server
    use: Use

    @classmethod
    def at(cls, desk: Desk, port: int, monotonic: Callable[[], float] = time.monotonic) -> "Opened":
        """The page at `port`; 0 is any free one. Raises UsageError for a taken one."""
        return cls(desk, Session(monotonic), Server(listening_socket(port)), Use(monotonic))

    def serve(self, ready: Callable[[], None]) -> None:
        """Serve until the page is closed, or nobody has used it for half an hour."""
        shell = Shell(self.desk, self.session, self.server.port, self.server.end)
        app = page_app(shell, self.use.note)
        self.server.run(app, ready, self._is_idle, self.desk.close)

    def _is_idle(self) -> bool:
        return self.desk.running is None and self.use.is_over()


def open_page(
    folder: Path, config_path: Path | None, port: int, *, browser: bool, say: Callable[[str], None]
) -> None:
    """Serve the page for a folder until it is closed; a second start opens the running one.

    Raises UsageError for settings that cannot be used and for a port that is taken.
    """
    running = server_of(folder)
    if running is not None and (url := fresh_address(running)) is not None:
        if not (browser and open_in_browser(folder, url)):
            _say(url, say)
        return
    page = Opened.at(desk_of(folder, config_path), port)
    port = page.server.port

    def ready() -> None:
        if not (browser and open_in_browser(folder, address(port, page.session.start_token()))):
            _say(printed_address(page.session, port), say)

    # Ctrl-C is how one closes it in a terminal.
    with suppress(KeyboardInterrupt), runtime_file(folder, port, page.session):
        page.serve(ready)


def _say(url: str, say: Callable[[str], None]) -> None:
    """Print the address, where no browser can be opened."""
    say(f"Open this address in this computer's browser: {url}")
