"""What the OAuth client may do and see, checked before anything is changed."""

import asyncio
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from batch_offboard.errors import MissingPermissionError
from batch_offboard.offboarding.lacking import Permitted, lacking, lacking_hold
from batch_offboard.offboarding.models import ALL_DIVISIONS, ApiError, Call, Named
from batch_offboard.offboarding.steps import Permission, Step
from batch_offboard.run.concurrency import together
from batch_offboard.run.progress import Progress
from batch_offboard.run.session import Run

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

    async def permitted(self, needs: Iterable[Permission]) -> Permitted:
        """In which divisions the alternatives of these are held, up to one that is held in all."""
        found: dict[str, frozenset[str] | None] = {}
        for need in needs:
            for name in need.any_of:
                found[name] = await self.divisions(name)
                if ALL_DIVISIONS in (found[name] or ()):
                    break
        return found


async def check_permissions(steps: tuple[Step, ...], permissions: Permissions) -> None:
    """Raise MissingPermissionError when the client lacks what a configured step needs."""
    needs = tuple(dict.fromkeys(each for step in steps for each in step.permissions))
    held = dict(zip(needs, await together(*map(permissions.held, needs)), strict=True))
    missing = [
        f"{permission} (for {step.name})"
        for step in steps
        for permission in step.permissions
        if held[permission] is False
    ]
    if missing:
        raise MissingPermissionError(
            f"The OAuth client lacks {', '.join(missing)}. Nothing was changed. Ask a Genesys "
            "admin to give the OAuth client a role with it (Admin > Integrations > OAuth), in "
            "every division whose people and queues are affected."
        )


async def hold_lacking(
    run: Run, progress: Progress, permissions: Permissions, calls: Sequence[Call]
) -> bool:
    """Hold the rows whose calls need what the client is known to lack; returns whether any are.

    This takes a request for each permission that the steps need, whatever the number of rows.
    """
    steps = run.settings.steps if calls else ()
    needs = [each for step in steps for each in step.permissions if each.division_of]
    permitted = await permissions.permitted(needs)
    found = lacking(calls, progress.people, progress.queues, permitted)
    for row, lacks in sorted(found.items()):
        progress.lacks.update(lacks)
        progress.hold(run, row, lacking_hold(lacks, progress.people[row].user))
    return bool(found)


async def unseen_divisions(permissions: Permissions) -> tuple[str, ...] | None:
    """The names of the divisions whose queues the client cannot see; None if unknown."""
    seen = await permissions.divisions("routing:queue:view")
    if seen is not None and ALL_DIVISIONS in seen:
        return ()
    divisions = await permissions.existing_divisions()
    if seen is None or isinstance(divisions, ApiError):
        return None
    return tuple(sorted(each.name for each in divisions if each.id not in seen))


async def warn_of_unseen_divisions(run: Run, permissions: Permissions) -> None:
    """Warn when there are divisions whose queues the client cannot see, or may be."""
    unseen = await unseen_divisions(permissions)
    if unseen is None:
        run.warn(
            "divisions_unknown",
            "Could not check whether the OAuth client sees the queues of every division, so no "
            "row is marked as verified.",
        )
    elif unseen:
        run.warn(
            "divisions_unseen",
            "The OAuth client does not see the queues of these divisions, so people stay in "
            f"them: {', '.join(unseen)}.",
            unseen,
        )
