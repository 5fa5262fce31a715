"""Genesys' limits per call and per minute.

Sources: the SDK's API classes, version 269, and the help page "Platform API limits".
"""

CALLS_PER_MINUTE = 300
"""Calls that one token may make a minute (`client.credentials.token.rate.per.minute`)."""

PAGE_SIZE = 100
"""The largest page of the listings: users, groups, queues, members, divisions."""

GRANTS_PER_PAGE = 500
"""The largest page of `AuthorizationApi.get_authorization_division_grants`."""

USERS_PER_READ = 100
"""Most ids that `UsersApi.get_users` takes; more is 400 `max.user.ids`."""

GROUPS_PER_READ = 100
"""Most ids that `GroupsApi.get_groups` takes, as many as a page of it has."""

MEMBERS_PER_CALL = 100
"""Most members of one queue that one bulk call takes (`RoutingApi.post_routing_queue_members`)."""

GROUP_MEMBERS_PER_CALL = 50
"""Most members of one group that one call takes out or in (`GroupsApi`); as for teams [assumed]."""

LANGUAGES_PER_CALL = 50
"""Most languages of one user that one call gives (`UsersApi.patch_user_routinglanguages_bulk`)."""
