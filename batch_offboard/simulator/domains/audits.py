"""Audits of the last days. Source: SDK `AuditApi.post_audits_query_realtime`.

Which services these audits have is [assumed] where the SDK's page only says "certain services".
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from batch_offboard.simulator import errors
from batch_offboard.simulator.endpoints import Call, operation, route

VIEW = "audits:audit:view"
MOST_DAYS = 14
_KNOWN_KEYS = {"interval", "serviceName", "pageSize", "pageNumber"}


def _services(call: Call) -> list[str]:
    directory = ["SCIM"] if call.assumptions.scim_in_realtime_audits else []
    return ["PeoplePermissions", *directory]


def _mapping(call: Call) -> dict[str, Any]:
    """The services whose audits can be asked for (`AuditQueryServiceMapping`)."""
    call.caller.require(VIEW)
    return {"services": [{"name": name, "entities": []} for name in _services(call)]}


def _query(call: Call) -> dict[str, Any]:
    """The audits of one service in an interval; their ages count back from its end."""
    call.caller.require(VIEW)
    body = call.body
    if not isinstance(body, dict) or set(body) - _KNOWN_KEYS:
        raise errors.unknown_request("such a query of audits")
    if body.get("serviceName") not in _services(call):
        raise errors.invalid_value(body.get("serviceName"), "serviceName", "a known service")
    begin, end = map(datetime.fromisoformat, body["interval"].split("/"))
    if not timedelta(0) < end - begin <= timedelta(days=MOST_DAYS):
        raise errors.bad_request(f"The interval must be within the last {MOST_DAYS} days.")
    found = [
        {"id": audit.id, "serviceName": audit.service, "action": "Update"}
        for audit in call.org.audits.values()
        if audit.service == body["serviceName"]
        and begin <= end - timedelta(days=audit.days_ago, hours=1)
    ]
    size = body.get("pageSize", 25)
    return {"entities": found[:size], "total": len(found), "pageSize": size, "pageNumber": 1}


ROUTES = [
    route("/audits/query/realtime/servicemapping", GET=operation(_mapping)),
    route("/audits/query/realtime", POST=operation(_query)),
]
