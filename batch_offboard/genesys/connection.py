"""The connection to an organisation: opened with a login, closed with everything it needs."""

import asyncio
import functools
from collections.abc import AsyncIterator, Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import asynccontextmanager
from typing import Any

from batch_offboard.errors import LoginError
from batch_offboard.genesys import decode
from batch_offboard.genesys.calls import Caller, SentCall, run_exchange
from batch_offboard.genesys.errors import Failure
from batch_offboard.genesys.operations import reading_operation
from batch_offboard.genesys.organisation import Allowance, Genesys, Identity
from batch_offboard.genesys.proxy import environment_proxy
from batch_offboard.genesys.regions import api_host, region_name
from batch_offboard.genesys.sdk import invoke, log_in, new_client
from batch_offboard.genesys.settings import Credentials, Settings
from batch_offboard.genesys.stop import Stop
from batch_offboard.genesys.tokens import Tokens, login_failure, login_sentence
from batch_offboard.genesys.transport import Exchange, Transport
from batch_offboard.genesys.waiting import Clock, Pause, Waits
from batch_offboard.offboarding.limits import CALLS_PER_MINUTE, usable_of
from batch_offboard.offboarding.models import Json


@asynccontextmanager
async def connect(
    credentials: Credentials,
    settings: Settings,
    *,
    stop: Stop,
    clock: Clock,
    on_pause: Callable[[Pause], None],
    on_sent: Callable[[SentCall], None],
) -> AsyncIterator[Genesys]:
    """A context in which the organisation of `credentials` is logged in to.

    It is the implementation of `open_genesys`, which describes the parameters and the errors.
    """
    host = api_host(credentials.domain)
    proxy = environment_proxy(host, settings.proxy)
    transport = Transport(settings.workers, settings.timeout_seconds, proxy, settings.ca_file)
    executor = ThreadPoolExecutor(settings.workers, "genesys")
    waits = Waits(settings, stop, clock, on_pause)
    clients = [new_client(host, transport) for _ in range(settings.tokens)]
    login = functools.partial(_log_in, executor, credentials)
    tokens = Tokens(waits, clients, login)
    caller = Caller(waits, tokens, executor, invoke, on_sent)
    try:
        await tokens.fresh(0)
        identity, allowed = await _introduced(caller, credentials, host)
        per_minute = settings.per_minute or usable_of(allowed or CALLS_PER_MINUTE)
        caller.allow(per_minute)
        allowance = Allowance(per_minute, settings.tokens, allowed)
        yield Genesys(caller, identity, allowance, transport.abort)
    finally:
        transport.abort()
        executor.shutdown()
        transport.close()


async def _log_in(
    executor: ThreadPoolExecutor, credentials: Credentials, client: Any
) -> Exchange | Failure:
    work = functools.partial(log_in, client, credentials.client_id, credentials.client_secret)
    _, outcome = await run_exchange(executor, work)
    return login_failure(outcome) if isinstance(outcome, Failure) else outcome


async def _introduced(
    caller: Caller, credentials: Credentials, host: str
) -> tuple[Identity, int | None]:
    """The OAuth client and its organisation, and the requests a minute that it allows if known.

    Raises LoginError when client or organisation cannot be read.
    """
    token, organisation, allowed = await asyncio.gather(
        _entity(caller, "own_token"),
        _entity(caller, "organisation"),
        _allowed_per_minute(caller),
    )
    return _identity(token, organisation, credentials, host), allowed


def _identity(
    token: decode.Entity, organisation: decode.Entity, credentials: Credentials, host: str
) -> Identity:
    client = decode.named(token.get("OAuthClient"))
    return Identity(
        decode.named(organisation),
        client.name,
        client.id or credentials.client_id,
        region_name(host),
    )


async def _allowed_per_minute(caller: Caller) -> int | None:
    read = reading_operation("own_limits")
    outcome = await caller.carry_out(read, read.check_arguments({}), decode.allowed_per_minute)
    return None if isinstance(outcome, Failure) else outcome.value


async def _entity(caller: Caller, operation: str) -> decode.Entity:
    read = reading_operation(operation)
    outcome = await caller.carry_out(read, read.check_arguments({}), _ENTITIES[operation])
    if isinstance(outcome, Failure):
        raise LoginError(login_sentence(outcome))
    return outcome.value


def _identified(body: Json) -> decode.Entity:
    return decode.identified(decode.entity(body))


_ENTITIES = {"own_token": decode.entity, "organisation": _identified}
"""The decoder of each answer about who is logged in; an organisation must have an id."""
