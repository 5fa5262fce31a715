"""One call until it has an answer, in virtual time and without the SDK."""

import asyncio
import itertools
import json
from collections.abc import Callable, Iterable
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any

import pytest
from urllib3.exceptions import ProxyError

from batch_offboard.errors import StoppedError
from batch_offboard.genesys import SentCall, Settings, Stop
from batch_offboard.genesys.arguments import SdkArguments, no_arguments
from batch_offboard.genesys.calls import Caller, Understood
from batch_offboard.genesys.errors import Failure, UnusableAnswerError
from batch_offboard.genesys.operations import Operation, optional, reads, writes
from batch_offboard.genesys.tokens import Tokens
from batch_offboard.genesys.transport import EXCHANGE, Exchange
from batch_offboard.genesys.waiting import Pause, Waits
from batch_offboard.offboarding.models import Json

from .virtual_time import now, run, virtual_clock

READ = reads("Api", "get")
WRITE = writes("Api", "patch", no_arguments)
FAST = Settings(per_minute=60_000)
CORRELATION = {"ININ-Correlation-Id": "c-1"}


class HereAndNow(ThreadPoolExecutor):
    """Does the work at once, in the thread of the loop."""

    def submit(self, fn: Callable[..., Any], /, *args: Any, **kwargs: Any) -> Future[Any]:
        """The result of the work, or what it raised."""
        future: Future[Any] = Future()
        try:
            future.set_result(fn(*args, **kwargs))
        except Exception as error:  # noqa: BLE001  # as any executor does
            future.set_exception(error)
        return future


@dataclass
class AnswerError(Exception):
    """An answer of the line that is no success."""

    status: int
    headers: dict[str, str] = field(default_factory=dict)
    body: dict[str, object] = field(default_factory=dict)


Event = AnswerError | Exception | object


class Line:
    """Answers tries with a script; after it with {"id": "a"}. Logins always succeed."""

    def __init__(self, script: Iterable[Event], settings: Settings = FAST) -> None:
        self.script = iter(script)
        self.tries: list[tuple[float, str]] = []
        self.logins: list[float] = []
        self.pauses: list[Pause] = []
        self.sent: list[SentCall] = []
        self.stop = Stop()
        waits = Waits(settings, self.stop, virtual_clock(), self.pauses.append)
        tokens = Tokens(waits, [f"token {n}" for n in range(settings.tokens)], self._log_in)
        self.caller = Caller(waits, tokens, HereAndNow(), self._invoke, self.sent.append)

    async def _log_in(self, client: object) -> Exchange:
        self.logins.append(now())
        await asyncio.sleep(0.2)
        return Exchange(status=200, body=json.dumps({"expires_in": 86_400}).encode())

    def _invoke(self, client: Any, api: str, method: str, arguments: SdkArguments) -> Json:
        self.tries.append((now(), client))
        event, exchange = next(self.script, {"id": "a"}), EXCHANGE.get()
        exchange.sent = not isinstance(event, ConnectionRefusedError | ProxyError | ValueError)
        if isinstance(event, AnswerError):
            exchange.status, exchange.headers = event.status, event.headers
            exchange.body = json.dumps(event.body).encode()
        if isinstance(event, Exception):
            raise event
        exchange.status, exchange.headers = 200, CORRELATION
        return event


def has_id(body: Json) -> str:
    """The id that an answer must have."""
    if not isinstance(body, dict) or "id" not in body:
        raise UnusableAnswerError("no id")
    return str(body["id"])


def outcome_of(
    operation: Operation, *script: Event, settings: Settings = FAST
) -> tuple[Understood[str] | Failure, Line]:
    """What becomes of one call, and the line it went over."""

    async def work() -> tuple[Understood[str] | Failure, Line]:
        line = Line(script, settings)
        return await line.caller.carry_out(operation, {}, has_id), line

    return run(work())


TROUBLES: dict[str, Event] = {
    "408": AnswerError(408),
    "500": AnswerError(500),
    "502": AnswerError(502),
    "503": AnswerError(503),
    "timeout": TimeoutError(),
    "reset": ConnectionResetError(),
    "empty": None,
    "html": UnusableAnswerError("not JSON"),
    "no id": {"name": "Ann"},
}


def test_an_answer_comes_with_status_and_correlation_id() -> None:
    """What the results file shows of the deciding call."""
    assert outcome_of(READ)[0] == Understood("a", 200, "c-1")


@pytest.mark.parametrize("trouble", TROUBLES)
def test_a_read_is_tried_again(trouble: str) -> None:
    """Up to `attempts` times, and then given up with the last failure."""
    found, line = outcome_of(READ, TROUBLES[trouble])
    assert (found, len(line.tries)) == (Understood("a", 200, "c-1"), 2)
    found, line = outcome_of(READ, *[TROUBLES[trouble]] * 9)
    assert (isinstance(found, Failure), len(line.tries)) == (True, FAST.attempts)


@pytest.mark.parametrize("trouble", TROUBLES)
def test_a_write_whose_outcome_is_unknown_is_not_repeated(trouble: str) -> None:
    """Its effect must be read first, which is not this room's business."""
    found, line = outcome_of(WRITE, TROUBLES[trouble])
    assert isinstance(found, Failure)
    assert (found.kind, len(line.tries)) == ("unknown", 1)


def test_a_write_that_never_left_is_repeated() -> None:
    """A refused connection carries nothing out."""
    found, line = outcome_of(WRITE, ConnectionRefusedError(), ConnectionRefusedError())
    assert (found, len(line.tries)) == (Understood("a", 200, "c-1"), 3)


def test_a_write_that_never_gets_away_is_refused_in_the_end() -> None:
    """After all attempts it is known that nothing happened."""
    found, line = outcome_of(WRITE, *[ConnectionRefusedError()] * 9)
    assert isinstance(found, Failure)
    assert (found.kind, len(line.tries)) == ("retryable", FAST.attempts)


@pytest.mark.parametrize("operation", [READ, WRITE], ids=["read", "write"])
def test_genesys_lost_on_the_way_stops_the_run(operation: Operation) -> None:
    """Where it has answered before, and answers nobody while a call uses up its attempts."""

    async def work() -> Line:
        line = Line([{"id": "a"}, *[ConnectionRefusedError()] * 99])
        await line.caller.carry_out(READ, {}, has_id)
        with pytest.raises(StoppedError, match="The connection to Genesys was lost"):
            await line.caller.carry_out(operation, {}, has_id)
        return line

    line = run(work())
    assert (line.stop.requested, len(line.tries)) == (True, 1 + FAST.attempts)


def test_a_call_alone_in_not_getting_through_stops_nothing() -> None:
    """Others are answered meanwhile, so only its own row has failed."""

    async def work() -> tuple[Line, Understood[str] | Failure]:
        line = Line([{"id": "a"}, ConnectionRefusedError(), {"id": "a"}])
        await line.caller.carry_out(READ, {}, has_id)
        lost = asyncio.create_task(line.caller.carry_out(READ, {}, has_id))
        while len(line.tries) < 2:
            await asyncio.sleep(0.01)
        await line.caller.carry_out(READ, {}, has_id)
        line.script = itertools.repeat(ConnectionRefusedError())
        return line, await lost

    line, found = run(work())
    assert (isinstance(found, Failure), len(line.tries)) == (True, 2 + FAST.attempts)
    assert not line.stop.requested


@pytest.mark.parametrize("last", [[{"id": "a"}], [ConnectionRefusedError(), {"id": "a"}]])
def test_an_answer_that_was_on_its_way_does_not_hide_the_loss(last: list[Event]) -> None:
    """Of two calls sent together the one that was answered says nothing about what followed."""

    async def work() -> Line:
        line = Line([{"id": "a"}])
        await line.caller.carry_out(READ, {}, has_id)
        line.script = itertools.chain(last, itertools.repeat(ConnectionRefusedError()))
        calls = [line.caller.carry_out(READ, {}, has_id) for _ in range(2)]
        with pytest.raises(StoppedError, match="The connection to Genesys was lost"):
            await asyncio.gather(*calls)
        return line

    assert run(work()).stop.requested


@pytest.mark.parametrize(
    ("tries", "stops"),
    [
        ([AnswerError(503), ConnectionRefusedError()], False),
        ([ConnectionRefusedError(), AnswerError(503)], False),
        ([ConnectionRefusedError(), AnswerError(503), ConnectionRefusedError()], False),
        ([ConnectionRefusedError(), ConnectionRefusedError()], True),
        ([AnswerError(503), ConnectionRefusedError(), ConnectionRefusedError()], True),
    ],
)
def test_only_tries_in_a_row_without_an_answer_show_that_the_connection_is_lost(
    tries: list[Event], *, stops: bool
) -> None:
    """A gateway's error is an answer too, before them or after them."""

    async def work() -> Line:
        settings = Settings(per_minute=60_000, attempts=len(tries))
        line = Line([{"id": "a"}, *tries], settings)
        await line.caller.carry_out(READ, {}, has_id)
        with suppress(StoppedError):
            await line.caller.carry_out(READ, {}, has_id)
        return line

    assert run(work()).stop.requested is stops


def test_a_single_try_says_nothing_about_the_connection() -> None:
    """With `attempts: 1`, one refused connection does not stop the run."""

    async def work() -> tuple[Line, Understood[str] | Failure]:
        line = Line(
            [{"id": "a"}, ConnectionRefusedError()], Settings(per_minute=60_000, attempts=1)
        )
        await line.caller.carry_out(READ, {}, has_id)
        return line, await line.caller.carry_out(READ, {}, has_id)

    line, found = run(work())
    assert (isinstance(found, Failure), line.stop.requested) == (True, False)


@pytest.mark.parametrize("operation", [READ, WRITE], ids=["read", "write"])
@pytest.mark.parametrize("status", [400, 403, 404, 409, 413])
def test_a_refusal_is_final(operation: Operation, status: int) -> None:
    """Trying the same again would be refused again."""
    found, line = outcome_of(operation, AnswerError(status))
    assert isinstance(found, Failure)
    assert (found.error.status, len(line.tries)) == (status, 1)


def test_the_waits_between_tries_double() -> None:
    """0.5, 1, 2, 4 and 8 s with the worst luck, told of when longer than a second."""
    _, line = outcome_of(READ, *[AnswerError(500)] * 9)
    gaps = [b - a for (a, _), (b, _) in zip(line.tries, line.tries[1:], strict=False)]
    assert gaps == pytest.approx([0.5, 1, 2, 4, 8], abs=0.01)
    assert [pause.scope for pause in line.pauses] == ["this call"] * 3


def test_retry_after_of_a_503_is_heeded() -> None:
    """Never less than the server asks for."""
    _, line = outcome_of(READ, AnswerError(503, {"Retry-After": "20"}))
    assert line.tries[1][0] - line.tries[0][0] == pytest.approx(20, abs=0.01)


@pytest.mark.parametrize("operation", [READ, WRITE], ids=["read", "write"])
@pytest.mark.parametrize(("header", "seconds"), [("42", 42), ("1.5", 1.5), ("soon", 3), (None, 3)])
def test_a_429_is_waited_for(operation: Operation, header: str | None, seconds: float) -> None:
    """It was not processed, so a writing call is repeated too."""
    headers = {} if header is None else {"Retry-After": header}
    found, line = outcome_of(operation, AnswerError(429, headers))
    assert found == Understood("a", 200, "c-1")
    assert line.tries[1][0] - line.tries[0][0] == pytest.approx(seconds, abs=0.01)
    assert [call.limited for call in line.sent] == [True, False]


def test_429s_cost_no_attempt() -> None:
    """More of them than `attempts` do no harm while the patience lasts."""
    found, line = outcome_of(WRITE, *[AnswerError(429, {"Retry-After": "1"})] * 15)
    assert (found, len(line.tries)) == (Understood("a", 200, "c-1"), 16)


QUEUES = reads("Api", "get", family="queues")


@pytest.mark.parametrize(
    ("between", "seconds"),
    [
        ([{"id": "a"}], 10),
        ([AnswerError(403)], 10),
        ([AnswerError(500)], 10),
        ([], 20),
        ([TimeoutError()], 20),
    ],
)
def test_a_limit_met_again_is_waited_for_longer_unless_something_was_granted_in_between(
    between: list[Event], seconds: float
) -> None:
    """Any answer of Genesys but a 429 shows that it granted a queue request."""

    async def work() -> Line:
        limited = AnswerError(429, {"Retry-After": "10"})
        line = Line([{"id": "a"}, limited, *between, limited])
        for _ in range(3):
            await line.caller.carry_out(QUEUES, {}, has_id)
        return line

    pauses = [each for each in run(work()).pauses if each.scope == "queue routes"]
    waits = [(each.ends - each.begins).total_seconds() for each in pauses]
    assert waits == [10, pytest.approx(seconds, abs=0.1)]


def test_the_pace_is_the_one_allowed() -> None:
    """Whatever the organisation says that it allows, also where it is less than usual."""

    async def work() -> Line:
        line = Line([], Settings())
        line.caller.allow(2)
        for _ in range(3):
            await line.caller.carry_out(READ, {}, has_id)
        return line

    assert run(work()).tries[2][0] >= 60


@pytest.mark.parametrize("tokens", [1, 4])
@pytest.mark.parametrize("header", ["0", "0.0"])
@pytest.mark.parametrize("operation", [READ, WRITE, QUEUES], ids=["read", "write", "queues"])
def test_a_retry_after_of_0_for_ever_comes_to_an_end(
    operation: Operation, header: str, tokens: int
) -> None:
    """Each 429 costs 1 s and more, which is reported, and the call is given up in time."""
    settings = Settings(per_minute=60_000, tokens=tokens)
    script = [AnswerError(429, {"Retry-After": header})] * 999
    found, line = outcome_of(operation, *script, settings=settings)
    times = [at for at, _ in line.tries]
    waits = [after - before for before, after in itertools.pairwise(times)]
    assert isinstance(found, Failure)
    assert found.kind == "limited"
    assert waits[:6] == pytest.approx([1, 2, 4, 8, 16, 30], abs=0.1)
    assert len(times) < 30
    assert times[-1] == pytest.approx(3 * 180, abs=31)
    assert sum((pause.ends - pause.begins).total_seconds() for pause in line.pauses) >= 500


def test_a_proxy_that_refuses_the_login_ends_the_run() -> None:
    """One more wrong login for each call could lock the account."""

    async def work() -> tuple[object, Line]:
        line = Line([ProxyError("", OSError("Tunnel connection failed: 407 Authenticate"))])
        return await line.caller.carry_out(WRITE, {}, has_id), line

    found, line = run(work())
    assert isinstance(found, Failure)
    assert (found.kind, len(line.tries)) == ("refused", 1)
    assert "407" in str(line.stop.error)


def test_a_call_gives_up_after_waiting_three_times_the_longest_wait() -> None:
    """With the 429 that it met last."""
    found, line = outcome_of(WRITE, *[AnswerError(429, {"Retry-After": "170"})] * 50)
    assert isinstance(found, Failure)
    assert (found.kind, found.error.status) == ("limited", 429)
    assert 3 * 170 < line.tries[-1][0] + 1 <= 3 * 180 + 2


@pytest.mark.parametrize("operation", [READ, WRITE], ids=["read", "write"])
@pytest.mark.parametrize("status", [429, 503])
def test_a_wait_that_is_too_long_stops_the_run(operation: Operation, status: int) -> None:
    """Instead of sleeping for hours; the moment is named."""

    async def work() -> tuple[object, Line]:
        line = Line([AnswerError(status, {"Retry-After": "7200"})])
        try:
            return await line.caller.carry_out(operation, {}, has_id), line
        except StoppedError as error:
            return error, line

    outcome, line = run(work())
    assert "2026-11-23 14:00 UTC" in str(line.stop.error)
    unknown = operation is WRITE and status == 503
    assert isinstance(outcome, Failure) if unknown else outcome is line.stop.error


def test_a_401_renews_the_token_once_for_all_workers() -> None:
    """Eight calls meet it together: one login, and all of them succeed."""

    async def work() -> tuple[list[object], Line]:
        line = Line([AnswerError(401)] * 8)
        calls = (line.caller.carry_out(WRITE, {}, has_id) for _ in range(8))
        return await asyncio.gather(*calls), line

    found, line = run(work())
    assert found == [Understood("a", 200, "c-1")] * 8
    assert len(line.logins) == 2


def test_a_401_on_a_newer_token_stops_the_run() -> None:
    """The login is lost: nobody could do anything with any token."""

    async def work() -> Line:
        line = Line([AnswerError(401)] * 2)
        with pytest.raises(StoppedError, match="login was lost"):
            await line.caller.carry_out(READ, {}, has_id)
        return line

    line = run(work())
    assert (line.stop.requested, len(line.tries)) == (True, 2)


def test_a_401_on_what_a_run_can_go_on_without_leaves_that_unread() -> None:
    """One new token shows it; after that, such a request asks for no other, and the run goes on."""

    async def work() -> tuple[list[object], Line]:
        line = Line([AnswerError(401)] * 4)
        found = [await line.caller.carry_out(optional(READ), {}, has_id) for _ in range(3)]
        return [*found, await line.caller.carry_out(WRITE, {}, has_id)], line

    found, line = run(work())
    refused = [each.kind for each in found[:3] if isinstance(each, Failure)]
    assert (refused, found[3]) == (["auth"] * 3, Understood("a", 200, "c-1"))
    assert (line.stop.requested, len(line.tries), len(line.logins)) == (False, 5, 2)


def test_a_token_that_has_expired_costs_no_reading_that_a_run_can_go_on_without() -> None:
    """A 401 is asked about with a new token first."""
    found, line = outcome_of(optional(READ), AnswerError(401))
    assert (found, len(line.tries), len(line.logins)) == (Understood("a", 200, "c-1"), 2, 2)


def test_a_401_on_another_old_token_is_no_reason_to_stop() -> None:
    """All tokens were revoked together: each is renewed, and the call goes through."""

    async def work() -> tuple[list[object], Line]:
        settings = Settings(per_minute=60, burst=1, tokens=3)
        line = Line(["warm up"] * 0, settings)
        await asyncio.gather(*(line.caller.carry_out(READ, {}, has_id) for _ in range(3)))
        line.script = iter([AnswerError(401)] * 3)
        found = await line.caller.carry_out(READ, {}, has_id)
        return [found], line

    found, line = run(work())
    assert (found, line.stop.requested) == ([Understood("a", 200, "c-1")], False)


def test_before_sending_is_awaited_once_right_before_the_first_try() -> None:
    """The journal is on disk before anything leaves, and after the pace was waited for."""

    async def work() -> tuple[list[tuple[float, int]], Line]:
        line = Line([AnswerError(429, {"Retry-After": "5"})], Settings(per_minute=60))
        said: list[tuple[float, int]] = []

        async def before_sending() -> None:
            said.append((now(), len(line.tries)))

        await line.caller.carry_out(READ, {}, has_id)
        await line.caller.carry_out(WRITE, {}, has_id, before_sending)
        return said, line

    said, line = run(work())
    assert said == [(pytest.approx(line.tries[2][0], abs=0.001), 2)]


def test_a_call_that_must_not_leave_does_not() -> None:
    """When the journal cannot be written, nothing is sent."""

    async def fail() -> None:
        raise OSError("disk full")

    async def work() -> Line:
        line = Line([])
        with pytest.raises(OSError, match="disk full"):
            await line.caller.carry_out(WRITE, {}, has_id, fail)
        return line

    assert run(work()).tries == []


def test_a_stop_ends_a_wait_between_tries() -> None:
    """Its error is raised at once."""

    async def work() -> float:
        line = Line([AnswerError(503, {"Retry-After": "100"})])
        call = asyncio.create_task(line.caller.carry_out(READ, {}, has_id))
        await asyncio.sleep(10)
        line.stop.request(StoppedError("Ctrl-C"))
        with pytest.raises(StoppedError, match="Ctrl-C"):
            await call
        return now()

    assert run(work()) < 10.1


def test_a_defect_is_not_retried() -> None:
    """What is wrong with our own call is raised."""

    async def work() -> None:
        await Line([ValueError("Missing the required parameter")]).caller.carry_out(
            READ, {}, has_id
        )

    with pytest.raises(ValueError):
        run(work())


def test_nothing_is_sent_once_a_stop_was_requested_while_it_was_announced() -> None:
    """The journal has its start by then, and gets its end: it was not sent."""

    async def work() -> Line:
        line = Line([])

        async def stopped() -> None:
            line.stop.request(StoppedError("Ctrl-C"))

        with pytest.raises(StoppedError, match="Ctrl-C"):
            await line.caller.carry_out(WRITE, {}, has_id, stopped)
        return line

    assert run(work()).tries == []


def test_each_request_that_left_is_counted_with_its_token_and_status() -> None:
    """Not one that never reached the network."""
    _, line = outcome_of(
        READ, ConnectionRefusedError(), TimeoutError(), AnswerError(429), AnswerError(500)
    )
    assert [(call.token, call.status) for call in line.sent] == [
        (1, None),
        (1, 429),
        (1, 500),
        (1, 200),
    ]


@pytest.mark.parametrize(("seconds", "stops"), [(180, False), (181, True)])
def test_the_longest_wait_is_still_waited_for(seconds: int, stops: bool) -> None:
    """Only a longer one stops the run."""

    async def work() -> Line:
        line = Line([AnswerError(503, {"Retry-After": str(seconds)})])
        with suppress(StoppedError):
            await line.caller.carry_out(READ, {}, has_id)
        return line

    line = run(work())
    assert (line.stop.requested, len(line.tries)) == (stops, 1 if stops else 2)


def test_a_lost_login_is_not_tried_again() -> None:
    """One login at the start, one for the new token that is refused too."""

    async def work() -> Line:
        line = Line([AnswerError(401)] * 2)
        with pytest.raises(StoppedError, match="login was lost"):
            await line.caller.carry_out(READ, {}, has_id)
        return line

    assert len(run(work()).logins) == 2


def test_a_call_whose_time_is_over_before_its_first_try_was_not_sent() -> None:
    """Another one has met a limit, which leaves this one no time to wait."""

    async def work() -> tuple[object, Line]:
        settings = Settings(per_minute=60_000, max_wait_seconds=0)
        line = Line([AnswerError(429)], settings)
        await line.caller.carry_out(READ, {}, has_id)
        return await line.caller.carry_out(WRITE, {}, has_id), line

    found, line = run(work())
    assert isinstance(found, Failure)
    assert (found.kind, found.error.code, len(line.tries)) == ("refused", "waited_too_long", 1)


def test_one_request_that_genesys_never_answers_is_no_lost_connection() -> None:
    """All its tries were received: other requests may well be answered."""

    async def work() -> tuple[object, Line]:
        line = Line([{"id": "a"}, *[TimeoutError()] * 9])
        await line.caller.carry_out(READ, {}, has_id)
        return await line.caller.carry_out(READ, {}, has_id), line

    found, line = run(work())
    assert isinstance(found, Failure)
    assert (len(line.tries), line.stop.requested) == (1 + FAST.attempts, False)


def test_one_write_without_an_answer_is_no_lost_connection() -> None:
    """It may have been carried out, so its effect is read, which shows whether Genesys is there."""

    async def work() -> tuple[object, Line]:
        line = Line([{"id": "a"}, ConnectionResetError()])
        await line.caller.carry_out(READ, {}, has_id)
        return await line.caller.carry_out(WRITE, {}, has_id), line

    found, line = run(work())
    assert isinstance(found, Failure)
    assert (found.kind, line.stop.requested) == ("unknown", False)


@pytest.mark.parametrize(
    ("status", "seconds", "scope"),
    [(503, 20, "this call"), (429, 20, "token 1"), (429, 4, "token 1")],
)
def test_a_long_wait_that_genesys_asks_for_is_reported_once(
    status: int, seconds: int, scope: str
) -> None:
    """By the call that waits, or by the token that is paused."""
    _, line = outcome_of(READ, *[AnswerError(status, {"Retry-After": str(seconds)})] * 3)
    waits = [(each.scope, (each.ends - each.begins).total_seconds()) for each in line.pauses]
    assert waits == [(scope, seconds)] * 3
