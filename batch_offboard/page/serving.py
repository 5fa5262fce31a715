"""One server from its start to its end: opened, used, closed."""

import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from batch_offboard.page.app import page_app
from batch_offboard.page.desk import desk_of
from batch_offboard.page.guarding import App, Receive, Scope, Send
from batch_offboard.page.opening import (
    address,
    asked_again,
    bound,
    printed_address,
    running_in,
    runtime_file,
    serve,
    shown_in_browser,
)
from batch_offboard.page.session import Session
from batch_offboard.page.shell import Shell


@dataclass
class _Use:
    """When the page was used last, on the clock `monotonic`; minus infinity once it was closed."""

    monotonic: Callable[[], float]
    since: float = field(init=False)

    def __post_init__(self) -> None:
        self.since = self.monotonic()

    def close(self) -> None:
        """Nobody needs the server any more."""
        self.since = float("-inf")

    def noting(self, app: App) -> App:
        """The application; each of its requests counts as use."""

        async def used(scope: Scope, receive: Receive, send: Send) -> None:
            self.since = max(self.since, self.monotonic()) if self.since >= 0 else self.since
            await app(scope, receive, send)

        return used


def open_page(
    folder: Path, config_path: Path | None, port: int, *, browser: bool, say: Callable[[str], None]
) -> None:
    """Serve the page for a folder until it is closed; a second start opens the running one.

    Raises UsageError for settings that cannot be used and for a port that is taken.
    """
    running = running_in(folder)
    if running is not None and (url := asked_again(running)) is not None:
        _show(url, browser=browser, say=say)
        return
    desk, session = desk_of(folder, config_path), Session(time.monotonic)
    listening = bound(port)
    port = int(listening.getsockname()[1])
    use = _Use(time.monotonic)
    app = page_app(Shell(desk, session, port, use.close))

    def ready() -> None:
        if not (browser and shown_in_browser(address(port, session.start_token()))):
            _show(printed_address(session, port), browser=False, say=say)

    def is_idle_since() -> float | None:
        return None if desk.running is not None else use.since

    with runtime_file(folder, port, session):
        serve(use.noting(app), listening, is_idle_since, ready)


def _show(url: str, *, browser: bool, say: Callable[[str], None]) -> None:
    if not (browser and shown_in_browser(url)):
        say(f"Open this address in the browser of this computer: {url}")
