"""Genesys Cloud over the official SDK, which is imported when a connection is opened, not before.

| concern | module |
|---|---|
| which host a domain means, who logs in, pace and patience | `regions`, `settings` |
| what can be asked of Genesys | `operations`, `arguments` |
| one request: HTTP, and the SDK made safe | `transport`, `sdk` |
| what went wrong, whether to try again, how long to wait | `errors`, `retry` |
| whose turn it is | `throttle`, `pace`, `tokens` |
| waiting, by which clock, and what ends it | `waits`, `clock`, `stop` |
| one call until it has an answer, and what that means | `calls` |
| opening and closing | `connection` |
| the organisation, as the rest of the program sees it | `organisation`, `pages`, `decode` |
"""

from collections.abc import Callable
from contextlib import AbstractAsyncContextManager

from batch_offboard.genesys.calls import SentCall
from batch_offboard.genesys.clock import Clock
from batch_offboard.genesys.decode import OwnGrant
from batch_offboard.genesys.organisation import Genesys, Identity
from batch_offboard.genesys.pages import OnPage, uncounted
from batch_offboard.genesys.regions import api_host
from batch_offboard.genesys.retry import backoff_seconds
from batch_offboard.genesys.settings import Credentials, Settings
from batch_offboard.genesys.stop import Stop
from batch_offboard.genesys.waits import MENTIONED_SECONDS, Pause


def open_genesys(
    credentials: Credentials,
    settings: Settings,
    *,
    stop: Stop,
    clock: Clock,
    on_pause: Callable[[Pause], None],
    on_sent: Callable[[SentCall], None],
) -> AbstractAsyncContextManager[Genesys]:
    """Log in and give the organisation, as an asynchronous context manager.

    Raises UsageError for a domain, proxy or certificate file that cannot be used, and LoginError
    when Genesys does not accept the credentials or cannot be reached. `on_pause` hears of every
    pause longer than a second, `on_sent` of every request that was sent.
    """
    api_host(credentials.domain)
    from batch_offboard.genesys.connection import connect

    return connect(
        credentials, settings, stop=stop, clock=clock, on_pause=on_pause, on_sent=on_sent
    )


__all__ = [
    "MENTIONED_SECONDS",
    "Clock",
    "Credentials",
    "Genesys",
    "Identity",
    "OnPage",
    "OwnGrant",
    "Pause",
    "SentCall",
    "Settings",
    "Stop",
    "api_host",
    "backoff_seconds",
    "open_genesys",
    "uncounted",
]
