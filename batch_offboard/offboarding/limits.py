"""Genesys' limits per call and per minute.

Sources: the SDK's API classes, version 269, and the help page "Platform API limits".
"""

CALLS_PER_MINUTE = 300
"""Calls that one token may make a minute (`client.credentials.token.rate.per.minute`)."""

MOST_CALLS_PER_MINUTE = 1_000_000
"""Calls a minute beyond which a limit makes no difference."""

QUEUE_RATE = "organization.queue.rate.per.minute"
"""The key of the limit for queue requests of the whole organisation [assumed]."""

PAGE_SIZE = 100
"""The largest page of the listings: users, groups, queues, members, divisions."""

GRANTS_PER_PAGE = 500
"""The largest page of `AuthorizationApi.get_authorization_division_grants`."""

USERS_PER_READ = 100
"""Most ids that `UsersApi.get_users` takes; more is 400 `max.user.ids`."""

PEOPLE_PER_QUERY = 50
"""People in one query for conversations; how many Genesys takes is documented nowhere [assumed]."""

DAYS_PER_QUERY = 31
"""The longest interval of a query for conversations."""

DAYS_OF_AUDITS = 14
"""How far back `AuditApi.post_audits_query_realtime` reaches."""

GROUPS_PER_READ = 100
"""Most ids that `GroupsApi.get_groups` takes: as many groups as fit on a page."""

QUEUES_PER_READ = 100
"""Most ids that `RoutingApi.get_routing_queues` is given: as many queues as fit on a page."""

MEMBERS_PER_CALL = 100
"""Most members that one `RoutingApi.post_routing_queue_members` adds or removes."""

GROUP_MEMBERS_PER_CALL = 50
"""Most members that one call adds to or removes from a group (`GroupsApi`) or team [assumed]."""

LANGUAGES_PER_CALL = 50
"""Most languages that one `UsersApi.patch_user_routinglanguages_bulk` gives to a user."""


def usable_of(allowed_per_minute: int) -> int:
    """How many of the allowed calls are made: 99 %, as clocks differ a little."""
    return max(1, min(allowed_per_minute, MOST_CALLS_PER_MINUTE) * 99 // 100)


DEFAULT_PER_MINUTE = usable_of(CALLS_PER_MINUTE)
"""Calls a minute and token where the organisation's own limit is not known."""
