"""Every route of the simulator."""

from __future__ import annotations

from batch_offboard.simulator.routes import account, authorization, groups, queues, skills, users

# fixed paths of one area (/users/me) must come before patterns of another (/users/{user_id})
ROUTES = [
    *account.ROUTES,
    *queues.ROUTES,
    *users.ROUTES,
    *authorization.ROUTES,
    *groups.ROUTES,
    *skills.ROUTES,
]
