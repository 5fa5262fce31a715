"""Opening a connection: login, who am I, and what a person is told when it fails."""

import asyncio
import logging
import re
import time
from datetime import timedelta
from typing import Any

import pytest

from batch_offboard.errors import LoginError, StoppedError, UsageError
from batch_offboard.genesys import Allowance, Genesys, Identity, Settings
from batch_offboard.offboarding.models import Answer, Call, Named
from batch_offboard.simulator import Assumptions, Fault, Limits
from tests.virtual_time import VirtualTime

from .connected import QUICK, Watched, a_simulator, connected


async def identity(genesys: Genesys) -> Identity:
    """Who is logged in."""
    return genesys.identity


def test_the_organisation_and_the_client_are_known() -> None:
    """Three calls after one login, side by side."""
    with a_simulator() as sim:
        found = connected(sim, identity)
        organisation, client = sim.org.organization, sim.client
        requests = [request.path for request in sim.requests]
    named = Named(organisation.id, organisation.name)
    assert found == Identity(named, client.name, client.id, sim.url.removeprefix("http://"))
    assert requests[0] == "/oauth/token"
    assert sorted(requests[1:]) == [
        "/api/v2/organizations/limits/namespaces/platform.api",
        "/api/v2/organizations/me",
        "/api/v2/tokens/me",
    ]


#       what the organisation says, how, setting, requests a minute and token, known limit
ALLOWANCES = [
    (300, "listed", None, 297, 300),
    (1200, "listed", None, 1188, 1200),
    (40, "listed", None, 39, 40),
    (1, "listed", None, 1, 1),
    (1200, "elsewhere", None, 297, None),
    (1200, 403, None, 297, None),
    (1200, 404, None, 297, None),
    (200, "listed", 250, 250, 200),
    (None, "listed", 100, 100, None),
]


@pytest.mark.parametrize(("said", "how", "setting", "per_minute", "allowed"), ALLOWANCES)
def test_the_pace_is_what_the_organisation_allows(
    said: int | None, how: Any, setting: int | None, per_minute: int, allowed: int | None
) -> None:
    """99 % of it, else of 300; a setting of one's own holds."""

    async def allowance(genesys: Genesys) -> Allowance:
        return genesys.allowance

    limits, assumptions = Limits(per_minute=said), Assumptions(limits_listed=how)
    virtual = VirtualTime()
    with a_simulator(limits=limits, assumptions=assumptions, clock=virtual.seconds) as sim:
        found = connected(sim, allowance, Settings(per_minute=setting, tokens=3), time=virtual)
    assert found == Allowance(per_minute, 3, allowed)
    assert found.in_all == 3 * per_minute


def test_the_pace_that_an_organisation_allows_is_kept_from_the_start() -> None:
    """The requests that ask for it count too, and none is refused."""

    async def calls(genesys: Genesys) -> None:
        for _ in range(4):
            await genesys.active_users()

    virtual = VirtualTime()
    with a_simulator(limits=Limits(per_minute=6), clock=virtual.seconds) as sim:
        connected(sim, calls, Settings(), time=virtual)
        sent = [(each.at, each.status) for each in sim.requests if "/api/" in each.path]
    assert [status for _, status in sent] == [200] * 7
    assert sent[5][0] - sent[0][0] >= 60


@pytest.mark.parametrize("status", [400, 401])
def test_wrong_credentials_are_a_login_error(status: Any) -> None:
    """After one try, in a sentence that says what to check."""
    with a_simulator(assumptions=Assumptions(wrong_secret_status=status)) as sim:
        with pytest.raises(LoginError, match="GENESYS_CLIENT_SECRET"):
            connected(sim, identity, client_secret="wrong")
        assert sim.count(path="oauth") == 1


def test_a_host_that_cannot_be_reached_is_a_login_error() -> None:
    """Nothing listens any more."""
    with a_simulator() as sim:
        pass
    with pytest.raises(LoginError, match=r"^No connection: 127\.0\.0\.1 could not be reached"):
        connected(sim, identity)


@pytest.mark.parametrize("status", [401, 403, 404])
@pytest.mark.parametrize("path", ["oauth", "tokens/me"])
def test_a_firewalls_page_is_no_refusal_by_genesys(path: str, status: Any) -> None:
    """Neither of the secret nor for a missing permission; it is not asked again and again."""
    with a_simulator(faults=[Fault(action="html", path=path, status=status, times=99)]) as sim:
        with pytest.raises(
            LoginError, match=f"status {status}.* did not come from Genesys"
        ) as error:
            connected(sim, identity)
        assert sim.count(path=path) == 1
    assert not re.search("permission|GENESYS_CLIENT|could not log in", str(error.value))


def test_a_domain_that_is_none_is_refused_before_anything_is_sent() -> None:
    """No secret leaves."""
    with a_simulator() as sim:
        with pytest.raises(UsageError, match="GENESYS_DOMAIN"):
            connected(sim, identity, domain="http://mypurecloud.com")
        assert sim.count() == 0


FAULTS = [
    Fault(action="html", status=502, latin1=True),
    Fault(action="html_200"),
    Fault(action="empty_200"),
    Fault(action="cut_json"),
    Fault(action="truncated"),
    Fault(action="reset"),
    Fault(action="status", status=503),
]


@pytest.mark.parametrize("fault", FAULTS, ids=lambda fault: fault.action)
@pytest.mark.parametrize("path", ["oauth", "tokens/me", "organizations/me"])
def test_a_stumbling_start_is_tried_again(fault: Fault, path: str) -> None:
    """Login and who-am-I alike."""
    with a_simulator(faults=[Fault(**{**vars(fault), "path": path})]) as sim:
        assert connected(sim, identity).client_id == sim.client_id
        assert sim.count(path=path) == 2


def test_an_organisation_without_an_id_is_none() -> None:
    """By its id a rerun or an undo knows that it is the same."""
    with a_simulator() as sim:
        sim.org.organization.id = ""
        with pytest.raises(LoginError):
            connected(sim, identity)


def test_a_limited_login_is_waited_for() -> None:
    """The second token's login meets the limit, which Genesys answers with 400 and no time."""
    watched, virtual = Watched(), VirtualTime()
    settings = Settings(per_minute=600, burst=1, tokens=2)

    async def two_calls(genesys: Genesys) -> None:
        await asyncio.gather(*(genesys.active_users() for _ in range(4)))

    limits = Limits(per_minute=None, login_per_minute=1, window_seconds=2)
    with a_simulator(limits=limits, clock=virtual.seconds) as sim:
        connected(sim, two_calls, settings, watched, time=virtual)
        logins = [(each.at, each.status) for each in sim.requests.matching(path="oauth")]
    assert [(round(at), status) for at, status in logins] == [(0, 200), (0, 400), (3, 200)]
    assert [(pause.scope, pause.ends - pause.begins) for pause in watched.pauses] == [
        ("login", timedelta(seconds=3))
    ]
    assert len({call.token for call in watched.sent}) == 2


def test_revoked_tokens_are_renewed_once_for_all_workers() -> None:
    """Eight calls under way together meet 401 and all succeed."""

    async def work(genesys: Genesys) -> list[object]:
        await genesys.active_users()
        sim.revoke_tokens()
        return await asyncio.gather(*(genesys.active_users() for _ in range(8)))

    with a_simulator(latency_seconds=0.05) as sim:
        found = connected(sim, work)
        assert sim.count(path="oauth") == 2
    assert len(set(found)) == 1
    assert isinstance(found[0], int)


def test_a_client_that_is_gone_stops_the_run() -> None:
    """The login is lost in the middle."""

    async def work(genesys: Genesys) -> None:
        sim.revoke_tokens()
        sim.add_fault(
            Fault(action="status", path="oauth", status=401, code="invalid_client", times=99)
        )
        await genesys.active_users()

    watched = Watched()
    with a_simulator() as sim, pytest.raises(StoppedError, match="login was lost"):
        connected(sim, work, watched=watched)
    assert watched.stop.requested


def test_calls_in_flight_can_be_cut() -> None:
    """After a grace the person does not want to wait: the outcome is unknown, at once."""

    async def work(genesys: Genesys) -> tuple[Answer, float]:
        user_id = next(iter(sim.org.users))
        arguments = {"user_id": user_id, "state": "inactive", "version": 1}
        call = asyncio.create_task(genesys.perform(Call("set_state", arguments, (1,))))
        while sim.count("PATCH") == 0:
            await asyncio.sleep(0.01)
        started = time.monotonic()
        genesys.abort()
        return await call, time.monotonic() - started

    with a_simulator(faults=[Fault(action="hang", method="PATCH")]) as sim:
        answer, seconds = connected(sim, work, Settings(per_minute=60_000, timeout_seconds=60))
    assert (answer.outcome, answer.status) == ("unknown", None)
    assert seconds < 2


def test_no_secret_and_no_token_is_logged(caplog: pytest.LogCaptureFixture) -> None:
    """Whatever level anybody turns logging to."""
    with caplog.at_level(logging.NOTSET), a_simulator() as sim:
        connected(sim, identity, QUICK)
        tokens = {request.token for request in sim.requests if request.token}
        secret = sim.client_secret
    assert tokens
    assert not [word for word in (*tokens, secret) if word in caplog.text]
