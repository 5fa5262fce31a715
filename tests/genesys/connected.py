"""A practice organisation and a connection to it, for the tests that go all the way."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field, replace
from typing import Any, TypeVar

from batch_offboard.genesys import (
    Credentials,
    Genesys,
    SentCall,
    Settings,
    Stop,
    open_genesys,
)
from batch_offboard.genesys.waiting import Pause
from batch_offboard.simulator import Simulator, generate_org
from tests.virtual_time import VirtualTime

T = TypeVar("T")
QUICK = Settings(per_minute=60_000, timeout_seconds=5)


def a_simulator(*, users: int = 30, queues: int = 6, **options: Any) -> Simulator:
    """A practice organisation with some of everything."""
    size = {"divisions": 3, "inactive_share": 0.1, "deleted_share": 0.05, "stations": True}
    return Simulator(generate_org(users=users, queues=queues, groups=3, **size), **options)


@dataclass
class Watched:
    """What a connection told while it was open."""

    stop: Stop = field(default_factory=Stop)
    pauses: list[Pause] = field(default_factory=list)
    sent: list[SentCall] = field(default_factory=list)


def connected(
    sim: Simulator,
    work: Callable[[Genesys], Awaitable[T]],
    settings: Settings = QUICK,
    watched: Watched | None = None,
    time: VirtualTime | None = None,
    **credentials: str,
) -> T:
    """What `work` does with a connection to `sim`; waiting takes no time."""
    known = replace(Credentials(sim.url, sim.client_id, sim.client_secret), **credentials)
    return opened(known, settings, watched, work, time)


async def nothing(_genesys: Genesys) -> Any:
    """Only a login is tried."""


def opened(
    credentials: Credentials,
    settings: Settings,
    watched: Watched | None = None,
    work: Callable[[Genesys], Awaitable[T]] = nothing,
    time: VirtualTime | None = None,
) -> T:
    """What `work` does with a connection; waiting takes no time."""
    watched, time = watched or Watched(), time or VirtualTime()

    async def open_and_work() -> T:
        async with open_genesys(
            credentials,
            settings,
            stop=watched.stop,
            clock=time.clock(),
            on_pause=watched.pauses.append,
            on_sent=watched.sent.append,
        ) as genesys:
            return await work(genesys)

    return time.run(open_and_work())
