"""Genesys Cloud over the official SDK, which is imported only when a connection is opened.

| concern | module |
|---|---|
| the host of a domain, the OAuth client, limits | `regions`, `region_names`, `settings` |
| every kind of call | `operations`, `arguments`, `argument_checks` |
| one request over HTTP | `transport`, `proxy`, `certificates` |
| the SDK made safe | `sdk`, `sdk_import` |
| everything that can go wrong | `errors` |
| when a request may be sent | `throttle`, `lane`, `window`, `pace`, `curve`, `tokens` |
| waiting, trying again, and what ends it | `waiting`, `stop` |
| one call from its first try to its outcome | `calls` |
| opening and closing | `connection` |
| the organisation, as all other rooms see it | `organisation`, `reader`, `pages`, `member_counts` |
| JSON to values | `decode`, `decode_users`, `decode_grants`, `decode_leftovers` |
| running work concurrently | `concurrency` |
"""

from collections.abc import Callable
from contextlib import AbstractAsyncContextManager

from batch_offboard.genesys.calls import SentCall
from batch_offboard.genesys.decode_grants import OwnGrant
from batch_offboard.genesys.organisation import Allowance, Genesys, Identity
from batch_offboard.genesys.reader import OnPage
from batch_offboard.genesys.regions import api_host
from batch_offboard.genesys.settings import Credentials, Settings, is_plain
from batch_offboard.genesys.stop import Stop
from batch_offboard.genesys.waiting import MENTIONED_SECONDS, Clock, Pause, backoff_seconds


def open_genesys(
    credentials: Credentials,
    settings: Settings,
    *,
    stop: Stop,
    clock: Clock,
    on_pause: Callable[[Pause], None],
    on_sent: Callable[[SentCall], None],
) -> AbstractAsyncContextManager[Genesys]:
    """Log in; an asynchronous context manager of the organisation.

    Raises UsageError for a domain, proxy or certificate file that cannot be used, and LoginError
    if Genesys does not accept the credentials or cannot be reached. `on_pause` receives every
    pause longer than a second, `on_sent` every request that was sent.
    """
    api_host(credentials.domain)
    from batch_offboard.genesys.sdk_import import remove_quiet_homes

    with stop.leaving(remove_quiet_homes):
        from batch_offboard.genesys.connection import connect

    return connect(
        credentials, settings, stop=stop, clock=clock, on_pause=on_pause, on_sent=on_sent
    )


__all__ = [
    "MENTIONED_SECONDS",
    "Allowance",
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
    "is_plain",
    "open_genesys",
]
