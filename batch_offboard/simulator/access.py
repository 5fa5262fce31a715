"""What a request may touch: by its client's permissions, and by ids that must exist."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import TypeVar

from batch_offboard.simulator import errors
from batch_offboard.simulator.assumptions import Assumptions
from batch_offboard.simulator.models import (
    ALL_DIVISIONS,
    Grant,
    Group,
    Named,
    OAuthClient,
    Role,
    User,
    is_guid,
)
from batch_offboard.simulator.org import Org

Thing = TypeVar("Thing")


@dataclass(frozen=True)
class Caller:
    """The client behind a request, with the organisation it belongs to."""

    org: Org
    client: OAuthClient
    assumptions: Assumptions
    token_label: str

    def divisions(self, *permissions: str) -> frozenset[str]:
        """Ids of the divisions in which the client holds any of the permissions; `*` for all."""
        return frozenset(
            grant.division
            for grant in self.client.grants
            if any(holds(self.org.roles[grant.role], permission) for permission in permissions)
        )

    def require(self, *permissions: str) -> frozenset[str]:
        """The divisions of the permissions; ApiError 403 when none of them is held anywhere."""
        held = self.divisions(*permissions)
        if held:
            return held
        if len(permissions) == 1:
            raise errors.missing_permission(permissions[0])
        raise errors.missing_any_permission(permissions)

    def require_in(self, division: str, *permissions: str) -> None:
        """ApiError 403 unless any of the permissions is held in this division."""
        held = self.require(*permissions)
        if ALL_DIVISIONS not in held and division not in held:
            raise errors.not_authorized()

    def require_for(self, thing: Named, *permissions: str) -> None:
        """ApiError 403 unless any of the permissions is held in the division of the thing."""
        self.require_in(self.org.division_of(thing), *permissions)

    def within(self, held: frozenset[str], thing: Named) -> bool:
        """Whether a thing is in one of the divisions in which a permission is held."""
        return ALL_DIVISIONS in held or self.org.division_of(thing) in held


def holds(role: Role, permission: str) -> bool:
    """Whether a role holds `domain:entity:action`; parts of a role's permission may be `*`."""
    return any(_covers(held, permission) for held in role.permissions)


def _covers(held: str, permission: str) -> bool:
    if held in (permission, "*"):
        return True
    if "*" not in held:
        return False
    pairs = zip(held.split(":"), permission.split(":"), strict=False)
    return all(ours in ("*", theirs) for ours, theirs in pairs)


def has_grant(grants: list[Grant], role: str, division: str) -> bool:
    """Whether the role is among the grants for exactly this division."""
    return any(g.role == role and g.division == division for g in grants)


def check_guids(ids: Iterable[str]) -> None:
    """ApiError 400 `invalid.id` for the first id that is no GUID."""
    if not all(is_guid(i) for i in ids):
        raise errors.invalid_id()


def existing(things: dict[str, Thing], thing_id: str) -> Thing:
    """The user, queue or other thing with an id; ApiError 400 or 404."""
    check_guids([thing_id])
    if thing_id not in things:
        raise errors.not_found()
    return things[thing_id]


def living_user(org: Org, user_id: str) -> User:
    """The user, unless deleted; ApiError 400 or 404."""
    user = existing(org.users, user_id)
    if user.state == "deleted":
        raise errors.not_found()
    return user


def existing_group(org: Org, group_id: str, *types: str) -> Group:
    """The group, if it is of one of these types; ApiError 400 or 404."""
    group = existing(org.groups, group_id)
    if group.type not in types:
        raise errors.not_found()
    return group
