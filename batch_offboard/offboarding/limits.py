"""Genesys' limits per call and per minute.

Sources: the SDK's API classes, version 269, and the help page "Platform API limits".
"""

CALLS_PER_MINUTE = 300
"""Calls that one token may make a minute (`client.credentials.token.rate.per.minute`)."""

TOKEN_RATE, TOKEN_RATES_IN = "client.credentials.token.rate.per.minute", "platform.api"
QUEUE_RATE, QUEUE_RATES_IN = "organization.queue.rate.per.minute", "routing"
"""The keys of two limits, and in which namespaces an organisation's own values stand [assumed]."""

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

MEMBERS_PER_CALL = 100
"""Most members that one `RoutingApi.post_routing_queue_members` adds or removes."""

GROUP_MEMBERS_PER_CALL = 50
"""Most members that one call adds to or removes from a group (`GroupsApi`) or team [assumed]."""

LANGUAGES_PER_CALL = 50
"""Most languages that one `UsersApi.patch_user_routinglanguages_bulk` gives to a user."""
