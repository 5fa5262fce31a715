"""Tokens: logged in when needed, renewed before they expire, one login at a time."""

import asyncio
import json
from dataclasses import replace

import pytest

from batch_offboard.errors import CredentialsRefusedError, LoginError, StoppedError
from batch_offboard.genesys import Settings, Stop
from batch_offboard.genesys.errors import Failure, Kind
from batch_offboard.genesys.tokens import (
    LONGEST_LIFE_SECONDS,
    SHORTEST_LIFE_SECONDS,
    Tokens,
    life_seconds_of,
    login_error,
    login_failure,
    renewal_margin_seconds,
)
from batch_offboard.genesys.transport import Exchange
from batch_offboard.genesys.waiting import Pause, Waits
from batch_offboard.offboarding.models import ApiError

from .virtual_time import now, run, virtual_clock

INVALID = Failure("refused", ApiError(400, "invalid_client", "client not found"))
LIMITED = login_failure(
    Failure("refused", ApiError(400, "invalid_request", "rate limit exceeded"), 10.0)
)
BROKEN = Failure("unknown", ApiError(503, "service.unavailable", "Try later"))


class Logins:
    """A login host with a script; after it every login succeeds with a token of that life."""

    def __init__(self, *script: Failure, life_seconds: float = 600) -> None:
        self.script = iter(script)
        self.life_seconds = life_seconds
        self.times: list[float] = []
        self.pauses: list[Pause] = []
        self.stop = Stop()
        waits = Waits(Settings(), self.stop, virtual_clock(), self.pauses.append)
        self.tokens = Tokens(waits, ["one", "two"], self._log_in)

    async def _log_in(self, client: object) -> Exchange | Failure:
        self.times.append(now())
        await asyncio.sleep(0.5)
        body = json.dumps({"expires_in": self.life_seconds}).encode()
        return next(self.script, Exchange(status=200, body=body))


def test_a_token_is_renewed_before_it_expires() -> None:
    """When a tenth of its life, at most a minute, is left."""

    async def work() -> list[float]:
        logins = Logins(life_seconds=600)
        for _ in range(25):
            await logins.tokens.fresh(0)
            await asyncio.sleep(60)
        return logins.times

    assert run(work()) == pytest.approx([0, 540, 1080], abs=5)


@pytest.mark.parametrize(("life", "margin"), [(86_400, 60), (600, 60), (300, 30), (10, 1)])
def test_the_margin_is_a_tenth_at_most_a_minute(life: float, margin: float) -> None:
    """So that even short tokens are of use."""
    assert margin == renewal_margin_seconds(life)


@pytest.mark.parametrize(
    "body", [b"", b"{}", b"[]", b"<html>", b'{"expires_in": null}', b'{"expires_in": 0}']
)
def test_an_untold_life_is_taken_to_be_short(body: bytes) -> None:
    """The shortest that a client can be given."""
    assert life_seconds_of(Exchange(status=200, body=body)) == SHORTEST_LIFE_SECONDS
    assert life_seconds_of(Exchange(status=200, body=b'{"expires_in": 1}')) == 1


@pytest.mark.parametrize("life", [b"172801", b"9" * 400, b"1e400", b"Infinity"])
def test_no_life_is_taken_to_be_longer_than_a_client_can_be_given(life: bytes) -> None:
    """Not even one that is too large for a number."""
    body = b'{"expires_in": ' + life + b"}"
    assert life_seconds_of(Exchange(status=200, body=body)) == LONGEST_LIFE_SECONDS


@pytest.mark.parametrize(
    ("kind", "status", "code", "message", "meant"),
    [
        ("auth", 401, "invalid_client", "no", "refused"),
        ("refused", 400, "invalid_client", "no", "refused"),
        ("refused", 400, "invalid_request", "Rate limit exceeded", "limited"),
        ("refused", 400, "rate limit", "", "limited"),
        ("refused", 403, "invalid_request", "rate limit exceeded", "refused"),
        ("unknown", 503, "service.unavailable", "no", "unknown"),
    ],
)
def test_what_a_failed_login_means(
    kind: Kind, status: int, code: str, message: str, meant: Kind
) -> None:
    """A refused client is never tried again, a limited one is."""
    failure = Failure(kind, ApiError(status, code, message))
    assert login_failure(failure) == replace(failure, kind=meant)


@pytest.mark.parametrize(
    ("kind", "status", "refused", "said"),
    [
        ("refused", 400, True, "Genesys did not accept the OAuth client (code)."),
        ("refused", 401, True, "Genesys did not accept the OAuth client (code)."),
        ("refused", 402, False, "The OAuth client could not log in to Genesys (status 402): no"),
        ("refused", 403, False, "The OAuth client could not log in to Genesys (status 403): no"),
        ("limited", 400, False, "Genesys is limiting logins and asks for too long a wait."),
        ("unknown", 401, False, "The OAuth client could not log in to Genesys (status 401): no"),
        ("retryable", None, False, "no"),
    ],
)
def test_only_a_client_that_genesys_refused_is_said_to_be_refused(
    kind: Kind, status: int | None, refused: bool, said: str
) -> None:
    """Whoever sets it up is asked for other credentials then."""
    error = login_error(Failure(kind, ApiError(status, "code", "no")))
    assert (isinstance(error, CredentialsRefusedError), str(error).startswith(said)) == (
        refused,
        True,
    )


@pytest.mark.parametrize(
    ("failure", "seconds"),
    [
        (BROKEN, 0.5),
        (replace(BROKEN, retry_after_seconds=7.0), 7),
        (replace(LIMITED, retry_after_seconds=180.0), 180),
    ],
)
def test_a_login_is_tried_again_after_the_wait_asked_for(failure: Failure, seconds: float) -> None:
    """Up to the longest wait; a little later where none was asked for."""

    async def work() -> list[float]:
        logins = Logins(failure)
        await logins.tokens.fresh(0)
        return logins.times

    assert run(work()) == pytest.approx([0, 0.5 + seconds], abs=0.01)


def test_one_login_serves_all_who_wait() -> None:
    """And each token has its own."""

    async def work() -> int:
        logins = Logins()
        await asyncio.gather(*(logins.tokens.fresh(n % 2) for n in range(20)))
        return len(logins.times)

    assert run(work()) == 2


def test_only_the_refused_generation_is_replaced() -> None:
    """A worker that comes late with an old 401 finds the new token."""

    async def work() -> tuple[int, int]:
        logins = Logins()
        await logins.tokens.fresh(0)
        await asyncio.gather(*(logins.tokens.renew(0, 1) for _ in range(8)))
        return logins.tokens[0].generation, len(logins.times)

    assert run(work()) == (2, 2)


def test_a_refused_client_is_told_before_the_start() -> None:
    """Once, without trying again, in a sentence that says where to look."""

    async def work() -> int:
        logins = Logins(INVALID)
        with pytest.raises(LoginError, match="GENESYS_CLIENT_SECRET"):
            await logins.tokens.fresh(0)
        return len(logins.times)

    assert run(work()) == 1


def test_a_refused_client_stops_a_run_under_way() -> None:
    """Somebody deleted the client or changed its secret meanwhile."""

    async def work() -> Stop:
        logins = Logins()
        await logins.tokens.fresh(0)
        logins.script = iter([INVALID])
        with pytest.raises(StoppedError, match="login was lost"):
            await logins.tokens.renew(0, 1)
        return logins.stop

    assert run(work()).requested


def test_a_limited_login_is_waited_for() -> None:
    """Genesys answers 400 for it; the wait is told of and costs no attempt."""

    async def work() -> Logins:
        logins = Logins(*[LIMITED] * 7)
        await logins.tokens.fresh(0)
        return logins

    logins = run(work())
    assert logins.times[-1] == pytest.approx(4 * 10 + 16 + 2 * 30 + 7 * 0.5, abs=0.1)
    assert {pause.scope for pause in logins.pauses} == {"login"}


def test_a_login_limited_for_ever_comes_to_an_end() -> None:
    """Also when Retry-After is 0: each 429 costs 1 s and more, and is reported."""

    async def work() -> tuple[Logins, float]:
        logins = Logins(*[Failure("limited", LIMITED.error, 0.0)] * 9999)
        with pytest.raises(LoginError, match="limiting logins"):
            await logins.tokens.fresh(0)
        return logins, now()

    logins, seconds = run(work())
    assert len(logins.times) < 30
    assert seconds == pytest.approx(3 * 180, abs=31)
    assert {pause.reason for pause in logins.pauses} == {"Genesys is limiting logins at the moment"}


def test_a_missing_network_is_not_blamed_on_genesys() -> None:
    """The pause and the error say that there is no connection."""

    async def work() -> Logins:
        missing = Failure("retryable", ApiError(None, "host_not_found", "No connection: x."))
        logins = Logins(*[missing] * 99)
        with pytest.raises(LoginError, match=r"^No connection: x\.$"):
            await logins.tokens.fresh(0)
        return logins

    assert {pause.reason for pause in run(work()).pauses} == {"No connection: x."}


def test_a_broken_login_host_is_tried_again() -> None:
    """Up to `attempts` times."""

    async def work(failures: int) -> int:
        logins = Logins(*[BROKEN] * failures)
        await logins.tokens.fresh(0)
        return len(logins.times)

    assert run(work(5)) == 6
    with pytest.raises(LoginError, match="status 503"):
        run(work(6))


def test_a_wait_for_login_has_an_end() -> None:
    """Three times the longest wait in all, and none longer than it."""

    async def work(seconds: float) -> float:
        logins = Logins(*[Failure("limited", LIMITED.error, seconds)] * 99)
        with pytest.raises(LoginError, match="limiting logins"):
            await logins.tokens.fresh(0)
        return now()

    assert run(work(170)) == pytest.approx(3 * 180, abs=5)
    assert run(work(7200)) < 1


def test_a_stop_ends_the_wait_for_a_login() -> None:
    """At once."""

    async def work() -> float:
        logins = Logins(*[LIMITED] * 99)
        waiting = asyncio.create_task(logins.tokens.fresh(0))
        await asyncio.sleep(30)
        logins.stop.request(StoppedError("Ctrl-C"))
        with pytest.raises(StoppedError, match="Ctrl-C"):
            await waiting
        return now()

    assert run(work()) < 30.1
