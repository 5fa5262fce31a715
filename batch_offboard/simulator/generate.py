"""A practice organisation of any size, the same one for the same seed."""

from __future__ import annotations

import random
import unicodedata
import uuid
from dataclasses import dataclass
from typing import Any

from batch_offboard.simulator.models import (
    ALL_DIVISIONS,
    Division,
    Grant,
    Group,
    Member,
    Named,
    OAuthClient,
    OrgFile,
    Queue,
    Rating,
    Role,
    State,
    User,
)
from batch_offboard.simulator.names import (
    CITIES,
    DEPARTMENTS,
    FIRST_NAMES,
    GROUP_NAMES,
    LANGUAGES,
    LAST_NAMES,
    QUEUE_NAMES,
    SKILLS,
)
from batch_offboard.simulator.org import Org

OFFBOARDING_PERMISSIONS = [
    "directory:user:view",
    "directory:user:edit",
    "directory:userProfile:view",
    "directory:userProfile:edit",
    "directory:group:view",
    "routing:queue:view",
    "routing:queue:edit",
    "routing:queueMember:manage",
    "authorization:grant:view",
    "authorization:grant:add",
    "authorization:role:view",
    "oauth:token:delete",
    "oauth:client:view",
    "groups:team:view",
    "groups:team:assign",
    "routing:skillGroup:view",
    "routing:skill:assign",
    "routing:language:assign",
    "telephony:otherStationAssociation:view",
    "telephony:otherStationAssociation:edit",
    "telephony:station:disassociate",
    "telephony:phone:assign",
    "analytics:conversationDetail:view",
    "conversation:callback:edit",
    "conversation:callForwarding:view",
    "audits:audit:view",
]
_ROLES = [
    ("Offboarding", OFFBOARDING_PERMISSIONS),
    ("Employee", ["directory:userProfile:view"]),
    ("Agent", ["conversation:communication:view", "routing:queue:join"]),
    ("Supervisor", ["routing:queue:view", "analytics:conversationDetail:view"]),
    ("Quality Evaluator", ["quality:evaluation:add"]),
    ("Reporting", ["analytics:queueObservation:view"]),
]


@dataclass(frozen=True, kw_only=True)
class Size:
    """What a generated organisation has of everything. Shares are from 0 to 1."""

    users: int = 3000
    queues: int = 120
    queues_per_user: float = 8
    """The mean."""
    seed: int = 7
    divisions: int = 1
    groups: int = 0
    """Each makes its members members of one queue. Every third is a work team, every fifth
    of the others follows a rule."""
    group_size: int = 20
    unjoined_share: float = 0.1
    """Of the memberships, those that the agent has switched off."""
    inactive_share: float = 0.0
    deleted_share: float = 0.0
    all_divisions_share: float = 0.0
    """Of the users' role grants, those made for all divisions (`*`)."""
    ring_share: float = 1.0
    """Of the queues, those whose members have different ring numbers."""
    skills_per_user: int = 2
    stations: bool = False


def generate_org(**size: Any) -> Org:
    """An organisation with names, addresses, employee numbers and about two roles a user.

    `size` are the fields of Size. The first OAuth client may do everything that offboarding
    needs, in every division.
    """
    return Org(_Generator(Size(**size)).file())


class _Generator:
    def __init__(self, size: Size) -> None:
        self.size = size
        self.rng = random.Random(size.seed)
        self.divisions = self._divisions()
        self.roles = [Role(id=self._id(), name=n, permissions=list(p)) for n, p in _ROLES]
        self.skills = [Named(id=self._id(), name=name) for name in SKILLS]
        self.languages = [Named(id=self._id(), name=name) for name in LANGUAGES]
        self.stations: list[Named] = []

    def file(self) -> OrgFile:
        organization = Named(id=self._id(), name="Practice Organisation")
        client = self._client()
        users = [self._user(number) for number in range(self.size.users)]
        queues = [self._queue(number) for number in range(self.size.queues)]
        self._fill(queues, users)
        groups = self._groups(users, queues)
        return OrgFile(
            organization=organization,
            divisions=self.divisions,
            roles=self.roles,
            clients=[client],
            skills=self.skills,
            languages=self.languages,
            stations=self.stations,
            groups=groups,
            users=users,
            queues=queues,
        )

    def _id(self) -> str:
        return str(uuid.UUID(int=self.rng.getrandbits(128), version=4))

    def _divisions(self) -> list[Division]:
        names = ["Home", *CITIES, *(f"Site {n}" for n in range(self.size.divisions))]
        return [
            Division(id=self._id(), name=names[n], home=n == 0)
            for n in range(max(1, self.size.divisions))
        ]

    def _client(self) -> OAuthClient:
        grant = Grant(role=self.roles[0].id, division=ALL_DIVISIONS)
        secret = f"practice-only-{self.rng.getrandbits(64):016x}"
        return OAuthClient(id=self._id(), name="Batch Offboarding", secret=secret, grants=[grant])

    def _user(self, number: int) -> User:
        rng = self.rng
        first, last = rng.choice(FIRST_NAMES), rng.choice(LAST_NAMES)
        division = rng.choice(self.divisions)
        state = self._state()
        return User(
            id=self._id(),
            name=f"{first} {last}",
            email=f"{_ascii(first)}.{_ascii(last)}{number or ''}@practice.example",
            state=state,
            division="" if division.home else division.id,
            employee_id=f"{100001 + number:07d}",
            department=rng.choice(DEPARTMENTS),
            grants=self._grants(division) if state == "active" else [],
            skills=self._ratings(self.skills, self.size.skills_per_user),
            languages=self._ratings(self.languages, 1),
            station=self._station(number) if self.size.stations else None,
            logged_in=state == "active" and rng.random() < 0.3,
        )

    def _state(self) -> State:
        draw = self.rng.random()
        if draw < self.size.inactive_share:
            return "inactive"
        return "deleted" if draw < self.size.inactive_share + self.size.deleted_share else "active"

    def _grants(self, division: Division) -> list[Grant]:
        employee = self.roles[1].id
        count = self.rng.choice((0, 1, 1, 1, 1, 2))
        extra = self.rng.sample([r.id for r in self.roles[2:]], count)
        return [
            Grant(
                role=role,
                division=ALL_DIVISIONS
                if self.rng.random() < self.size.all_divisions_share
                else division.id,
            )
            for role in [employee, *extra]
        ]

    def _ratings(self, known: list[Named], count: int) -> list[Rating]:
        chosen = self.rng.sample(known, min(count, len(known)))
        return [Rating(id=c.id, proficiency=float(self.rng.randint(1, 5))) for c in chosen]

    def _station(self, number: int) -> str | None:
        if number % 3:
            return None
        self.stations.append(Named(id=self._id(), name=f"WebRTC {number + 1}"))
        return self.stations[-1].id

    def _queue(self, number: int) -> Queue:
        name = QUEUE_NAMES[number % len(QUEUE_NAMES)]
        turn = number // len(QUEUE_NAMES)
        division = self.divisions[number % len(self.divisions)]
        return Queue(
            id=self._id(),
            name=f"{name} {turn + 1}" if turn else name,
            division="" if division.home else division.id,
        )

    def _fill(self, queues: list[Queue], users: list[User]) -> None:
        """Memberships; queues differ much in size, as real ones do."""
        if not queues:
            return
        weights = [1 / (1 + n / 20) for n in range(len(queues))]
        for user in users:
            chosen = self._queue_numbers(weights)
            for number in chosen:
                joined = self.rng.random() >= self.size.unjoined_share
                ring = self.rng.choice((1, 1, 1, 1, 2, 3))
                ring = ring if number * 37 % 100 < 100 * self.size.ring_share else 1
                queues[number].members[user.id] = Member(
                    id=user.id, joined=joined, ring_number=ring
                )

    def _queue_numbers(self, weights: list[float]) -> list[int]:
        mean = self.size.queues_per_user
        whole = int(mean) + (self.rng.random() < mean % 1)
        count = whole + self.rng.choice((-2, -1, 0, 0, 1, 2)) if whole > 2 else whole
        count = min(count, len(weights))
        chosen: dict[int, None] = {}
        while len(chosen) < count:
            numbers = self.rng.choices(range(len(weights)), weights, k=count - len(chosen))
            chosen.update(dict.fromkeys(numbers))
        return sorted(chosen)

    def _groups(self, users: list[User], queues: list[Queue]) -> list[Group]:
        groups = []
        in_a_team: set[str] = set()
        ids = [user.id for user in users]
        for number in range(self.size.groups):
            members = set(self.rng.sample(ids, min(self.size.group_size, len(ids))))
            team = number % 3 == 2
            if team:
                members -= in_a_team
                in_a_team |= members
            name = GROUP_NAMES[number % len(GROUP_NAMES)]
            turn = number // len(GROUP_NAMES)
            groups.append(
                Group(
                    id=self._id(),
                    name=f"{name} {turn + 1}" if turn else name,
                    type="TEAM" if team else "GROUP",
                    dynamic=not team and number % 5 == 4,
                    members=members,
                )
            )
            if queues:
                self.rng.choice(queues).member_groups.append(groups[-1].id)
        return groups


def _ascii(name: str) -> str:
    replaced = name.replace("ß", "ss").replace("ø", "o").replace("ł", "l").replace("Ø", "O")
    plain = unicodedata.normalize("NFKD", replaced).encode("ascii", "ignore").decode()
    return "".join(c for c in plain.lower() if c.isalnum() or c == "-")
