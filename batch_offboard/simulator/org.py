"""An organisation in memory: its state, the indexes over it, and the changes it can undergo."""

from __future__ import annotations

import time
from collections import defaultdict
from functools import partial
from pathlib import Path
from typing import Any, NamedTuple

from batch_offboard.simulator.lag import Lag
from batch_offboard.simulator.models import (
    Audit,
    Conversation,
    Division,
    Group,
    Member,
    Named,
    OAuthClient,
    OrgFile,
    Queue,
    Role,
    User,
    image,
)


class Membership(NamedTuple):
    """One line of a queue's member listing."""

    user_id: str
    queue_id: str
    joined: bool
    ring_number: int
    by: str
    """`user` or `group`."""


class Counts(NamedTuple):
    """How many members a queue has: in all, by user, and joined."""

    members: int
    by_user: int
    joined: int


class Org:
    """A practice organisation. Change memberships through its methods: they keep the indexes."""

    def __init__(self, file: OrgFile) -> None:
        self.organization: Named = file.organization
        self.divisions: dict[str, Division] = {d.id: d for d in file.divisions}
        self.roles: dict[str, Role] = {r.id: r for r in file.roles}
        self.clients: dict[str, OAuthClient] = {c.id: c for c in file.clients}
        self.skills: dict[str, Named] = {s.id: s for s in file.skills}
        self.languages: dict[str, Named] = {s.id: s for s in file.languages}
        self.stations: dict[str, Named] = {s.id: s for s in file.stations}
        self.groups: dict[str, Group] = {g.id: g for g in file.groups}
        self.users: dict[str, User] = {u.id: u for u in file.users}
        self.queues: dict[str, Queue] = {q.id: q for q in file.queues}
        self.conversations: dict[str, Conversation] = {c.id: c for c in file.conversations}
        self.audits: dict[str, Audit] = {a.id: a for a in file.audits}
        self._rings: dict[str, int] = {q.id: _rings(q) for q in file.queues}
        self.lag = Lag(time.monotonic)
        self._queues_by_user: defaultdict[str, set[str]] = defaultdict(set)
        for queue in file.queues:
            for user_id in queue.members:
                self._queues_by_user[user_id].add(queue.id)

    # -- the whole of it

    def file(self) -> OrgFile:
        """The organisation as its file would hold it now."""
        return OrgFile.model_construct(
            organization=self.organization,
            divisions=list(self.divisions.values()),
            roles=list(self.roles.values()),
            clients=list(self.clients.values()),
            skills=list(self.skills.values()),
            languages=list(self.languages.values()),
            stations=list(self.stations.values()),
            groups=list(self.groups.values()),
            users=list(self.users.values()),
            queues=list(self.queues.values()),
            conversations=list(self.conversations.values()),
            audits=list(self.audits.values()),
        )

    def save(self, path: Path | str) -> None:
        """Write the organisation as JSON, defaults left out."""
        text = self.file().model_dump_json(exclude_defaults=True, indent=1)
        Path(path).write_text(text + "\n", encoding="utf-8")

    def snapshot(self) -> dict[str, Any]:
        """A deep, plain, comparable image of users, queues and groups by id; no versions."""
        return {
            "users": image(self.users),
            "queues": image(self.queues),
            "groups": image(self.groups),
        }

    def home_division(self) -> str:
        """Where things are that name no division."""
        for division in self.divisions.values():
            if division.home:
                return division.id
        return next(iter(self.divisions))

    def division_of(self, thing: Named) -> str:
        """The id of the division that something is in: the home division unless it names one."""
        return getattr(thing, "division", "") or self.home_division()

    # -- reading

    def groups_of(self, user_id: str) -> list[Group]:
        """The groups, work teams and skill groups this user is in."""
        return [group for group in self.groups.values() if user_id in group.members]

    def groups_shown(self, user_id: str, kind: str) -> list[Group]:
        """The groups of one type that a read of the user shows them in."""
        shown = self.lag.shown("groups", f"{kind} {user_id}")
        return list(shown if shown is not None else self._groups_of(user_id, kind))

    def _groups_of(self, user_id: str, kind: str) -> list[Group]:
        return [group for group in self.groups_of(user_id) if group.type == kind]

    def memberships(self, queue_id: str) -> list[Membership]:
        """All members of a queue as a read shows them, by user first, then through groups."""
        shown = self.lag.shown("members", queue_id)
        return list(shown if shown is not None else self._memberships(queue_id))

    def counts(self, queue_id: str, hidden: set[str]) -> Counts:
        """How many members a queue has now; those in a `hidden` state do not count."""
        queue = self.queues[queue_id]
        if not queue.groups and not hidden:  # the common case, at a tenth of the cost
            members = queue.members.values()
            return Counts(len(members), len(members), sum([m.joined for m in members]))
        listed = self._memberships(queue_id)
        listed = [m for m in listed if self.users[m.user_id].state not in hidden]
        return Counts(
            members=len({m.user_id for m in listed}),
            by_user=sum(m.by == "user" for m in listed),
            joined=len({m.user_id for m in listed if m.joined}),
        )

    def memberships_of(self, user_id: str) -> list[Membership]:
        """All memberships of one user, by queue in the organisation's order."""
        shown = self.lag.shown("user_queues", user_id)
        return list(shown if shown is not None else self._memberships_of(user_id))

    def _memberships(self, queue_id: str) -> list[Membership]:
        queue = self.queues[queue_id]
        by_user = [
            Membership(m.id, queue_id, m.joined, m.ring_number, "user")
            for m in queue.members.values()
        ]
        through: dict[str, None] = {}
        for group_id in queue.groups:
            through.update(dict.fromkeys(sorted(self.groups[group_id].members)))
        return by_user + [self._through_group(queue, user_id) for user_id in through]

    def _memberships_of(self, user_id: str) -> list[Membership]:
        own_groups = {group.id for group in self.groups_of(user_id)}
        found = []
        for queue_id in self._queue_ids_of(user_id, own_groups):
            queue = self.queues[queue_id]
            member = queue.members.get(user_id)
            if member:
                found.append(
                    Membership(user_id, queue_id, member.joined, member.ring_number, "user")
                )
            if own_groups.intersection(queue.groups):
                found.append(self._through_group(queue, user_id))
        return found

    def _queue_ids_of(self, user_id: str, group_ids: set[str]) -> list[str]:
        queue_ids = set(self._queues_by_user[user_id])
        if group_ids:
            queue_ids.update(q.id for q in self.queues.values() if group_ids.intersection(q.groups))
        return sorted(queue_ids)

    @staticmethod
    def _through_group(queue: Queue, user_id: str) -> Membership:
        own = queue.group_members.get(user_id) or Member(id=user_id)
        return Membership(user_id, queue.id, own.joined, own.ring_number, "group")

    # -- changing

    def add_member(
        self, queue_id: str, user_id: str, *, joined: bool = True, ring_number: int = 1
    ) -> None:
        """Make a user a member of a queue; one who is already keeps joined and ring number."""
        self._membership_will_change(queue_id, user_id)
        self._rings[queue_id] = max(self.rings(queue_id), ring_number)
        member = Member(id=user_id, joined=joined, ring_number=ring_number)
        self.queues[queue_id].members.setdefault(user_id, member)
        self._queues_by_user[user_id].add(queue_id)

    def remove_member(self, queue_id: str, user_id: str) -> None:
        """Take a user out of a queue; a membership through a group is not touched."""
        self._membership_will_change(queue_id, user_id)
        self.queues[queue_id].members.pop(user_id, None)
        self._queues_by_user[user_id].discard(queue_id)

    def set_member(
        self, queue_id: str, user_id: str, *, joined: bool | None, ring_number: int | None
    ) -> None:
        """Change joined or ring number of whatever memberships the user has in the queue."""
        self._membership_will_change(queue_id, user_id)
        self._rings[queue_id] = max(self.rings(queue_id), ring_number or 1)
        queue = self.queues[queue_id]
        changed = {"joined": joined, "ring_number": ring_number}
        update = {name: value for name, value in changed.items() if value is not None}
        for membership in self._memberships_of(user_id):
            if membership.queue_id == queue_id:
                members = queue.members if membership.by == "user" else queue.group_members
                member = members.get(user_id) or Member(id=user_id)
                members[user_id] = member.model_copy(update=update)

    def rings(self, queue_id: str) -> int:
        """How many rings a queue has: as many as any member's number has ever needed."""
        highest = max(self._rings.get(queue_id, 1), _rings(self.queues[queue_id]))
        self._rings[queue_id] = highest
        return highest

    def change_user(self, user_id: str, **changes: Any) -> User:
        """Change fields of a user; the version goes up by one."""
        user = self.users[user_id]
        for kind in ("users", "search"):
            self.lag.remember(kind, user_id, lambda: user.model_copy(deep=True))
        for name, value in changes.items():
            setattr(user, name, value)
        user.version += 1
        return user

    def change_belongings(self, user_id: str, **changes: Any) -> None:
        """Change skills, languages or station of a user; the version stays [assumed]."""
        user = self.users[user_id]
        self.lag.remember("users", user_id, lambda: user.model_copy(deep=True))
        for name, value in changes.items():
            setattr(user, name, value)

    def change_conversation(self, conversation_id: str, **changes: Any) -> None:
        """Change whose a conversation is."""
        found = self.conversations[conversation_id]
        self.lag.remember("conversations", conversation_id, found.model_copy)
        for name, value in changes.items():
            setattr(found, name, value)

    def change_group(self, group_id: str, *, add: set[str], remove: set[str]) -> Group:
        """Change the members of a group; membership of its queues follows."""
        group = self.groups[group_id]
        queue_ids = [q.id for q in self.queues.values() if group_id in q.groups]
        for queue_id in queue_ids:
            self.lag.remember("members", queue_id, partial(self._memberships, queue_id))
        for user_id in add | remove:
            self.lag.remember("user_queues", user_id, partial(self._memberships_of, user_id))
            shown = partial(self._groups_of, user_id, group.type)
            self.lag.remember("groups", f"{group.type} {user_id}", shown)
        group.members |= add
        group.members -= remove
        group.version += 1
        for queue_id in queue_ids:
            self._forget_group_settings(self.queues[queue_id])
        return group

    def _forget_group_settings(self, queue: Queue) -> None:
        inside = set().union(*(self.groups[g].members for g in queue.groups))
        for user_id in [u for u in queue.group_members if u not in inside]:
            del queue.group_members[user_id]

    def _membership_will_change(self, queue_id: str, user_id: str) -> None:
        self.lag.remember("members", queue_id, partial(self._memberships, queue_id))
        self.lag.remember("user_queues", user_id, partial(self._memberships_of, user_id))


def _rings(queue: Queue) -> int:
    members = (*queue.members.values(), *queue.group_members.values())
    return max((each.ring_number for each in members), default=1)
