"""From Genesys' JSON to role grants: those of users, and the OAuth client's own.

Every function raises UnusableAnswerError for JSON that is not what it decodes. Field names are
those of the SDK's model `AuthzGrant`, version 269.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from fnmatch import fnmatchcase
from functools import lru_cache

from batch_offboard.genesys.decode import (
    Entity,
    entities,
    entity,
    objects_in,
    text,
    text_or_empty,
)
from batch_offboard.offboarding.models import ALL_DIVISIONS, Json, Named, RoleGrant


@dataclass(frozen=True, slots=True)
class OwnGrant:
    """A role that the OAuth client itself has in a division, and the permissions it includes.

    A permission is `domain:entity:action`, where "*" stands for any entity or action.
    """

    division_id: str
    permissions: tuple[str, ...]
    role_id: str = ""

    def allows(self, permission: str) -> bool:
        """True if this grant includes `permission` in its division."""
        return any(fnmatchcase(permission, given) for given in self.permissions)


_role_grant = lru_cache(maxsize=10_000)(RoleGrant)


def permitted_everywhere(page: Entity) -> tuple[Named, ...]:
    """The division "*" if a page of `DivsPermittedEntityListing` says that all are permitted."""
    return (Named(ALL_DIVISIONS),) if page.get("allDivsPermitted") is True else ()


def grant(found: Entity) -> RoleGrant:
    """A role grant; its division is "*" if it is for all divisions."""
    role = entity(found.get("role"))
    division = entity(found.get("division"))
    return _role_grant(text(role, "id"), text(division, "id"), text_or_empty(role, "name"))


def subject_grant(found: Entity) -> tuple[str, RoleGrant]:
    """A role grant in the listing of a division: the holder's id and the grant."""
    return text(found, "subjectId"), grant(found)


def role_holder(role: Named) -> Callable[[Entity], tuple[str, tuple[RoleGrant, ...]]]:
    """A decoder of holders of a role: the holder's id, and a grant for each of its divisions."""

    def read(found: Entity) -> tuple[str, tuple[RoleGrant, ...]]:
        divisions = entities(found, "divisions")
        return text(found, "id"), tuple(
            _role_grant(role.id, text(each, "id"), role.name) for each in divisions
        )

    return read


def grants_to(subject_id: str, body: Json) -> tuple[RoleGrant, ...]:
    """The grants given to the subject directly, without those that come through a group.

    Only these are lost when a user is set to inactive.
    """
    return tuple(
        grant(each)
        for each in entities(body, "grants")
        if str(each.get("subjectId") or subject_id) == subject_id
    )


def own_grants(body: Json) -> tuple[OwnGrant, ...]:
    """The grants of the OAuth client itself, with the permissions they include."""
    return tuple(_own_grant(each) for each in entities(body, "grants"))


def _own_grant(found: Entity) -> OwnGrant:
    policies = objects_in(entity(found.get("role")).get("policies"))
    held = grant(found)
    return OwnGrant(held.division_id, tuple(_permissions(policies)), held.role_id)


def _permissions(policies: list[Entity]) -> Iterator[str]:
    for policy in policies:
        actions = policy.get("actions")
        for action in actions if isinstance(actions, list) else ():
            yield f"{policy.get('domain')}:{policy.get('entityName')}:{action}"
