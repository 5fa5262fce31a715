"""The tokens of one OAuth client: obtained when first needed, renewed before they expire.

The SDK neither renews client-credentials tokens nor returns their lifetime [measured].
"""

import asyncio
import json
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field, replace
from typing import Any

from tenacity import AsyncRetrying, retry_if_result

from batch_offboard.errors import CredentialsRefusedError, LoginError, OffboardError, StoppedError
from batch_offboard.genesys.errors import Failure, Kind
from batch_offboard.genesys.transport import Exchange
from batch_offboard.genesys.waiting import (
    Patience,
    WaitedTooLongError,
    Waits,
    costs_an_attempt,
    is_worth_another_try,
    pause_seconds,
    wait_seconds,
)

SHORTEST_LIFE_SECONDS = 300.0
"""The shortest lifetime a token can have, assumed if the login's answer has none."""
LONGEST_LIFE_SECONDS = 172_800.0
"""The longest lifetime that an OAuth client can be set to give: two days."""


@dataclass
class Token:
    """One token. Its API client holds the secret value.

    `generation` counts its logins. `issued_at` is when the last one began and `renew_at` when the
    next is due, both in seconds of the loop's time.
    """

    client: Any = field(repr=False)
    generation: int = 0
    issued_at: float = 0.0
    renew_at: float = 0.0
    lock: asyncio.Lock = field(default_factory=asyncio.Lock, repr=False)


class Tokens:
    """Keeps every token valid, with one login at a time for each token.

    `log_in` logs an API client in and returns the exchange of the login, or a Failure.
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
        """Make sure that a token (from 0) is valid, with a login if needed.

        Raises LoginError if the first login of all fails, and the stop's error if a later one does.
        """
        token = self._tokens[number]
        if token.generation == 0 or self._waits.monotonic() >= token.renew_at:
            await self.renew(number, token.generation)

    async def renew(self, number: int, generation: int) -> None:
        """Replace a token, unless another worker has replaced that generation already.

        Raises the same errors as `fresh`.
        """
        token = self._tokens[number]
        async with token.lock:
            if token.generation != generation:
                return
            started = self._waits.monotonic()
            outcome = await self._log_in_patiently(token)
            if isinstance(outcome, Failure):
                raise self._login_error(outcome)
            life_seconds = life_seconds_of(outcome)
            token.generation += 1
            token.issued_at = started
            token.renew_at = started + life_seconds - renewal_margin_seconds(life_seconds)

    def _login_error(self, failure: Failure) -> OffboardError:
        """The error for a failed login: LoginError before the first token, later a stop."""
        if not any(token.generation for token in self._tokens):
            return login_error(failure)
        self._waits.stop.request(StoppedError(f"The login was lost. {login_sentence(failure)}"))
        return self._waits.stop.error or StoppedError(login_sentence(failure))

    async def _log_in_patiently(self, token: Token) -> Exchange | Failure:
        patience = Patience(3 * self._waits.settings.max_wait_seconds)
        tries = limited = 0
        last: Exchange | Failure

        async def attempt() -> Exchange | Failure:
            nonlocal tries, limited, last
            last = await self._waits.stop.unless(self._log_in(token.client))
            if isinstance(last, Failure):
                tries += costs_an_attempt(last)
                limited += last.kind == "limited"
            return last

        async def wait(seconds: float) -> None:
            self._waits.mention("login", _reason(last), seconds)
            await self._waits.sleep(patience.spend(seconds))

        retrying = AsyncRetrying(
            retry=retry_if_result(_is_worth_another_login),
            wait=lambda _: _login_wait_seconds(last, tries, limited, self._waits.clock.random()),
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
        asked_seconds = outcome.retry_after_seconds if isinstance(outcome, Failure) else None
        return tries >= settings.attempts or (asked_seconds or 0.0) > settings.max_wait_seconds


def renewal_margin_seconds(life_seconds: float) -> float:
    """How long before its expiry a token is renewed: a tenth of its lifetime, at most 60 s."""
    return min(60.0, life_seconds / 10)


def life_seconds_of(login: Exchange) -> float:
    """The lifetime of a token from the answer to its login (`expires_in`)."""
    try:
        seconds = json.loads(login.body).get("expires_in")
    except (ValueError, AttributeError):
        seconds = None
    known = isinstance(seconds, int | float) and seconds > 0
    return float(min(seconds, LONGEST_LIFE_SECONDS)) if known else SHORTEST_LIFE_SECONDS


def login_failure(failure: Failure) -> Failure:
    """A failed login's own meaning: a 400 can be its rate limit, and a 401 refuses the client."""
    said = f"{failure.error.code} {failure.error.message}".lower()
    kind: Kind = "refused" if failure.kind == "auth" else failure.kind
    if failure.error.status == 400 and "rate limit" in said:
        kind = "limited"
    return replace(failure, kind=kind)


def login_error(failure: Failure) -> LoginError:
    """The error of a first login that failed."""
    is_refused = failure.kind == "refused" and failure.error.status in (400, 401)
    return (CredentialsRefusedError if is_refused else LoginError)(login_sentence(failure))


def login_sentence(failure: Failure) -> str:
    """Why the OAuth client could not log in and what to do, as a message for people."""
    error = failure.error
    if failure.kind == "refused" and error.status in (400, 401):
        return (
            f"Genesys did not accept the OAuth client ({error.code}). Check GENESYS_CLIENT_ID, "
            "GENESYS_CLIENT_SECRET, and that GENESYS_DOMAIN is the client's own region. The "
            "client's grant type must be Client Credentials."
        )
    if failure.kind == "limited":
        return "Genesys is limiting logins and asks for too long a wait. Try again later."
    if error.status is None:
        return error.message
    return f"The OAuth client could not log in to Genesys (status {error.status}): {error.message}"


def _reason(outcome: Exchange | Failure) -> str:
    """Why a login is tried again after a wait."""
    if not isinstance(outcome, Failure) or outcome.kind == "limited":
        return "Genesys is limiting logins at the moment"
    return outcome.error.message


def _is_worth_another_login(outcome: Exchange | Failure) -> bool:
    return isinstance(outcome, Failure) and is_worth_another_try(outcome, writes=False)


def _login_wait_seconds(
    outcome: Exchange | Failure, tries: int, limited: int, random: float
) -> float:
    if not isinstance(outcome, Failure):
        return 0.0
    seconds = wait_seconds(outcome, tries, limited, random)
    return max(seconds, pause_seconds(outcome)) if outcome.kind == "limited" else seconds
