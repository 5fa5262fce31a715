"""Profiles of users: skills that they name, who reports to them, call forwarding.

Source: SDK `UsersApi`.
"""

from __future__ import annotations

from typing import Any

from batch_offboard.simulator import errors
from batch_offboard.simulator.domains.users import EXPANDS, shape
from batch_offboard.simulator.endpoints import Call, operation, route

VIEW, EDIT = "directory:userProfile:view", "directory:userProfile:edit"

EXPANDS["profileSkills"] = lambda _caller, user: user.profile_skills


def _skills(call: Call) -> list[str]:
    return call.user(VIEW).profile_skills


def _set_skills(call: Call) -> list[str]:
    """PUT: these are all the skills from now on."""
    user, skills = call.user(EDIT), call.body
    if not isinstance(skills, list) or not all(isinstance(each, str) for each in skills):
        raise errors.bad_request("The request body must be a list of texts.")
    call.org.change_belongings(user.id, profile_skills=skills)
    return skills


def _direct_reports(call: Call) -> list[dict[str, Any]]:
    """The users whose manager the user is."""
    user, org = call.user(), call.org
    found = [each for each in org.users.values() if each.manager == user.id]
    return [shape(call.caller, each) for each in found if each.state != "deleted"]


def _call_forwarding(call: Call) -> dict[str, Any]:
    """Where the user's calls go (`CallForwarding`)."""
    user = call.user("conversation:callForwarding:view")
    number = {"phoneNumber": user.forwarded_to} if user.forwarded_to else {}
    return {"enabled": bool(user.forwarded_to), "user": {"id": user.id}} | number


ROUTES = [
    route("/users/{user_id}/directreports", GET=operation(_direct_reports)),
    route("/users/{user_id}/callforwarding", GET=operation(_call_forwarding)),
    route("/users/{user_id}/profileskills", GET=operation(_skills), PUT=operation(_set_skills)),
]
