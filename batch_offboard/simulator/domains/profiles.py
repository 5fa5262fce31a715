"""Profiles of users: the skills that they name. Source: SDK `UsersApi`."""

from __future__ import annotations

from batch_offboard.simulator import errors
from batch_offboard.simulator.domains.users import EXPANDS
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


ROUTES = [
    route("/users/{user_id}/profileskills", GET=operation(_skills), PUT=operation(_set_skills))
]
