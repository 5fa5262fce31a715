"""Why somebody is still a member of a queue, in words that name the queue and the group."""

from collections.abc import Mapping

from batch_offboard.offboarding.models import MemberGroup, Membership, Queue, User

_KINDS = {"GROUP": "group", "TEAM": "work team", "SKILLGROUP": "skill group"}


def in_words(group: MemberGroup) -> str:
    """`group Night Shift`, `work team Claims Berlin`, `skill group VIP agents`."""
    return f"{_KINDS.get(group.type, 'group')} {group.name or group.id}"


def leading_groups(
    user: User, membership: Membership, queues: Mapping[str, Queue]
) -> tuple[MemberGroup, ...]:
    """The groups of the queue through which the user can be its member.

    Where none of the user's own groups is among them (a skill group, which no user shows), all
    of the queue's groups come into question.
    """
    queue = queues.get(membership.queue_id)
    if queue is None or membership.by == "user":
        return ()
    held = {group.id for group in (*(user.groups or ()), user.team) if group}
    own = tuple(group for group in queue.member_groups if group.id in held)
    return own or (queue.member_groups if membership.by == "group" else ())


def may_lead(user: User, membership: Membership, queues: Mapping[str, Queue]) -> bool:
    """Whether a group that the user is in leads to this membership, or may for all one can tell.

    Skill groups show nobody as member, but without any skill nobody is in one.
    """
    queue = queues.get(membership.queue_id)
    if queue is None or not queue.member_groups or user.groups is None:
        return True
    held = {group.id for group in (*user.groups, user.team) if group}
    return any(
        group.id in held if group.type != "SKILLGROUP" else user.skills != ()
        for group in queue.member_groups
    )


def reason(user: User, membership: Membership, queues: Mapping[str, Queue], otherwise: str) -> str:
    """Why the user is still a member of this queue, queue and group named.

    `otherwise` is what is said of a membership that comes through no group.
    """
    queue = queues.get(membership.queue_id)
    name = queue.name if queue else membership.queue_id
    groups = leading_groups(user, membership, queues)
    if groups:
        return f"{name}: member through {' or '.join(map(in_words, groups))}"
    if membership.by == "group":
        return f"{name}: member through a group that the OAuth client cannot see"
    return f"{name}: {otherwise}"
