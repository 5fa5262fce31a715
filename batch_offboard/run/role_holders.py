"""Who holds a role for all divisions, where the grants of the division "*" cannot be listed.

The holders of every role are listed instead. Nobody documents that such a listing shows "*", that
it shows it beside another division, and nothing that comes through a group. So the client's own
grants are the proof: it must hold a role both for all divisions and for one, and be listed with
just that. A holder is not trusted if the divisions' own listings show something else.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache

from batch_offboard.genesys.concurrency import for_each
from batch_offboard.offboarding.models import ALL_DIVISIONS, ApiError, Named, RoleGrant
from batch_offboard.offboarding.read_costs import role_holders_are_cheaper
from batch_offboard.run.session import Phase, Run

_NEEDED = ("authorization:role:view", "authorization:grant:view")

Grants = tuple[RoleGrant, ...]
BySubject = Mapping[str, Grants]
"""Role grants by the id of the user, group or client that holds them."""


@dataclass(frozen=True, slots=True)
class ListedGrants:
    """The role grants of an organisation, as its listings show them.

    `doubted` are the subjects on which two listings disagree. With `ask_members`, a grant for all
    divisions may have come through a group, so that members of groups with roles are doubted too.
    """

    by_subject: BySubject
    doubted: frozenset[str] = frozenset()
    ask_members: bool = False


def add(found: dict[str, Grants], listed: Sequence[tuple[str, RoleGrant]]) -> None:
    """Add these grants to what is found, each once."""
    for subject_id, grant in listed:
        found[subject_id] = _with(found.get(subject_id, ()), grant)


@lru_cache(maxsize=10_000)
def _with(held: Grants, grant: RoleGrant) -> Grants:
    """These grants and one more, in order; shared, as many people have the same roles."""
    return held if grant in held else tuple(sorted((*held, grant), key=_order))


def _order(grant: RoleGrant) -> tuple[str, str]:
    return (grant.role_id, grant.division_id)


def combined_grants(by_division: BySubject, by_role: BySubject) -> ListedGrants:
    """The grants of both listings; who differs between them in a division is doubted."""
    subjects = by_division.keys() | by_role.keys()
    doubted = frozenset(
        each
        for each in subjects
        if _in_divisions(by_division.get(each, ())) != _in_divisions(by_role.get(each, ()))
    )
    found = dict(by_division)
    for subject_id, grants in by_role.items():
        everywhere = [grant for grant in grants if grant.division_id == ALL_DIVISIONS]
        add(found, [(subject_id, grant) for grant in everywhere])
    return ListedGrants(found, doubted, ask_members=True)


def _in_divisions(grants: Grants) -> set[tuple[str, str]]:
    return {
        (grant.role_id, grant.division_id) for grant in grants if grant.division_id != ALL_DIVISIONS
    }


async def list_role_holders(run: Run, divisions: int, users: int, people: int) -> BySubject | None:
    """The holders of every role; None if listing them costs more calls or proves nothing.

    `divisions` and `users` are the organisation's, `people` those who would be asked for.
    """
    if not role_holders_are_cheaper(divisions, 1, users, people):
        return None
    own = await _own_grants(run)
    roles = await run.genesys.roles() if own else ()
    if isinstance(roles, ApiError) or not roles:
        return None
    if not role_holders_are_cheaper(divisions, len(roles), users, people):
        return None
    return await _holders(run, roles, own)


async def _own_grants(run: Run) -> frozenset[tuple[str, str]]:
    """The client's own roles and divisions; none where they prove nothing of a listing.

    A client that may not see everything would have divisions hidden from it. One that holds no
    role for all divisions and for another cannot know whether both are shown.
    """
    grants = await run.genesys.own_grants()
    if isinstance(grants, ApiError):
        return frozenset()
    everywhere = [grant for grant in grants if grant.division_id == ALL_DIVISIONS]
    if not all(any(each.allows(needed) for each in everywhere) for needed in _NEEDED):
        return frozenset()
    roles = {grant.role_id for grant in everywhere}
    twice = any(each.role_id in roles and each not in everywhere for each in grants)
    return frozenset((each.role_id, each.division_id) for each in grants if twice)


async def _holders(
    run: Run, roles: Sequence[Named], own: frozenset[tuple[str, str]]
) -> BySubject | None:
    """The holders of these roles; None if a listing fails or is wrong about the client itself.

    The client's own roles are listed first: they show whether the others are worth listing.
    """
    found: dict[str, Grants] = {}
    unreadable: list[ApiError] = []
    own_roles = {role_id for role_id, _ in own}
    with Phase(run, "role_holders", "Reading role grants", len(roles), "roles") as phase:

        async def read(role: Named) -> None:
            holders = () if unreadable else await run.genesys.role_holders(role)
            if isinstance(holders, ApiError):
                unreadable.append(holders)
            else:
                add(found, [(each, grant) for each, grants in holders for grant in grants])
            phase.advance(1)

        await for_each([role for role in roles if role.id in own_roles], read, run.width)
        shown = found.get(run.genesys.identity.client_id, ())
        if unreadable or own != {(grant.role_id, grant.division_id) for grant in shown}:
            return None
        await for_each([role for role in roles if role.id not in own_roles], read, run.width)
    return None if unreadable else found
