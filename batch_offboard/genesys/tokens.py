"""The tokens of one OAuth client: logged in when first needed, renewed before they expire.

The SDK neither renews client-credentials tokens nor tells how long they live [measured].
"""

import asyncio
import json
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from typing import Any

from tenacity import AsyncRetrying, retry_if_result

from batch_offboard.errors import LoginError, OffboardError, StoppedError
from batch_offboard.genesys.errors import Failure, Kind
from batch_offboard.genesys.retry import (
    Patience,
    WaitedTooLongError,
    costs_an_attempt,
    is_worth_another_try,
    pause_seconds,
    wait_seconds,
)
from batch_offboard.genesys.transport import Exchange
from batch_offboard.genesys.waits import Waits

UNKNOWN_LIFE_SECONDS = 300.0
"""The shortest life that a token can have, taken where the login does not say."""


@dataclass
class Token:
    """One token: its API client carries the secret value; `issued_at` is when its login began."""

    client: Any = field(repr=False)
    generation: int = 0
    issued_at: float = 0.0
    renew_at: float = 0.0
    lock: asyncio.Lock = field(default_factory=asyncio.Lock, repr=False)


class Tokens:
    """Keeps every token valid, with one login at a time for each, shared by all workers.

    `log_in` logs a client in and gives the exchange of a login that was accepted, or a Failure.
    """

    def __init__(
        self,
        waits: Waits,
        clients: list[Any],
        log_in: Callable[[Any], Awaitable[Exchange | Failure]],
    ) -> None:
        self._waits = waits
        self._tokens = [Token(client) for client in clients]
        self._log_in = log_in

    def __getitem__(self, number: int) -> Token:
        return self._tokens[number]

    async def fresh(self, number: int) -> None:
        """Have a valid token; raises LoginError when none can be had."""
        token = self._tokens[number]
        if token.generation == 0 or self._waits.monotonic() >= token.renew_at:
            await self.renew(number, token.generation)

    async def renew(self, number: int, generation: int) -> None:
        """Replace the token of that generation, unless another worker has done so meanwhile."""
        token = self._tokens[number]
        async with token.lock:
            if token.generation != generation:
                return
            started = self._waits.monotonic()
            outcome = await self._log_in_patiently(token)
            if isinstance(outcome, Failure):
                raise self._ended(outcome)
            life_seconds = life_seconds_of(outcome)
            token.generation += 1
            token.issued_at = started
            token.renew_at = started + life_seconds - renewal_margin_seconds(life_seconds)

    def _ended(self, failure: Failure) -> OffboardError:
        """The error for a login that failed: before the first token, or in the middle of a run."""
        if not any(token.generation for token in self._tokens):
            return LoginError(login_sentence(failure))
        self._waits.stop.request(StoppedError(f"The login was lost. {login_sentence(failure)}"))
        return self._waits.stop.error or StoppedError(login_sentence(failure))

    async def _log_in_patiently(self, token: Token) -> Exchange | Failure:
        patience = Patience(3 * self._waits.settings.max_wait_seconds)
        tries = 0
        last: Exchange | Failure

        async def attempt() -> Exchange | Failure:
            nonlocal tries, last
            last = await self._waits.stop.unless(self._log_in(token.client))
            tries += isinstance(last, Failure) and costs_an_attempt(last)
            return last

        async def wait(seconds: float) -> None:
            self._waits.mention("login", "Genesys does not take logins at the moment", seconds)
            await self._waits.sleep(patience.spend(seconds))

        retrying = AsyncRetrying(
            retry=retry_if_result(_is_worth_another_login),
            wait=lambda _: _login_wait_seconds(last, tries, self._waits.clock.random()),
            stop=lambda _: self._is_given_up(last, tries),
            sleep=wait,
            retry_error_callback=lambda _: last,
        )
        try:
            return await retrying(attempt)
        except WaitedTooLongError:
            return last

    def _is_given_up(self, outcome: Exchange | Failure, tries: int) -> bool:
        settings = self._waits.settings
        told_seconds = outcome.retry_after_seconds if isinstance(outcome, Failure) else None
        return tries >= settings.attempts or (told_seconds or 0.0) > settings.max_wait_seconds


def renewal_margin_seconds(life_seconds: float) -> float:
    """How long before its end a token is renewed: a tenth of its life, at most a minute."""
    return min(60.0, life_seconds / 10)


def life_seconds_of(login: Exchange) -> float:
    """How long the token of an accepted login lives (`expires_in`)."""
    try:
        seconds = json.loads(login.body).get("expires_in")
    except (ValueError, AttributeError):
        seconds = None
    known = isinstance(seconds, int | float) and seconds > 0
    return float(seconds) if known else UNKNOWN_LIFE_SECONDS


def login_failure(failure: Failure) -> Failure:
    """What a failed login means: a 400 can be its rate limit, and a 401 is a refusal."""
    said = f"{failure.error.code} {failure.error.message}".lower()
    kind: Kind = "refused" if failure.kind == "auth" else failure.kind
    if failure.error.status == 400 and "rate limit" in said:
        kind = "limited"
    return Failure(kind, failure.error, failure.retry_after_seconds)


def login_sentence(failure: Failure) -> str:
    """Why the OAuth client could not log in, and what to do, for the person at the keyboard."""
    error = failure.error
    if failure.kind == "refused" and error.status in (400, 401):
        return (
            f"Genesys did not accept the OAuth client ({error.code}). Check GENESYS_CLIENT_ID and "
            "GENESYS_CLIENT_SECRET, that GENESYS_DOMAIN is the client's own region, and that the "
            "client's grant type is Client Credentials."
        )
    if failure.kind == "limited":
        return "Genesys limits logins at the moment and asks to wait too long. Try again later."
    where = f"status {error.status}" if error.status else error.code
    return f"The OAuth client could not log in to Genesys ({where}): {error.message}"


def _is_worth_another_login(outcome: Exchange | Failure) -> bool:
    return isinstance(outcome, Failure) and is_worth_another_try(outcome, writes=False)


def _login_wait_seconds(outcome: Exchange | Failure, tries: int, random: float) -> float:
    if not isinstance(outcome, Failure):
        return 0.0
    if outcome.kind == "limited":
        return pause_seconds(outcome)
    return wait_seconds(outcome, tries, random)
