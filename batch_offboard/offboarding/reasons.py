"""Why a person is still a member of a queue, and through which groups."""

from collections.abc import Mapping

from batch_offboard.offboarding.belongings import GROUPS, SKILLS, TEAM, holdings_of
from batch_offboard.offboarding.models import MemberGroup, Membership, Queue, User

_KINDS = {"GROUP": "group", "TEAM": "work team", "SKILLGROUP": "skill group"}
"""By Genesys' type of a group: what it is called in a sentence."""


def group_label(group: MemberGroup) -> str:
    """`group Night Shift`, `work team Claims Berlin`, `skill group VIP agents`."""
    return f"{_KINDS.get(group.type, 'group')} {group.name or group.id}"


def source_groups(
    user: User, membership: Membership, queues: Mapping[str, Queue]
) -> tuple[MemberGroup, ...]:
    """The groups from which this membership may come.

    They are the queue's groups that the user is in; if there is none and the membership comes from
    a group, all of the queue's groups, as the API does not show a user's skill groups. Empty for a
    membership by user, and for a queue that is not in `queues`.
    """
    queue = queues.get(membership.queue_id)
    if queue is None or membership.by == "user":
        return ()
    own_ids = _group_ids(user)
    own = tuple(group for group in queue.member_groups if group.id in own_ids)
    return own or (queue.member_groups if membership.by == "group" else ())


def may_come_through_group(user: User, membership: Membership, queues: Mapping[str, Queue]) -> bool:
    """Whether this membership may come from a group that the user is in, as far as is known.

    The API does not show the members of skill groups; that a user without skills is in none of
    them is assumed. True if the queue, its groups or the user's groups are unknown.
    """
    queue = queues.get(membership.queue_id)
    if queue is None or not queue.member_groups or GROUPS.name not in user.holdings:
        return True
    own_ids, without_skills = _group_ids(user), user.holdings.get(SKILLS.name) == ()
    return any(
        group.id in own_ids if group.type != "SKILLGROUP" else not without_skills
        for group in queue.member_groups
    )


def _group_ids(user: User) -> set[str]:
    """The ids of the groups and the work team that the user is in."""
    return {each.id for belonging in (GROUPS, TEAM) for each in holdings_of(user, belonging)}


def membership_reason(
    user: User, membership: Membership, queues: Mapping[str, Queue], otherwise: str
) -> str:
    """Why the user is still a member: `Billing EN: member through group Night Shift`.

    `otherwise` replaces what follows the queue's name for a membership that comes from no group.
    """
    queue = queues.get(membership.queue_id)
    name = queue.name if queue else membership.queue_id
    groups = source_groups(user, membership, queues)
    if groups:
        return f"{name}: member through {' or '.join(map(group_label, groups))}"
    if membership.by == "group":
        return f"{name}: member through a group that the OAuth client cannot see"
    return f"{name}: {otherwise}"
