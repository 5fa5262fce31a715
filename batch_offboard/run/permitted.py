"""In which divisions the OAuth client holds which permission."""

import asyncio
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from batch_offboard.offboarding.lacks import Permitted, is_held
from batch_offboard.offboarding.models import ALL_DIVISIONS, ApiError, Named
from batch_offboard.offboarding.steps import Permission

if TYPE_CHECKING:
    from batch_offboard.genesys import Genesys, OwnGrant


@dataclass(slots=True)
class Permissions:
    """In which divisions the client holds a permission, asked once and remembered.

    Asked from `divisionspermitted` first, else from the client's own role grants; None means that
    neither could be read.
    """

    genesys: "Genesys"
    _known: dict[str, frozenset[str] | None] = field(default_factory=dict)
    _grants: "tuple[OwnGrant, ...] | ApiError | None" = None
    _existing: tuple[Named, ...] | ApiError | None = None
    _lock: asyncio.Lock = field(default_factory=asyncio.Lock)

    async def divisions(self, permission: str) -> frozenset[str] | None:
        """The ids of the divisions where `permission` is held (`*` for all), None if unknown."""
        if permission not in self._known:
            self._known[permission] = await self._ask(permission)
        return self._known[permission]

    async def _ask(self, permission: str) -> frozenset[str] | None:
        permitted = await self.genesys.permitted_divisions(permission)
        if not isinstance(permitted, ApiError):
            return frozenset(division.id for division in permitted)
        async with self._lock:
            if self._grants is None:
                self._grants = await self.genesys.own_grants()
        if isinstance(self._grants, ApiError):
            return None
        return frozenset(each.division_id for each in self._grants if each.allows(permission))

    async def existing_divisions(self) -> tuple[Named, ...] | ApiError:
        """Every division of the organisation that the client may list."""
        if self._existing is None:
            self._existing = await self.genesys.divisions()
        return self._existing

    async def held(self, permission: Permission) -> bool | None:
        """Whether any alternative is held in any division; None if that is unknown.

        The first one that is held will do.
        """
        unknown = False
        for each in permission.any_of:
            divisions = await self.divisions(each)
            if divisions:
                return True
            unknown = unknown or divisions is None
        return None if unknown else False

    async def is_held_in(self, permission: str, division_id: str) -> bool | None:
        """Whether `permission` is held in this division; None if that is unknown."""
        return is_held(
            Permission((permission,)), division_id, {permission: await self.divisions(permission)}
        )

    async def permitted(self, needs: Iterable[Permission]) -> Permitted:
        """In which divisions the alternatives of these are held, up to one that is held in all."""
        found: dict[str, frozenset[str] | None] = {}
        for need in needs:
            for name in need.any_of:
                found[name] = await self.divisions(name)
                if ALL_DIVISIONS in (found[name] or ()):
                    break
        return found
