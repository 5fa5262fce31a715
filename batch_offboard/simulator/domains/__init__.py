"""The domains of the API, one module each: its rules and JSON shapes above, its routes below."""

from batch_offboard.simulator.domains import (
    account,
    audits,
    authorization,
    conversations,
    divisions,
    groups,
    members,
    presence,
    profiles,
    queues,
    routing_profile,
    search,
    stations,
    users,
)

# fixed paths of one domain (/users/me) must come before patterns of another (/users/{user_id})
ROUTES = [
    *account.ROUTES,
    *search.ROUTES,
    *queues.ROUTES,
    *members.ROUTES,
    *users.ROUTES,
    *divisions.ROUTES,
    *authorization.ROUTES,
    *groups.ROUTES,
    *routing_profile.ROUTES,
    *profiles.ROUTES,
    *stations.ROUTES,
    *presence.ROUTES,
    *audits.ROUTES,
    *conversations.ROUTES,
]
