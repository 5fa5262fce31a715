"""Why a person is still a member of a queue, in words that name the queue and the group."""

from collections.abc import Mapping

from batch_offboard.offboarding.belongings import GROUPS, SKILLS, TEAM, held
from batch_offboard.offboarding.models import MemberGroup, Membership, Queue, User

_KINDS = {"GROUP": "group", "TEAM": "work team", "SKILLGROUP": "skill group"}
"""By Genesys' type of a group: what it is called in a sentence."""


def in_words(group: MemberGroup) -> str:
    """`group Night Shift`, `work team Claims Berlin`, `skill group VIP agents`."""
    return f"{_KINDS.get(group.type, 'group')} {group.name or group.id}"


def leading_groups(
    user: User, membership: Membership, queues: Mapping[str, Queue]
) -> tuple[MemberGroup, ...]:
    """The groups of the queue through which the user can be its member.

    If none of the user's own groups is among them, all of the queue's groups are returned: Genesys
    shows no user's skill groups.
    """
    queue = queues.get(membership.queue_id)
    if queue is None or membership.by == "user":
        return ()
    own_ids = _group_ids(user)
    own = tuple(group for group in queue.member_groups if group.id in own_ids)
    return own or (queue.member_groups if membership.by == "group" else ())


def may_lead(user: User, membership: Membership, queues: Mapping[str, Queue]) -> bool:
    """Whether this membership comes, or may come, through a group that the user is in.

    Genesys shows no members of skill groups, but a user without skills is in none.
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
    return {each.id for belonging in (GROUPS, TEAM) for each in held(user, belonging)}


def reason(user: User, membership: Membership, queues: Mapping[str, Queue], otherwise: str) -> str:
    """Why the user is still a member of this queue, queue and group named.

    `otherwise` is the reason given for a membership that comes through no group.
    """
    queue = queues.get(membership.queue_id)
    name = queue.name if queue else membership.queue_id
    groups = leading_groups(user, membership, queues)
    if groups:
        return f"{name}: member through {' or '.join(map(in_words, groups))}"
    if membership.by == "group":
        return f"{name}: member through a group that the OAuth client cannot see"
    return f"{name}: {otherwise}"
