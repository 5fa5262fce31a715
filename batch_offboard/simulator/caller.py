"""An OAuth client at work: what it may do and see, by permission and division."""

from __future__ import annotations

from dataclasses import dataclass

from batch_offboard.simulator import errors
from batch_offboard.simulator.assumptions import Assumptions
from batch_offboard.simulator.models import ALL_DIVISIONS, Grant, OAuthClient, Role
from batch_offboard.simulator.org import Org


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

    def sees(self, division: str, *permissions: str) -> bool:
        """Whether any of the permissions is held in this division."""
        held = self.divisions(*permissions)
        return ALL_DIVISIONS in held or division in held

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
