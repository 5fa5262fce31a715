"""Audits of the last days in the practice organisation."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from batch_offboard.simulator import Assumptions, Simulator
from batch_offboard.simulator.models import Audit

from .small import ADMIN, BARE_CLIENT, Http, guid, small_org

QUERY = "/audits/query/realtime"


def query(days: float, service: str = "SCIM", **more: Any) -> dict[str, Any]:
    """A query for the audits of the last days."""
    now = datetime.now(UTC)
    interval = f"{(now - timedelta(days=days)).isoformat()}/{now.isoformat()}"
    return {"serviceName": service, "interval": interval, **more}


def audited(days_ago: int, **assumed: Any) -> Simulator:
    """Something was written so many days ago."""
    org = small_org()
    org.roles[ADMIN].permissions.append("audits:audit:view")
    org.audits[guid(601)] = Audit(id=guid(601), days_ago=days_ago)
    return Simulator(org, assumptions=Assumptions(**assumed))


@pytest.mark.parametrize(("days_ago", "found"), [(3, 1), (13, 1), (20, 0)])
def test_what_was_written_in_the_last_days_is_found(days_ago: int, found: int) -> None:
    """Not what is older."""
    with audited(days_ago) as sim:
        body = Http(sim).post(QUERY, query(14, pageSize=1, pageNumber=1)).json
    assert (len(body["entities"]), body["total"]) == (found, found)


@pytest.mark.parametrize("body", [query(20), query(1, "Nothing"), query(1, sort=[])])
def test_queries_that_are_refused(body: dict[str, Any]) -> None:
    """Too long ago, of an unknown service, or not modelled."""
    with audited(3) as sim:
        assert Http(sim).post(QUERY, body).status == 400


def test_a_service_may_be_missing() -> None:
    """The other reading."""
    with audited(3, scim_in_realtime_audits=False) as sim:
        http = Http(sim)
        names = [each["name"] for each in http.get(f"{QUERY}/servicemapping").json["services"]]
        assert ("SCIM" in names, http.post(QUERY, query(1)).status) == (False, 400)


def test_without_the_permission() -> None:
    """403 for both."""
    with audited(3) as sim:
        http = Http(sim, BARE_CLIENT)
        statuses = [http.post(QUERY, query(1)).status, http.get(f"{QUERY}/servicemapping").status]
    assert statuses == [403, 403]
