"""One call from its first try to its outcome: pacing, retries, and what the answer means."""

import asyncio
import functools
from collections.abc import Awaitable, Callable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextvars import copy_context
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Generic, Literal, TypeVar

from tenacity import RetryCallState, Retrying, retry_if_result

from batch_offboard.errors import StoppedError
from batch_offboard.genesys.arguments import SdkArguments
from batch_offboard.genesys.concurrency import ignore
from batch_offboard.genesys.errors import (
    CORRELATION_ID,
    Failure,
    Kind,
    UnusableAnswerError,
    failure_of,
    unusable,
)
from batch_offboard.genesys.operations import Operation
from batch_offboard.genesys.pace import Family
from batch_offboard.genesys.throttle import Throttle, Turn
from batch_offboard.genesys.tokens import Tokens
from batch_offboard.genesys.transport import EXCHANGE, Exchange
from batch_offboard.genesys.waiting import (
    Patience,
    WaitedTooLongError,
    Waits,
    costs_an_attempt,
    is_worth_another_try,
    pause_seconds,
    wait_seconds,
)
from batch_offboard.offboarding.models import Answer, ApiError, Json

T = TypeVar("T")
Invoke = Callable[[Any, str, str, SdkArguments], Json]
"""Client, SDK class and method by name, its arguments; returns the decoded JSON body."""
BeforeSending = Callable[[], Awaitable[None]]
"""Awaited once for a call, right before its first try is sent: the journal is written there."""


@dataclass(frozen=True, slots=True)
class SentCall:
    """One request that was sent: when (UTC), with which token (from 1), and its HTTP status.

    `status` is None when no answer came.
    """

    at: datetime
    family: Family
    token: int
    status: int | None

    @property
    def limited(self) -> bool:
        """True if the answer was a 429."""
        return self.status == 429


@dataclass(frozen=True, slots=True)
class Understood(Generic[T]):
    """A 2xx answer whose body is what the call asked for, as the value decoded from it."""

    value: T
    status: int | None
    correlation_id: str | None


@dataclass(slots=True)
class _Tries:
    """The tries of one call so far.

    `counted` is how many count against `retry.attempts`, `limited` how many met a 429;
    `unauthorised_at` is when the first 401 arrived, in seconds of the monotonic clock;
    `silent` is how many tries in a row had no answer, and `failed_at` how many requests had been
    sent by all calls when the first of these failed.
    """

    patience: Patience
    before_sending: BeforeSending | None
    counted: int = 0
    limited: int = 0
    last: Failure | None = None
    unauthorised_at: float | None = None
    silent: int = 0
    failed_at: int = 0

    async def announce(self) -> None:
        """Await `before_sending` if this is the first try."""
        announce, self.before_sending = self.before_sending, None
        if announce is not None:
            await announce()

    def add(self, failure: Failure, sent: int, *, answered: bool) -> None:
        """Add a try that failed when `sent` requests had been sent by all calls."""
        self.last = failure
        self.silent = 0 if answered else self.silent + 1
        self.failed_at = self.failed_at if self.silent > 1 else sent
        self.counted += costs_an_attempt(failure)
        self.limited += failure.kind == "limited"


async def run_exchange(
    executor: ThreadPoolExecutor, work: Callable[[], T]
) -> tuple[Exchange, T | Failure]:
    """Run `work`, one request, in a thread; returns the HTTP exchange, and its value or failure."""
    exchange = Exchange()
    context = copy_context()
    context.run(EXCHANGE.set, exchange)
    try:
        loop = asyncio.get_running_loop()
        return exchange, await loop.run_in_executor(executor, lambda: context.run(work))
    except Exception as error:  # noqa: BLE001  # failure_of raises our own defects again
        return exchange, failure_of(error, exchange)


class Caller:
    """Repeats each call until it has an answer or is given up.

    `invoke` calls a method of an SDK class with the client of a token (`sdk.invoke`); it runs in
    a thread of `executor`. `on_sent` receives every request that was sent.
    """

    def __init__(
        self,
        waits: Waits,
        tokens: Tokens,
        executor: ThreadPoolExecutor,
        invoke: Invoke,
        on_sent: Callable[[SentCall], None],
    ) -> None:
        self._waits = waits
        self._settings = waits.settings
        self._tokens = tokens
        self._executor = executor
        self._invoke = invoke
        self._on_sent = on_sent
        self._throttle = Throttle(waits, tokens.fresh)
        self._unreadable = set[str]()
        """The methods of optional reads that were refused with a new token too."""
        self._sent = 0
        self._last_answered = 0
        """The last request that was answered, with whatever status, by the order of sending."""

    def allow(self, per_minute: int) -> None:
        """Set how many requests each token may send in any 60 seconds."""
        self._throttle.allow(per_minute)

    async def carry_out(
        self,
        operation: Operation,
        sdk_arguments: SdkArguments,
        understand: Callable[[Json], T],
        before_sending: BeforeSending | None = None,
    ) -> Understood[T] | Failure:
        """What `understand` made of the first answer it accepted, or the failure of the last try.

        `understand` raises UnusableAnswerError for a body that is not what was asked for. A
        writing call whose outcome is unknown is not repeated. `before_sending` is awaited once,
        right before the first try is sent. Raises the stop's error when a stop is requested, also
        by this call when no try reached Genesys, and nothing else did meanwhile.
        """
        tries = _Tries(Patience(3 * self._settings.max_wait_seconds), before_sending)
        outcome: Understood[T] | Failure = _NO_TIME_LEFT
        try:
            for attempt in self._attempts(operation, tries):
                await self._sleep(tries, attempt.upcoming_sleep)
                outcome = await self._try(operation, sdk_arguments, understand, tries)
                attempt.set_result(outcome)
        except WaitedTooLongError:
            return outcome
        if isinstance(outcome, Failure) and outcome.kind == "retryable":
            self._stop_if_cut_off(outcome, tries)
        return outcome

    def _attempts(self, operation: Operation, tries: _Tries) -> Iterator[RetryCallState]:
        """The attempts at one call, as long as the result that each is given asks for another.

        It is up to the caller to wait for `upcoming_sleep`: tenacity's own loop for coroutines
        takes twice as long as this one, even for a call that succeeds at once.
        """
        retrying = Retrying(
            retry=retry_if_result(functools.partial(_is_repeatable, operation)),
            wait=lambda _: self._wait_seconds(tries),
            stop=lambda _: tries.counted >= self._settings.attempts,
            sleep=ignore,
            retry_error_callback=ignore,
        )
        return (attempt.retry_state for attempt in retrying)

    def _stop_if_cut_off(self, failure: Failure, tries: _Tries) -> None:
        """Stop the run if Genesys, which has answered before, answered nothing during these tries.

        Every further request would use up its attempts and waits only to fail like this one. What
        counts is an answer to a request sent after the first failure: others may have been under
        way when the connection was lost. A single try says nothing, and an error is an answer too.
        """
        if tries.silent > 1 and 0 < self._last_answered <= tries.failed_at:
            self._waits.stop.request(
                StoppedError(
                    f"The connection to Genesys was lost (attempts: {tries.counted}). "
                    f"{failure.error.message} Rerun once Genesys can be reached again."
                )
            )
            self._waits.stop.check()

    async def _try(
        self,
        operation: Operation,
        sdk_arguments: SdkArguments,
        understand: Callable[[Json], T],
        tries: _Tries,
    ) -> Understood[T] | Failure:
        async with self._throttle.turn(operation.family, tries.patience) as turn:
            await tries.announce()
            # A stop may have been requested while it was announced: nothing is sent after it.
            self._waits.stop.check()
            token = self._tokens[turn.lane.number]
            generation, issued_at = token.generation, token.issued_at
            work = functools.partial(
                self._invoke, token.client, operation.api, operation.method, sdk_arguments
            )
            self._sent += 1
            number = self._sent
            exchange, body = await run_exchange(self._executor, work)
            if exchange.status is not None:
                self._last_answered = max(self._last_answered, number)
            self._count(turn, exchange)
        outcome = body if isinstance(body, Failure) else _understood(exchange, body, understand)
        if isinstance(outcome, Failure):
            tries.add(outcome, self._sent, answered=exchange.status is not None)
            self._pause_for(turn, outcome)
            if outcome.kind == "auth":
                await self._renew(operation, turn, tries, generation, issued_at)
        return outcome

    def _count(self, turn: Turn, exchange: Exchange) -> None:
        if exchange.status is not None and exchange.status != 429:
            self._throttle.granted(turn)
        if exchange.sent:
            number = turn.lane.number + 1
            self._on_sent(SentCall(self._waits.clock.now(), turn.family, number, exchange.status))

    def _pause_for(self, turn: Turn, failure: Failure) -> None:
        """Pause what a 429 concerns; request a stop if the run cannot go on or in time."""
        limit_seconds = self._settings.max_wait_seconds
        asked_seconds = failure.retry_after_seconds or 0.0
        if asked_seconds > limit_seconds:
            until = self._waits.clock.now() + timedelta(seconds=asked_seconds)
            self._waits.stop.request(
                StoppedError(
                    f"Genesys asks for a wait until {until:%Y-%m-%d %H:%M} UTC, longer than the "
                    f"{limit_seconds:g} s of retry.max_wait_seconds. Rerun after that."
                )
            )
        elif failure.ends_run:
            self._waits.stop.request(StoppedError(failure.error.message))
        elif failure.kind == "limited":
            self._throttle.limited(turn, failure, pause_seconds(failure))

    async def _renew(
        self, operation: Operation, turn: Turn, tries: _Tries, generation: int, issued_at: float
    ) -> None:
        """Get a new token after a 401; request a stop if the refused one was new already.

        An optional reading is then given up instead: if the login is really lost, the next
        request that matters stops the run.
        """
        is_new = tries.unauthorised_at is not None and issued_at >= tries.unauthorised_at
        if tries.unauthorised_at is None:
            tries.unauthorised_at = self._waits.monotonic()
        if operation.optional and (is_new or operation.method in self._unreadable):
            self._unreadable.add(operation.method)
            tries.counted = self._settings.attempts
        elif is_new:
            self._waits.stop.request(
                StoppedError(
                    "The login was lost: Genesys refuses even a new token (401). Check that the "
                    "OAuth client still exists and has not been changed, then rerun."
                )
            )
        else:
            await self._tokens.renew(turn.lane.number, generation)

    def _wait_seconds(self, tries: _Tries) -> float:
        if tries.last is None:
            return 0.0
        random = self._waits.clock.random()
        return wait_seconds(tries.last, tries.counted, tries.limited, random)

    async def _sleep(self, tries: _Tries, seconds: float) -> None:
        if seconds <= 0 or tries.last is None:
            return
        if seconds > (tries.last.retry_after_seconds or 0.0) or tries.last.kind != "limited":
            self._waits.mention("this call", tries.last.error.message, seconds)
        await self._waits.sleep(tries.patience.spend(seconds))


_NO_TIME_LEFT = Failure(
    "refused",
    ApiError(
        None, "waited_too_long", "Genesys' request limits did not let this request through in time."
    ),
)
"""The answer to a request for which Genesys' limits left no time."""


def _is_repeatable(operation: Operation, outcome: object) -> bool:
    return isinstance(outcome, Failure) and is_worth_another_try(outcome, writes=operation.writes)


def _understood(
    exchange: Exchange, body: Json, understand: Callable[[Json], T]
) -> Understood[T] | Failure:
    try:
        value = understand(body)
    except UnusableAnswerError as error:
        return unusable(exchange, str(error))
    return Understood(value, exchange.status, exchange.headers.get(CORRELATION_ID))


_OUTCOMES: Mapping[Kind, Literal["refused", "conflict", "unknown"]] = {
    "refused": "refused",
    "limited": "refused",
    "retryable": "refused",
    "auth": "refused",
    "conflict": "conflict",
    "unknown": "unknown",
}
"""The outcome of a writing call by the kind of its last failure.

Refused includes what was limited or never sent: in all of them, nothing was changed.
"""


def answer_of(operation: Operation, outcome: Understood[Json] | Failure) -> Answer:
    """The answer to a writing call, from the outcome of its last try."""
    if isinstance(outcome, Failure):
        return _failed(operation, outcome)
    status, correlation_id = outcome.status, outcome.correlation_id
    if operation.only_status in (None, status):
        return Answer("done", status, correlation_id, outcome.value)
    message = f"Genesys' answer is not what was asked for: status {status}."
    error = ApiError(status, "unusable_answer", message, correlation_id)
    return Answer("unknown", status, correlation_id, error=error)


def _failed(operation: Operation, failure: Failure) -> Answer:
    error = failure.error
    if error.status is not None and error.status == operation.nothing_there:
        return Answer("done", error.status, error.correlation_id)
    return Answer(_OUTCOMES[failure.kind], error.status, error.correlation_id, error=error)
