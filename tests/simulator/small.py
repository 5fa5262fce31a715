"""A small organisation that tests know by heart, and a plain HTTP client to call it with."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any

import urllib3

from batch_offboard.simulator import Org, OrgFile, Simulator


def guid(number: int) -> str:
    """A recognisable id."""
    return f"00000000-0000-4000-8000-{number:012d}"


ORG, HOME, BERLIN = guid(1), guid(2), guid(3)
ADMIN, EMPLOYEE, AGENT = guid(11), guid(12), guid(13)
CLIENT, BERLIN_CLIENT, BARE_CLIENT = guid(21), guid(22), guid(23)
ANNA, BEN, CARLA, DAVID, EMMA, FELIX = (guid(n) for n in range(101, 107))
BILLING, CLAIMS, BERLIN_SALES, EMPTY_QUEUE = (guid(n) for n in range(201, 205))
NIGHT_SHIFT, RULE_GROUP, TEAM, SKILL_GROUP = (guid(n) for n in range(301, 305))
CHAT, VIP, ENGLISH, STATION, OTHER_STATION = (guid(n) for n in range(401, 406))
NOBODY = guid(999)

ADMIN_PERMISSIONS = [
    "directory:user:*",
    "directory:group:view",
    "routing:queue:view",
    "routing:queueMember:manage",
    "routing:skill:assign",
    "routing:skillGroup:view",
    "authorization:*:*",
    "oauth:*:*",
    "groups:team:*",
    "telephony:*:*",
]


def small_org() -> Org:
    """Six users, four queues in two divisions, a group of every type, three OAuth clients.

    Anna is active and in Billing (joined) and Claims (not joined); Ben is in Billing by user and
    through Night Shift; Carla only through Night Shift; David is inactive and still in Claims;
    Emma is deleted; Felix belongs to Berlin.
    """
    return Org(OrgFile.model_validate(_FILE))


_FILE: dict[str, Any] = {
    "organization": {"id": ORG, "name": "Small"},
    "divisions": [{"id": HOME, "name": "Home", "home": True}, {"id": BERLIN, "name": "Berlin"}],
    "roles": [
        {"id": ADMIN, "name": "Admin", "permissions": ADMIN_PERMISSIONS},
        {"id": EMPLOYEE, "name": "Employee", "permissions": ["directory:userProfile:view"]},
        {"id": AGENT, "name": "Agent", "permissions": ["routing:queue:join"]},
    ],
    "clients": [
        {
            "id": CLIENT,
            "name": "Everything",
            "secret": "one",
            "grants": [{"role": ADMIN, "division": "*"}],
            "token_seconds": 600,
        },
        {
            "id": BERLIN_CLIENT,
            "name": "Berlin only",
            "secret": "two",
            "grants": [{"role": ADMIN, "division": BERLIN}],
        },
        {"id": BARE_CLIENT, "name": "Nothing", "secret": "three"},
    ],
    "skills": [{"id": CHAT, "name": "Chat"}, {"id": VIP, "name": "VIP"}],
    "languages": [{"id": ENGLISH, "name": "English"}],
    "stations": [{"id": STATION, "name": "Desk 1"}, {"id": OTHER_STATION, "name": "Desk 2"}],
    "groups": [
        {
            "id": NIGHT_SHIFT,
            "name": "Night Shift",
            "members": [BEN, CARLA],
            "grants": [{"role": AGENT, "division": HOME}],
        },
        {"id": RULE_GROUP, "name": "By rule", "dynamic": True, "members": [ANNA]},
        {"id": TEAM, "name": "Team A", "type": "TEAM", "members": [ANNA]},
        {
            "id": SKILL_GROUP,
            "name": "VIP agents",
            "type": "SKILLGROUP",
            "skills": [VIP],
            "members": [ANNA],
        },
    ],
    "users": [
        {
            "id": ANNA,
            "name": "Anna Bauer",
            "email": "anna.bauer@small.example",
            "employee_id": "0004711",
            "grants": [
                {"role": EMPLOYEE, "division": HOME},
                {"role": AGENT, "division": "*"},
            ],
            "skills": [{"id": CHAT, "proficiency": 3}, {"id": VIP, "proficiency": 5}],
            "languages": [{"id": ENGLISH, "proficiency": 4}],
            "station": STATION,
            "logged_in": True,
            "version": 7,
        },
        {
            "id": BEN,
            "name": "Ben Castro",
            "email": "ben@small.example",
            "grants": [{"role": AGENT, "division": HOME}],
        },
        {"id": CARLA, "name": "Carla Diaz", "email": "carla@small.example"},
        {"id": DAVID, "name": "David Evans", "email": "david@small.example", "state": "inactive"},
        {"id": EMMA, "name": "Emma Fox", "email": "emma@small.example", "state": "deleted"},
        {"id": FELIX, "name": "Felix Gold", "email": "felix@small.example", "division": BERLIN},
    ],
    "queues": [
        {
            "id": BILLING,
            "name": "Billing",
            "members": [{"id": ANNA}, {"id": BEN, "ring_number": 2}],
            "member_groups": [NIGHT_SHIFT],
        },
        {
            "id": CLAIMS,
            "name": "Claims",
            "members": [{"id": ANNA, "joined": False}, {"id": DAVID}, {"id": EMMA}],
        },
        {
            "id": BERLIN_SALES,
            "name": "Berlin Sales",
            "division": BERLIN,
            "members": [{"id": FELIX}, {"id": ANNA}],
            "member_groups": [SKILL_GROUP],
        },
        {"id": EMPTY_QUEUE, "name": "Empty"},
    ],
}


@dataclass(frozen=True)
class Reply:
    """An answer as a plain client sees it."""

    status: int
    data: bytes
    headers: urllib3.HTTPHeaderDict

    @property
    def json(self) -> Any:
        """The JSON body."""
        return json.loads(self.data)

    @property
    def error(self) -> tuple[int, str]:
        """Status and Genesys' error code."""
        return self.status, self.json["code"]

    @property
    def ids(self) -> list[str]:
        """The ids of a listing."""
        return [entity["id"] for entity in self.json.get("entities", self.json.get("results"))]


class Http:
    """A client that does exactly one request a call, logged in as one OAuth client."""

    def __init__(self, sim: Simulator, client_id: str | None = None) -> None:
        self.url = sim.url
        self.pool = urllib3.PoolManager(retries=False, timeout=10)
        client = sim.org.clients[client_id or sim.client_id]
        self.token = self.login(client.id, client.secret).json["access_token"]

    def login(self, client_id: str, secret: str, grant: str = "client_credentials") -> Reply:
        """POST /oauth/token."""
        headers = urllib3.make_headers(basic_auth=f"{client_id}:{secret}")
        return self._reply(
            self.pool.request(
                "POST",
                f"{self.url}/oauth/token",
                fields={"grant_type": grant},
                encode_multipart=False,
                headers=headers,
                retries=False,
            )
        )

    def call(
        self, method: str, path: str, body: Any = None, token: str | None = None, **query: Any
    ) -> Reply:
        """One request below /api/v2."""
        response = self.pool.request(
            method,
            f"{self.url}/api/v2{path}" + (f"?{_query(query)}" if query else ""),
            body=None if body is None else json.dumps(body),
            headers={"Authorization": f"Bearer {token or self.token}"},
            retries=False,
            redirect=False,
        )
        return self._reply(response)

    def get(self, path: str, **query: Any) -> Reply:
        """GET."""
        return self.call("GET", path, **query)

    def post(self, path: str, body: Any, **query: Any) -> Reply:
        """POST."""
        return self.call("POST", path, body, **query)

    def patch(self, path: str, body: Any) -> Reply:
        """PATCH."""
        return self.call("PATCH", path, body)

    def delete(self, path: str, **query: Any) -> Reply:
        """DELETE."""
        return self.call("DELETE", path, **query)

    @staticmethod
    def _reply(response: urllib3.BaseHTTPResponse) -> Reply:
        return Reply(response.status, response.data, response.headers)


def _query(query: dict[str, Any]) -> str:
    words = {True: "true", False: "false"}
    return "&".join(f"{name}={words.get(value, value)}" for name, value in query.items())
