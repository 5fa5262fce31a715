"""Reading what depends on people: roles that only they hold, groups, reports, clients. Read only.

Everything is optional: what cannot be read is one line of the plan, and nobody is held for it.
"""

from collections import defaultdict
from collections.abc import Awaitable, Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from typing import Any

from batch_offboard.genesys.concurrency import for_each, together
from batch_offboard.offboarding.leftovers import (
    CALL_FORWARDING,
    CLIENTS_SEEN,
    DIRECT_REPORTS,
    FORWARDING_SEEN,
    GROUPS_OWNED,
    OAUTH_CLIENTS,
    ROLES_HELD,
    ROLES_SEEN,
    Leftover,
    Unseen,
    forbidden,
    roles_in_doubt,
    unread,
)
from batch_offboard.offboarding.models import ApiError, Leftovers, Named, Snapshot
from batch_offboard.offboarding.steps import Permission
from batch_offboard.run.progress import Progress
from batch_offboard.run.session import Phase, Run
from batch_offboard.wording import counted_of

Find = Callable[[Run, Progress], Awaitable[None]]


async def find_dependents(run: Run, progress: Progress) -> None:
    """Read what depends on the people of this run, as far as `leftovers` asks for it."""
    finding = [find for name, find in _FINDING.items() if name in run.settings.leftovers]
    if progress.people:
        await together(*(find(run, progress) for find in finding))


async def _find_roles(run: Run, progress: Progress) -> None:
    """Find roles that only people of this run hold; at most five doubtful ones are looked up."""
    active = [each for each in progress.people.values() if each.user.state == "active"]
    holders = _by_role(active)
    if not holders or await _is_refused(run, progress, ROLES_HELD, ROLES_SEEN):
        return
    roles = await run.genesys.counted_roles()
    if isinstance(roles, ApiError):
        progress.unseen.append(unread(ROLES_HELD, roles))
        return
    if not any(users is not None for _, users in roles):
        why = "Genesys does not say how many users have a role."
        progress.unseen.append(Unseen(ROLES_HELD, why))
    asked, progress.doubtful_roles = roles_in_doubt(roles, holders)

    async def ask(role: Named) -> None:
        found = await run.genesys.role_holders(role)
        ids = set() if isinstance(found, ApiError) else {user_id for user_id, _ in found}
        if not ids:
            progress.doubtful_roles = (*progress.doubtful_roles, role.name)
        elif ids <= {person.user.id for person in holders[role.id]}:
            for person in holders[role.id]:
                _add(progress, person.row, "roles", role.name)

    await for_each(asked, ask, run.width)


def _by_role(people: Iterable[Snapshot]) -> Mapping[str, Sequence[Snapshot]]:
    holders: defaultdict[str, list[Snapshot]] = defaultdict(list)
    for person in people:
        for role_id in person.user.role_ids or ():
            holders[role_id].append(person)
    return holders


async def _find_groups(run: Run, progress: Progress) -> None:
    """Find groups that people of this run own, and those whose owners are all among them."""
    groups = await run.genesys.owned_groups()
    if isinstance(groups, ApiError):
        progress.unseen.append(unread(GROUPS_OWNED, groups))
        return
    row_of = {person.user.id: row for row, person in progress.people.items()}
    for group, owners in groups:
        for owner in owners:
            if owner in row_of:
                _add(progress, row_of[owner], "groups", group.name or group.id)
        if owners and row_of.keys() >= set(owners):
            progress.ownerless = (*progress.ownerless, group.name or group.id)


async def _find_clients(run: Run, progress: Progress) -> None:
    if await _is_refused(run, progress, OAUTH_CLIENTS, CLIENTS_SEEN):
        return
    clients = await run.genesys.oauth_clients()
    if isinstance(clients, ApiError):
        progress.unseen.append(unread(OAUTH_CLIENTS, clients))
        return
    row_of = {person.user.id: row for row, person in progress.people.items()}
    for client, creator in clients:
        if creator in row_of:
            _add(progress, row_of[creator], "clients", client.name or client.id)


async def _find_reports(run: Run, progress: Progress) -> None:
    await _of_each(run, progress, DIRECT_REPORTS, run.genesys.direct_reports, "direct_reports")


async def _find_forwarding(run: Run, progress: Progress) -> None:
    if not await _is_refused(run, progress, CALL_FORWARDING, FORWARDING_SEEN):
        read = run.genesys.call_forwarding
        await _of_each(run, progress, CALL_FORWARDING, read, "forwarded_to")


async def _of_each(
    run: Run,
    progress: Progress,
    what: str,
    read: Callable[[str], Awaitable[tuple[str, ...] | ApiError]],
    field: str,
) -> None:
    """Read something about each person, one request each; one line says how many failed."""
    failed: list[ApiError] = []
    people = list(progress.people.values())
    with Phase(run, field, f"Reading {what}", len(people), "people") as phase:

        async def read_one(person: Snapshot) -> None:
            found = await read(person.user.id)
            if isinstance(found, ApiError):
                failed.append(found)
            else:
                for each in found:
                    _add(progress, person.row, field, each)
            phase.advance(1)

        await for_each(people, read_one, run.width)
    if failed:
        if len(failed) < len(people):
            what = f"{what} of {counted_of(len(failed), len(people), 'person')}"
        progress.unseen.append(unread(what, failed[0]))


_FINDING: Mapping[Leftover, Find] = {
    "roles": _find_roles,
    "groups": _find_groups,
    "clients": _find_clients,
    "direct_reports": _find_reports,
    "forwarding": _find_forwarding,
}


def _add(progress: Progress, row: int, field: str, thing: str) -> None:
    person = progress.people[row]
    known = person.leftovers or Leftovers()
    changed: dict[str, Any] = {field: (*getattr(known, field), thing)}
    progress.people[row] = replace(person, leftovers=replace(known, **changed))


async def _is_refused(run: Run, progress: Progress, what: str, permission: Permission) -> bool:
    """Whether the client is known to lack a permission; then that is one line of the plan."""
    if await run.permissions.held(permission) is not False:
        return False
    progress.unseen.append(forbidden(what, permission))
    return True
