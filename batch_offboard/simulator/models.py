"""What an organisation consists of: the shape of its JSON file and of the live state alike.

Defaults are left out of the file. Ids are GUIDs in lower case, as Genesys' are.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, PlainSerializer

GUID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", re.ASCII)

State = Literal["active", "inactive", "deleted"]
RoutingStatus = Literal["OFF_QUEUE", "IDLE", "INTERACTING", "NOT_RESPONDING", "COMMUNICATING"]
Presence = Literal[
    "Offline",
    "Available",
    "On Queue",
    "Busy",
    "Away",
    "Idle",
    "Break",
    "Meal",
    "Meeting",
    "Training",
]
ALL_DIVISIONS = "*"


def is_guid(text: str) -> bool:
    """Whether `text` is a GUID, in either case."""
    return GUID.fullmatch(text.lower()) is not None


def _guid(text: str) -> str:
    if not GUID.fullmatch(text):
        raise ValueError("not a GUID in lower case")
    return text


def _by_id(members: Any) -> Any:
    if isinstance(members, list):
        return {m["id"] if isinstance(m, dict) else m.id: m for m in members}
    return members


def _values(members: dict[str, Member]) -> list[dict[str, Any]]:
    return [member.model_dump(exclude_defaults=True) for member in members.values()]


def _sorted(ids: Iterable[str]) -> list[str]:
    return sorted(ids)


Guid = Annotated[str, AfterValidator(_guid)]


@dataclass(frozen=True)
class RefersTo:
    """Marks a field that holds ids of entries in this part of the file; "" means no id."""

    part: str
    or_all: bool = False
    """Whether it may hold `*` too."""


class Entity(BaseModel):
    """Whatever an organisation consists of."""

    model_config = ConfigDict(extra="forbid")


DivisionId = Annotated[str, RefersTo("divisions")]


class Named(Entity):
    """Anything that has only an id and a name: the organisation, a skill, a language, a station."""

    id: Guid
    name: str


class Division(Named):
    """A division; the home division is where things are unless they say otherwise."""

    home: bool = False


class Role(Named):
    """A role with its permissions, `domain:entity:action`, each part of which may be `*`."""

    permissions: list[str] = []


class Grant(Entity):
    """A role in one division, or in all of them (`*`)."""

    role: Annotated[str, RefersTo("roles")]
    division: Annotated[str, RefersTo("divisions", or_all=True)]


class OAuthClient(Named):
    """An OAuth client (client credentials). Practice only: its secret opens nothing real."""

    secret: str
    grants: list[Grant] = []
    created_by: Annotated[str, RefersTo("users")] = ""
    token_seconds: int = 86400


class Group(Named):
    """A group, work team or skill group. The members of a dynamic one follow a rule."""

    type: Literal["GROUP", "TEAM", "SKILLGROUP"] = "GROUP"
    dynamic: bool = False
    division: DivisionId = ""
    members: Annotated[set[str], PlainSerializer(_sorted), RefersTo("users")] = set()
    owners: Annotated[list[str], RefersTo("users")] = []
    grants: list[Grant] = []
    skills: Annotated[list[str], RefersTo("skills")] = []
    """For a SKILLGROUP: whoever has all of these skills is a member."""
    version: int = 1


class Rating(Entity):
    """A skill or language of a user, with proficiency 0 to 5."""

    id: str
    proficiency: float = 0.0


class Phone(Entity):
    """A phone number or an extension in a user's addresses (`Contact` of the SDK)."""

    number: str = ""
    extension: str = ""
    type: Literal["PRIMARY", "WORK", "WORK2", "HOME", "MOBILE", "OTHER"] = "WORK"


class User(Named):
    """A user, and all that belongs to them.

    Every field is saved, loaded, checked for the ids it refers to, and compared in a snapshot;
    `wrap_up_attempts`, the removals that meet 409 before the agent leaves wrap-up, and the
    version are not compared.
    """

    email: str | None = None
    state: State = "active"
    division: DivisionId = ""
    employee_id: str | None = None
    department: str | None = None
    title: str | None = None
    grants: list[Grant] = []
    skills: Annotated[list[Rating], RefersTo("skills")] = []
    languages: Annotated[list[Rating], RefersTo("languages")] = []
    profile_skills: list[str] = []
    phones: list[Phone] = []
    manager: Annotated[str, RefersTo("users")] = ""
    forwarded_to: str = ""
    station: Annotated[str | None, RefersTo("stations")] = None
    default_station: Annotated[str | None, RefersTo("stations")] = None
    logged_in: bool = False
    routing_status: RoutingStatus = "OFF_QUEUE"
    presence: Presence = "Offline"
    conversations: dict[str, int] = {}
    """How many are active, by medium (`call`, `email`, ...)."""
    wrap_up_attempts: int = 0
    version: int = 1


class Member(Entity):
    """One user's membership of a queue."""

    id: str
    joined: bool = True
    ring_number: int = Field(default=1, ge=1, le=6)


Members = Annotated[dict[str, Member], BeforeValidator(_by_id), PlainSerializer(_values)]


class Queue(Named):
    """A queue: members by user, and groups whose members are its members too.

    Groups may be named for the rings of bullseye routing, for conditional routing or activation.
    `group_members` holds what group-derived members have changed of their own (joined, ring).
    """

    division: DivisionId = ""
    members: Annotated[Members, RefersTo("users")] = {}
    member_groups: Annotated[list[str], RefersTo("groups")] = []
    ring_groups: Annotated[list[str], RefersTo("groups")] = []
    routing_groups: Annotated[list[str], RefersTo("groups")] = []
    activation_groups: Annotated[list[str], RefersTo("groups")] = []
    group_members: Members = {}

    @property
    def groups(self) -> list[str]:
        """All groups whose members are its members, whichever field names them [assumed]."""
        further = (*self.ring_groups, *self.routing_groups, *self.activation_groups)
        return (
            list(dict.fromkeys((*self.member_groups, *further))) if further else self.member_groups
        )


class Conversation(Named):
    """A conversation of a user: one that is going on, is parked, or a callback that waits.

    `owned` is an agent-owned callback, of `further_owners` too [assumed]; `scheduled` the time of a
    scheduled one. A conversation that was `passed_on` goes on without the user.
    """

    name: str = ""
    medium: Literal["callback", "call", "email", "message", "chat"] = "callback"
    user: Annotated[str, RefersTo("users")]
    queue: Annotated[str, RefersTo("queues")] = ""
    owned: bool = False
    further_owners: Annotated[list[str], RefersTo("users")] = []
    scheduled: str = ""
    parked: bool = False
    passed_on: bool = False
    ended: bool = False
    days_ago: int = 0


class Audit(Entity):
    """Something that was written, by a service such as SCIM."""

    id: Guid
    service: str = "SCIM"
    days_ago: int = 0


class OrgFile(Entity):
    """A whole organisation as its file holds it."""

    organization: Named
    divisions: list[Division] = Field(min_length=1)
    roles: list[Role] = []
    clients: list[OAuthClient] = Field(min_length=1)
    skills: list[Named] = []
    languages: list[Named] = []
    stations: list[Named] = []
    groups: list[Group] = []
    users: list[User] = []
    queues: list[Queue] = []
    conversations: list[Conversation] = []
    audits: list[Audit] = []


_NOT_COMPARED = {"version", "wrap_up_attempts"}


def image(value: Any) -> Any:
    """A plain, comparable copy; what has no meaningful order is sorted, versions are left out."""
    if isinstance(value, Entity):
        return {name: image(held) for name, held in value if name not in _NOT_COMPARED}
    if isinstance(value, dict):
        return {name: image(held) for name, held in value.items()}
    if isinstance(value, list | set):
        return sorted((image(each) for each in value), key=repr)
    return value
