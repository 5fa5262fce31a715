"""The domains of the API, one module each: its rules and JSON shapes above, its routes below."""

from batch_offboard.simulator import errors
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
from batch_offboard.simulator.practice import Practice
from batch_offboard.simulator.wire import Answer, Request, json_answer

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


def answer_to(request: Request, practice: Practice, correlation_id: str) -> Answer:
    """The answer to a request, which may be an error."""
    try:
        answer = _respond(request, practice)
    except errors.ApiError as error:
        answer = json_answer(error.status, error.body(correlation_id), error.headers)
    except errors.LoginError as error:
        answer = json_answer(error.status, error.body())
    answer.headers["ININ-Correlation-Id"] = correlation_id
    return answer


def _respond(request: Request, practice: Practice) -> Answer:
    for route in ROUTES:
        if found := route.pattern.match(request.path):
            return route.respond(request, found.groupdict(), practice)
    raise errors.unknown_operation(404, request.method, request.path)
